"""Whose call it is: keys, and the web origins that may call in a shop's name."""

import hashlib

from flask import request

from delivery.problems import UnknownShop
from delivery.setups import Setup
from delivery.store.engine import Session
from web.problems import KeyMismatch, KeyNeeded, KeyUnknown, OriginNotAllowed
from web.service import now, service


def shop_of(session: Session, publishable_key: str) -> Setup:
    """Door 1: the shop of this key, if the caller may speak for it. Raises UnknownShop and what check_caller does."""
    setup = service().memory.setup_of(session, now(), publishable_key, "publishable")
    check_caller(session, setup)
    return setup


def check_caller(session: Session, setup: Setup) -> None:
    """Whether this call may speak for the shop. A secret key of the same shop stands in for the web origin; a call that
    is not from a page carries no origin and is held back by the limits alone.

    Raises OriginNotAllowed, KeyUnknown, KeyMismatch.
    """
    if "Authorization" in request.headers:
        if merchant_of(session).merchant_id != setup.merchant_id:
            raise KeyMismatch("The secret key belongs to another shop.")
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin not in setup.allowed_origins and not _is_our_own(origin):
        raise OriginNotAllowed(f"{origin[:200]} is not among the web origins this shop allows.")


def merchant_of(session: Session) -> Setup:
    """Door 2: the merchant whose secret key the call carries. Raises KeyNeeded, KeyUnknown."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise KeyNeeded("Send the secret key as `Authorization: Bearer sk_…`.")
    try:
        return service().memory.setup_of(session, now(), key.strip(), "secret")
    except UnknownShop as error:
        raise KeyUnknown("The secret key is not one of ours, or no longer counts.") from error


def client_mark() -> str | None:
    """A keyed mark of the client's address, to limit live holds without keeping an address. None for a secret key."""
    if "Authorization" in request.headers or request.remote_addr is None:
        return None
    return service().signer.tag(b"client " + request.remote_addr.encode())


def _is_our_own(origin: str) -> bool:
    return origin in (service().config.public_url, request.host_url.rstrip("/"))


def fingerprint(*parts: bytes) -> str:
    """Tells two requests apart."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
