"""`stoep demo` and `stoep serve` as they are started and stopped: everything up, one purchase, nothing left behind."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.plugin.test_commands import HOUSE, stoep

pytest_plugins = ["tests.shops.oscar_street"]

COMMAND = [sys.executable, "-c", "from app import main; main()"]
PATIENCE_SECONDS = 40


@contextmanager
def started(url: str, folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("STOEP_")}
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        env=clean | {"STOEP_DATABASE_URL": url, "PYTHONPATH": str(HOUSE), "PYTHONUNBUFFERED": "1"},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def free_ports(how_many: int) -> int:
    """The first of so many free ports in a row."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as found:
            first = found.getsockname()[1]
        if all(is_free(port) for port in range(first, first + how_many)):
            return int(first)


def is_free(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except (OSError, OverflowError):
        return False


def eventually(url: str, words: str) -> bool:
    """Whether the page says so within some seconds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if words in requests.get(url, timeout=5).text:
                return True
        except (requests.ConnectionError, requests.Timeout):
            pass
        time.sleep(0.1)
    return False


def buys(shop: str) -> str:
    """Buys a lamp with a home slot, by the plain forms; the order's number."""
    browser = requests.Session()
    browser.post(f"{shop}/basket", data={"sku": "LAMP-DESK", "quantity": 1, "add": 1}, timeout=20)
    who = {"name": "Sanne", "email": "s@example.org", "street": "Prinsengracht 263", "city": "Amsterdam"}
    page = browser.post(f"{shop}/checkout/", data=who | {"postal_code": "1016 GV", "country": "NL"}, timeout=20).text
    offer = re.findall(r'name="plain_offer" value="([^"]+)"', page)[0]
    option = re.findall(r'data-type="local_delivery".*?value="([^"]+)"', page, re.DOTALL)[0]
    chosen = {"plain_offer": offer, "delivery_choice_option": option}
    payment = browser.post(f"{shop}/checkout/delivery", data=chosen, timeout=20).url
    assert "/payment/" in payment
    browser.post(payment, data={"outcome": "pay"}, timeout=20)
    return payment.rsplit("/", 1)[1]


def test_one_command_and_an_order_reaches_the_warehouse_and_all_stops_again(
    sqlite_url: str, tmp_path: Path, oscar_shop: Path
) -> None:
    """As `make demo-oscar` starts it: what `make demo` does, and one shop more."""
    port = free_ports(4)
    shutil.copytree(oscar_shop, tmp_path / "var" / "oscar")
    with started(sqlite_url, tmp_path, "demo", "--oscar", "--port-base", str(port)) as demo:
        assert demo.stdout is not None
        said = [demo.stdout.readline() for _ in range(8)]
        assert said[-1] == "Ctrl-C stops everything.\n"
        assert f"The merchant   http://127.0.0.1:{port}/plugin/login\n" in said
        assert "owner@schemer-wol.example, password" in said[-2]
        assert f"The shop       http://127.0.0.1:{port + 1}\n" in said
        assert f"Oscar          http://127.0.0.1:{port + 3}\n" in said
        assert eventually(f"http://127.0.0.1:{port + 3}/catalogue/", "6</strong> results")
        order = buys(f"http://127.0.0.1:{port + 1}")
        assert eventually(f"http://127.0.0.1:{port + 2}/orders", order)
        demo.send_signal(signal.SIGTERM)
        _, errors = demo.communicate(timeout=PATIENCE_SECONDS)
        assert (demo.returncode, errors) == (0, "\nstopped\n")
    assert all(is_free(one) for one in range(port, port + 4))


def test_the_shop_of_oscar_is_not_started_before_it_is_installed(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("plugin.commands.demo.OSCAR", tmp_path / "python")
    run = stoep(sqlite_url, "demo", "--oscar")
    assert (run.exit_code, run.stderr) == (1, "Error: django-oscar is not installed: `make demo-oscar` does it\n")


def test_serve_listens_on_loopback_until_it_is_told_to_stop(sqlite_url: str, tmp_path: Path) -> None:
    port = free_ports(1)
    stoep(sqlite_url, "migrate")
    with started(sqlite_url, tmp_path, "serve", "--port", str(port)) as server:
        assert eventually(f"http://127.0.0.1:{port}/health", "ok")
        server.send_signal(signal.SIGTERM)
        output, errors = server.communicate(timeout=PATIENCE_SECONDS)
        assert (server.returncode, output, errors) == (0, "", "")


@pytest.mark.parametrize("missing", ["SHOP_STOEP_URL", "SHOP_KEY", "SHOP_SECRET"])
def test_the_shop_names_the_variable_that_it_lacks(missing: str) -> None:
    variables = {"SHOP_STOEP_URL": "http://127.0.0.1:1", "SHOP_KEY": "pk_x", "SHOP_SECRET": "sk_x"}
    del variables[missing]
    run = subprocess.run(
        [sys.executable, "-m", "examples.shop"],
        env=dict(os.environ) | variables,
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 1
    assert f"set {missing}" in run.stderr
