"""Messages to shoppers before they go: as they would be, with an order of the shop, and to the visitor's own address."""

import secrets
from dataclasses import dataclass

from flask import Blueprint, Response, abort, request
from markupsafe import Markup

from delivery.message_facts import facts_of
from delivery.message_samples import Sample, sample
from delivery.messages import KINDS, MessageSettings, settings_of
from delivery.problems import InvalidInput
from delivery.rules.phones import dialled
from delivery.rules.septets import length, parts
from delivery.settings.rows import ONLY
from delivery.short_links import ShortLinks
from delivery.store.engine import Session
from delivery.texts.catalogues import languages, reader, say
from delivery.texts.messages import Said, render
from plugin.mails import linked, mail_of
from plugin.notify.mail import send_now
from plugin.notify.outcomes import Outcome, Verdict
from plugin.notify.webhook import ShortMessage
from plugin.pages.forms import document_of, typed
from plugin.pages.frame import locale
from plugin.pages.visitors import shop, visitor
from plugin.settings.areas import area_of, everything, form_page
from plugin.settings.short_tests import NO_PHONE, tried
from plugin.short_messages import short_message
from web.bodies import loaded
from web.service import now, service


@dataclass(frozen=True, slots=True)
class Written:
    """A message in one language, as a mail and for a telephone."""

    mail: Said
    short: ShortMessage


@dataclass(frozen=True, slots=True)
class Preview:
    """A message in one language; `called` is the language as the visitor names it. `length` and `parts` are those of the text
    message."""

    language: str
    called: str
    said: Said
    paragraphs: list[list[Markup]]
    short: list[Markup]
    length: int
    parts: int


@dataclass(frozen=True, slots=True)
class Tested:
    """What became of a message for the visitor."""

    to: str
    by_phone: bool
    outcome: Outcome

    @property
    def was_sent(self) -> bool:
        return self.outcome.verdict is Verdict.SENT


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.post("/settings/messages/preview")
    def preview_messages() -> Response:
        """The form as it was sent with one kind of message below it in each language; nothing is saved. With `test` or
        `test_short`, the mail or text message in that language goes to the visitor."""
        area, seen = area_of("messages"), request.form.get("seen", "")
        by_phone = "test_short" in request.form
        asked = request.form.get("test_short" if by_phone else "test") or request.form.get("kind", "")
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
            written = {tongue: _written(session, shown, kind, tongue, wanted) for tongue in _spoken()}
        tested = _tested(written[language], language, by_phone) if language in written else None
        facts = {"opened": kind, "sample": shown, "previews": _previews(written), "tested": tested}
        return form_page(area, ONLY, everything(), typed(request.form), 200, seen=seen, **facts)


def _spoken() -> tuple[str, ...]:
    """The languages that this shop's shoppers get."""
    return tuple(language for language in languages() if not shop().languages or language in shop().languages)


def _written(session: Session, shown: Sample, kind: str, language: str, wanted: MessageSettings) -> Written:
    # Days and times as people of the shop's country write them; the moment of the order, so that its promise lies ahead.
    read, at, booking = f"{language}-{shop().country}", shown.booking.created_at, shown.booking
    facts = facts_of(session, at, shop(), booking, service().links, read)
    short_links = ShortLinks(service().config.public_url, service().signer)
    short_facts = facts_of(session, at, shop(), booking, short_links, read)
    to, test_id = dialled(request.form.get("test_phone", "")) or "", f"test_{secrets.token_hex(16)}"
    short = short_message(test_id, to, kind, short_facts, shop(), booking, read, words=wanted, test=True)
    return Written(render(kind, facts, read, wanted.words_for(kind, language)), short)


def _previews(written: dict[str, Written]) -> list[Preview]:
    names = reader(locale()).formats.languages
    return [
        Preview(
            language,
            names[language].capitalize(),
            each.mail,
            [[linked(line) for line in paragraph.splitlines()] for paragraph in each.mail.text.split("\n\n")],
            [linked(line) for line in each.short.text.splitlines()],
            length(each.short.text),
            parts(each.short.text),
        )
        for language, each in written.items()
    ]


def _tested(written: Written, language: str, by_phone: bool) -> Tested:
    """Send it to the visitor, marked as a test, outside any transaction."""
    if by_phone:
        to = written.short.to
        return Tested(to or say(locale(), "your telephone"), True, tried(written.short) if to else NO_PHONE)
    said = written.mail
    marked = said._replace(subject=say(language, "Test: {subject}", subject=said.subject))
    mail = mail_of(f"test_{secrets.token_hex(16)}", visitor().email, marked, shop(), language)
    return Tested(visitor().email, False, send_now(service().config, now(), mail))
