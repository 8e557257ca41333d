"""`stoep handovers`: what did not reach fulfilment, and how it is sent again."""

import json
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import Row, select

from delivery import endpoints
from delivery.handovers import PARKED, REFUSED, WAITING, retry
from delivery.merchants import is_merchant
from delivery.store.engine import Session
from delivery.store.tables import handovers as handover_rows
from plugin.commands.operator import Operator, with_operator

WIDEST = 2000
_ACROSS = {"across_merchants": "an operator looks after all"}
_SHOWN = (
    handover_rows.c.id,
    handover_rows.c.merchant_id,
    handover_rows.c.booking_id,
    handover_rows.c.endpoint_id,
    handover_rows.c.type,
    handover_rows.c.state,
    handover_rows.c.tries,
    handover_rows.c.next_try_at,
    handover_rows.c.last_status,
    handover_rows.c.last_problem,
    handover_rows.c.created_at,
)


@click.group()
def handovers() -> None:
    """Messages to fulfilment that were not passed on: look at them, and send them again."""


@handovers.command("list")
@click.option("--state", type=click.Choice([PARKED, REFUSED, WAITING]), help="Only those in this state.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each, for scripts.")
@with_operator
def list_handovers(operator: Operator, state: str | None, as_json: bool) -> None:
    """List what was not passed on, of all merchants, the oldest first.

    `parked`: ten tries failed, nothing more happens by itself. `refused`: its endpoint is disabled. `waiting`: it will be
    tried, unless it has no endpoint or stands behind one that is parked or refused.
    """
    operator.need_migrated()
    with operator.database.reading() as session:
        rows = _unfinished(session, state)
    if as_json:
        for row in rows:
            click.echo(json.dumps({name: _plain(value) for name, value in row._mapping.items()}))
        return
    if not rows:
        click.echo(f"nothing is {state}" if state else "everything was passed on")
        return
    table = Table("handover", "state", "merchant", "booking", "endpoint", "tries", "since", "last answer")
    for row in rows:
        said = row.last_problem or (row.last_status and str(row.last_status)) or ""
        cells = (row.id, row.state, row.merchant_id, row.booking_id, row.endpoint_id or "none", str(row.tries))
        table.add_row(*cells, f"{row.created_at:%Y-%m-%d %H:%M}", said)
    # As wide as its longest row: an id that is cut off cannot be typed into `retry`.
    width = Console(width=WIDEST, markup=False).measure(table).maximum
    Console(width=width, markup=False).print(table)


@handovers.command("retry")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all-parked", is_flag=True, help="Every handover that is parked, of all merchants.")
@with_operator
def retry_handovers(operator: Operator, ids: tuple[str, ...], all_parked: bool) -> None:
    """Send the handovers of these IDs again at once. When one of them cannot be sent, nothing is changed.

    The worker sends them; their schedule of tries starts anew.
    """
    if bool(ids) == all_parked:
        raise click.UsageError("name the handovers, or give --all-parked")
    operator.need_migrated()
    now = operator.clock()

    def work(session: Session) -> int:
        rows = _unfinished(session, PARKED) if all_parked else [_known(session, each) for each in dict.fromkeys(ids)]
        for row in rows:
            if not retry(session, now, row.merchant_id, row.id):
                raise click.ClickException(_why_not(row))
        return len(rows)

    count = operator.database.write(work)
    click.echo(f"{count} handover{'' if count == 1 else 's'} will be sent again")


@handovers.command()
@click.argument("merchant")
@click.argument("endpoint")
@with_operator
def enable(operator: Operator, merchant: str, endpoint: str) -> None:
    """Send to ENDPOINT of MERCHANT again, beginning with what it refused.

    An endpoint is disabled when it answers 410. `stoep handovers list --state refused` names it.
    """
    operator.need_migrated()
    now = operator.clock()

    def work(session: Session) -> None:
        if not is_merchant(session, merchant):
            raise click.ClickException(f"there is no merchant {merchant!r}; `stoep merchants list` names them")
        if not endpoints.enable(session, now, merchant, endpoint):
            known = ", ".join(each.id for each in endpoints.list_all(session, merchant)) or "none"
            raise click.ClickException(f"{merchant} has no endpoint {endpoint!r}; it has: {known}")

    operator.database.write(work)
    click.echo(f"{endpoint} is enabled; what it refused will be sent again")


def _unfinished(session: Session, state: str | None) -> list[Row[Any]]:
    states = [state] if state else [PARKED, REFUSED, WAITING]
    query = (
        select(*_SHOWN)
        .where(handover_rows.c.state.in_(states))
        .order_by(handover_rows.c.created_at, handover_rows.c.sequence, handover_rows.c.id)
    )
    return list(session.execute(query, execution_options=_ACROSS))


def _known(session: Session, handover_id: str) -> Row[Any]:
    query = select(*_SHOWN).where(handover_rows.c.id == handover_id)
    rows: list[Row[Any]] = list(session.execute(query, execution_options=_ACROSS))
    if not rows:
        raise click.ClickException(f"there is no handover {handover_id!r}; `stoep handovers list` names them")
    return rows[0]


def _why_not(row: Row[Any]) -> str:
    if row.endpoint_id is None:
        return f"{row.id} has no endpoint to be sent to: the merchant had none when it was written"
    return f"{row.id} was passed on already"


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
