"""The kinds of endpoint, and what an address and a time of each must be."""

from datetime import time
from urllib.parse import SplitResult, urlsplit

from delivery.accounts import email_address
from delivery.problems import Fault, InvalidInput
from delivery.texts.sentences import N_

WEBHOOK, MAIL, DAILY_LIST = "webhook", "mail", "daily_list"
KINDS = (WEBHOOK, MAIL, DAILY_LIST)
"""A signed POST for each message; a mail for each message; one mail a day with all that came since the last."""

LONGEST_URL = 2000
MAILTO = "mailto:"

UNKNOWN_KIND = N_("There is no such way of handing over.")
NO_ADDRESS = N_("This is not an address.")
TOO_LONG = N_("An address has at most 2000 characters and no spaces.")
NO_HTTP = N_("The address must begin with https:// or http://.")
NO_HOST = N_("The address has no host, or a port that cannot be.")
HAS_PASSWORD = N_("A user name or password does not belong in the address: messages are signed instead.")
NEEDS_TIME = N_("A daily list needs the time at which it leaves.")
NO_TIME = N_("Only a daily list has a time at which it leaves.")


def check_address(kind: str, url: str) -> str:
    """The address as it is kept. Raises InvalidInput (/kind, /url).

    A webhook's is http or https, with a host and without a password in it; a mail's is `mailto:name@shop.example`.
    """
    if kind not in KINDS:
        raise InvalidInput(UNKNOWN_KIND, (Fault("/kind", UNKNOWN_KIND),))
    if kind != WEBHOOK:
        return _mail_address(url)
    check_url(url)
    return url


def check_url(url: str) -> None:
    """Raises InvalidInput (/url) unless `url` is http or https, with a host and without a password in it."""
    fault = _fault_of(url)
    if fault:
        raise InvalidInput(fault, (Fault("/url", fault),))


def check_time(kind: str, send_at: time | None) -> None:
    """Raises InvalidInput (/send_at) unless a daily list, and nothing else, has a time."""
    if (kind == DAILY_LIST) != (send_at is not None):
        fault = NEEDS_TIME if send_at is None else NO_TIME
        raise InvalidInput(fault, (Fault("/send_at", fault),))


def mailbox(url: str) -> str:
    """The e-mail address of a `mailto:` address."""
    return url.removeprefix(MAILTO)


def _mail_address(url: str) -> str:
    try:
        return MAILTO + email_address(mailbox(url))
    except InvalidInput as error:
        raise InvalidInput(error.detail, tuple(Fault("/url", fault.detail) for fault in error.faults)) from error


def _fault_of(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return NO_ADDRESS
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        return TOO_LONG
    if parts.scheme not in {"http", "https"}:
        return NO_HTTP
    if not parts.hostname or port == 0:
        return NO_HOST
    return _secrets_in(parts)


def _secrets_in(parts: SplitResult) -> str | None:
    return None if parts.username is None and parts.password is None else HAS_PASSWORD
