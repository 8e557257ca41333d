"""The install page: snippets, websites, keys, the self-check and test handovers."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest

from delivery import endpoints
from delivery.accounts import Role
from delivery.audit import entries
from delivery.keys import list_keys
from delivery.memory import Memory
from delivery.problems import UnknownShop
from delivery.settings import items
from delivery.settings.shop import PLATFORMS as KNOWN_PLATFORMS
from delivery.store.engine import Database
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from plugin.install.install import WHERE
from plugin.install.snippets import PLATFORMS
from tests.doors import open_door
from tests.plugin.desk import Desk, another_desk, seated
from tests.plugin.html_forms import form_of
from tests.plugin.install.checkout import Website
from tests.plugin.install.test_self_check import checkout
from tests.plugin.notify.mail_server import mail_server
from tests.plugin.receiver import Behaviour, Handler, Receiver, receiving

SECRET = re.compile(r"sk_[\w-]{40,}")


@pytest.fixture
def private_desk(sqlite_database: Database) -> Iterator[Desk]:
    """The operator lets us look at loopback, where the tests' shops and warehouses are."""
    url = sqlite_database.url.render_as_string(hide_password=False)
    door = open_door(sqlite_database, url, allow_private_targets=True)
    yield seated(door, MERCHANT_ID)
    door.service.database.close()


