"""`stoep demo`: a shop, a warehouse and Stoep between them, on this machine."""

import json

import click

from delivery.merchants import KeyKind, allow_origin, issue_key
from delivery.store.engine import Session
from delivery.store.migrate import upgrade
from plugin.commands.demo_merchant.seed import MERCHANT_ID, seed
from plugin.commands.operator import Operator, with_operator


@click.command()
@click.option(
    "--port-base",
    default=8000,
    show_default=True,
    type=click.IntRange(1024, 65533),
    help="The first of three ports: Stoep, the shop, the warehouse.",
)
@click.option("--seed-only", is_flag=True, help="Migrate and seed the database of STOEP_DATABASE_URL; start nothing.")
@click.option(
    "--json", "as_json", is_flag=True, help="With --seed-only: print the keys as one line of JSON, nothing else."
)
@with_operator
def demo(operator: Operator, port_base: int, seed_only: bool, as_json: bool) -> None:
    """Start Stoep, its worker, an example shop and an example warehouse.

    The database is migrated and gets a demo merchant when it has none. Each start issues a new secret key; the older
    ones go on working for a week. Ctrl-C stops everything.
    """
    if as_json and not seed_only:
        raise click.UsageError("--json goes with --seed-only")
    keys = seeded(operator, port_base)
    if as_json:
        click.echo(json.dumps(keys))
    elif seed_only:
        for name, value in keys.items():
            click.echo(f"{name}: {value}")


def seeded(operator: Operator, port_base: int) -> dict[str, str]:
    """Migrates, makes the merchant when it is missing, and issues its keys: shop, secret_key and allowed_origin."""
    upgrade(operator.database)
    signer = operator.signer()
    now = operator.clock()
    origins = tuple(f"http://{host}:{port_base + 1}" for host in ("127.0.0.1", "localhost"))

    def work(session: Session) -> dict[str, str]:
        if not seed(session, now, origins):
            for origin in origins:
                allow_origin(session, MERCHANT_ID, origin)
        return {
            "shop": issue_key(session, now, signer, MERCHANT_ID, KeyKind.PUBLISHABLE),
            "secret_key": issue_key(session, now, signer, MERCHANT_ID, KeyKind.SECRET),
            "allowed_origin": origins[0],
        }

    return operator.database.write(work)
