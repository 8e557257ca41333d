"""Where the time of one offer and one fragment goes, in one thread, without server and sockets."""

import cProfile
import io
import pstats
from collections import defaultdict
from statistics import median

from flask import Flask, Response, request

from benchmarks.databases import fresh_url
from benchmarks.figures import show
from benchmarks.service import PATHS, call, make_service, question, seed_service
from benchmarks.stages import CLOCKS, REST, Stopwatch, staged

WARM_UP = 30


def run(kind: str, rounds: int, lines: int) -> None:
    """Stages, then the functions that cost most."""
    with fresh_url(kind) as url:
        body = question(seed_service(url))
        for name, path in PATHS.items():
            _show_stages(url, kind, name, path, body, rounds)
        for name, path in PATHS.items():
            _show_functions(url, name, path, body, rounds, lines)


def _show_stages(url: str, kind: str, name: str, path: str, body: bytes, rounds: int) -> None:
    found = {clock: _stages(url, path, body, rounds, clock) for clock in CLOCKS}
    plain = _plain(make_service(url), path, body, rounds)
    bare = _plain(_bare(path, call(make_service(url), path, body)), path, body, rounds)
    cpu, wall, calls = found["cpu"][0], found["wall"][0], found["cpu"][1]
    rows: list[tuple[str, ...]] = [
        (stage, f"{calls.get(stage, 1):.0f}", f"{cpu[stage]:.0f}", f"{wall.get(stage, 0):.0f}")
        for stage in sorted(cpu, key=lambda stage: -cpu[stage])
    ]
    rows.append(("all stages", "", f"{sum(cpu.values()):.0f}", f"{sum(wall.values()):.0f}"))
    rows.append(("the request, not watched", "", *(f"{plain[clock]:.0f}" for clock in CLOCKS)))
    rows.append(("a bare Flask view, the same bytes", "", *(f"{bare[clock]:.0f}" for clock in CLOCKS)))
    show(f"One {name} on {kind}, µs, median of {rounds}", ("stage", "calls", "CPU", "wall"), rows)


def _stages(url: str, path: str, body: bytes, rounds: int, clock: str) -> tuple[dict[str, float], dict[str, float]]:
    """µs of each stage and how often it is called."""
    watch = Stopwatch(CLOCKS[clock])
    own, around = watch.cost()
    spent: dict[str, list[float]] = defaultdict(list)
    calls: dict[str, list[int]] = defaultdict(list)
    with staged(watch):
        app = make_service(url)
        for number in range(WARM_UP + rounds):
            watch.clear()
            watch.run(REST, call, app, path, body)
            for stage, took in watch.spent.items() if number >= WARM_UP else ():
                spent[stage].append(took - own * watch.calls[stage] - around * watch.within[stage])
                calls[stage].append(watch.calls[stage])
    return {stage: median(took) / 1000 for stage, took in spent.items()}, {
        stage: median(often) for stage, often in calls.items()
    }


def _plain(app: Flask, path: str, body: bytes, rounds: int) -> dict[str, float]:
    for _ in range(WARM_UP):
        call(app, path, body)
    found = {}
    for name, clock in CLOCKS.items():
        took = []
        for _ in range(rounds):
            began = clock()
            call(app, path, body)
            took.append(clock() - began)
        found[name] = median(took) / 1000
    return found


def _bare(path: str, answer: bytes) -> Flask:
    app = Flask("bare")

    @app.post(path)
    def view() -> Response:
        request.get_data()
        return Response(answer, content_type="application/json")

    return app


def _show_functions(url: str, name: str, path: str, body: bytes, rounds: int, lines: int) -> None:
    app = make_service(url)
    for _ in range(WARM_UP):
        call(app, path, body)
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(rounds):
        call(app, path, body)
    profile.disable()
    for order in ("tottime", "cumulative"):
        text = io.StringIO()
        pstats.Stats(profile, stream=text).strip_dirs().sort_stats(order).print_stats(lines)
        print(f"\n{name}: {rounds} requests by {order}\n{text.getvalue()}")
