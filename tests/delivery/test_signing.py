"""Tokens, marks and hashes: ours alone can be read, and a newer key does not make the old ones worthless."""

from datetime import UTC, datetime, timedelta

import pytest

from delivery.links import PageLinks
from delivery.problems import InvalidToken, OfferExpired, OptionUnknown
from delivery.questions import (
    Question,
    basket_fingerprint,
    offer_ends,
    open_option,
    open_question,
    option_body,
    option_minter,
    seal_question,
)
from delivery.rules.parcels import Basket, Line
from delivery.rules.places import Destination, Point
from delivery.signing import Signer
from delivery.signing_keys import load_signer
from delivery.store.engine import Database

OLD, NEW = "an old key of the operator", "a new key of the operator"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
QUESTION = Question(
    "sh_1",
    Destination("NL", "1016 GV", "Amsterdam", ("Prinsengracht 1",), Point(52.37, 4.88)),
    Basket((Line("LAMP", 2, 1200, 1, 4995), Line("CORD", 1)), "EUR"),
    "nl-NL",
    "checkout-1",
)


def test_a_token_of_the_old_key_is_read_after_a_newer_one_came() -> None:
    token = Signer([OLD]).seal("offer", {"a": 1})
    assert Signer([NEW, OLD]).open("offer", token) == {"a": 1}
    with pytest.raises(InvalidToken):
        Signer([NEW]).open("offer", token)


def test_the_newest_key_signs() -> None:
    token = Signer([NEW, OLD]).seal("offer", {"a": 1})
    assert Signer([NEW]).open("offer", token) == {"a": 1}


def test_a_token_for_one_purpose_is_no_good_for_another() -> None:
    signer = Signer([NEW])
    with pytest.raises(InvalidToken):
        signer.open("choice", signer.seal("offer", {"a": 1}))


def test_api_keys_are_found_under_every_key_and_secrets_are_read_again() -> None:
    old, both = Signer([OLD]), Signer([NEW, OLD])
    assert old.key_hash("sk_1") in both.key_hashes("sk_1")
    assert both.decrypt(old.encrypt("whsec_x")) == "whsec_x"
    with pytest.raises(InvalidToken):
        Signer([NEW]).decrypt(old.encrypt("whsec_x"))


@pytest.mark.parametrize("keys", [[], [""], ["short"]])
def test_a_key_that_could_be_guessed_is_refused(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="16 characters"):
        Signer(keys)


def test_an_offer_carries_its_whole_question() -> None:
    signer = Signer([NEW])
    offer = seal_question(signer, QUESTION, NOW + timedelta(minutes=30))
    assert open_question(signer, offer, NOW) == QUESTION
    with pytest.raises(OfferExpired):
        open_question(signer, offer, NOW + timedelta(minutes=30))
    assert open_question(signer, offer, NOW + timedelta(days=9), even_old=True) == QUESTION


def test_an_offer_ends_at_the_cut_off_or_after_half_an_hour() -> None:
    assert offer_ends(NOW, None) == NOW + timedelta(minutes=30)
    assert offer_ends(NOW, NOW + timedelta(minutes=2)) == NOW + timedelta(minutes=2)
    assert offer_ends(NOW, NOW + timedelta(days=2)) == NOW + timedelta(minutes=30)


def test_an_option_belongs_to_its_own_offer_only() -> None:
    signer = Signer([NEW])
    one = seal_question(signer, QUESTION, NOW + timedelta(minutes=30))
    two = seal_question(signer, QUESTION, NOW + timedelta(minutes=31))
    body = option_body("local_delivery", "tue|evening", "2026-11-24", "2026-11-24", 495)
    option = option_minter(signer, one)(body)
    key = open_option(signer, one, option)
    assert (key.type, key.ref, key.first, key.fee) == ("local_delivery", "tue|evening", "2026-11-24", 495)
    with pytest.raises(OptionUnknown):
        open_option(signer, two, option)
    for position in (4, 20, 40, len(option) - 1):
        changed = option[:position] + ("A" if option[position] != "A" else "B") + option[position + 1 :]
        with pytest.raises(OptionUnknown):
            open_option(signer, one, changed)


def test_a_basket_is_the_same_in_whatever_order_its_lines_stand() -> None:
    parted = Basket((Line("CORD", 1), Line("LAMP", 1), Line("LAMP", 1, 9)), "EUR")
    assert basket_fingerprint(parted) == basket_fingerprint(QUESTION.basket)
    assert basket_fingerprint(Basket((Line("LAMP", 2),), "EUR")) != basket_fingerprint(QUESTION.basket)


def test_a_higher_page_version_makes_another_link() -> None:
    links = PageLinks("https://stoep.test/", Signer([NEW]))
    assert links.page("bk_1", 1).startswith("https://stoep.test/d/")
    assert links.page("bk_1", 1) == links.page("bk_1", 1) != links.page("bk_1", 2)


def test_signing_keys_are_made_once_and_kept(database: Database) -> None:
    first = load_signer(database, NOW)
    token = first.seal("offer", {"a": 1})
    assert load_signer(database, NOW).open("offer", token) == {"a": 1}
    with pytest.raises(InvalidToken):
        load_signer(database, NOW, [NEW]).open("offer", token)