def says(status: int, body: bytes) -> Behaviour:
    """An answer with a body."""

    def behave(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def settings(desk: Desk) -> dict[str, object]:
    with desk.door.database.reading() as session:
        return items.item(session, desk.merchant_id, "install")


def works(desk: Desk, key: str, kind: str) -> bool:
    with desk.door.database.reading() as session:
        try:
            found = Memory(desk.door.service.signer).setup_of(session, desk.door.clock(), key, kind)
        except UnknownShop:
            return False
    return found.merchant_id == desk.merchant_id


def new_secret(desk: Desk, days: str = "7") -> str:
    answered = desk.post("/plugin/install/keys", {"kind": "secret", "days": days})
    assert answered.status_code == 200
    [key] = set(SECRET.findall(answered.text))
    return key


def add_endpoint(desk: Desk, url: str, kind: str = "webhook") -> str:
    now, signer = desk.door.clock(), desk.door.service.signer
    endpoint, _ = desk.door.database.write(
        lambda session: endpoints.add(session, now, desk.merchant_id, url, signer, kind)
    )
    return endpoint.id


def test_the_snippet_has_the_shops_own_key_and_this_services_address(desk: Desk) -> None:
    page = unescape(desk.get("/plugin/install").text)
    assert f'<stoep-delivery shop="{desk.door.shop}"' in page
    assert '<script type="module" src="http://127.0.0.1:8000/static/stoep.js"></script>' in page
    assert "script-src http://127.0.0.1:8000;" in page
    assert 'country="NL" postal-code="3995 AX"' in page


def test_every_platform_that_can_be_chosen_has_its_snippets() -> None:
    assert set(PLATFORMS) == set(KNOWN_PLATFORMS)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_it_is_there_in_every_language(plain_desk: Desk, language: str) -> None:
    page = plain_desk.get("/plugin/install", headers={"Accept-Language": language})
    assert page.status_code == 200
    assert page.headers["Content-Language"].startswith(language)


def test_without_a_publishable_key_its_place_is_marked(plain_desk: Desk) -> None:
    other = another_desk(plain_desk)
    with other.door.database.reading() as session:
        keys = [key for key in list_keys(session, other.door.clock(), other.merchant_id) if key.kind == "publishable"]
    for key in keys:
        assert other.post("/plugin/install/keys/revoke", {"key": key.id}).status_code == 303
    assert 'shop="pk_…"' in unescape(other.get("/plugin/install").text)


def test_the_websites_are_kept_and_the_checkouts_own_is_filled_in(desk: Desk) -> None:
    form = {"platform": "html", "checkout_url": "https://Lamps.example/kassa?x=1", "allowed_origins": ""}
    assert desk.post("/plugin/install", form).status_code == 303
    assert settings(desk) == {
        "platform": "html",
        "checkout_url": "https://Lamps.example/kassa?x=1",
        "allowed_origins": ["https://lamps.example"],
    }
    form["allowed_origins"] = "https://a.example\nhttps://b.example"
    desk.post("/plugin/install", form)
    assert settings(desk)["allowed_origins"] == ["https://a.example", "https://b.example"]


def test_a_wrong_address_is_told_beside_its_field_and_nothing_typed_is_lost(plain_desk: Desk) -> None:
    before = settings(plain_desk)
    form = {"platform": "html", "checkout_url": "shop.example", "allowed_origins": "https://shop.test\nnot one"}
    page = plain_desk.post("/plugin/install", form)
    assert page.status_code == 422
    typed = form_of(page.text, "checkout_url")
    assert (typed["checkout_url"], typed["allowed_origins"]) == (form["checkout_url"], form["allowed_origins"])
    assert 'id="checkout_url-fault"' in page.text
    assert settings(plain_desk) == before


def test_a_new_secret_key_is_shown_once_and_works(desk: Desk) -> None:
    key = new_secret(desk)
    assert works(desk, key, "secret")
    assert key not in desk.get("/plugin/install").text
    assert works(desk, desk.door.secret, "secret")


def test_the_older_key_works_as_long_as_was_chosen(desk: Desk) -> None:
    first = new_secret(desk, "7")
    second = new_secret(desk, "1")
    third = new_secret(desk, "0")
    assert [works(desk, key, "secret") for key in (first, second, third)] == [False, False, True]
    new_secret(desk, "1")
    desk.door.clock.now += timedelta(hours=23)
    assert works(desk, third, "secret")
    desk.door.clock.now += timedelta(hours=2)
    assert not works(desk, third, "secret")


def test_a_new_publishable_key_stands_in_the_snippet_and_the_older_one_goes_on(desk: Desk) -> None:
    assert desk.post("/plugin/install/keys", {"kind": "publishable", "days": "1"}).status_code == 303
    page = unescape(desk.get("/plugin/install").text)
    assert f'shop="{desk.door.shop}"' not in page
    assert works(desk, desk.door.shop, "publishable")


def test_a_revoked_key_ends_at_once_and_the_log_says_who(desk: Desk) -> None:
    key = new_secret(desk)
    revoked = form_of(desk.get("/plugin/install").text.partition("…" + key[-4:])[2], "key")
    assert desk.post("/plugin/install/keys/revoke", revoked).status_code == 303
    assert not works(desk, key, "secret")
    with desk.door.database.reading() as session:
        [entry] = entries(session, desk.merchant_id, area="keys", count=1).entries
    assert (entry.who, entry.action, entry.before) == (desk.account.email, "removed", {"hint": key[-4:]})


@pytest.mark.parametrize("path", ["/plugin/install/keys", "/plugin/install/keys/revoke"])
def test_only_an_owner_touches_keys(plain_desk: Desk, path: str) -> None:
    configurer = plain_desk.as_role(Role.CONFIGURE)
    before = plain_desk.door.rows()
    assert configurer.post(path, {"kind": "secret"}).status_code == 403
    assert "…" + plain_desk.door.secret[-4:] not in configurer.get("/plugin/install").text
    assert plain_desk.door.rows() == before


@pytest.mark.parametrize("path", ["/plugin/install", "/plugin/guide"])
def test_the_counter_may_not_install(plain_desk: Desk, path: str) -> None:
    assert plain_desk.as_role(Role.COUNTER).get(path).status_code == 403


@pytest.mark.parametrize("form", [{"kind": "other"}, {}])
def test_an_unknown_kind_of_key_is_not_there(plain_desk: Desk, form: dict[str, str]) -> None:
    assert plain_desk.post("/plugin/install/keys", form).status_code == 404


def test_the_check_is_green_for_a_good_checkout(private_desk: Desk) -> None:
    with Website() as shop:
        url = shop.serve(checkout(private_desk.door.shop).replace("https://stoep.example", "http://127.0.0.1:8000"))
        private_desk.post("/plugin/install", {"platform": "html", "checkout_url": url, "allowed_origins": ""})
        page = private_desk.post("/plugin/install/check")
    assert page.status_code == 200
    assert "Nothing is missing." in page.text
    assert "missing</span>" not in page.text


def test_the_check_says_what_is_missing_and_where_to_put_it_right(private_desk: Desk) -> None:
    with Website() as shop:
        url = shop.serve("<h1>Checkout</h1>")
        private_desk.post(
            "/plugin/install", {"platform": "html", "checkout_url": url, "allowed_origins": "https://a.test"}
        )
        page = unescape(private_desk.post("/plugin/install/check").text)
    assert "3 things are missing." in page
    assert "The page does not load our script." in page
    assert f"{shop.origin} is not among the websites" in page
    assert 'href="/plugin/install#websites"' in page


def test_the_check_does_not_look_inside_the_operators_network(plain_desk: Desk) -> None:
    with Website() as shop:
        url = shop.serve(checkout(plain_desk.door.shop))
        plain_desk.post("/plugin/install", {"platform": "html", "checkout_url": url, "allowed_origins": ""})
        assert "lies inside a private network" in plain_desk.post("/plugin/install/check").text
        assert shop.asked == []


def test_every_way_out_leads_to_a_page_of_ours(plain_desk: Desk) -> None:
    assert all(path.startswith("/plugin/") for path in WHERE.values())


def tried(desk: Desk, receiver: Receiver) -> str:
    endpoint_id = add_endpoint(desk, receiver.url)
    with desk.door.database.reading() as session:
        secret = endpoints.secret_of(session, desk.merchant_id, endpoint_id, desk.door.service.signer)
    receiver.secrets = [secret or ""]
    page = desk.post("/plugin/install/try", {"endpoint": endpoint_id})
    assert page.status_code == 200
    return unescape(page.text)


def test_a_test_handover_arrives_signed_and_marked_and_books_nothing(private_desk: Desk) -> None:
    before = private_desk.door.rows()
    with receiving(private_desk.door.clock) as receiver:
        page = tried(private_desk, receiver)
    [got] = receiver.received
    assert got.verified
    assert got.data["type"] == "booking.confirmed"
    assert got.data["data"]["test"] is True
    assert "The test handover was accepted." in page
    after = private_desk.door.rows()
    assert {name for name in after if after[name] != before[name]} <= {"endpoints"}


def test_the_receivers_answer_is_shown_as_text(private_desk: Desk) -> None:
    with receiving(private_desk.door.clock, says(422, b"<script>alert(1)</script>" + b"x" * 500)) as receiver:
        page = private_desk.post("/plugin/install/try", {"endpoint": add_endpoint(private_desk, receiver.url)}).text
    assert "The test handover was not accepted." in page
    assert "It answered 422." in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "x" * 175 in page
    assert "x" * 176 not in page


def test_after_a_good_test_the_check_says_that_it_is_verified(private_desk: Desk) -> None:
    with receiving(private_desk.door.clock) as receiver:
        endpoint_id = add_endpoint(private_desk, receiver.url)
        assert "has not accepted anything yet" in private_desk.post("/plugin/install/check").text
        private_desk.post("/plugin/install/try", {"endpoint": endpoint_id})
        assert f"{receiver.url} was verified on" in private_desk.post("/plugin/install/check").text


def test_a_mailbox_can_be_tried_as_well(sqlite_database: Database) -> None:
    with mail_server() as mailbox:
        url = sqlite_database.url.render_as_string(hide_password=False)
        sent = {"smtp_url": mailbox.config.smtp_url, "mail_from": mailbox.config.mail_from}
        door = open_door(sqlite_database, url, **sent)
        desk = seated(door, MERCHANT_ID)
        page = desk.post(
            "/plugin/install/try", {"endpoint": add_endpoint(desk, "mailto:packer@shop.test", "mail")}
        ).text
        door.service.database.close()
    assert "The test handover was accepted." in page
    assert "TEST" in mailbox.got[0].message["subject"]


def test_a_warehouse_inside_the_operators_network_is_not_tried(plain_desk: Desk) -> None:
    with receiving(plain_desk.door.clock) as receiver:
        assert "The test handover was not accepted." in tried(plain_desk, receiver)
        assert receiver.received == []


def test_it_hides_other_merchants(desk: Desk) -> None:
    other = another_desk(desk)
    endpoint_id = add_endpoint(desk, "https://warehouse.test/in")
    with desk.door.database.reading() as session:
        [key] = [key for key in list_keys(session, desk.door.clock(), desk.merchant_id) if key.kind == "secret"]
    before = desk.door.rows()
    assert other.post("/plugin/install/try", {"endpoint": endpoint_id}).status_code == 404
    assert other.post("/plugin/install/keys/revoke", {"key": key.id}).status_code == 404
    assert desk.door.rows() == before
    page = other.get("/plugin/install").text
    assert "warehouse.test" not in page
    assert desk.door.shop not in page
    assert key.hint not in page
