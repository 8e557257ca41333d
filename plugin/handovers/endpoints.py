"""/plugin/handovers: where bookings are sent; one of these places with its log; switching it off and on, removing it."""

from dataclasses import replace

from flask import Blueprint, Response, request

from delivery import audit, endpoints, handover_log
from delivery.endpoints import Endpoint, StillWaiting
from delivery.handovers import PARKED, PASSED_ON, REFUSED, WAITING
from delivery.store.engine import Session
from delivery.texts.catalogues import say
from delivery.texts.sentences import N_
from delivery.texts.tries import event_said, try_said
from plugin.handovers.known import facts, known
from plugin.notify.mail import is_set_up
from plugin.pages.forms import Form
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import by, visitor
from web.service import now, service

BY_HAND = "by-hand"
"""In addresses: what goes to no endpoint, because there was none."""

SWITCHED_OFF = N_("You switched it off.")
STATES = {
    WAITING: N_("Waiting"),
    PARKED: N_("Given up for now"),
    REFUSED: N_("Refused"),
    PASSED_ON: N_("Passed on"),
}


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/handovers")
    def handovers() -> Response:
        """Every place to send to, and how it stands there."""
        with service().database.reading() as session:
            found = endpoints.list_all(session, visitor().merchant_id)
            counts = handover_log.counts(session, visitor().merchant_id)
        return page(
            "handovers/list.html",
            endpoints=found,
            counts={endpoint.id: counts.get(endpoint.id, {}) for endpoint in found},
            by_hand=sum(counts.get(None, {}).values()),
            can_mail=is_set_up(service().config),
        )

    @blueprint.get("/handovers/<string:endpoint_id>")
    def handover_log_of(endpoint_id: str) -> Response:
        """One of them, and its messages, newest first; `state` and `before` narrow them down."""
        return _shown(endpoint_id)

    @blueprint.post("/handovers/<string:endpoint_id>/switch")
    def switch(endpoint_id: str) -> Response:
        """Off when it is on, on when it is off."""
        is_on = service().database.write(lambda session: _switched(session, endpoint_id))
        said = N_("Switched on. What waited or was refused is sent now.") if is_on else N_("Switched off.")
        tell(say(locale(), said))
        return see_other(f"/plugin/handovers/{endpoint_id}")

    @blueprint.post("/handovers/<string:endpoint_id>/remove")
    def remove(endpoint_id: str) -> Response:
        """Take it away; when something still waits, only after that was said and agreed to."""
        even_waiting = "even_waiting" in request.form
        try:
            service().database.write(lambda session: _removed(session, endpoint_id, even_waiting))
        except StillWaiting as refused:
            return _shown(endpoint_id, refused.count)
        tell(say(locale(), "Removed."))
        return see_other("/plugin/handovers")


def _shown(endpoint_id: str, still_waiting: int = 0) -> Response:
    state, before = request.args.get("state") or None, request.args.get("before") or None
    with service().database.reading() as session:
        endpoint = None if endpoint_id == BY_HAND else known(session, endpoint_id)
        found = handover_log.messages(
            session,
            visitor().merchant_id,
            endpoint.id if endpoint else None,
            state if state in STATES else None,
            before,
        )
    return page(
        "handovers/endpoint.html",
        409 if still_waiting else 200,
        endpoint=endpoint,
        endpoint_id=endpoint_id,
        found=found,
        form=Form({"state": [state or ""]}),
        states_said=[(name, say(locale(), words)) for name, words in STATES.items()],
        state=state or "",
        is_first=before is None,
        still_waiting=still_waiting,
        event=lambda message: event_said(message.type, locale()),
        came=lambda tried: try_said(tried.status, tried.problem, locale()),
        waits=bool(endpoint and endpoint.old_secret_until and endpoint.old_secret_until > now()),
        can_mail=is_set_up(service().config),
    )


def _switched(session: Session, endpoint_id: str) -> bool:
    endpoint = known(session, endpoint_id)
    if endpoint.enabled:
        endpoints.disable(session, visitor().merchant_id, endpoint_id, SWITCHED_OFF)
    else:
        endpoints.enable(session, now(), visitor().merchant_id, endpoint_id)
    _record(session, endpoint, replace(endpoint, enabled=not endpoint.enabled))
    return not endpoint.enabled


def _removed(session: Session, endpoint_id: str, even_waiting: bool) -> None:
    endpoint = known(session, endpoint_id)
    endpoints.remove(session, visitor().merchant_id, endpoint_id, even_waiting=even_waiting)
    audit.record(
        session, now(), visitor().merchant_id, by(), "endpoints", endpoint_id, "removed", facts(endpoint), None
    )


def _record(session: Session, before: Endpoint, after: Endpoint) -> None:
    audit.record(
        session, now(), visitor().merchant_id, by(), "endpoints", before.id, "changed", facts(before), facts(after)
    )
