"""The example shop beside its checkout: pages, basket, words, and that it stands alone."""

import ast
import re
from pathlib import Path

import pytest

from examples.shop.basket import basket_facts, lines_of, with_quantity
from examples.shop.catalogue import PRODUCTS
from examples.shop.words import LOCALES, WORDS, Speech
from tests.examples.conftest import Served, Shopper

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
OURS = {"app", "delivery", "web", "widget", "plugin", "tests"}


def test_the_examples_import_nothing_of_ours() -> None:
    found = [
        (path.name, name)
        for path in EXAMPLES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in _imported(node)
        if name.split(".")[0] in OURS
    ]
    assert found == []


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


@pytest.mark.parametrize("path", ["/", "/products/LAMP-DESK", "/basket", "/nowhere"])
def test_every_page_has_the_strict_policy_and_nothing_inline(shopper: Shopper, stoep: Served, path: str) -> None:
    response = shopper.opens(path)
    assert response.headers["Content-Security-Policy"] == (
        f"default-src 'self'; script-src 'self' {stoep.url}; connect-src {stoep.url}; style-src 'self'"
    )
    assert " style=" not in response.text
    assert "<style" not in response.text
    assert " on" not in {attribute[:3] for attribute in response.text.split('"')}


def test_a_product_asks_for_the_estimate_of_the_postcode_that_was_given(shopper: Shopper) -> None:
    shopper.opens("/products/RUG-WOVEN?postal_code=3511+AB")
    assert 'postal-code="3511 AB" sku="RUG-WOVEN"' in shopper.page
    shopper.opens("/products/CUSHION")
    assert 'postal-code="3511 AB" sku="CUSHION"' in shopper.page


def test_an_unknown_product_is_not_found(shopper: Shopper) -> None:
    assert shopper.opens("/products/NO-SUCH").status_code == 404


def test_the_language_is_the_browsers_until_it_is_chosen(shopper: Shopper) -> None:
    dutch = shopper.client.get("/", headers={"Accept-Language": "nl,en;q=0.5"}).text
    assert '<html lang="nl">' in dutch
    shopper.sends("/language", language="nl", path="/basket")
    assert "Je winkelmand is leeg." in shopper.page


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_changing_the_language_leads_nowhere_else(shopper: Shopper, elsewhere: str) -> None:
    response = shopper.client.post("/language", data={"language": "nl", "path": elsewhere})
    assert response.headers["Location"] == "/"


def test_every_word_and_product_is_there_in_every_language() -> None:
    texts = [*WORDS.values(), *(text for product in PRODUCTS.values() for text in (product.name, product.about))]
    assert all(set(text) == set(LOCALES) and all(text.values()) for text in texts)
    for text in texts:
        facts = {language: set(re.findall(r"{\w+}", said)) for language, said in text.items()}
        assert all(one == facts["en"] for one in facts.values()), text["en"]


def test_german_and_french_are_spoken_at_the_checkout_too(shopper: Shopper) -> None:
    german = shopper.client.get("/", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}).text
    assert '<html lang="de">' in german
    assert "Schreibtischlampe „Avond“" in german
    assert (Speech("de").day("2026-11-24"), Speech("fr").day("2026-11-24")) == (
        "Dienstag, 24. November",
        "mardi 24 novembre",
    )
    assert Speech("fr").locale == "fr-FR"


def test_money_is_written_as_the_language_does() -> None:
    assert Speech("en").money(495) == "€4.95"
    assert Speech("nl").money(495).replace("\xa0", " ") == "€ 4,95"
    assert Speech("nl").fee(0) == "gratis"


def test_a_basket_keeps_to_what_is_for_sale_and_to_ten_of_one() -> None:
    assert with_quantity({}, "NO-SUCH", 2) == {}
    assert with_quantity({"CUSHION": 3}, "CUSHION", 0) == {}
    assert with_quantity({}, "CUSHION", 99) == {"CUSHION": 10}
    assert with_quantity({}, "CUSHION", -1) == {}


def test_a_basket_says_what_is_made_to_order() -> None:
    facts = basket_facts(lines_of({"RUG-WOVEN": 1}))
    assert facts["lines"][0]["handling_days"] == 5
    assert facts["lines"][0]["value"] == {"amount": 18900, "currency": "EUR"}
