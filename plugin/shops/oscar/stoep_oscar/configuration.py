"""What the shop sets. Two settings are needed, STOEP_URL and STOEP_KEYS; the others have a value of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings


@dataclass(frozen=True)
class Configuration:
    """`url`: where Stoep is, for the shopper's browser and for this server alike, without a slash at its end.

    `seconds`: how long the shop waits for an answer of Stoep's. A checkout that waits longer loses the sale.
    `tax_rate`: the share of tax in Stoep's fees, which include it: Decimal("0.21") for 21 %.
    `events`: what a status of an order is called at Stoep, beside those that `progress.py` knows.
    """

    url: str
    publishable_key: str
    secret_key: str
    seconds: float
    tax_rate: Decimal
    events: Mapping[str, str]


def configuration() -> Configuration:
    """The settings as they are now. Raises ValueError, with the setting's name, for what cannot be."""
    publishable_key, secret_key = _keys(getattr(settings, "STOEP_KEYS", None))
    return Configuration(
        url=_url(getattr(settings, "STOEP_URL", None)),
        publishable_key=publishable_key,
        secret_key=secret_key,
        seconds=_seconds(getattr(settings, "STOEP_SECONDS", 1)),
        tax_rate=_tax_rate(getattr(settings, "STOEP_TAX_RATE", 0)),
        events=_events(getattr(settings, "STOEP_EVENTS", {})),
    )


def _url(value: Any) -> str:
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"STOEP_URL is {value!r}: set the address of your Stoep, such as 'https://stoep.example'")
    return str(value).rstrip("/")


def _keys(value: Any) -> tuple[str, str]:
    if isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(key, str) for key in value):
        publishable_key, secret_key = value
        if publishable_key.startswith("pk_") and secret_key.startswith("sk_"):
            return publishable_key, secret_key
    # Never the value: it is a secret.
    raise ValueError("STOEP_KEYS is to hold your two keys, the publishable one first: ('pk_…', 'sk_…')")


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 30:
        raise ValueError(f"STOEP_SECONDS is {value!r}: set how long the shop waits for Stoep, such as 1")
    return float(value)


def _tax_rate(value: Any) -> Decimal:
    try:
        rate = Decimal(str(value))
    except InvalidOperation:
        rate = Decimal(-1)
    if not 0 <= rate < 1:
        raise ValueError(f"STOEP_TAX_RATE is {value!r}: set a share below 1, such as '0.21' for 21 %")
    return rate


def _events(value: Any) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for pair in value.items() for text in pair):
        raise ValueError(f"STOEP_EVENTS is {value!r}: name the event of each status, such as {{'Sent': 'dispatched'}}")
    return value
