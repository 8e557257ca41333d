"""`stoep people`: what is kept about one person, and taking it out, for the operator."""

from typing import Any

import click
import orjson

from delivery import privacy
from delivery.audit import OPERATOR
from delivery.merchants import is_merchant
from delivery.privacy import Person
from delivery.problems import InvalidInput
from delivery.store.engine import Session
from plugin.commands.operator import Operator, with_operator


@click.group()
def people() -> None:
    """What is kept about one person: print it, or take it out."""


def _by_one_of_three(command: Any) -> Any:
    command = click.option("--order", help="By one order: only what is kept about that one.")(command)
    command = click.option("--phone", help="By phone, with or without its country.")(command)
    command = click.option("--email", help="By e-mail address.")(command)
    return click.argument("merchant")(command)


@people.command()
@_by_one_of_three
@with_operator
def export(operator: Operator, merchant: str, email: str | None, phone: str | None, order: str | None) -> None:
    """Print everything that MERCHANT's bookings hold about one person, as JSON."""
    operator.need_migrated()
    who, now = _person(email, phone, order), operator.clock()
    with operator.database.reading() as session:
        _known(session, merchant)
        found = privacy.export(session, now, merchant, who)
    click.echo(orjson.dumps({"exported_at": now, "bookings": found}, option=orjson.OPT_INDENT_2).decode())


@people.command()
@_by_one_of_three
@with_operator
def erase(operator: Operator, merchant: str, email: str | None, phone: str | None, order: str | None) -> None:
    """Take one person out of MERCHANT's bookings: at once where the delivery is over, else as soon as it is."""
    operator.need_migrated()
    who, now, signer = _person(email, phone, order), operator.clock(), operator.signer()

    def work(session: Session) -> privacy.Erased:
        _known(session, merchant)
        return privacy.erase(session, now, signer, merchant, OPERATOR, who)

    done = operator.database.write(work)
    for word, found in (("erased", done.erased), ("kept until done", done.kept_until_done)):
        for one in found:
            click.echo(f"{word}: {one.order} {one.part}".rstrip() + f" ({one.state}, {one.id})")
    if not done.erased and not done.kept_until_done:
        click.echo("nothing was found")


def _person(email: str | None, phone: str | None, order: str | None) -> Person:
    try:
        return privacy.person(email, phone, order)
    except InvalidInput as problem:
        raise click.UsageError(problem.detail) from problem


def _known(session: Session, merchant: str) -> None:
    if not is_merchant(session, merchant):
        raise click.ClickException(f"there is no merchant {merchant!r}; `stoep merchants list` names them")
