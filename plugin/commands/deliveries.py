"""`stoep deliveries`: deliveries of before, from which dates are learnt."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from delivery import experiences
from delivery.memory import Memory
from delivery.problems import UnknownShop
from delivery.rules.parcel_history import PastParcel
from delivery.setups import Setup
from delivery.store.engine import Session
from plugin.commands.estimate import read_file
from plugin.commands.operator import Operator, with_operator
from plugin.learning import learn as learn_now

AT_ONCE = 500


@click.group()
def deliveries() -> None:
    """Deliveries of before, from which dates are learnt."""


@deliveries.command("import")
@click.argument("merchant")
@click.argument("history", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--service", help="The id of the service that brought them; needed where the shop has several.")
@with_operator
def import_history(operator: Operator, merchant: str, history: Path, service: str | None) -> None:
    """Bring along MERCHANT's deliveries of before, a CSV file HISTORY with one in each line, and learn from them.

    Lines that cannot be read are told of and passed over; orders that are there already stay as they are. Of a destination only
    the beginning of its postcode is kept.
    """
    operator.need_migrated()
    with operator.database.reading() as session:
        setup = _setup(operator, session, merchant)
    service_id = _service(setup, service)
    parcels = read_file(history)
    new = _keep(operator, setup, service_id, parcels)
    learn_now(operator.database, operator.clock(), setup, service_id)
    click.echo(f"{new} of {len(parcels)} deliveries are new; the dates of {service_id} are learnt from all of them")
    if setup.services[service_id].learning.mode == "off":
        click.echo(
            f"shoppers still see dates by the shop's own days: switch learning on in the settings of {service_id}"
        )


@deliveries.command()
@click.argument("merchant")
@click.option("--service", help="The id of the service; needed where the shop has several.")
@click.option("--anew", is_flag=True, help="Forget what was learnt and learn everything again from the rows.")
@with_operator
def learn(operator: Operator, merchant: str, service: str | None, *, anew: bool) -> None:
    """Learn the dates of MERCHANT's service from what was reported, now instead of when the worker does."""
    operator.need_migrated()
    with operator.database.reading() as session:
        setup = _setup(operator, session, merchant)
    service_id = _service(setup, service)
    reports = learn_now(operator.database, operator.clock(), setup, service_id, anew=anew)
    click.echo(f"{reports} reports about {service_id} were learnt from")


def _setup(operator: Operator, session: Session, merchant: str) -> Setup:
    try:
        return Memory(operator.signer()).setup_of_merchant(session, merchant)
    except UnknownShop as error:
        raise click.ClickException(f"there is no merchant {merchant}") from error


def _service(setup: Setup, named: str | None) -> str:
    if named is None and len(setup.services) == 1:
        return next(iter(setup.services))
    if named is None or named not in setup.services:
        raise click.ClickException(f"name the service by --service: one of {', '.join(setup.services) or 'none'}")
    return named


def _keep(operator: Operator, setup: Setup, service_id: str, parcels: list[PastParcel]) -> int:
    new = 0
    with Progress(TextColumn("importing"), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task("importing", total=len(parcels))
        for start in range(0, len(parcels), AT_ONCE):
            part = parcels[start : start + AT_ONCE]

            def work(session: Session, part: list[PastParcel] = part) -> int:
                return experiences.bring_along(session, setup, service_id, part)

            new += operator.database.write(work)
            progress.advance(task, len(part))
    return new
