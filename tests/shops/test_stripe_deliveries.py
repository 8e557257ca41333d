"""The call from the shopper's page: a session at Stripe gets its address, fee and window, and its place is kept as long."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import stripe
from sqlalchemy import update

from delivery import stripe_accounts
from delivery.audit import OPERATOR
from delivery.rules.prices import tax_within
from delivery.store.engine import Session
from delivery.store.tables import merchants
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from plugin.install.pieces import Facts
from plugin.install.stripe_snippets import stripe as snippets_of
from plugin.shops.stripe.payments import check_currency
from plugin.shops.stripe.problems import PaymentNotUsable
from tests.doors import BASKET, another_merchant
from tests.shops.stripe_api import Fault
from tests.shops.stripe_shop import DETAILS, GOODS, LINES, StripeShop, basket_text


def test_a_choice_puts_address_fee_and_window_on_the_session(stripe_shop: StripeShop) -> None:
    session = stripe_shop.session()
    hold = stripe_shop.door.take()
    answer = stripe_shop.deliver(session, hold["choice"])
    assert answer.status_code == 200, answer.text
    fee = hold["option"]["fee"]["amount"]
    assert answer.json["total"] == {"amount": GOODS + fee, "currency": "EUR"}
    assert answer.json["delivery"] == {"title": hold["option"]["title"], "fee": hold["option"]["fee"]}
    there = stripe_shop.at_stripe(session)
    assert there["amount_total"] == GOODS + fee
    assert there["collected_information"]["shipping_details"]["address"]["line1"] == "Prinsengracht 263"
    window = hold["option"]["delivery_window"]
    assert there["metadata"]["stoep_window"] == f"{window['start']}/{window['end']}"
    assert there["metadata"]["stoep_hold"] == hold["hold"]
    assert there["_payment"]["metadata"]["stoep_hold"] == hold["hold"]
    (rate,) = stripe_shop.rates(session)
    assert rate["display_name"] == hold["option"]["title"]
    assert (rate["tax_behavior"], rate["tax_code"]) == ("inclusive", "txcd_92010001")
    assert rate["metadata"]["stoep_window"] == f"{window['start']}/{window['end']}"
    assert rate["delivery_estimate"]["minimum"]["value"] > 0
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_place_is_kept_as_long_as_the_session_or_the_shop_allows(plain_stripe_shop: StripeShop) -> None:
    soon = int((plain_stripe_shop.door.clock() + timedelta(minutes=30)).timestamp())
    plain_stripe_shop.door.clock.forward(minutes=12)
    hold = plain_stripe_shop.door.take()
    session = plain_stripe_shop.session(expires_at=soon + 12 * 60)
    kept = plain_stripe_shop.deliver(session, hold["choice"]).json["expires_at"]
    assert kept == hold["extendable_until"]


def test_where_stripe_puts_the_tax_on_top_it_gets_the_fee_without(plain_stripe_shop: StripeShop) -> None:
    shop, now = plain_stripe_shop, plain_stripe_shop.door.clock()
    taxed = {"tax_rate": 2100, "settings_version": merchants.c.settings_version + 1}
    how = {"tax_behavior": "exclusive", "settles_alone": False, "by": OPERATOR}

    def work(session: Session) -> None:
        session.execute(update(merchants).where(merchants.c.id == MERCHANT_ID).values(taxed))
        stripe_accounts.set_up(session, now, MERCHANT_ID, **how)

    shop.door.database.write(work)
    session, hold = shop.session(), shop.door.take()
    fee = hold["option"]["fee"]["amount"]
    assert shop.deliver(session, hold["choice"]).status_code == 200
    (rate,) = shop.rates(session)
    assert (rate["tax_behavior"], rate["fixed_amount"]["amount"]) == ("exclusive", fee - tax_within(fee, 2100))
    assert rate["fixed_amount"]["amount"] < fee


def test_shoppers_read_the_window_in_their_language(plain_stripe_shop: StripeShop) -> None:
    session = plain_stripe_shop.session()
    offer = plain_stripe_shop.door.offer(locale="nl-NL")
    option = next(one for one in offer["options"] if one["type"] == "shipping")
    choice = plain_stripe_shop.door.hold(offer["offer"], option["id"]).get_json()["choice"]
    assert plain_stripe_shop.deliver(session, choice).status_code == 200
    (rate,) = plain_stripe_shop.rates(session)
    assert rate["display_name"].startswith(option["title"] + ", ")
    assert "november" in rate["display_name"]
    assert len(rate["display_name"]) <= 100


def test_choosing_again_leaves_nothing_of_the_first_choice(plain_stripe_shop: StripeShop) -> None:
    session = plain_stripe_shop.session()
    plain_stripe_shop.deliver(session, plain_stripe_shop.door.take()["choice"])
    pickup = plain_stripe_shop.door.take("pickup")
    assert plain_stripe_shop.deliver(session, pickup["choice"]).status_code == 200
    there = plain_stripe_shop.at_stripe(session)
    assert "stoep_window" not in there["metadata"]
    assert there["metadata"]["stoep_centre"] == pickup["option"]["location"]["id"]
    assert there["amount_total"] == GOODS + pickup["option"]["fee"]["amount"]
    assert len(there["shipping_options"]) == 1


def test_before_a_choice_the_carriers_days_are_there_and_no_place_is_kept(plain_stripe_shop: StripeShop) -> None:
    session = plain_stripe_shop.session()
    answer = plain_stripe_shop.deliver(session, None)
    assert (answer.status_code, answer.json["delivery"], answer.json["expires_at"]) == (200, None, None)
    rates = plain_stripe_shop.rates(session)
    assert 1 <= len(rates) <= 5
    assert all(rate["delivery_estimate"]["minimum"]["unit"] in ("hour", "day") for rate in rates)
    assert plain_stripe_shop.door.count("stripe_sessions") == 0


def test_a_session_made_by_the_code_of_the_install_page_takes_a_delivery(
    plain_stripe_shop: StripeShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = plain_stripe_shop
    monkeypatch.setattr(stripe, "api_base", shop.api.url)
    monkeypatch.setattr(stripe, "api_key", shop.api.account.secret_key)
    monkeypatch.setattr("time.time", lambda: shop.door.clock().timestamp())
    code = snippets_of(Facts("https://stoep.test", shop.door.shop, "NL", "1016 GV", "EUR", "nl-NL"), "")[-1].code
    made: dict[str, Any] = {"the_lines": LINES}
    exec(code.replace("[…]", "the_lines"), made)
    hold = shop.door.take()
    assert shop.deliver(made["session"], hold["choice"]).status_code == 200
    assert shop.at_stripe(made["session"])["metadata"]["stoep_hold"] == hold["hold"]


def test_an_intent_gets_the_fee_into_its_amount_once(plain_stripe_shop: StripeShop) -> None:
    intent = plain_stripe_shop.intent()
    hold = plain_stripe_shop.door.take()
    fee = hold["option"]["fee"]["amount"]
    for _ in range(2):
        answer = plain_stripe_shop.deliver(intent, hold["choice"])
        assert answer.json["total"]["amount"] == GOODS + fee, answer.text
    there = plain_stripe_shop.at_stripe(intent)
    assert (there["amount"], there["shipping"]["name"]) == (GOODS + fee, "A. Jansen")
    assert there["metadata"]["stoep_fee"] == str(fee)
    assert plain_stripe_shop.deliver(intent, None).json["total"]["amount"] == GOODS
    assert "stoep_hold" not in plain_stripe_shop.at_stripe(intent)["metadata"]


def test_a_basket_that_the_browser_made_lighter_is_refused_with_a_fresh_offer(plain_stripe_shop: StripeShop) -> None:
    heavy = {"lines": [{"sku": "LAMP-1", "quantity": 1, "weight_g": 29_000}], "currency": "EUR"}
    session = plain_stripe_shop.session(metadata={"stoep_basket": basket_text(heavy)})
    hold = plain_stripe_shop.door.take("shipping")
    answer = plain_stripe_shop.deliver(session, hold["choice"])
    assert (answer.status_code, answer.json["code"]) == (409, "choice_stale"), answer.text
    assert answer.json["offer"]["options"]
    assert plain_stripe_shop.at_stripe(session)["shipping_options"] == []


def two_lamps() -> str:
    return basket_text({"lines": [BASKET["lines"][0] | {"quantity": 2}], "currency": "EUR"})


DOES_NOT_FIT: tuple[tuple[dict[str, Any], dict[str, Any], str], ...] = (
    ({"metadata": {"stoep_basket": two_lamps()}}, {}, "choice_stale"),
    (
        {},
        {"shipping_details": {**DETAILS, "address": {**DETAILS["address"], "postal_code": "3511 AA"}}},
        "choice_stale",
    ),  # type: ignore[dict-item]
    ({}, {"client_secret": "guessed"}, "payment_not_found"),
    ({}, {"choice": "ch_made-up"}, "invalid_token"),
    ({}, {"shipping_details": {"name": "A", "address": {"line1": "1 High St", "country": "GB"}}}, "invalid_input"),
    ({}, {"shipping_details": {"name": "A", "address": {"country": "NL"}}}, "invalid_input"),
    ({"metadata": {}}, {}, "payment_not_usable"),
    ({"metadata": {"stoep_basket": "{"}}, {}, "payment_not_usable"),
    ({"permissions": {"update_shipping_details": "client_only"}}, {}, "payment_not_usable"),
    ({"ui_mode": "embedded_page", "permissions": None}, {}, "payment_not_usable"),
)
"""How the shop made the session, what the page sent, and how that is refused."""


def test_what_does_not_fit_is_refused_and_stripe_is_told_nothing(plain_stripe_shop: StripeShop) -> None:
    choice = plain_stripe_shop.door.take()["choice"]
    for made, sent, code in DOES_NOT_FIT:
        session = plain_stripe_shop.session(**made)
        answer = plain_stripe_shop.deliver(session, **{"choice": choice} | sent)
        assert answer.json["code"] == code, (made, sent, answer.text)
        assert answer.json.get("text") or "line1" in answer.text, "a shopper can read what is wrong"
        assert not plain_stripe_shop.api.calls("POST", f"/v1/checkout/sessions/{session.id}")
    assert plain_stripe_shop.door.count("stripe_sessions") == 0


def test_an_intent_that_was_not_made_for_it_or_is_over_takes_nothing(plain_stripe_shop: StripeShop) -> None:
    shop, choice = plain_stripe_shop, plain_stripe_shop.door.take()["choice"]
    for goods in ("", "-1", "4,900"):
        metadata = {"stoep_basket": basket_text()} | ({"stoep_goods": goods} if goods else {})
        assert shop.deliver(shop.intent(metadata=metadata), choice).json["code"] == "payment_not_usable"
    over = shop.intent()
    shop.shopper.pay_intent(over.id)
    assert shop.deliver(over, choice).json["code"] == "payment_closed"
    assert shop.at_stripe(over)["amount"] == GOODS


def test_a_long_basket_goes_on_in_further_values(plain_stripe_shop: StripeShop) -> None:
    lines = [{"sku": f"LAMP-{number}", "quantity": 1, "weight_g": 10} for number in range(1, 41)]
    basket = {"lines": lines, "currency": "EUR"}
    text = basket_text(basket)
    pieces = [text[start : start + 500] for start in range(0, len(text), 500)]
    metadata = {
        f"stoep_basket_{number}" if number > 1 else "stoep_basket": piece for number, piece in enumerate(pieces, 1)
    }
    assert len(metadata) > 2
    session = plain_stripe_shop.session(metadata=metadata)
    offer = plain_stripe_shop.door.offer(basket=basket)
    option = offer["options"][0]
    choice = plain_stripe_shop.door.hold(offer["offer"], option["id"]).get_json()["choice"]
    assert plain_stripe_shop.deliver(session, choice).status_code == 200


def test_it_hides_other_merchants(plain_stripe_shop: StripeShop) -> None:
    """A session of another account is not there, nor is a payment of this one for the key of another shop."""
    strangers = plain_stripe_shop.session()
    choice = plain_stripe_shop.door.take()["choice"]
    others = another_merchant(plain_stripe_shop.door)
    asked = plain_stripe_shop.deliver(strangers, choice, origin=None, shop=others.shop)
    assert (asked.status_code, asked.json["code"]) == (409, "stripe_not_connected")
    plain_stripe_shop.api.account.objects.pop(strangers.id)
    assert plain_stripe_shop.deliver(strangers, choice).json["code"] == "payment_not_found"
    assert plain_stripe_shop.deliver(strangers, choice, origin="https://elsewhere.test").status_code == 403


def test_what_is_no_id_and_what_stripe_counts_otherwise_is_refused(plain_stripe_shop: StripeShop) -> None:
    """With a currency of other decimals the fee would be a hundredth of what the shopper saw."""
    for odd in ("cs_é", "cs_test_" + "x" * 300, "cs_a.b"):
        refused = plain_stripe_shop.deliver(SimpleNamespace(id=odd, client_secret="guessed"), None)
        assert (refused.status_code, refused.json["code"]) == (404, "payment_not_found")
    assert not plain_stripe_shop.api.asked
    for currency in ("ISK", "MGA", "UGX"):
        with pytest.raises(PaymentNotUsable):
            check_currency({"currency": currency.lower()}, SimpleNamespace(currency=currency))  # type: ignore[arg-type]


def test_a_session_that_is_over_takes_nothing(plain_stripe_shop: StripeShop) -> None:
    session, choice = plain_stripe_shop.session(), plain_stripe_shop.door.take()["choice"]
    plain_stripe_shop.client.v1.checkout.sessions.expire(session.id)
    assert plain_stripe_shop.deliver(session, choice).json["code"] == "payment_closed"


def test_when_stripe_is_away_the_same_is_sent_again(plain_stripe_shop: StripeShop) -> None:
    session, choice = plain_stripe_shop.session(), plain_stripe_shop.door.take()["choice"]
    for status in (None, 500, 429):
        plain_stripe_shop.api.faults.append(Fault(status, path=f"/v1/checkout/sessions/{session.id}"))
        refused = plain_stripe_shop.deliver(session, choice)
        assert (refused.status_code, refused.json["code"]) == (503, "stripe_away"), status
        assert refused.headers["Retry-After"] == "1"
    assert plain_stripe_shop.deliver(session, choice).status_code == 200


def test_a_key_that_was_revoked_is_noted_for_the_shop(plain_stripe_shop: StripeShop) -> None:
    session, choice = plain_stripe_shop.session(), plain_stripe_shop.door.take()["choice"]
    for key in list(plain_stripe_shop.api.account.keys):
        if key.startswith("rk_"):
            del plain_stripe_shop.api.account.keys[key]
    refused = plain_stripe_shop.deliver(session, choice)
    assert (refused.status_code, refused.json["code"]) == (502, "stripe_refused")
    with plain_stripe_shop.door.database.reading() as reading:
        account = stripe_accounts.find(reading, MERCHANT_ID)
    assert account is not None
    assert account.problem == "key_refused"
