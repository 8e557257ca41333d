"""`stoep merchants`: add a merchant, show and renew its keys, allow its web origins."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from delivery import accounts, endpoints
from delivery.accounts import Role
from delivery.audit import OPERATOR, record
from delivery.endpoint_kinds import KINDS, MAILTO, WEBHOOK
from delivery.endpoints import Endpoint
from delivery.invitations import INVITATION
from delivery.keys import KEY_OVERLAP, KeyKind, issue_key
from delivery.merchants import add_merchant, allow_origin, is_merchant
from delivery.problems import Problem
from delivery.store.engine import Session
from delivery.store.tables import merchants as merchant_rows
from plugin.commands.operator import Operator, with_operator
from plugin.commands.staff import password_link

T = TypeVar("T")


@click.group()
def merchants() -> None:
    """Add merchants, and look after their keys."""


@merchants.command()
@click.option("--name", required=True, help="As shoppers read it.")
@click.option("--country", default="NL", show_default=True, help="ISO 3166-1, two letters.")
@click.option("--language", default="nl", show_default=True, help="BCP 47, such as nl-NL.")
@click.option("--currency", default="EUR", show_default=True, help="ISO 4217, three letters.")
@click.option("--time-zone", default="Europe/Amsterdam", show_default=True, help="IANA name.")
@click.option(
    "--origin",
    "origins",
    multiple=True,
    help="A web origin whose pages may call, such as https://shop.example. Repeatable.",
)
@click.option("--owner-email", help="Who may log in as its owner; prints a link to set the password.")
@click.option("--owner-name", help="The owner's name; the merchant's own when not given.")
@with_operator
def add(
    operator: Operator,
    name: str,
    country: str,
    language: str,
    currency: str,
    time_zone: str,
    origins: tuple[str, ...],
    owner_email: str | None,
    owner_name: str | None,
) -> None:
    """Add a merchant and print its id and keys. The secret key is shown this once."""
    operator.need_migrated()
    now, signer = operator.clock(), operator.signer()

    def work(session: Session) -> dict[str, str]:
        merchant_id = add_merchant(
            session,
            now,
            name=name,
            country=country,
            language=language,
            currency=currency,
            time_zone=time_zone,
            allowed_origins=origins,
        )
        facts = {
            "merchant": merchant_id,
            "publishable key": issue_key(session, now, signer, merchant_id, KeyKind.PUBLISHABLE),
            "secret key": issue_key(session, now, signer, merchant_id, KeyKind.SECRET),
        }
        if owner_email:
            owner = accounts.add(
                session, now, merchant_id, OPERATOR, email=owner_email, name=owner_name or name, role=Role.OWNER
            )
            facts["owner's password"] = password_link(operator, signer, owner, INVITATION)
        return facts

    _print(_written(operator, work))
    click.echo("Keep the secret key on the shop's server; it cannot be shown again.", err=True)


@merchants.command("list")
@with_operator
def list_merchants(operator: Operator) -> None:
    """List the merchants."""
    operator.need_migrated()
    table = Table("merchant", "name", "country", "allowed origins")
    with operator.database.reading() as session:
        for row in session.execute(select(merchant_rows).order_by(merchant_rows.c.created_at)):
            table.add_row(row.id, row.name, row.country, "\n".join(row.allowed_origins))
    Console().print(table)


@merchants.command()
@click.argument("merchant")
@with_operator
def show(operator: Operator, merchant: str) -> None:
    """Print the publishable key of MERCHANT. (Secret keys are not kept; `renew` makes a new one.)"""
    operator.need_migrated()
    _print_key(operator, merchant, KeyKind.PUBLISHABLE)


@merchants.command()
@click.argument("merchant")
@with_operator
def renew(operator: Operator, merchant: str) -> None:
    """Print a new secret key for MERCHANT. The older ones go on working for a week."""
    operator.need_migrated()
    _print_key(operator, merchant, KeyKind.SECRET)
    click.echo(f"The older secret keys end in {KEY_OVERLAP.days} days.", err=True)


@merchants.command("allow-origin")
@click.argument("merchant")
@click.argument("origin")
@with_operator
def allow(operator: Operator, merchant: str, origin: str) -> None:
    """Let pages of ORIGIN (https://shop.example) show the delivery options of MERCHANT."""
    operator.need_migrated()
    now = operator.clock()

    def work(session: Session) -> None:
        _need_merchant(session, merchant)
        allow_origin(session, now, merchant, OPERATOR, origin)

    _written(operator, work)


@merchants.command("add-endpoint")
@click.argument("merchant")
@click.argument("address")
@click.option("--kind", type=click.Choice(KINDS), default=WEBHOOK, show_default=True, help="How bookings get there.")
@click.option(
    "--send-at", type=click.DateTime(["%H:%M"]), help="When a daily list leaves, by the merchant's clock: 16:30."
)
@with_operator
def add_endpoint(operator: Operator, merchant: str, address: str, kind: str, send_at: datetime | None) -> None:
    """Send the bookings of MERCHANT to ADDRESS, and print the secret that webhooks are signed with.

    ADDRESS is a URL for webhooks (Standard Webhooks), an e-mail address for mails and daily lists.
    """
    operator.need_migrated()
    now, signer = operator.clock(), operator.signer()
    url = address if kind == WEBHOOK else MAILTO + address
    at = send_at.time() if send_at else None

    def work(session: Session) -> tuple[Endpoint, str]:
        _need_merchant(session, merchant)
        endpoint, secret = endpoints.add(session, now, merchant, url, signer, kind, at)
        facts = {"kind": kind, "url": endpoint.url, "send_at": at and at.isoformat("minutes"), "enabled": True}
        record(session, now, merchant, OPERATOR, "endpoints", endpoint.id, "added", None, facts)
        return endpoint, secret

    endpoint, secret = _written(operator, work)
    _print({"secret": secret} if kind == WEBHOOK else {"endpoint": endpoint.id})


def _print_key(operator: Operator, merchant_id: str, kind: KeyKind) -> None:
    now, signer = operator.clock(), operator.signer()

    def work(session: Session) -> str:
        _need_merchant(session, merchant_id)
        return issue_key(session, now, signer, merchant_id, kind)

    _print({f"{kind} key": _written(operator, work)})


def _need_merchant(session: Session, merchant_id: str) -> None:
    if not is_merchant(session, merchant_id):
        raise ValueError(f"there is no merchant {merchant_id!r}; `stoep merchants list` names them")


def _written(operator: Operator, work: Callable[[Session], T]) -> T:
    try:
        return operator.database.write(work)
    except Problem as problem:
        raise click.ClickException(problem.detail or problem.title) from problem
    except ValueError as error:
        raise click.ClickException(str(error)) from error


def _print(facts: dict[str, str]) -> None:
    width = max(map(len, facts))
    for name, value in facts.items():
        click.echo(f"{name:<{width}}  {value}")
