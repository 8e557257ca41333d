"""`stoep slots travel`: driving times from a file."""

from pathlib import Path

import click
from sqlalchemy import select

from delivery.merchants import is_merchant
from delivery.store.tables import merchants
from delivery.texts.sentences import said
from plugin.commands.operator import Operator, with_operator
from plugin.travel.keeping import keep_all
from plugin.travel.matrix import BadMatrix, read_matrix


@click.command("travel")
@click.argument("merchant")
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Forget the driving times of before.")
@with_operator
def travel(operator: Operator, merchant: str, file: Path, replace: bool) -> None:
    """Bring along the driving times of FILE for MERCHANT: CSV with the columns from, to, seconds.

    A place is latitude and longitude ("52.0907,5.1214") or a postcode of the merchant's country. When any row is wrong, nothing
    is changed. The times count once the merchant's setting for driving times is a file or a map server.
    """
    operator.need_migrated()
    now, content = operator.clock(), file.read_bytes()

    try:
        with operator.database.reading() as session:
            if not is_merchant(session, merchant):
                raise click.ClickException(f"there is no merchant {merchant!r}; `stoep merchants list` names them")
            country = session.execute(select(merchants.c.country).where(merchants.c.id == merchant)).scalar_one()
            told = read_matrix(session, country, content)
    except BadMatrix as problem:
        faults = [f"{file.name}, row {row}: {said('en', why)}" for row, why in problem.faults]
        raise click.ClickException("\n".join(["nothing was changed", *faults])) from problem
    kept = keep_all(operator.database, now, merchant, told, anew=replace)
    click.echo(f"{kept} driving times were brought along from {file.name}")
