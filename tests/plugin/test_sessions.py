"""What keeps a login safe: whose cookie counts, what it says, where it leads; and that no secret is written down."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from app import create_app
from delivery import accounts
from delivery.accounts import Role
from delivery.audit import OPERATOR
from delivery.store.engine import Database
from delivery.store.tables import metadata
from tests.doors import Door, open_door
from tests.plugin.desk import CSRF, Desk, seated
from tests.plugin.planted import Planted, every_call
from tests.plugin.staff.people import browser, with_password
from tests.plugin.test_other_merchants import asked_by_page
from web.config import Config
from web.service import NAME

OLD, NEW, FOREIGN = ("an old signing key, long enough", "a new signing key, long enough", "a foreign key, long enough")
SECRET = re.compile(r"(?:sk_[\w-]{20,}|whsec_[\w+/=-]{20,})")


@pytest.fixture
def doors(sqlite_database: Database) -> Iterator[dict[str, Door]]:
    """The same service with an old key, after the key was renewed, and as somebody else would run it."""
    url = sqlite_database.url.render_as_string(hide_password=False)
    old = open_door(sqlite_database, url, secret_keys=(OLD,))
    opened = {"old": old, "renewed": again(old, url, NEW, OLD), "foreign": again(old, url, FOREIGN)}
    yield opened
    for door in opened.values():
        door.service.database.close()


def again(door: Door, url: str, *keys: str) -> Door:
    """The same database served with other signing keys."""
    app = create_app(Config(database_url=url, queue_url="sqlite:///:memory:", secret_keys=keys), door.clock)
    return replace(door, client=app.test_client(), service=app.extensions[NAME])


def status_at(door: Door, cookie: str) -> int:
    """What somebody with this cookie is answered at a page."""
    client = door.client.application.test_client()
    client.set_cookie("stoep", cookie)
    return client.get("/plugin/account").status_code


def cookie_of(desk: Desk) -> str:
    kept = desk.client.get_cookie("stoep")
    assert kept
    return kept.value


def test_a_cookie_of_the_key_before_still_counts_and_a_foreign_one_does_not(doors: dict[str, Door]) -> None:
    cookie = cookie_of(seated(doors["old"], "sh_demo"))
    assert {name: status_at(door, cookie) for name, door in doors.items()} == {
        "old": 200,
        "renewed": 200,
        "foreign": 303,
    }
    forged = cookie_of(seated(doors["foreign"], "sh_demo"))
    assert status_at(doors["renewed"], forged) == 303


def test_a_cookie_that_was_touched_counts_for_nothing(plain_desk: Desk) -> None:
    cookie = cookie_of(plain_desk)
    facts, rest = cookie.split(".", 1)
    for other in (f"{facts}x.{rest}", cookie[:-2], f".{cookie}", "", "x" * 4000, f"{facts}.{rest[::-1]}"):
        assert status_at(plain_desk.door, other) == 303


def test_the_cookie_holds_no_name_no_address_and_no_secret(plain_desk: Desk) -> None:
    serializer = SecureCookieSessionInterface().get_signing_serializer(plain_desk.client.application)
    assert serializer
    facts = serializer.loads(cookie_of(plain_desk))
    assert set(facts) == {"account", "version", "ends", CSRF}


def test_what_a_cookie_held_before_the_login_is_gone_after_it(desk: Desk) -> None:
    """Who plants a cookie in somebody's browser neither knows nor sets anything of the login that follows."""
    known = with_password(desk)
    one = browser(desk.door)
    one.get("/plugin/login")
    with one.client.session_transaction() as kept:
        kept["account"], kept["version"], kept["planted"] = "st_somebody", 1, "by somebody else"
        planted = kept[CSRF]
    assert one.log_in(known.email).status_code == 303
    with one.client.session_transaction() as kept:
        assert kept["account"] == known.id
        assert "planted" not in kept
        assert kept.get(CSRF) != planted


