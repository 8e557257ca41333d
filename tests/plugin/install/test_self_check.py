"""The self-check on checkouts, good and bad, of a real website on loopback."""

import json
from dataclasses import dataclass
from datetime import timedelta

import pytest

from delivery.audit import OPERATOR
from delivery.keys import KeyKind, renew_key
from delivery.merchants import allow_origin
from delivery.readiness import Finding, Standing
from delivery.texts.checks import SENTENCES, check_said
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from plugin.install.loading import REASONS
from plugin.install.self_check import check, script_tag, visit
from tests.doors import Door, another_merchant
from tests.plugin.install.checkout import Website, status

SERVICE = "https://stoep.example"
SCRIPT = script_tag(SERVICE)
BASKET = json.dumps({"lines": [{"sku": "LAMP-1", "quantity": 1}], "currency": "EUR"})


def element(shop: str, **other: str) -> str:
    attributes = {"shop": shop, "country": "NL", "basket": BASKET, "name": "delivery_choice"} | other
    told = " ".join(f"{name}='{value}'" for name, value in attributes.items() if value)
    return f"<stoep-delivery {told}>Standard delivery</stoep-delivery>"


def checkout(shop: str, **other: str) -> str:
    return f"<!doctype html><head>{SCRIPT}</head><form action=/order method=post>{element(shop, **other)}</form>"


@dataclass
class Checked:
    """The findings of one check, by name."""

    findings: list[Finding]

    def __getitem__(self, name: str) -> tuple[str, object]:
        [found] = [finding for finding in self.findings if finding.name == name]
        return found.standing.value, found.facts.get("why")

    def fact(self, name: str, fact: str) -> object:
        [found] = [finding for finding in self.findings if finding.name == name]
        return found.facts[fact]

    def __contains__(self, name: str) -> bool:
        return any(finding.name == name for finding in self.findings)

    @property
    def not_ok(self) -> set[str]:
        return {finding.name for finding in self.findings if finding.standing is not Standing.OK}


def checked(door: Door, address: str | None, service: str = SERVICE) -> Checked:
    visited = visit(address, allow_private=True)
    with door.database.reading() as session:
        setup = door.service.memory.setup_of_merchant(session, MERCHANT_ID)
        found = check(session, door.clock(), door.service.signer, setup, service, visited)
    for finding in found:
        for locale in ("en-GB", "nl-NL"):
            said = check_said(locale, "Europe/Amsterdam", finding.name, finding.standing.value, finding.facts)
            assert said.sentence
            assert bool(said.remedy) == (finding.standing is not Standing.OK)
    return Checked(found)


def seen(door: Door, html: str, **headers: str) -> Checked:
    with Website() as shop:
        now, origin = door.clock(), shop.origin
        door.database.write(lambda session: allow_origin(session, now, MERCHANT_ID, OPERATOR, origin))
        return checked(door, shop.serve(html, **headers))


def test_a_good_checkout_is_all_in_order_but_for_the_first_order(door: Door) -> None:
    found = seen(door, checkout(door.shop))
    assert found.not_ok == {"order"}
    assert {"page", "script", "element", "element_key", "origin_allowed", "content_policy", "currency"} <= {
        finding.name for finding in found.findings
    }


def test_without_an_address_only_the_tables_are_looked_at(plain_door: Door) -> None:
    found = checked(plain_door, None)
    assert found["page"] == ("missing", "none")
    assert "script" not in found
    assert found["origin"] == ("ok", None)


def test_a_page_that_does_not_load_says_why(plain_door: Door) -> None:
    with Website({"/checkout": status(503)}) as shop:
        found = checked(plain_door, shop.address())
    assert found["page"] == ("missing", "status")
    assert found.fact("page", "status") == 503
    assert found["origin_allowed"] == ("missing", None)


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_why_a_page_does_not_load_has_words(reason: str) -> None:
    assert f"page.missing.{reason}" in SENTENCES


def test_a_website_that_may_not_call_is_named(plain_door: Door) -> None:
    with Website() as shop:
        found = checked(plain_door, shop.serve(checkout(plain_door.shop)))
        assert found["origin_allowed"] == ("missing", None)
        assert found.fact("origin_allowed", "address") == shop.origin


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", ("missing", "none")),
        ("<script src=/shop.js></script>", ("missing", "none")),
        (f"<!-- {SCRIPT} -->", ("missing", "none")),
        (SCRIPT.replace('type="module" ', ""), ("missing", "not_a_module")),
        ('<script type="module" src="https://other.example/static/stoep.js"></script>', ("missing", "elsewhere")),
        (SCRIPT.replace("stoep.js", "stoep.js?v=2"), ("ok", None)),
        ('<base href="https://stoep.example/"><script type=module src="/static/stoep.js"></script>', ("ok", None)),
    ],
)
def test_the_script_is_found_or_said_to_be_missing(
    plain_door: Door, head: str, expected: tuple[str, str | None]
) -> None:
    page = checkout(plain_door.shop).replace(SCRIPT, head)
    assert seen(plain_door, page)["script"] == expected


