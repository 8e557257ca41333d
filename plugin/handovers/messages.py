"""What can be done about a message that did not arrive: send it again now, or say that somebody saw to it by hand."""

from collections.abc import Callable

from flask import Blueprint, Response, request

from delivery import handovers
from delivery.store.engine import Session
from delivery.texts.catalogues import say, say_number
from delivery.texts.sentences import N_
from plugin.pages.frame import locale, see_other, tell
from plugin.pages.visitors import visitor
from web.service import now, service

HOME = "/plugin/handovers"
HEALTH = "/plugin/health"


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.post("/handovers/messages/<string:handover_id>/retry")
    def retry(handover_id: str) -> Response:
        """Send it again now."""
        return _done(handover_id, handovers.retry, N_("It is sent again now. In a moment you see here how it went."))

    @blueprint.post("/handovers/messages/<string:handover_id>/by-hand")
    def by_hand(handover_id: str) -> Response:
        """It needs no sending any more; what waits behind it may go."""
        return _done(handover_id, handovers.sent_by_hand, N_("Noted: you saw to it yourself."))

    @blueprint.post("/handovers/retry-parked")
    def retry_parked() -> Response:
        """Send everything again that was given up."""
        count = service().database.write(lambda session: handovers.retry_parked(session, now(), visitor().merchant_id))
        service().hasten()
        tell(say_number(locale(), "{number} message is sent again.", "{number} messages are sent again.", count))
        return see_other(HEALTH)


def _done(handover_id: str, work: Callable[..., bool], sentence: str) -> Response:
    merchant_id = visitor().merchant_id

    def written(session: Session) -> bool:
        return work(session, now(), merchant_id, handover_id)

    done = service().database.write(written)
    service().hasten()
    tell(say(locale(), sentence if done else N_("There was nothing left to do about it.")))
    return see_other(_back())


def _back() -> str:
    """The page that the form stood on: one of ours, or else the list."""
    asked = request.form.get("back", "")
    ours = asked == HEALTH or (asked.startswith(f"{HOME}/") and asked.isascii() and asked.isprintable())
    return asked if ours else HOME
