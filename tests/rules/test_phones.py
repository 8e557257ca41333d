"""Phone numbers are the same however they are written, and never somebody else's."""

import pytest

from delivery.rules.phones import is_same_phone, phone_key


@pytest.mark.parametrize(
    "written",
    [
        "+31 20 5550100",
        "0031205550100",
        "+31 (0)20 555 01 00",
        "020-5550100",
        "(020) 5550100",
        "00 31 20/5550100",
        "31205550100",
    ],
)
def test_one_number_is_found_in_every_writing(written: str) -> None:
    assert phone_key(written) == "550100"
    assert is_same_phone(written, "+31205550100")
    assert is_same_phone("+31205550100", written)


@pytest.mark.parametrize(
    "other", ["+32 20 5550100", "+31 10 5550100", "010-5550100", "5550100", "+31 20 5550101", "", "112"]
)
def test_another_number_is_not_the_same(other: str) -> None:
    assert not is_same_phone(other, "+31 20 5550100")


def test_italy_keeps_its_nought() -> None:
    assert is_same_phone("+39 06 1234567", "06 1234567")


def test_what_is_too_short_is_nobodys() -> None:
    assert phone_key("112") is None
    assert phone_key("") is None
