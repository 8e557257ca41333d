"""`stoep slots`: windows that vans keep."""

import random
from pathlib import Path
from time import perf_counter
from typing import Any

import click
import orjson
from rich.console import Console
from rich.progress import Progress

from delivery.rules import replans
from delivery.rules.replays import Policy, Replay, replay
from delivery.rules.routes import Stop
from plugin.commands.travel import travel
from plugin.instances import BadInstance, Instance, read_instance

MOST_VANS = 10_000


@click.group()
def slots() -> None:
    """Windows that vans keep."""


slots.add_command(travel)


@slots.command("replay")
@click.argument("instance", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the random order and of the search."
)
@click.option(
    "--vans", type=click.IntRange(1, MOST_VANS), help="How many vans there are; else as many as the file says."
)
@click.option(
    "--order",
    type=click.Choice(["file", "random"]),
    default="file",
    show_default=True,
    help="The order in which customers ask.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def run_replay(instance: Path, seed: int, vans: int | None, order: str, *, as_json: bool) -> None:
    """Replay INSTANCE, a VRPLIB file with time windows: its customers ask one by one for their own window.

    Prints whether each was accepted, and what the answer took; at the end the plan, which a checker has driven. Customers have
    the numbers of solution files: 1 is the first after the depot. Needs no database.
    """
    if not replans.is_there():
        raise click.ClickException("This needs PyVRP: pip install 'stoep[routes]'")
    try:
        day = read_instance(instance)
    except BadInstance as error:
        raise click.ClickException(f"{instance.name} cannot be replayed: {error}") from error
    count = vans or day.vans
    if count is None:
        raise click.ClickException(f"{instance.name} does not say how many vans there are: please give --vans")
    found = _replayed(day, count, _in_order(day, order, seed), seed, as_json)
    if found.faults:
        raise click.ClickException("the plan breaks what was accepted: " + "; ".join(found.faults))
    click.echo(orjson.dumps(as_facts(found)).decode() if as_json else _in_words(found, count))


def _in_order(day: Instance, order: str, seed: int) -> list[Stop]:
    customers = list(day.customers)
    if order == "random":
        random.Random(seed).shuffle(customers)
    return customers


def _replayed(day: Instance, vans: int, customers: list[Stop], seed: int, quiet: bool) -> Replay:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("asking", total=len(customers))

        def tell(stop: Stop, is_accepted: bool, ms: float) -> None:
            progress.advance(bar)
            if not quiet:
                click.echo(f"{stop.number:6d}  {'accepted' if is_accepted else 'refused '}  {ms:8.1f} ms")

        return replay(day.shifts(vans), customers, day.roads, Policy(seed=seed), perf_counter, tell)


def as_facts(found: Replay) -> dict[str, Any]:
    """The replay as JSON has it."""
    return {
        "asked": found.asked,
        "accepted": sorted(found.accepted),
        "refused": sorted(found.refused),
        "plan": [[stop.number for stop in route.stops] for route in found.routes],
        "ms_median": round(found.ms_median, 3),
        "ms_p99": round(found.ms_p99, 3),
        "replans": found.replans,
    }


def _in_words(found: Replay, vans: int) -> str:
    lines = [
        f"van {n}: " + " ".join(str(stop.number) for stop in route.stops)
        for n, route in enumerate(found.routes, start=1)
        if route.stops
    ]
    lines += [
        f"{len(found.accepted)} of {found.asked} accepted ({found.share:.1%}) with {vans} vans; every window is kept",
        f"an answer took {found.ms_median:.1f} ms in the middle, {found.ms_p99:.1f} ms at most for 99 of 100",
        f"the day was planned anew {found.replans} times",
    ]
    return "\n".join(lines)
