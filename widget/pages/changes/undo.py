"""GET and POST /d/{token}/undo/{undo}: somebody changed your delivery; was it not you, it is put back."""

from flask import Blueprint, Response

from delivery.change_answers import find_undone, undo
from delivery.change_rows import STANDING, put_back
from delivery.pages import Page
from delivery.problems import ChoiceGone, Problem, TooLate, WrongState
from delivery.store.engine import Session
from delivery.texts import changes as words
from web.service import now, service
from widget.pages.addresses import address_lines
from widget.pages.changes.frame import opened, promised, shown
from widget.pages.looks import locale_for, see_other

UP = "../../"


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/d/<string:token>/undo/<string:undone>")
    def undoing(token: str, undone: str) -> Response:
        """What was changed, and the button that puts it back."""
        with service().database.reading() as session:
            return _asked(session, opened(session, token), undone)

    @blueprint.post("/d/<string:token>/undo/<string:undone>")
    def put_it_back(token: str, undone: str) -> Response:
        """Put it back."""
        try:
            service().database.write(lambda session: _undo(session, opened(session, token), undone))
        except (TooLate, WrongState, ChoiceGone) as problem:
            with service().database.reading() as session:
                return _not_any_more(opened(session, token), problem)
        service().hasten()
        return see_other("../changes")


def _asked(session: Session, found: Page, token: str) -> Response:
    change = find_undone(session, now(), service().signer, found.booking, token)
    if change.state not in STANDING:
        return _not_any_more(found, WrongState())
    locale = locale_for(found)
    before = put_back(change.before)
    difference = before["fee_amount"] - found.booking.fee_amount
    return shown(
        found,
        "undo.html",
        up=UP,
        old=promised(found.booking.option, locale),
        new=promised(before["option"], locale),
        address=address_lines(before["address"]),
        difference=words.difference(difference, found.booking.currency, locale),
    )


def _undo(session: Session, found: Page, token: str) -> None:
    known = service()
    change = find_undone(session, now(), known.signer, found.booking, token)
    undo(session, now(), found.setup, known.links, booking_id=found.booking.id, change_id=change.id)


def _not_any_more(found: Page, problem: Problem) -> Response:
    why = words.why_not_now(problem.code, locale_for(found))
    return shown(found, "not_now.html", problem.status, up=UP, why=why)
