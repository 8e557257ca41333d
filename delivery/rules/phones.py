"""Phone numbers as people write them, compared without a list of countries.

A number is its digits, and with or without its country: "+31 20 5550100", "0031205550100", "+31 (0)20 5550100" and
"020-5550100" are one number. Two numbers with their countries are the same when all digits are. One without is the same as
one with when it is its end, and what stands before it can be a country's code (one to three digits; Italy's 0, which stays
behind the code, counts with it).
"""

import re
import unicodedata
from typing import NamedTuple

KEY_DIGITS = 6
"""How many of the last digits candidates are found by. Shorter numbers are found by nobody."""

LONGEST_COUNTRY = 3


class _Number(NamedTuple):
    digits: str
    has_country: bool


def phone_key(text: str) -> str | None:
    """The last digits, the same however the number is written; None for what is too short to be one."""
    digits = _number(text).digits
    return digits[-KEY_DIGITS:] if len(digits) >= KEY_DIGITS else None


def dialled(text: str) -> str | None:
    """The number as a telephone takes it, "+31612345678" with its country and "0612345678" without; None for what is too
    short to be one."""
    number = _number(text)
    if len(number.digits) < KEY_DIGITS:
        return None
    return f"+{number.digits}" if number.has_country else _digits(text)


def is_same_phone(one: str, other: str) -> bool:
    """Whether the two can be one number."""
    first, second = _number(one), _number(other)
    if first.digits == second.digits:
        return True
    if first.has_country == second.has_country:
        return False
    whole, end = (first, second) if first.has_country else (second, first)
    if len(end.digits) < KEY_DIGITS or not whole.digits.endswith(end.digits):
        return False
    return len(whole.digits) - len(end.digits) <= LONGEST_COUNTRY


def _number(text: str) -> _Number:
    digits = _digits(text)
    if unicodedata.normalize("NFKC", text).strip().startswith("+"):
        return _Number(digits, True)
    if digits.startswith("00"):
        return _Number(digits[2:], True)
    return _Number(digits.removeprefix("0"), False)


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text).replace("(0)", ""))
