"""Stripe on the install page: a key is tried by real calls before it is kept, and nothing of it is ever shown again."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import update

from delivery import stripe_accounts
from delivery.accounts import Role
from delivery.audit import entries
from delivery.signing import Signer
from delivery.store.engine import Database
from delivery.store.tables import stripe_accounts as stripe_accounts_table
from delivery.stripe_accounts import StripeAccount
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import open_door
from tests.plugin.desk import Desk, another_desk, seated
from tests.plugin.install.test_self_check import SCRIPT, SERVICE, element, seen
from tests.shops.stripe_api import Fault, StripeApi
from tests.shops.stripe_shop import DETAILS, PERMISSIONS

PAGE = "/plugin/install"


@pytest.fixture
def stripe_desk(served_stripe: StripeApi, sqlite_database: Database) -> Iterator[Desk]:
    """The owner of a shop that is not connected yet, and a fresh account at the stand-in."""
    url = sqlite_database.url.render_as_string(hide_password=False)
    door = open_door(sqlite_database, url, stripe_api=served_stripe.url)
    served_stripe.clock = door.clock
    for things in (served_stripe.accounts, served_stripe.asked, served_stripe.faults):
        things.clear()
    served_stripe.add_account()
    yield seated(door, MERCHANT_ID)
    door.service.database.close()


def account_of(desk: Desk) -> StripeAccount | None:
    with desk.door.database.reading() as session:
        return stripe_accounts.find(session, desk.merchant_id)


def connected(desk: Desk, api: StripeApi) -> str:
    key = api.account.restricted_key(*PERMISSIONS)
    assert desk.post(f"{PAGE}/stripe", {"stripe_key": key}).status_code == 303
    return key


def test_a_key_that_may_do_what_is_needed_is_kept_encrypted(stripe_desk: Desk, served_stripe: StripeApi) -> None:
    objects = dict(served_stripe.account.objects)
    key = connected(stripe_desk, served_stripe)
    account = account_of(stripe_desk)
    assert account is not None
    assert account.api_key(stripe_desk.door.service.signer) == key
    assert key not in account.key
    assert served_stripe.asked, "it was tried"
    assert served_stripe.account.objects == objects, "and changed nothing"
    page = unescape(stripe_desk.get(PAGE).text)
    assert "test mode" in page
    assert key not in page
    assert f"/plugin/stripe/webhooks/{stripe_desk.door.shop}" in page
    assert "charge.dispute.created" in page


def test_what_a_key_may_not_do_is_named(stripe_desk: Desk, served_stripe: StripeApi) -> None:
    words = {
        "checkout_sessions": "Checkout Sessions",
        "payment_intents": "PaymentIntents",
        "payment_links": "Payment Links",
    }
    for missing in PERMISSIONS[:-1]:
        key = served_stripe.account.restricted_key(*(set(PERMISSIONS) - {missing}))
        refused = stripe_desk.post(f"{PAGE}/stripe", {"stripe_key": key})
        name = missing.partition(":")[0]
        assert refused.status_code == 422
        assert f"It lacks: {words.get(name, name.title())}." in unescape(refused.text), missing
    assert account_of(stripe_desk) is None


def test_what_is_no_key_of_theirs_is_refused_and_not_shown(stripe_desk: Desk, served_stripe: StripeApi) -> None:
    for key, said in (
        ("", "begins with rk_test_"),
        ("pk_test_51abc", "begins with rk_test_"),
        ("rk_test_" + "ü" * 8, "begins with rk_test_"),
        ("rk_test_" + "x" * 400, "begins with rk_test_"),
        ("sk_test_51abc", "may do everything"),
        ("rk_test_51unknown", "does not know this key"),
    ):
        refused = stripe_desk.post(f"{PAGE}/stripe", {"stripe_key": key})
        assert refused.status_code == 422
        assert said in unescape(refused.text), key
        assert not key or key not in refused.text
    assert account_of(stripe_desk) is None


def test_when_stripe_is_away_nothing_is_changed(stripe_desk: Desk, served_stripe: StripeApi) -> None:
    connected(stripe_desk, served_stripe)
    before = account_of(stripe_desk)
    served_stripe.faults.append(Fault(500))
    refused = stripe_desk.post(f"{PAGE}/stripe", {"stripe_key": served_stripe.account.restricted_key(*PERMISSIONS)})
    assert "could not be reached" in refused.text
    assert account_of(stripe_desk) == before
    served_stripe.faults.append(Fault(500))
    stripe_desk.post(f"{PAGE}/check")
    assert account_of(stripe_desk) == before, "a check that Stripe did not answer says nothing of the key"


def test_a_new_secret_of_the_webhooks_leaves_the_older_one_for_three_days(
    stripe_desk: Desk, served_stripe: StripeApi
) -> None:
    assert stripe_desk.post(f"{PAGE}/stripe/webhooks", {"stripe_secret": "sk_test_oops"}).status_code == 422
    connected(stripe_desk, served_stripe)
    for secret in ("whsec_one", "whsec_two", "whsec_two"):
        assert stripe_desk.post(f"{PAGE}/stripe/webhooks", {"stripe_secret": secret}).status_code == 303
    account, now, signer = account_of(stripe_desk), stripe_desk.door.clock(), stripe_desk.door.service.signer
    assert account is not None
    assert account.webhook_secrets(now, signer) == ("whsec_two", "whsec_one")
    assert account.webhook_secrets(now + timedelta(days=3), signer) == ("whsec_two",)
    assert "whsec_one" not in stripe_desk.get(PAGE).text


def test_the_check_says_how_it_stands(stripe_desk: Desk, served_stripe: StripeApi) -> None:
    form = {"platform": "stripe", "checkout_url": "", "allowed_origins": "https://shop.test"}
    stripe_desk.post(PAGE, form)

    def check() -> str:
        return unescape(stripe_desk.post(f"{PAGE}/check").text)

    assert "Stripe is not connected yet." in check()
    key = connected(stripe_desk, served_stripe)
    assert "Stripe tells us nothing yet" in check()
    stripe_desk.post(f"{PAGE}/stripe/webhooks", {"stripe_secret": "whsec_one"})
    assert "Stripe has not told us anything yet." in check()
    now = stripe_desk.door.clock()
    stripe_desk.door.database.write(lambda session: stripe_accounts.heard(session, now, MERCHANT_ID))
    assert "Stripe last told us something on" in check()
    assert "Stripe is connected in test mode" in check()
    del served_stripe.account.keys[key]
    assert f"Stripe refuses the key that ends in {key[-4:]}." in check()
    assert "Stripe does not know this key" in unescape(stripe_desk.get(PAGE).text)


@pytest.mark.parametrize(
    ("script", "standing"), [("", "unknown"), (f'import "{SERVICE}/static/stoep-stripe.js"', "ok")]
)
def test_a_page_with_the_wires_needs_no_form(plain_desk: Desk, script: str, standing: str) -> None:
    plain_desk.post(PAGE, {"platform": "stripe", "checkout_url": "", "allowed_origins": "https://shop.test"})
    html = f"<!doctype html><head>{SCRIPT}</head>{element(plain_desk.door.shop, name='')}<script type=module>{script}</script>"
    found = seen(plain_desk.door, html)
    assert found["adapter"] == (standing, None)
    assert "element_form" not in found
    assert "element_name" not in found
    assert found["element_key"] == ("ok", None)


def test_a_key_of_other_signing_keys_is_asked_for_once_more(stripe_desk: Desk, served_stripe: StripeApi) -> None:
    connected(stripe_desk, served_stripe)
    sealed = Signer(["another signing key of the operator"]).encrypt("rk_test_x")
    own = update(stripe_accounts_table).where(stripe_accounts_table.c.merchant_id == MERCHANT_ID)
    stripe_desk.door.database.write(lambda session: session.execute(own.values(key=sealed, webhook_secret=sealed)))
    assert "cannot be read any more" in unescape(stripe_desk.post(f"{PAGE}/check").text)
    assert stripe_desk.post(f"{PAGE}/stripe/webhooks", {"stripe_secret": "whsec_two"}).status_code == 303
    body = {"shop": stripe_desk.door.shop, "client_secret": "x", "shipping_details": DETAILS, "choice": None}
    refused = stripe_desk.door.client.post("/plugin/stripe/checkout-sessions/cs_test_x/delivery", json=body)
    assert (refused.status_code, refused.get_json()["code"]) == (502, "stripe_refused")


def test_settings_and_an_end_are_logged_without_secrets(stripe_desk: Desk, served_stripe: StripeApi) -> None:
    key = connected(stripe_desk, served_stripe)
    stripe_desk.post(f"{PAGE}/stripe/settings", {"tax_behavior": "exclusive", "settles_alone": "on"})
    account = account_of(stripe_desk)
    assert account is not None
    assert (account.tax_behavior, account.settles_alone) == ("exclusive", True)
    assert stripe_desk.post(f"{PAGE}/stripe/settings", {"tax_behavior": "none"}).status_code == 404
    assert stripe_desk.post(f"{PAGE}/stripe/disconnect").status_code == 303
    assert account_of(stripe_desk) is None
    with stripe_desk.door.database.reading() as session:
        logged = entries(session, stripe_desk.merchant_id, area="stripe").entries
    assert [one.action for one in logged] == ["removed", "changed", "added"]
    assert key not in repr(logged)
    log = unescape(stripe_desk.get("/plugin/audit").text)
    assert "Give money back without asking us" in log


@pytest.mark.parametrize("path", ["stripe", "stripe/webhooks", "stripe/settings", "stripe/disconnect"])
def test_only_an_owner_connects(stripe_desk: Desk, path: str) -> None:
    helper = stripe_desk.as_role(Role.CONFIGURE)
    assert helper.post(f"{PAGE}/{path}", {"tax_behavior": "exclusive"}).status_code == 403
    assert "Restricted key" not in helper.get(PAGE).text


def test_it_hides_other_merchants(stripe_desk: Desk, served_stripe: StripeApi) -> None:
    connected(stripe_desk, served_stripe)
    other = another_desk(stripe_desk)
    assert "test mode" not in other.get(PAGE).text
    other.post(f"{PAGE}/stripe/disconnect")
    other.post(f"{PAGE}/stripe/settings", {"tax_behavior": "exclusive"})
    account = account_of(stripe_desk)
    assert account is not None
    assert account.tax_behavior == "inclusive"
    assert account_of(other) is None


def test_a_shop_of_oscar_is_seen_when_its_server_calls(plain_desk: Desk) -> None:
    form = {"platform": "oscar", "checkout_url": "", "allowed_origins": "https://shop.test"}
    plain_desk.post(PAGE, form)
    page = unescape(plain_desk.get(PAGE).text)
    assert 'INSTALLED_APPS = ["stoep_oscar", *INSTALLED_APPS]' in page
    assert f'STOEP_KEYS = ("{plain_desk.door.shop}", "sk_…")' in page

    def check() -> str:
        return unescape(plain_desk.post(f"{PAGE}/check").text)

    assert "has not called us with its secret key yet" in check()
    plain_desk.door.client.get("/v1/bookings", headers={"Authorization": "Bearer sk_made_up"})
    assert "has not called us with its secret key yet" in check()
    assert plain_desk.door.server("GET", "/bookings").status_code == 200
    assert "The server of your shop last called us on" in check()
    assert "It is not known where your checkout is." not in check()
