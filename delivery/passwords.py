"""Passwords: what may be one, and how it is kept (argon2id). Takes about 50 ms each: never inside a transaction."""

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from delivery.problems import Fault, InvalidInput
from delivery.texts.sentences import N_

SHORTEST, LONGEST = 12, 200

_hasher = PasswordHasher()


def check_password(password: str, email: str, shop: str) -> None:
    """Raises InvalidInput, its fault at /password, for one that is too short, too long, or what everybody can guess.

    There are no other rules: a sentence is a good password.
    """
    text = _normal(password)
    fault = None
    if len(text) < SHORTEST:
        fault = N_("Use at least 12 characters. A short sentence is fine.")
    elif len(text) > LONGEST:
        fault = N_("Use at most 200 characters.")
    elif text.strip().casefold() in {email.strip().casefold(), shop.strip().casefold()}:
        fault = N_("Your e-mail address or the name of the shop is too easy to guess.")
    if fault:
        raise InvalidInput(fault, (Fault("/password", fault),))


def hash_password(password: str) -> str:
    """How it is kept: argon2id, with the library's own parameters."""
    return _hasher.hash(_normal(password))


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether it is the one that was hashed. Without a hash the same work is done, so that nobody can tell by the time."""
    unknown = _nobodys_hash()
    try:
        return _hasher.verify(password_hash or unknown, _normal(password)) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the library would make it with other parameters today."""
    return _hasher.check_needs_rehash(password_hash)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe())


def _normal(password: str) -> str:
    """The same characters however the keyboard composed them (NFKC, as NIST SP 800-63B 5.1.1.2 says)."""
    return unicodedata.normalize("NFKC", password)
