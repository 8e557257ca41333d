"""Holds taken by many processes at once, as a share of the same statements sent by the bare driver."""

from dataclasses import dataclass

from sqlalchemy import func, select

from benchmarks import merchant
from benchmarks.databases import fresh_url
from benchmarks.figures import percent, percentile, show, spread
from benchmarks.hold_statements import SLOT_CAPACITY, slot_refs, statements_of_a_take, take
from benchmarks.hold_writers import Work, Written, write_together
from delivery.store.engine import Database
from delivery.store.tables import counters
from delivery.store.tables import holds as holds_table

SLOTS = (1, 100)
HEADS = ("", "ours, takes/s", "bare driver, takes/s", "share of bare", "p99 ms ours", "p99 ms bare", "oversold")
ACROSS = {"across_merchants": "a benchmark counts its own rows"}


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    rounds: int = 5
    writers: int = 16
    takes: int = 150


def run(kinds: tuple[str, ...], plan: Plan) -> None:
    """A row for each database and number of slots; then the scarce slot."""
    rows = []
    for kind in kinds:
        rows += [_measured(kind, slots, plan) for slots in SLOTS]
        rows.append(_scarce(kind, plan))
    title = f"Holds: {plan.writers} writers, {plan.rounds} rounds of {plan.writers * plan.takes} takes"
    show(f"{title}, median (least–most)", HEADS, rows)


def _measured(kind: str, slots: int, plan: Plan) -> tuple[str, ...]:
    rates: dict[str, list[float]] = {"ours": [], "bare": []}
    p99: dict[str, list[float]] = {"ours": [], "bare": []}
    with fresh_url(kind) as url:
        works = _works(url, slots, plan.takes, SLOT_CAPACITY)
        for _ in range(plan.rounds):
            for writer, work in works.items():
                written = write_together(work, plan.writers)
                rates[writer].append(_rate(written))
                p99[writer].append(percentile([took for one in written for took in one.took_ms], 0.99))
        oversold = _miscounted(url)
    shares = [ours / bare for ours, bare in zip(rates["ours"], rates["bare"], strict=True)]
    name = f"{kind}, " + ("one hot slot" if slots == 1 else f"{slots} slots")
    milliseconds = [spread(p99[writer], "{:.0f}") for writer in ("ours", "bare")]
    return (name, spread(rates["ours"]), spread(rates["bare"]), percent(shares), *milliseconds, str(oversold))


def _works(url: str, slots: int, takes: int, capacity: int) -> dict[str, Work]:
    """What both kinds of writer do. Every counter's row is there from the start: the statements never change."""
    database = Database(url)
    database.write(lambda session: merchant.add(session, merchant.TUESDAY_MORNING))
    found, hold_id = statements_of_a_take(url)
    for ref in slot_refs(slots):
        database.write(lambda session, ref=ref: take(session, ref, ref, ref))  # type: ignore[misc]
    database.close()
    return {writer: Work(url, writer, slots, takes, capacity, tuple(found), hold_id) for writer in ("ours", "bare")}


def _rate(written: list[Written]) -> float:
    seconds = max(one.ended for one in written) - min(one.began for one in written)
    return sum(len(one.took_ms) for one in written) / seconds


def _scarce(kind: str, plan: Plan) -> tuple[str, ...]:
    """Half as many places as tries: how many more were given than there are."""
    tries = plan.writers * plan.takes
    with fresh_url(kind) as url:
        work = _works(url, 1, plan.takes, tries // 2)["ours"]
        written = write_together(work, plan.writers)
        given = sum(one.got for one in written) + 1
        wrong = abs(given - work.capacity) + _miscounted(url)
    return (f"{kind}, {work.capacity} places, {tries} tries", spread([_rate(written)]), *[""] * 4, str(wrong))


def _miscounted(url: str) -> int:
    """Places by which counters and live holds differ, or go beyond the capacity."""
    database = Database(url)
    live = (
        select(holds_table.c.ref, func.count())
        .where(holds_table.c.state == "live")
        .group_by(holds_table.c.ref)
        .execution_options(**ACROSS)
    )
    held = select(counters.c.ref, counters.c.held).execution_options(**ACROSS)
    with database.reading() as session:
        rows: dict[str | None, int] = dict(session.execute(live).tuples().all())
        counted = dict(session.execute(held).tuples().all())
    database.close()
    return sum(abs(rows.get(ref, 0) - count) + max(0, count - SLOT_CAPACITY) for ref, count in counted.items())
