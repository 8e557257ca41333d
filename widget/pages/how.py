"""GET and POST /d/{token}/how: how it went, asked once. A link in a mail chooses a score and writes nothing: the button does."""

from collections.abc import Mapping
from typing import Any

import structlog
from flask import Blueprint, Response, request

from delivery import answers
from delivery.answers import LONGEST_WORDS, REASONS, SCORES, Answer, Given
from delivery.pages import Page, open_page
from delivery.problems import WrongState
from delivery.store.engine import Session
from delivery.texts.answers import fault, reason_named, score_word
from web.service import now, service
from widget.pages.looks import locale_for, look_of, page, see_other

log = structlog.get_logger(__name__)


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint. The form needs no token against forgery, for the reason that choose.py gives."""

    @blueprint.get("/d/<string:token>/how")
    def how(token: str) -> Response:
        """The question, with what was answered before or the score of the link; later, what was answered."""
        with service().database.reading() as session:
            found = _opened(session, token)
            known = _answer(session, found)
        return _page(found, known, _values(known, _score_of(request.args.get("score"))))

    @blueprint.post("/d/<string:token>/how")
    def told_how(token: str) -> Response:
        """Keep the answer. What is missing is said beside its field, and nothing typed is lost."""
        given, faults = _typed()
        if given is None:
            with service().database.reading() as session:
                found = _opened(session, token)
                return _page(found, _answer(session, found), _as_typed(), faults)
        try:
            found, is_bad = service().database.write(lambda session: _give(session, token, given))
        except WrongState:
            return see_other("how")
        if is_bad:
            facts = {"merchant": found.booking.merchant_id, "booking": found.booking.id}
            log.warning("bad_answer", alarm=True, score=given.score, wants_call=given.wants_call, **facts)
        return see_other("how")


def _opened(session: Session, token: str) -> Page:
    return open_page(session, service().memory, service().signer, "page", token)


def _answer(session: Session, found: Page) -> Answer | None:
    return answers.answer_of(session, found.booking.merchant_id, found.booking.id)


def _give(session: Session, token: str, given: Given) -> tuple[Page, bool]:
    found = _opened(session, token)
    return found, answers.give(session, now(), found.setup, found.booking.id, given)


def _typed() -> tuple[Given | None, Mapping[str, str]]:
    """What was typed, or the names of the fields that are wrong."""
    score, words = _score_of(request.form.get("score")), _words()
    wrong = [name for name, is_wrong in (("score", score is None), ("words", len(words) > LONGEST_WORDS)) if is_wrong]
    if score is None or wrong:
        return None, dict.fromkeys(wrong, "")
    reasons = answers.reasons_among(request.form.getlist("reasons"))
    return Given(score, reasons, words, "call" in request.form), {}


def _score_of(text: str | None) -> int | None:
    return int(text) if text in {str(score) for score in SCORES} else None


def _words() -> str:
    return request.form.get("words", "").replace("\r\n", "\n").strip()


def _values(known: Answer | None, score: int | None) -> dict[str, Any]:
    if known is None:
        return {"score": score, "reasons": (), "words": "", "call": False}
    given = known.given
    return {"score": given.score, "reasons": given.reasons, "words": given.words, "call": given.wants_call}


def _as_typed() -> dict[str, Any]:
    reasons = answers.reasons_among(request.form.getlist("reasons"))
    score = _score_of(request.form.get("score"))
    return {"score": score, "reasons": reasons, "words": _words(), "call": "call" in request.form}


def _page(
    found: Page, known: Answer | None, values: Mapping[str, Any], faults: Mapping[str, str] | None = None
) -> Response:
    locale, booking = locale_for(found), found.booking
    link = service().links.page(booking.id, booking.page_version)
    is_open = known.can_change(now()) if known else answers.may_answer(found.setup, booking, now())
    return page(
        "how.html",
        locale,
        422 if faults else 200,
        look=look_of(found),
        shop=found.setup.name,
        order=booking.order,
        part=booking.part,
        delivery="../" + link.rsplit("/", 1)[1],
        scores=[(score, score_word(score, locale)) for score in reversed(SCORES)],
        reasons=[(reason, reason_named(reason, locale)) for reason in REASONS],
        longest=LONGEST_WORDS,
        is_open=is_open,
        is_known=known is not None,
        said=values,
        faults={name: fault(name, locale) for name in faults or ()},
    )
