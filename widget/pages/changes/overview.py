"""GET /d/{token}/changes: what can still be changed and until when, and what was changed."""

from typing import Any

from flask import Blueprint, Response

from delivery import change_rows
from delivery.deadlines import CANCEL, CORRECT, MOVE, NOTES, REDIRECT, until
from delivery.pages import Page
from delivery.store.engine import Session
from delivery.texts import changes as words
from delivery.texts.catalogues import say
from delivery.texts.formats import moment
from web.service import now, service
from widget.pages.changes.frame import opened, shown
from widget.pages.looks import locale_for

PAGES = {CORRECT: "address", REDIRECT: "elsewhere", MOVE: "move", NOTES: "note", CANCEL: "cancel"}
"""The page of each change, below the delivery's."""


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/d/<string:token>/changes")
    def changes(token: str) -> Response:
        """Both lists."""
        with service().database.reading() as session:
            return _lists(session, opened(session, token))


def open_changes(found: Page, locale: str) -> list[dict[str, Any]]:
    """What can be changed now: the page's name, its words, and until when."""
    zone = (found.booking.option or {}).get("time_zone") or found.setup.time_zone.key
    ends = {what: until(found.booking, found.setup, what) for what in PAGES}
    return [
        {
            "page": PAGES[what],
            "words": words.heading(what, locale),
            "until": say(locale, "until {moment}", moment=moment(at, zone, locale)),
        }
        for what, at in ends.items()
        if at is not None and now() < at
    ]


def _lists(session: Session, found: Page) -> Response:
    locale = locale_for(found)
    zone = found.setup.time_zone.key
    made = [
        {
            "what": words.heading(change.kind, locale),
            "state": words.state(change.state, locale, change.kind),
            "at": change.created_at.isoformat(timespec="seconds"),
            "when": moment(change.created_at, zone, locale),
        }
        for change in change_rows.of_booking(session, found.booking)
    ]
    return shown(found, "overview.html", possible=open_changes(found, locale), made=made)
