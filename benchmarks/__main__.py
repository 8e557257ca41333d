"""`python -m benchmarks [WHAT …]`: measure, and print tables. Nothing is written anywhere else."""

import click

from benchmarks.databases import KINDS

KIND = click.option("--database", "kinds", multiple=True, default=KINDS, type=click.Choice(KINDS), show_default=True)


@click.group(chain=True, invoke_without_command=True)
@click.pass_context
def benchmarks(context: click.Context) -> None:
    """Measure what is named, or everything but the profile; print the figures of benchmarks/README.md."""
    if context.invoked_subcommand is None:
        for command in (offers, holds, search, accuracy, centres, insertion, routed_holds, real_days, element):
            context.invoke(command)


@benchmarks.command()
@KIND
@click.option("--rounds", default=7, show_default=True, help="How often both servers are measured in turn.")
@click.option("--seconds", default=1.0, show_default=True, help="About how long a round of one server lasts.")
@click.option("--connections", default=4, show_default=True)
@click.option("--sold", multiple=True, default=(0, 10, 10_000), type=int, show_default=True, help="Windows sold.")
def offers(kinds: tuple[str, ...], rounds: int, seconds: float, connections: int, sold: tuple[int, ...]) -> None:
    """Offers and fragments over HTTP, as a share of a bare Flask view."""
    from benchmarks.offers import Plan, run

    run(kinds, Plan(rounds, seconds, connections, tuple(sorted(sold))))


@benchmarks.command()
@KIND
@click.option("--rounds", default=5, show_default=True)
@click.option("--writers", default=16, show_default=True, help="Processes.")
@click.option("--takes", default=150, show_default=True, help="How many each writer takes in a round.")
def holds(kinds: tuple[str, ...], rounds: int, writers: int, takes: int) -> None:
    """Holds taken by many processes, as a share of the same statements sent by the bare driver."""
    from benchmarks.holds import Plan, run

    run(kinds, Plan(rounds, writers, takes))


@benchmarks.command()
@click.option("--queries", default=300, show_default=True)
@click.option("--rounds", default=5, show_default=True)
def search(queries: int, rounds: int) -> None:
    """The nearest of 12,000 pick-up centres, against plain Python."""
    from benchmarks.search import run

    run(queries, rounds)


@benchmarks.command()
def accuracy() -> None:
    """How good the learnt dates are on a real marketplace's deliveries, beside simple ways of saying a date."""
    from benchmarks.accuracy import run

    run()


@benchmarks.command()
@KIND
@click.option("--centres", "count", default=12_000, show_default=True)
def centres(kinds: tuple[str, ...], count: int) -> None:
    """Many pick-up centres brought in from a file: time, memory, and the search afterwards."""
    from benchmarks.centres import run

    run(kinds, count)


@benchmarks.command()
@click.option("--addresses", default=1_000, show_default=True)
def insertion(addresses: int) -> None:
    """All windows of a fortnight of vans for one address, against a millisecond."""
    from benchmarks.insertion import run

    run(addresses)


@benchmarks.command("routed-holds")
@KIND
@click.option("--rounds", default=3, show_default=True)
@click.option("--writers", default=8, show_default=True, help="Processes.")
@click.option("--takes", default=85, show_default=True, help="How many each writer takes in a round.")
def routed_holds(kinds: tuple[str, ...], rounds: int, writers: int, takes: int) -> None:
    """Places on the routes of one hot day, taken by many processes."""
    from benchmarks.routed_holds import Plan, run

    run(kinds, Plan(rounds, writers, takes))


@benchmarks.command("real-days")
@click.option("--seeds", default=3, show_default=True, help="Random orders of each day.")
@click.option(
    "--fewer",
    multiple=True,
    default=(0, 2),
    type=int,
    show_default=True,
    help="Vans fewer than the known solution has.",
)
def real_days(seeds: int, fewer: tuple[int, ...]) -> None:
    """Real days of vans asked in random order, beside simple ways of selling windows and beside knowing everybody."""
    from benchmarks.real_days import run

    run(seeds, fewer)


@benchmarks.command()
@click.option("--visits", default=9, show_default=True, help="How often the example checkout is opened.")
def element(visits: int) -> None:
    """The element's bytes, and how soon it shows the picker in Chromium on the example checkout."""
    from benchmarks.element import run

    run(visits)


@benchmarks.command("profile-offer")
@KIND
@click.option("--rounds", default=300, show_default=True)
@click.option("--lines", default=30, show_default=True, help="Functions shown.")
def profile_offer(kinds: tuple[str, ...], rounds: int, lines: int) -> None:
    """Where the time of one offer and one fragment goes."""
    from benchmarks.profile_offer import run

    for kind in kinds:
        run(kind, rounds, lines)


if __name__ == "__main__":
    benchmarks()