def test_a_cookie_of_somebody_removed_or_of_ended_logins_counts_for_nothing(desk: Desk) -> None:
    gone, now = desk.as_role(Role.OWNER), desk.door.clock()
    cookie = cookie_of(gone)
    assert status_at(desk.door, cookie) == 200
    desk.door.database.write(lambda session: accounts.remove(session, now, gone.merchant_id, OPERATOR, gone.account.id))
    assert status_at(desk.door, cookie) == 303
    own = cookie_of(desk)
    with_password(desk)
    assert status_at(desk.door, own) == 303


def test_a_login_ends_by_itself(plain_desk: Desk) -> None:
    cookie = cookie_of(plain_desk)
    plain_desk.door.clock.forward(days=13, hours=23)
    assert status_at(plain_desk.door, cookie) == 200
    plain_desk.door.clock.forward(hours=2)
    assert status_at(plain_desk.door, cookie) == 303


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.test",
        "///evil.test",
        "https:evil.test",
        "https:///evil.test",
        "javascript:alert(1)",
        "/\\evil.test",
        "\\\\evil.test",
        "/%2Fevil.test",
        "/plugin/%2e%2e//evil.test",
        "/plugin/../..//evil.test",
        "/plugin/settings\t//evil.test",
        "/plugin@evil.test",
        "/pluginevil.test/x",
        "/plugin/settings#//evil.test",
        " /plugin/settings",
        "/plugin//evil.test",
        "/plugin/settings\u2028",
    ],
)
def test_the_login_leads_nowhere_else(plain_desk: Desk, wanted: str) -> None:
    known = with_password(plain_desk)
    led = browser(plain_desk.door).log_in(known.email, next=wanted).location
    # What is kept is at worst an address below /plugin that leads to nothing.
    assert led == "/plugin/to-send" or (led == wanted and led.startswith("/plugin/%"))


def test_every_page_says_how_it_may_be_used(plainly_planted: Planted) -> None:
    shop = plainly_planted
    # What Stripe and pages of shops ask is no page of ours.
    for call in (one for one in every_call(shop, "/plugin") if not one.path.startswith("/plugin/stripe/")):
        for answer in (
            asked_by_page(shop, shop.owner, call),
            shop.app.test_client().open(call.path, method=call.method),
        ):
            said = answer.headers
            assert "frame-ancestors 'none'" in said["Content-Security-Policy"], str(call)
            assert "default-src 'self'" in said["Content-Security-Policy"], str(call)
            assert "unsafe" not in said["Content-Security-Policy"], str(call)
            assert said["X-Content-Type-Options"] == "nosniff", str(call)
            assert said["Referrer-Policy"] in ("same-origin", "no-referrer"), str(call)
            assert said["Cache-Control"] == "no-store", str(call)
            assert "Access-Control-Allow-Origin" not in said, str(call)


def test_no_secret_is_written_down(planted: Planted, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither in the log of changes, nor in what is logged, nor in files, nor in the tables."""
    owner, made = planted.owner, set(planted.secrets)
    endpoint = planted.ids["endpoint"][0]
    for path, form in (
        ("/plugin/install/keys", {"kind": "secret", "days": "7"}),
        (f"/plugin/handovers/{endpoint}/secret", {}),
        (f"/plugin/handovers/{endpoint}/renew", {}),
        ("/plugin/handovers/add/webhook", {"url": "https://93.184.216.34/hooks"}),
    ):
        shown = SECRET.findall(owner.post(path, form).text)
        assert shown, path
        made.update(shown)
    assert len(made) == 5
    pages = [
        owner.get(path).text for path in ("/plugin/audit", "/plugin/settings/files/settings.json", "/plugin/install")
    ]
    with planted.door.database.reading() as session:
        for table in metadata.sorted_tables:
            rows = select(table).execution_options(across_merchants="a test reads everything")
            pages.append(repr(session.execute(rows).all()))
    pages.extend(capfd.readouterr())
    written = "\n".join(pages)
    assert [secret for secret in made if secret in written] == []
    assert re.findall(r"whsec_[\w+/=-]{20,}", written) == []
