"""`stoep centres`: many pick-up centres from a file."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from delivery.audit import OPERATOR
from delivery.merchants import is_merchant
from delivery.settings.centre_files import CentreRow, read_centres
from delivery.settings.centre_import import ACTIONS, CentrePlan, Outcome, import_centres, plan_import
from delivery.settings.sheets import WrongRows
from plugin.commands.operator import Operator, with_operator


@click.group()
def centres() -> None:
    """Pick-up centres, many at once."""


_BAR = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())


@centres.command("import")
@click.argument("merchant")
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--service", help="Which service brings parcels to centres that do not say. Usual: the only one.")
@click.option("--dry-run", is_flag=True, help="Only say what would become of each row.")
@with_operator
def import_file(operator: Operator, merchant: str, file: Path, service: str | None, dry_run: bool) -> None:
    """Bring the pick-up centres of FILE to MERCHANT: CSV with the columns of the sheet of centres, JSON, or GeoJSON points
    with OpenStreetMap's tags.

    Centres that are known, by id or by name and postcode, are changed; the others are added; none is taken away. A row
    that is wrong is refused and changes nothing else. What became of each row is printed, tab-separated; progress goes
    to the error output. Ends with 1 when a row was refused.
    """
    operator.need_migrated()
    now, rows = operator.clock(), _read(file)
    with Progress(*_BAR, console=Console(stderr=True)) as progress:
        plan = _planned(operator, progress, merchant, rows, service)
        if not dry_run:
            task = progress.add_task("writing", total=len(plan.wanted))
            planned = plan
            plan = operator.database.write(
                lambda session: import_centres(session, now, OPERATOR, merchant, rows, service, planned)
            )
            progress.advance(task, len(plan.wanted))
    for outcome in plan.outcomes:
        click.echo(_line(outcome))
    counts = ", ".join(f"{plan.count(action)} {action}" for action in ACTIONS)
    click.echo(f"{counts}{'; nothing was changed' if dry_run else ''}", err=True)
    if plan.count("refused"):
        raise click.exceptions.Exit(1)


def _read(file: Path) -> list[CentreRow]:
    try:
        return read_centres(file.read_bytes())
    except WrongRows as error:
        faults = [f"{file.name}, row {fault.row}: {fault.column} {fault.detail}" for fault in error.rows]
        raise click.ClickException("\n".join(["nothing was changed", *faults])) from error
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}") from error


def _planned(
    operator: Operator, progress: Progress, merchant: str, rows: list[CentreRow], service: str | None
) -> CentrePlan:
    task = progress.add_task("checking", total=len(rows))
    with operator.database.reading() as session:
        if not is_merchant(session, merchant):
            raise click.ClickException(f"there is no merchant {merchant!r}; `stoep merchants list` names them")
        return plan_import(session, merchant, rows, service, lambda count: progress.advance(task, count))


def _line(outcome: Outcome) -> str:
    """Row, what became of it, id, name, and why not. Nothing in it can steer a terminal."""
    why = "; ".join(f"{fault.column}: {fault.detail}" if fault.column else fault.detail for fault in outcome.faults)
    cells = (str(outcome.row), outcome.action, outcome.item_id, outcome.name, why)
    return "\t".join("".join(sign if sign.isprintable() else " " for sign in cell) for cell in cells)
