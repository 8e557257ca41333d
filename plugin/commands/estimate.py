"""`stoep estimate`: how good the learnt dates would have been."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from time import perf_counter

import click
import orjson

from delivery.histories import BadHistory, BadLine, read_history
from delivery.rules.backtests import Backtest, backtest
from delivery.rules.parcel_history import PastParcel

MOST_SHOWN = 50
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def estimate() -> None:
    """How good the learnt dates would have been."""


@estimate.command("backtest")
@click.argument("history", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "first_day", type=_DAY, required=True, help="The first day of the orders that are judged.")
@click.option("--until", "last_day", type=_DAY, required=True, help="The last one.")
@click.option(
    "--confidence",
    type=click.FloatRange(0.5, 0.99),
    default=0.9,
    show_default=True,
    help="The share of promises to be kept.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def run_backtest(history: Path, first_day: datetime, last_day: datetime, confidence: float, *, as_json: bool) -> None:
    """Replay HISTORY, a CSV file with a past delivery in each line, and print how the promises of a span were kept.

    The file is replayed in the order of time. Each promise is made from what had happened before the day of its order. Kept
    means by day: it arrived on the promised day or before. Needs no database.
    """
    parcels = read_file(history)
    try:
        found = backtest(parcels, first_day.date(), last_day.date(), confidence, perf_counter)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(orjson.dumps(asdict(found)).decode() if as_json else _in_words(found, confidence))


def read_file(history: Path) -> list[PastParcel]:
    """The parcels of a file; what cannot be read is told of, line by line, and passed over."""
    parcels, faults = list[PastParcel](), list[BadLine]()
    try:
        with history.open(encoding="utf-8", newline="") as lines:
            for one in read_history(lines):
                faults.append(one) if isinstance(one, BadLine) else parcels.append(one)
    except (BadHistory, UnicodeDecodeError) as error:
        raise click.ClickException(f"{history.name} cannot be read: {error}") from error
    for fault in faults[:MOST_SHOWN]:
        click.echo(f"line {fault.line}: {fault.why}", err=True)
    if faults:
        click.echo(f"{len(faults)} of {len(faults) + len(parcels)} lines were passed over", err=True)
    return parcels


def _in_words(found: Backtest, confidence: float) -> str:
    lines = [
        f"{found.n} orders, promised at {confidence:.0%}",
        f"kept by day        {found.kept:7.1%}",
        f"promised days      {found.mean_promised_days:7.2f} on average, {found.median_promised_days:.0f} in the middle",
        f"width of a promise {found.mean_width_days:7.2f} days",
        f"pinball loss       {found.pinball_90:7.3f} days at 90 %, {found.pinball_95:.3f} at 95 %",
        f"an estimate takes  {found.us_per_estimate:7.2f} microseconds",
        *(f"kept in {month}    {kept:7.1%}" for month, kept in found.kept_by_month.items()),
    ]
    if found.shown is not None:
        lines.append(
            f"the days shown     {found.shown.kept:7.1%} kept, {found.shown.mean_promised_days:.2f} days,"
            f" pinball loss {found.shown.pinball_90:.3f}"
        )
    return "\n".join(lines)
