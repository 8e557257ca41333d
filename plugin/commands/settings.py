"""`stoep settings`: everything a merchant has set, as one file."""

import json
import sys
from typing import BinaryIO

import click

from delivery.audit import OPERATOR
from delivery.merchants import is_merchant
from delivery.problems import InvalidInput
from delivery.settings import documents
from delivery.settings.documents import Plan
from delivery.store.engine import Session
from plugin.commands.operator import Operator, with_operator


@click.group()
def settings() -> None:
    """Write a merchant's settings to a file, and read them from one."""


@settings.command("export")
@click.argument("merchant")
@with_operator
def export(operator: Operator, merchant: str) -> None:
    """Print all that MERCHANT has set, as JSON."""
    operator.need_migrated()
    with operator.database.reading() as session:
        _need_merchant(session, merchant)
        document = documents.export(session, merchant)
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    click.echo()


@settings.command("import")
@click.argument("merchant")
@click.argument("file", type=click.File("rb"))
@with_operator
def import_(operator: Operator, merchant: str, file: BinaryIO) -> None:
    """Put the settings of FILE ("-" is what comes in) in the place of those that MERCHANT has: all of them, or none when
    something is wrong. Areas that the file does not name stay."""
    operator.need_migrated()
    now = operator.clock()
    try:
        document = json.loads(file.read())
    except ValueError as error:
        raise click.ClickException(f"the file is not JSON: {error}") from error

    def work(session: Session) -> Plan:
        _need_merchant(session, merchant)
        return documents.replace_all(session, now, OPERATOR, merchant, document)

    try:
        made = operator.database.write(work)
    except InvalidInput as error:
        lines = [f"{fault.pointer}: {fault.detail}" for fault in error.faults]
        raise click.ClickException("\n".join(["nothing was changed", *lines])) from error
    for area, found in made.differences().items():
        click.echo(f"{area}: {found.added} added, {found.changed} changed, {found.removed} removed")


def _need_merchant(session: Session, merchant_id: str) -> None:
    if not is_merchant(session, merchant_id):
        raise click.ClickException(f"there is no merchant {merchant_id!r}; `stoep merchants list` names them")
