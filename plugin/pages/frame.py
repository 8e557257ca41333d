"""The frame around every page: language, menu, style, headers."""

from functools import cache, partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Response, g, request, session
from flask_wtf.csrf import generate_csrf
from jinja2 import Environment, PackageLoader, StrictUndefined

from delivery.accounts import Account, Role
from delivery.setups import Setup
from delivery.texts import formats
from delivery.texts.catalogues import merchant_languages, parse_locale, reader, translations
from delivery.texts.sentences import N_, said

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
}


class Entry(NamedTuple):
    """A line of the menu: where it leads, and who sees it; `with_vans`: only at a shop that has vans of its own."""

    path: str
    words: str
    least: Role
    with_vans: bool = False


MENU = (
    Entry("/plugin/to-send", N_("To send"), Role.COUNTER),
    Entry("/plugin/counter", N_("Counter"), Role.COUNTER),
    Entry("/plugin/deliveries", N_("Deliveries"), Role.COUNTER),
    Entry("/plugin/vans", N_("Vans"), Role.COUNTER, with_vans=True),
    Entry("/plugin/capacity", N_("Capacity"), Role.CONFIGURE),
    Entry("/plugin/promises", N_("Promises"), Role.CONFIGURE),
    Entry("/plugin/collections", N_("Collecting"), Role.CONFIGURE),
    Entry("/plugin/answers", N_("What shoppers say"), Role.CONFIGURE),
    Entry("/plugin/rehearsal", N_("Rehearsal"), Role.CONFIGURE),
    Entry("/plugin/settings", N_("Settings"), Role.CONFIGURE),
    Entry("/plugin/handovers", N_("Handing over"), Role.CONFIGURE),
    Entry("/plugin/install", N_("Install"), Role.CONFIGURE),
    Entry("/plugin/health", N_("Health"), Role.CONFIGURE),
    Entry("/plugin/audit", N_("Who changed what"), Role.CONFIGURE),
    Entry("/plugin/staff", N_("Staff"), Role.OWNER),
    Entry("/plugin/account", N_("Your account"), Role.COUNTER),
)


def page(template: str, status: int = 200, **facts: object) -> Response:
    """A template of plugin/templates in the visitor's language; `facts` are its own."""
    speech = reader(locale())
    html = _environment(speech.language).get_template(template).render(**_frame(speech.tag), **facts)
    response = Response(html, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = speech.tag
    return response


def locale() -> str:
    """The visitor's language, with the habits of the shop's country: their own choice, else that of the browser."""
    visitor, shop = _visitor(), _shop()
    language = (visitor and visitor.language) or session.get("language") or _browser_language()
    return f"{language}-{shop.country}" if shop else language


def see_other(path: str, **query: str | None) -> Response:
    """After a form: look there. `path` begins with a slash; query fields that are None are left out."""
    asked = urlencode({name: value for name, value in query.items() if value is not None})
    return Response(status=303, headers={"Location": request.script_root + path + (f"?{asked}" if asked else "")})


def tell(sentence: str) -> None:
    """Say this at the head of the next page that is shown, once."""
    session.setdefault("told", []).append(str(sentence))
    session.modified = True


def headers(response: Response) -> Response:
    """What every page of a merchant says of itself; one that has said its own policy keeps it."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _frame(tag: str) -> dict[str, Any]:
    visitor, shop = _visitor(), _shop()
    zone = shop.time_zone.key if shop else "UTC"
    currency = shop.currency if shop else "EUR"
    return {
        "language": tag,
        "languages": merchant_languages(),
        "root": request.script_root,
        "path": request.path,
        "visitor": visitor,
        "shop": shop,
        "menu": [entry for entry in MENU if visitor and shop and _sees(visitor, shop, entry)],
        "told": session.pop("told", []),
        "csrf_token": generate_csrf,
        "said": partial(said, tag),
        "day": lambda value: formats.day(value, tag),
        "short_day": lambda value: formats.short_day(value, tag),
        "moment": lambda value, at=zone: formats.moment(value, at, tag),
        "short_moment": lambda value, at=zone: formats.short_moment(value, at, tag),
        "window": lambda start, end, at=zone: formats.window(start, end, at, tag),
        "clock_time": lambda value: formats.clock_time(value, tag),
        "money": lambda amount, of=currency: formats.money(amount, of, tag),
    }


def _sees(visitor: Account, shop: Setup, entry: Entry) -> bool:
    return visitor.role.covers(entry.least) and (bool(shop.fleets) or not entry.with_vans)


def _visitor() -> Account | None:
    found: Account | None = g.get("visitor")
    return found


def _shop() -> Setup | None:
    found: Setup | None = g.get("shop")
    return found


def _browser_language() -> str:
    for tag in request.accept_languages.values():
        asked = parse_locale(tag)
        if asked and asked.language in merchant_languages():
            return asked.language
    return merchant_languages()[0]


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("plugin", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    words = translations(language)
    environment.install_gettext_callables(words.gettext, words.ngettext, newstyle=False)  # type: ignore[attr-defined]
    return environment