def test_what_a_script_may_add_later_is_unknown_and_not_missing(plain_door: Door) -> None:
    found = seen(plain_door, "<script src=/bundle.js></script><div id=app></div>")
    assert (found["script"], found["element"]) == (("unknown", None), ("unknown", None))


def test_a_page_without_any_script_surely_lacks_ours(plain_door: Door) -> None:
    found = seen(plain_door, "<h1>Checkout</h1>")
    assert (found["script"], found["element"]) == (("missing", "none"), ("missing", None))


def test_an_element_without_key_or_with_a_strange_one_is_told(plain_door: Door) -> None:
    assert seen(plain_door, checkout(""))["element_key"] == ("missing", "none")
    assert seen(plain_door, checkout("pk_of_somebody_else"))["element_key"] == ("missing", "other")
    assert seen(plain_door, checkout(plain_door.secret))["element_key"] == ("missing", "secret")


def test_an_older_key_is_told_with_the_day_on_which_it_ends(door: Door) -> None:
    now, week = door.clock(), timedelta(days=7)
    signer = door.service.signer
    door.database.write(lambda session: renew_key(session, now, signer, MERCHANT_ID, KeyKind.PUBLISHABLE, week))
    found = seen(door, checkout(door.shop))
    assert found["element_key"] == ("missing", "ending")
    assert found.fact("element_key", "at") == now + week
    door.clock.forward(days=8)
    assert seen(door, checkout(door.shop))["element_key"] == ("missing", "other")


def test_an_element_that_no_form_sends_is_told(plain_door: Door) -> None:
    assert seen(plain_door, checkout(plain_door.shop, name=""))["element_name"] == ("missing", None)
    outside = f"{SCRIPT}<form></form>{element(plain_door.shop)}"
    assert seen(plain_door, outside)["element_form"] == ("missing", None)
    named = f"{SCRIPT}<form id=order></form>{element(plain_door.shop, form='order')}"
    assert seen(plain_door, named)["element_form"] == ("ok", None)


def test_a_basket_in_another_currency_is_told(plain_door: Door) -> None:
    page = checkout(plain_door.shop, basket=BASKET.replace("EUR", "USD"))
    assert seen(plain_door, page)["currency"] == ("missing", "other")
    assert seen(plain_door, checkout(plain_door.shop, basket="[]"))["currency"] == ("missing", "unreadable")
    assert "currency" not in seen(plain_door, checkout(plain_door.shop, basket=""))


def test_a_policy_in_the_header_or_in_the_page_that_blocks_us_names_its_lines(plain_door: Door) -> None:
    page, policy = checkout(plain_door.shop), "default-src 'self'"
    lines = "script-src 'self' https://stoep.example; connect-src 'self' https://stoep.example;"
    by_header = seen(plain_door, page, Content_Security_Policy=policy)
    by_page = seen(plain_door, f'<meta http-equiv="Content-Security-Policy" content="{policy}">{page}')
    for found in (by_header, by_page):
        assert found["content_policy"] == ("missing", "lines")
        assert found.fact("content_policy", "lines") == lines
    assert seen(plain_door, page, Content_Security_Policy=lines)["content_policy"] == ("ok", None)


def test_a_policy_that_only_reports_blocks_nothing(plain_door: Door) -> None:
    found = seen(plain_door, checkout(plain_door.shop), Content_Security_Policy_Report_Only="default-src 'none'")
    assert found["content_policy"] == ("ok", None)


def test_a_policy_by_nonces_wants_one_on_our_script(plain_door: Door) -> None:
    policy = "script-src 'nonce-abc' 'strict-dynamic'"
    page = checkout(plain_door.shop)
    assert seen(plain_door, page, Content_Security_Policy=policy)["content_policy"] == ("missing", "nonce")
    with_nonce = page.replace("<script ", '<script nonce="abc" ')
    assert seen(plain_door, with_nonce, Content_Security_Policy=policy)["content_policy"] == ("ok", None)


@pytest.mark.parametrize(
    "html", ["", "<", "<script src='http://[' type=module>", "<!" * 5000, "\x00<stoep-delivery " * 50]
)
def test_no_page_is_so_broken_that_the_check_breaks(plain_door: Door, html: str) -> None:
    assert seen(plain_door, html)["page"] == ("ok", None)


def test_it_hides_other_merchants(door: Door) -> None:
    other = another_merchant(door)
    assert seen(door, checkout(other.shop))["element_key"] == ("missing", "other")
