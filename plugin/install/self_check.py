"""The self-check: what the tables and the checkout itself say is still missing.

Only what stands in the page's own HTML can be seen. What a script adds to it later cannot, and then the finding is
"unknown", never "missing".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from delivery.keys import KeyKind, known_key, shown_key
from delivery.merchants import web_origin
from delivery.readiness import OSCAR, STRIPE, Finding, Standing, look
from delivery.settings import items
from delivery.setups import Setup
from delivery.signing import Signer
from delivery.store.engine import Session
from plugin.install.content_policy import lines_to_add, wants_nonce
from plugin.install.loading import CannotLoad, Loaded, load
from plugin.install.pages import Element, Script, Seen, look_through
from plugin.install.stripe_snippets import ADAPTER_PATH

SCRIPT_PATH = "/static/stoep.js"
SECRET_START = "sk_"  # noqa: S105 - how secret keys begin


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of loading the checkout: the page, or why there is none. `address` None: nobody said where it is."""

    address: str | None
    loaded: Loaded | None = None
    trouble: CannotLoad | None = None


def visit(address: str | None, allow_private: bool) -> Visit:
    """Load the checkout. Takes seconds: never inside a transaction."""
    if not address:
        return Visit(None)
    try:
        return Visit(address, load(address, allow_private))
    except CannotLoad as trouble:
        return Visit(address, trouble=trouble)


def check(
    session: Session, now: datetime, signer: Signer, setup: Setup, service_url: str, visited: Visit
) -> list[Finding]:
    """Everything found, the checkout first. `service_url`: where browsers find this service."""
    platform = items.item(session, setup.merchant_id, "install")["platform"]
    # The app for Oscar puts everything into the checkout by itself, which nobody sees without a basket.
    if platform == OSCAR and not visited.address:
        return look(session, now, setup.merchant_id)
    findings = list(_of_the_page(setup, service_url, visited))
    element = _element(visited)
    if element is not None:
        of_element = _of_the_element(session, now, signer, setup, element)
        # The wires to Stripe take the choice themselves: no form sends it.
        findings += [found for found in of_element if platform != STRIPE or found.name not in _OF_FORMS]
    if platform == STRIPE and visited.loaded is not None:
        findings.append(_adapter(visited.loaded, service_url))
    return findings + look(session, now, setup.merchant_id)


_OF_FORMS = ("element_name", "element_form")


def _adapter(loaded: Loaded, service_url: str) -> Finding:
    """Its address, in a script of the page's own. One in a file that the page loads is not seen."""
    there = service_url + ADAPTER_PATH in loaded.html
    return _ok("adapter") if there else Finding("adapter", Standing.UNKNOWN)


def script_tag(service_url: str) -> str:
    """The script of this service, as it stands in a page."""
    return f'<script type="module" src="{service_url}{SCRIPT_PATH}"></script>'


def _ok(name: str, **facts: object) -> Finding:
    return Finding(name, Standing.OK, facts)


def _missing(name: str, **facts: object) -> Finding:
    return Finding(name, Standing.MISSING, facts)


def _of_the_page(setup: Setup, service_url: str, visited: Visit) -> Iterator[Finding]:
    if visited.address is None:
        yield _missing("page", why="none")
        return
    if visited.trouble is not None:
        yield _missing("page", why=visited.trouble.reason, address=visited.address, status=visited.trouble.status)
    yield from _origin(setup, visited.loaded.url if visited.loaded else visited.address)
    if visited.loaded is not None:
        seen = look_through(visited.loaded.html, visited.loaded.url)
        yield _ok("page", address=visited.loaded.url)
        yield _script(seen, service_url)
        yield _has_element(seen)
        yield _policy(seen, service_url, visited.loaded)


def _origin(setup: Setup, address: str) -> Iterator[Finding]:
    origin = origin_of(address)
    if origin is not None:
        allowed = origin in setup.allowed_origins
        yield Finding("origin_allowed", Standing.OK if allowed else Standing.MISSING, {"address": origin})


def origin_of(address: str) -> str | None:
    """The web origin of a page's address; None when it has none."""
    try:
        return web_origin("/".join(address.split("/", 3)[:3]))
    except ValueError:
        return None


def _ours(seen: Seen, service_url: str) -> Script | None:
    return next((script for script in seen.scripts if _path_free(script.url) == service_url + SCRIPT_PATH), None)


def _path_free(url: str | None) -> str | None:
    """An address without its query: `?v=2` loads the same script."""
    return url.partition("#")[0].partition("?")[0] if url else None


def _script(seen: Seen, service_url: str) -> Finding:
    ours, tag = _ours(seen, service_url), script_tag(service_url)
    if ours is not None:
        return _ok("script") if ours.type == "module" else _missing("script", why="not_a_module", tag=tag)
    elsewhere = next(
        (url for script in seen.scripts if (url := _path_free(script.url)) and url.endswith("/stoep.js")), None
    )
    if elsewhere is not None:
        return _missing("script", why="elsewhere", address=elsewhere, tag=tag)
    if seen.scripts and not seen.elements:
        return Finding("script", Standing.UNKNOWN)
    return _missing("script", why="none", tag=tag)


def _has_element(seen: Seen) -> Finding:
    if seen.elements:
        return _ok("element")
    return Finding("element", Standing.UNKNOWN if seen.scripts else Standing.MISSING)


def _policy(seen: Seen, service_url: str, loaded: Loaded) -> Finding:
    ours, policies = _ours(seen, service_url), [*loaded.policies, *seen.policies]
    if ours is not None and wants_nonce(policies, ours.nonce):
        return _missing("content_policy", why="nonce")
    lines = lines_to_add(policies, service_url, loaded.url, ours.nonce if ours else None)
    return _missing("content_policy", why="lines", lines=" ".join(lines)) if lines else _ok("content_policy")


def _element(visited: Visit) -> Element | None:
    if visited.loaded is None:
        return None
    return next(iter(look_through(visited.loaded.html, visited.loaded.url).elements), None)


def _of_the_element(
    session: Session, now: datetime, signer: Signer, setup: Setup, element: Element
) -> Iterator[Finding]:
    yield _key(session, now, signer, setup, element.attributes.get("shop", "").strip())
    yield _ok("element_name") if element.attributes.get("name") else _missing("element_name")
    yield _ok("element_form") if element.in_form else _missing("element_form")
    basket = element.attributes.get("basket")
    if basket:
        yield _currency(basket, setup.currency)


def _key(session: Session, now: datetime, signer: Signer, setup: Setup, key: str) -> Finding:
    if not key:
        return _missing("element_key", why="none")
    if key.startswith(SECRET_START):
        return _missing("element_key", why="secret")
    if key == shown_key(session, signer, setup.merchant_id):
        return _ok("element_key")
    older = known_key(session, now, signer, setup.merchant_id, KeyKind.PUBLISHABLE, key)
    if older is None:
        return _missing("element_key", why="other")
    return _missing("element_key", why="ending", at=older.ends_at)


def _currency(basket: str, currency: str) -> Finding:
    found = _currency_of(basket)
    if found is None:
        return _missing("currency", why="unreadable")
    return _ok("currency") if found == currency else _missing("currency", why="other", found=found, currency=currency)


def _currency_of(basket: str) -> str | None:
    try:
        read: Any = orjson.loads(basket)
    except orjson.JSONDecodeError:
        return None
    found = read.get("currency") if isinstance(read, dict) else None
    return found if isinstance(found, str) and read.get("lines") else None
