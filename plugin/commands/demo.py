"""`stoep demo`: a shop, a warehouse and Stoep between them, on this machine."""

import json
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

import plugin
from delivery import endpoints
from delivery.audit import OPERATOR
from delivery.keys import KeyKind, issue_key
from delivery.links import PageLinks
from delivery.merchants import allow_origin
from delivery.passwords import hash_password
from delivery.setups import load_setup
from delivery.store.engine import Session
from delivery.store.migrate import upgrade
from plugin.commands.demo_merchant import owner
from plugin.commands.demo_merchant.history import seed_history
from plugin.commands.demo_merchant.seed import MERCHANT_ID, seed
from plugin.commands.operator import Operator, with_operator
from plugin.commands.processes import LOOPBACK, Program, running
from plugin.commands.serve import gunicorn_command, need_free_port

CHECKOUT = Path(plugin.__file__).parent.parent
WORKER_COMMAND = "from app import main; main()"
OSCAR_LOGIN = "owner@example.org, password only-for-the-demo"
OSCAR = CHECKOUT / ".venv-oscar" / "bin" / "python"
"""What django-oscar is installed into: it wants other versions than Stoep does."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Ports in a row: Stoep, the shop, the warehouse; and the shop of Oscar, where there is one."""

    port_base: int
    has_oscar: bool = False

    @property
    def stoep(self) -> str:
        return f"http://{LOOPBACK}:{self.port_base}"

    @property
    def shop(self) -> str:
        return f"http://{LOOPBACK}:{self.port_base + 1}"

    @property
    def warehouse(self) -> str:
        return f"http://{LOOPBACK}:{self.port_base + 2}"

    @property
    def oscar(self) -> str:
        return f"http://{LOOPBACK}:{self.port_base + 3}"

    @property
    def shop_origins(self) -> tuple[str, ...]:
        shops = (self.shop, self.oscar) if self.has_oscar else (self.shop,)
        return (*shops, *(shop.replace(LOOPBACK, "localhost") for shop in shops))

    @property
    def last_port(self) -> int:
        return self.port_base + (3 if self.has_oscar else 2)


@click.command()
@click.option(
    "--port-base",
    default=8000,
    show_default=True,
    type=click.IntRange(1024, 65532),
    help="The first of the ports: Stoep, the shop, the warehouse, the shop of Oscar.",
)
@click.option("--oscar", is_flag=True, help="A shop of django-oscar as well; `make demo-oscar` installs it first.")
@click.option("--seed-only", is_flag=True, help="Migrate and seed the database of STOEP_DATABASE_URL; start nothing.")
@click.option(
    "--json", "as_json", is_flag=True, help="With --seed-only: print the keys as one line of JSON, nothing else."
)
@with_operator
def demo(operator: Operator, port_base: int, oscar: bool, seed_only: bool, as_json: bool) -> None:
    """Start Stoep, its worker, an example shop and an example warehouse.

    The database is migrated and gets a demo merchant when it has none. Each start issues a new secret key (the older
    ones go on working for a week) and a new password for the merchant's owner. Ctrl-C stops everything.
    """
    if as_json and not seed_only:
        raise click.UsageError("--json goes with --seed-only")
    addresses = Addresses(port_base, oscar)
    if not seed_only:
        _need_room(addresses)
    keys = seeded(operator, addresses, with_history=not seed_only)
    if as_json:
        click.echo(json.dumps(keys))
    elif seed_only:
        for name, value in (keys | keys["login"]).items():
            if name != "login":
                click.echo(f"{name}: {value}")
    else:
        secret = _warehouse_secret(operator, addresses)
        cookie_secret = operator.signer().key_hash("cookies of the demo shop")
        operator.database.close()
        _run(_programs(addresses, keys, secret, cookie_secret), addresses, keys["login"])


def seeded(operator: Operator, addresses: Addresses, *, with_history: bool = False) -> dict[str, Any]:
    """Migrates, makes the merchant when it is missing, and issues its keys: shop, secret_key, allowed_origin and login.
    `with_history`: a new merchant gets the past of demo_merchant/history.py."""
    upgrade(operator.database)
    signer, now = operator.signer(), operator.clock()
    password = owner.new_password()
    password_hash = hash_password(password)

    def work(session: Session) -> dict[str, Any]:
        if seed(session, now, addresses.shop_origins):
            if with_history:
                seed_history(session, now, load_setup(session, MERCHANT_ID), PageLinks(addresses.stoep, signer))
        else:
            for origin in addresses.shop_origins:
                allow_origin(session, now, MERCHANT_ID, OPERATOR, origin)
        owner.seed_owner(session, now, password_hash)
        return {
            "shop": issue_key(session, now, signer, MERCHANT_ID, KeyKind.PUBLISHABLE),
            "secret_key": issue_key(session, now, signer, MERCHANT_ID, KeyKind.SECRET),
            "allowed_origin": addresses.shop,
            "login": {"email": owner.EMAIL, "password": password},
        }

    return operator.database.write(work)


