"""GET and POST /d/{token}/note: a note for the courier, and where or with whom the parcel may be left."""

from collections.abc import Mapping

from flask import Blueprint, Response, request

from delivery.deadlines import NOTES
from delivery.instructions import LEAVE, LONGEST_NOTE, LONGEST_WHERE, instruct
from delivery.pages import Page
from delivery.store.engine import Session
from delivery.texts import changes as words
from web.service import now, service
from widget.pages.changes.frame import done, looked_at, shown
from widget.pages.looks import locale_for

FIELDS = ("note", "leave", "where")


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/d/<string:token>/note")
    def note(token: str) -> Response:
        """What was said before, to be changed."""
        return looked_at(token, NOTES, lambda _session, found: _form(found, found.booking.instructions, {}))

    @blueprint.post("/d/<string:token>/note")
    def noted(token: str) -> Response:
        """Keep it; or the form again, with what is wrong."""
        typed = {name: request.form.get(name, "").replace("\r\n", "\n").strip() for name in FIELDS}
        wrong = _wrong(typed)
        if wrong:
            return looked_at(token, NOTES, lambda _session, found: _form(found, typed, wrong))
        return done(token, lambda session, found: _instruct(session, found, typed))


def _wrong(typed: Mapping[str, str]) -> dict[str, str]:
    """The reason for each field that is wrong."""
    found = {}
    if len(typed["note"]) > LONGEST_NOTE or not _can_be_read(typed["note"]):
        found["note"] = "long"
    if typed["leave"] not in ("", *LEAVE):
        found["leave"] = "unknown"
    if len(typed["where"]) > LONGEST_WHERE or not _can_be_read(typed["where"]):
        found["where"] = "long"
    elif typed["leave"] in LEAVE[:2] and not typed["where"]:
        found["where"] = "missing"
    return found


def _can_be_read(text: str) -> bool:
    return text.replace("\n", " ").isprintable()


def _form(found: Page, said: Mapping[str, str], wrong: Mapping[str, str]) -> Response:
    locale = locale_for(found)
    return shown(
        found,
        "note.html",
        422 if wrong else 200,
        said={name: said.get(name, "") for name in FIELDS},
        choices=[("", words.leave("", locale)), *((name, words.leave(name, locale)) for name in LEAVE)],
        faults={name: words.fault(name, reason, locale) for name, reason in wrong.items()},
        longest_note=LONGEST_NOTE,
        longest_where=LONGEST_WHERE,
    )


def _instruct(session: Session, found: Page, typed: Mapping[str, str]) -> None:
    wanted = typed if typed["leave"] in LEAVE[:2] else {**typed, "where": ""}
    instruct(session, now(), found.setup, service().links, booking_id=found.booking.id, wanted=wanted)
