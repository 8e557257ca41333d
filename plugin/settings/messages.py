"""Mails to shoppers before they go: as they would be, with an order of the shop, and to the visitor's own address."""

import secrets
from dataclasses import dataclass

from flask import Blueprint, Response, abort, request
from markupsafe import Markup

from delivery.message_facts import facts_of
from delivery.message_samples import Sample, sample
from delivery.messages import KINDS, MessageSettings, settings_of
from delivery.problems import InvalidInput
from delivery.settings.rows import ONLY
from delivery.store.engine import Session
from delivery.texts.catalogues import languages, reader, say
from delivery.texts.messages import Said, render
from plugin.mails import linked, mail_of
from plugin.notify.mail import send_now
from plugin.notify.outcomes import Outcome, Verdict
from plugin.pages.forms import document_of, typed
from plugin.pages.frame import locale
from plugin.pages.visitors import shop, visitor
from plugin.settings.areas import area_of, everything, form_page
from web.bodies import loaded
from web.service import now, service


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail in one language; `called` is the language as the visitor names it."""

    language: str
    called: str
    said: Said
    paragraphs: list[list[Markup]]


@dataclass(frozen=True, slots=True)
class Tested:
    """What the mail server said to a mail for the visitor."""

    to: str
    was_sent: bool
    outcome: Outcome


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.post("/settings/messages/preview")
    def preview_messages() -> Response:
        """The form as it was sent with one kind of mail below it in each language; nothing is saved. With `test`, the
        mail in that language goes to the visitor."""
        area, seen = area_of("messages"), request.form.get("seen", "")
        asked = request.form.get("test") or request.form.get("kind", "")
        kind, _, language = asked.partition(" ")
        if kind not in KINDS or language not in ("", *languages()):
            abort(400)
        try:
            wanted = settings_of(loaded(area.schema, document_of(area.schema, request.form)))
        except InvalidInput as problem:
            faulty = typed(request.form, problem.faults)
            return form_page(area, ONLY, everything(), faulty, 422, seen=seen, opened=kind)
        with service().database.reading() as session:
            shown = sample(session, now(), shop(), kind)
            said = {tongue: _said(session, shown, kind, tongue, wanted) for tongue in _spoken()}
        tested = _tested(said[language], language) if language in said else None
        facts = {"opened": kind, "sample": shown, "previews": _previews(said), "tested": tested}
        return form_page(area, ONLY, everything(), typed(request.form), 200, seen=seen, **facts)


def _spoken() -> tuple[str, ...]:
    """The languages that this shop's shoppers get."""
    return tuple(language for language in languages() if not shop().languages or language in shop().languages)


def _said(session: Session, shown: Sample, kind: str, language: str, wanted: MessageSettings) -> Said:
    # Days and times as people of the shop's country write them; the moment of the order, so that its promise lies ahead.
    read, at = f"{language}-{shop().country}", shown.booking.created_at
    facts = facts_of(session, at, shop(), shown.booking, service().links, read)
    return render(kind, facts, read, wanted.words_for(kind, language))


def _previews(said: dict[str, Said]) -> list[Preview]:
    names = reader(locale()).formats.languages
    return [
        Preview(
            language,
            names[language].capitalize(),
            mail,
            [[linked(line) for line in paragraph.splitlines()] for paragraph in mail.text.split("\n\n")],
        )
        for language, mail in said.items()
    ]


def _tested(said: Said, language: str) -> Tested:
    """Send it to the visitor, marked as a test, outside any transaction."""
    marked = said._replace(subject=say(language, "Test: {subject}", subject=said.subject))
    mail = mail_of(f"test_{secrets.token_hex(16)}", visitor().email, marked, shop(), language)
    outcome = send_now(service().config, now(), mail)
    return Tested(visitor().email, outcome.verdict is Verdict.SENT, outcome)