def _need_room(addresses: Addresses) -> None:
    if not (CHECKOUT / "examples" / "shop").is_dir():
        raise click.ClickException("the demo starts the shop in examples/, which only a checkout of the project has")
    if addresses.has_oscar and not OSCAR.exists():
        raise click.ClickException("django-oscar is not installed: `make demo-oscar` does it")
    for port in range(addresses.port_base, addresses.last_port + 1):
        try:
            need_free_port(LOOPBACK, port)
        except click.ClickException as error:
            raise click.ClickException(f"{error.message}. Choose other ports with --port-base.") from error


def _warehouse_secret(operator: Operator, addresses: Addresses) -> str:
    """The signing secret of the warehouse's endpoint, which is made when it is missing. Those of other ports end."""
    signer, now = operator.signer(), operator.clock()
    url = f"{addresses.warehouse}/hooks"

    def work(session: Session) -> str:
        known = None
        for endpoint in endpoints.list_all(session, MERCHANT_ID):
            if endpoint.url == url:
                known = endpoint
            elif endpoint.enabled and endpoint.url.startswith(f"http://{LOOPBACK}:"):
                endpoints.disable(session, MERCHANT_ID, endpoint.id, "the demo moved to other ports")
        if known is None:
            return endpoints.add(session, now, MERCHANT_ID, url, signer)[1]
        if not known.enabled:
            endpoints.enable(session, now, MERCHANT_ID, known.id)
        secret = endpoints.secret_of(session, MERCHANT_ID, known.id, signer)
        assert secret is not None
        return secret

    return operator.database.write(work)


def _programs(addresses: Addresses, keys: dict[str, Any], secret: str, cookie_secret: str) -> list[Program]:
    port = addresses.port_base
    # The warehouse is on this machine: the demo alone lets Stoep call it there.
    stoep = {"STOEP_PUBLIC_URL": addresses.stoep, "STOEP_ALLOW_PRIVATE_TARGETS": "1", "STOEP_LOG_LEVEL": "WARNING"}
    shop = {
        "SHOP_STOEP_URL": addresses.stoep,
        "SHOP_KEY": keys["shop"],
        "SHOP_SECRET": keys["secret_key"],
        "SHOP_COOKIE_SECRET": cookie_secret,
    }
    here = {"PYTHONPATH": str(CHECKOUT)}
    programs = [
        Program("Stoep", gunicorn_command(LOOPBACK, port), port, stoep),
        Program("the worker", [sys.executable, "-c", WORKER_COMMAND, "worker"], None, stoep),
        Program("the shop", _example("shop", port + 1), port + 1, shop | here),
        Program("the warehouse", _example("warehouse", port + 2), port + 2, {"WAREHOUSE_SECRET": secret} | here),
    ]
    if addresses.has_oscar:
        command = [str(OSCAR), "-m", "examples.oscar", "--port", str(port + 3)]
        programs.append(Program("the shop of Oscar", command, port + 3, shop | here))
    return programs


def _example(name: str, port: int) -> list[str]:
    return [sys.executable, "-m", f"examples.{name}", "--port", str(port)]


def _run(programs: list[Program], addresses: Addresses, login: dict[str, str]) -> None:
    signal.signal(signal.SIGTERM, _stop)
    try:
        with running(programs) as started:
            click.echo(f"The shop       {addresses.shop}")
            if addresses.has_oscar:
                click.echo(f"Oscar          {addresses.oscar}")
                click.echo(f"               its dashboard is /dashboard/, by {OSCAR_LOGIN}")
            click.echo(f"The warehouse  {addresses.warehouse}")
            click.echo(f"Stoep          {addresses.stoep}")
            click.echo(f"The merchant   {addresses.stoep}/plugin/login")
            click.echo(f"               {login['email']}, password {login['password']}")
            click.echo("Ctrl-C stops everything.")
            while True:
                time.sleep(0.5)
                for one in started:
                    one.need_alive()
    except KeyboardInterrupt:
        click.echo("\nstopped", err=True)


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
