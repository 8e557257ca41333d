"""How a page is written: its language, its templates, its headers, and the page for what cannot be shown."""

from functools import cache

from flask import Blueprint, Response, request
from jinja2 import Environment, PackageLoader, StrictUndefined

from delivery.pages import Page
from delivery.problems import BookingNotFound
from delivery.store.engine import Busy
from delivery.texts.catalogues import languages, parse_locale, reader, translations
from web.unreadable import check_form

HEADERS = {
    "Cache-Control": "no-store",
    # The address is the key to the page: it must not travel on, nor be found.
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
}


def apply_to(blueprint: Blueprint) -> None:
    """Give every answer of the blueprint its headers, and answer what goes wrong with a page."""
    blueprint.before_request(_refuse_what_is_no_text)
    blueprint.after_request(_headers)
    blueprint.register_error_handler(BookingNotFound, _not_found)
    blueprint.register_error_handler(Busy, _busy)


def _refuse_what_is_no_text() -> None:
    if request.method == "POST":
        check_form()


def page(template: str, locale: str, status: int = 200, *, look: str | None = None, **facts: object) -> Response:
    """A template of web/templates/pages in the reader's language; `look` is the way to the shop's style sheet."""
    speech = reader(locale)
    html = _environment(speech.language).get_template(template).render(reader=speech, look=look, root=root(), **facts)
    response = Response(html, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = speech.tag
    return response


def locale_of(kept: str | None = None) -> str:
    """The language the shopper ordered in; if that is not known, the first of the browser's that has words; or English."""
    if kept and parse_locale(kept):
        return kept
    for tag in request.accept_languages.values():
        asked = parse_locale(tag)
        if asked and asked.language in languages():
            return tag
    return languages()[0]


def locale_for(found: Page) -> str:
    """The language in which the shop answers this shopper."""
    return found.setup.locale_for(locale_of(found.booking.recipient.get("locale")))


def look_of(found: Page) -> str | None:
    """The way to the shop's own style sheet, if it has one. It changes with the settings, so that no old one is shown."""
    setup = found.setup
    return f"{root()}widget/v1/looks/{setup.merchant_id}.css?v={setup.version}" if setup.look else None


def root() -> str:
    """The way from this page to where ours begin, wherever a proxy puts them: "../" from /d/{token}."""
    return "../" * (request.path.count("/") - 1)


def see_other(address: str) -> Response:
    """After a form: look there. The address stays relative, so that the form may lead to it under the policy above."""
    return Response(status=303, headers={"Location": address})


def beside(address: str) -> str:
    """The way from one page to another, wherever a proxy puts them both: "../choose/…"."""
    kind, token = address.rsplit("/", 2)[1:]
    return f"../{kind}/{token}"


def _headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


def _not_found(_error: Exception) -> Response:
    return page("not_found.html", locale_of(), 404)


def _busy(_error: Exception) -> Response:
    response = page("busy.html", locale_of(), 503)
    response.headers["Retry-After"] = "1"
    return response


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("web", "templates/pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    words = translations(language)
    environment.install_gettext_callables(words.gettext, words.ngettext, newstyle=False)  # type: ignore[attr-defined]
    return environment
