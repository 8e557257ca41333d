"""`stoep migrate`: make or renew the tables."""

import click

from delivery.store.migrate import current_revision, head_revision, upgrade
from plugin.commands.operator import Operator, with_operator


@click.command()
@with_operator
def migrate(operator: Operator) -> None:
    """Make the tables of the database, or bring them to this version.

    Nothing happens when they are up to date. Run it once after each upgrade, before the servers start.
    """
    before = current_revision(operator.database)
    upgrade(operator.database)
    after = head_revision()
    if before == after:
        click.echo(f"{operator.database_name} is up to date ({after})")
    else:
        click.echo(f"{operator.database_name} went from {before or 'nothing'} to {after}")
