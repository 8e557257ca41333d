"""From nothing to the first order: an empty service, a mail server, a shop's page, a warehouse; all of it real."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from shutil import copyfile

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Locator, Page, expect

from plugin.commands.processes import LOOPBACK, Program, Running
from tests.browser.clerk import Clerk, Picker
from tests.browser.shop_page import ShopPage
from tests.browser.street import HOUSE, free_ports
from tests.plugin.notify.mail_server import SENDER, Mailbox, mail_server
from tests.plugin.staff.mailed import next_mail

pytest_plugins = ["tests.browser.street", "tests.browser.office"]
pytestmark = pytest.mark.browser

PASSWORD = "lamps for every window"
GUIDE_SECONDS = 120
LINK = re.compile(r"https?://\S+/plugin/password/\S+")


@dataclass
class Service:
    """A Stoep without a single merchant, its worker, and where its mails go."""

    address: str
    warehouse: str
    mailbox: Mailbox
    variables: dict[str, str]
    folder: Path
    running: list[Running] = field(default_factory=list)

    def command(self, *words: str) -> str:
        """What `stoep …` prints."""
        stoep = [sys.executable, "-c", "from app import main; main()", *words]
        ran = subprocess.run(stoep, env=self.variables, capture_output=True, text=True, check=True)
        return ran.stdout

    def starts(self, name: str, arguments: list[str], port: int | None, **variables: str) -> None:
        started = Running(Program(name, [sys.executable, *arguments], port, self.variables | variables))
        self.running.append(started)
        started.wait_until_up()

    def stop(self) -> None:
        for one in self.running:
            one.ask_to_stop()
        for one in self.running:
            one.wait_until_stopped()


@pytest.fixture(scope="module")
def service(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("nothing")
    copyfile(sqlite_template, folder / "stoep.sqlite")
    port, warehouse = free_ports(2)
    with mail_server() as mailbox:
        variables = {
            "PYTHONPATH": str(HOUSE),
            "STOEP_DATABASE_URL": f"sqlite:///{folder / 'stoep.sqlite'}",
            "STOEP_PUBLIC_URL": f"http://{LOOPBACK}:{port}",
            "STOEP_ALLOW_PRIVATE_TARGETS": "1",
            "STOEP_LOG_LEVEL": "WARNING",
            "STOEP_SIGN_UP": "1",
            "STOEP_SMTP_URL": f"smtp://{LOOPBACK}:{mailbox.port}",
            "STOEP_MAIL_FROM": SENDER,
        }
        built = Service(variables["STOEP_PUBLIC_URL"], f"http://{LOOPBACK}:{warehouse}", mailbox, variables, folder)
        try:
            built.command("places", "import", str(files("plugin.commands.demo_merchant") / "places.tsv"))
            built.starts("Stoep", ["-c", "from app import main; main()", "serve", "--port", str(port)], port)
            built.starts("the worker", ["-c", "from app import main; main()", "worker"], None)
            yield built
        finally:
            built.stop()


def signs_up(clerk: Clerk, email: str) -> None:
    clerk.opens("/plugin/login")
    clerk.page.get_by_role("link", name="Sign up").click()
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text("Sign up")
    assert Axe().run(clerk.page).violations_count == 0
    clerk.fills("Name of the shop", "Wick & Wax")
    clerk.page.get_by_label("Country").select_option(label="Netherlands")
    clerk.fills("E-mail address", email)
    clerk.presses("Sign up")


def sets_password(clerk: Clerk, link: str) -> None:
    clerk.page.goto(link)
    clerk.fills("New password", PASSWORD)
    clerk.presses("Set your password")
    clerk.is_told("Your password is set.")


def goes_through_the_guide(clerk: Clerk) -> float:
    """The four screens, filled in like a small shop in Amsterdam does; the seconds it took."""
    page, began = clerk.page, time.monotonic()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your shop")
    clerk.presses("Save and go on")
    clerk.fills("Name of the place", "Workshop")
    clerk.fills("Street and number", "Prinsengracht 263")
    clerk.fills("Postcode", "1016 GV")
    clerk.fills("City", "Amsterdam")
    clerk.fills("Ordered before this time, packed the same day", "16:00")
    clerk.presses("Save and go on")
    page.get_by_label("My own courier delivers").check()
    clerk.fills("Postcodes where the courier comes", "1011-1109")
    clerk.presses("Save and go on")
    page.get_by_label("People can collect here").check()
    clerk.presses("Save and go on")
    expect(page.get_by_role("heading", level=1)).to_have_text("Install")
    return time.monotonic() - began


def code_under(page: Page, heading: str) -> str:
    """The piece of code below a heading of the install page, as somebody would copy it."""
    return page.get_by_role("heading", name=heading).locator("xpath=following::code[1]").inner_text()


def connects_the_warehouse(clerk: Clerk, service: Service) -> None:
    """Adds it as a place to send to, and starts it with the secret that is shown."""
    clerk.opens("/plugin/handovers")
    clerk.page.get_by_role("link", name="Another system").click()
    clerk.fills("Address", f"{service.warehouse}/hooks")
    clerk.presses("Add")
    secret = clerk.page.get_by_label("Secret").input_value()
    port = int(service.warehouse.rsplit(":", 1)[1])
    orders = str(service.folder / "warehouse.sqlite")
    arguments = ["-m", "examples.warehouse", "--port", str(port)]
    service.starts("the warehouse", arguments, port, WAREHOUSE_SECRET=secret, WAREHOUSE_ORDERS=orders)


def checks(clerk: Clerk) -> Locator:
    """Presses the button of the self-check; what it found."""
    clerk.page.get_by_role("button", name=re.compile("Check (now|again)")).click()
    return clerk.page.get_by_role("region", name="Is anything missing?")


def shopper_chooses(page: Page, address: str) -> tuple[str, str]:
    """The hours of a home window, and the choice that the form would send."""
    page.goto(address)
    picker = Picker(page.locator("stoep-delivery .picker")).loaded()
    window = picker.options("local_delivery").first
    hours = "–".join(re.findall(r"\d\d:\d\d", window.locator(".title").inner_text()))
    window.locator("input").click()
    expect(page.locator("stoep-delivery").get_by_role("timer")).to_contain_text("Voor je vastgehouden")
    choice = page.locator("stoep-delivery").evaluate("(it) => new FormData(it.form).get('delivery_choice')")
    return hours, str(choice)


def places_order(code: str, secret_key: str, choice: str) -> None:
    """Runs the very piece of Python that the install page shows, with the secret key put in."""
    ready = code.replace("sk_…", secret_key).replace('"city": "…", "lines": ["…"]', '"city": "Houten", "lines": ["1"]')
    exec(ready, {"form": {"delivery_choice": choice}})


def test_a_shop_gets_going_from_nothing(service: Service, new_page: Callable[..., Page], shop_page: ShopPage) -> None:
    clerk = Clerk(new_page(), service.address)
    page = clerk.page
    signs_up(clerk, "wick@example.org")
    to, mail = next_mail(service.mailbox)
    found = LINK.search(mail)
    assert to == "wick@example.org"
    assert found
    sets_password(clerk, found[0])
    clerk.logs_in(to, PASSWORD)
    seconds = goes_through_the_guide(clerk)
    print(f"\nthe guide's four screens took {seconds:.1f} s by script")
    assert seconds < GUIDE_SECONDS
    clerk.is_told("Your shop is set up. Now put it into your checkout.")

    expect(checks(clerk)).to_contain_text("missing")
    shop_page.head = code_under(page, "Into the head of the checkout page")
    shop_page.form = code_under(page, "Into the form of the checkout")
    server_code = code_under(page, "On your server, when the order is placed")
    lines = code_under(page, "If your pages have a Content-Security-Policy")
    shop_page.policy = f"default-src 'none'; {'; '.join(lines.splitlines())}"
    clerk.fills("Address of your checkout", shop_page.address)
    clerk.saves()
    expect(page.get_by_label("Web addresses that may call")).to_have_value(shop_page.origin)
    clerk.presses("Make a secret key")
    secret_key = page.get_by_role("region", name="Your new secret key").locator("code").inner_text()

    connects_the_warehouse(clerk, service)
    clerk.opens("/plugin/install")
    page.get_by_role("button", name="Send a test handover").click()
    expect(page.get_by_role("status").filter(has_text="was accepted")).to_be_visible()
    check = checks(clerk)
    expect(check).to_contain_text("Nothing is missing.")
    expect(check.get_by_text("missing", exact=True)).to_have_count(0)

    hours, choice = shopper_chooses(new_page(), shop_page.address)
    places_order(server_code, secret_key, choice)
    check = checks(clerk)
    expect(check.get_by_text("in order", exact=True)).to_have_count(check.locator(".badge").count())

    clerk.opens("/plugin/deliveries")
    row = page.get_by_role("row", name="1001")
    expect(row).to_contain_text("A. Jansen")
    expect(row).to_contain_text(hours)
    row.get_by_role("link", name="1001").click()
    expect(page.get_by_text("What happened")).to_be_visible()
    warehouse = new_page()
    warehouse.goto(service.warehouse)
    expect(warehouse.locator('[data-order="1001"]')).to_contain_text(hours)


def test_an_owner_made_by_the_command_begins_with_the_guide(service: Service, new_page: Callable[..., Page]) -> None:
    printed = service.command("merchants", "add", "--name", "Lamp & Lantern", "--owner-email", "lamp@example.org")
    found = LINK.search("".join(line.strip() for line in printed.splitlines())) or LINK.search(printed)
    assert found
    clerk = Clerk(new_page(), service.address)
    sets_password(clerk, found[0])
    clerk.logs_in("lamp@example.org", "something else entirely")
    expect(clerk.page.get_by_role("alert")).to_be_visible()
    clerk.logs_in("lamp@example.org", PASSWORD)
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text("Your shop")
