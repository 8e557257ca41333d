"""What a booking is searched by: plain columns beside its facts, written whenever the booking is.

Texts are folded the same way when they are kept and when they are looked for.
"""

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from delivery.rules.phones import phone_key
from delivery.rules.postcodes import BadPostalCode, normal

LONGEST_ORDER, LONGEST_NAME, LONGEST_POSTAL_CODE, LONGEST_EMAIL = 100, 200, 40, 254
"""As long as the columns are."""


def folded(text: str) -> str:
    """Without case, accents and needless spaces: "Zoë  DE Boer" becomes "zoe de boer"."""
    plain = unicodedata.normalize("NFKD", text)
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).casefold().split())


def folded_email(text: str) -> str | None:
    """An e-mail address without case and surrounding space; None for nothing. Accents stay: they make another address."""
    return unicodedata.normalize("NFKC", text).strip().casefold()[:LONGEST_EMAIL] or None


def folded_postal_code(country: str, text: str) -> str | None:
    """The postcode, or the beginning of one, as it is compared; None for what cannot be one."""
    try:
        return normal(country, text)[:LONGEST_POSTAL_CODE] or None
    except BadPostalCode:
        return None


def search_columns(
    order: str, recipient: Mapping[str, Any], address: Mapping[str, Any], option: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The plain columns of a booking with these facts. The days are those promised, None where none was."""
    return {
        "search_order": folded(order)[:LONGEST_ORDER],
        "search_name": folded(str(recipient.get("name") or ""))[:LONGEST_NAME],
        "search_postal_code": folded_postal_code(address["country"], address.get("postal_code") or ""),
        "search_email": folded_email(str(recipient.get("email") or "")),
        "search_phone": phone_key(str(recipient.get("phone") or "")),
        "earliest_day": _day(option, "earliest_day"),
        "latest_day": _day(option, "latest_day"),
        "zone_id": option.get("zone_id") if option else None,
        "centre_id": (option.get("location") or {}).get("id") if option else None,
    }


def _day(option: Mapping[str, Any] | None, name: str) -> date | None:
    said = option.get(name) if option else None
    return date.fromisoformat(said) if said else None
