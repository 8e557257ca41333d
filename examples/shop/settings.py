"""What whoever runs the shop sets, by environment variables."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Where Stoep is, the shop's two keys, and where orders are kept.

    `stoep_url` is the address that the shopper's browser uses too: scheme, host and port, no path.
    """

    stoep_url: str
    publishable_key: str
    secret_key: str
    orders_file: Path
    cookie_secret: str = field(default_factory=lambda: secrets.token_hex(32))
    seconds_between_retries: float = 10
    seconds_to_answer: float = 4


def read_settings() -> Settings:
    """The settings that the SHOP_… variables give. SystemExit names what is missing."""
    missing = [name for name in ("SHOP_STOEP_URL", "SHOP_KEY", "SHOP_SECRET") if not os.environ.get(name)]
    if missing:
        raise SystemExit(f"set {', '.join(missing)}: see examples/README.md")
    return Settings(
        stoep_url=os.environ["SHOP_STOEP_URL"].rstrip("/"),
        publishable_key=os.environ["SHOP_KEY"],
        secret_key=os.environ["SHOP_SECRET"],
        orders_file=Path(os.environ.get("SHOP_ORDERS", "var/shop.sqlite")),
        cookie_secret=os.environ.get("SHOP_COOKIE_SECRET") or secrets.token_hex(32),
        seconds_between_retries=float(os.environ.get("SHOP_RETRY_SECONDS", "10")),
        seconds_to_answer=float(os.environ.get("SHOP_ANSWER_SECONDS", "4")),
    )
