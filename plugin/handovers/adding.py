"""/plugin/handovers/add/<kind>: a new place to send bookings to."""

from datetime import time

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from delivery import audit, endpoints
from delivery.endpoint_kinds import DAILY_LIST, KINDS, MAILTO, NEEDS_TIME, WEBHOOK, check_address
from delivery.endpoints import Endpoint
from delivery.problems import Fault, InvalidInput
from delivery.store.engine import Session
from delivery.texts.catalogues import say
from delivery.texts.sentences import N_
from plugin.handovers.known import facts
from plugin.notify.mail import is_set_up
from plugin.notify.targets import leads_inside
from plugin.pages.forms import Form, typed
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import by, visitor
from web.service import now, service

USUAL_TIME = "16:00"
INSIDE = N_("This address leads to a private network, where nothing may be sent. Use one that the internet can reach.")


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/handovers/add/<string:kind>")
    def show_adding(kind: str) -> Response:
        """The form for one kind."""
        return _shown(kind, Form({"send_at": [USUAL_TIME]} if kind == DAILY_LIST else {}))

    @blueprint.post("/handovers/add/<string:kind>")
    def add(kind: str) -> Response:
        """Add it; the secret of a webhook is shown right away."""
        try:
            url, send_at = _address(kind), _time(kind)
            endpoint, secret = service().database.write(lambda session: _added(session, kind, url, send_at))
        except InvalidInput as error:
            return _shown(kind, typed(request.form, error.faults), 422)
        if kind == WEBHOOK:
            return page("handovers/secret.html", endpoint=endpoint, secret=secret, is_new=True)
        tell(say(locale(), N_("Added. It gets what is ordered or changed from now on.")))
        return see_other(f"/plugin/handovers/{endpoint.id}")


def _shown(kind: str, form: Form, status: int = 200) -> Response:
    if kind not in KINDS:
        raise NotFound
    return page("handovers/add.html", status, kind=kind, form=form, can_mail=is_set_up(service().config))


def _address(kind: str) -> str:
    given = request.form.get("url", "").strip()
    url = check_address(kind, given if kind == WEBHOOK else MAILTO + given)
    if kind == WEBHOOK and not service().config.allow_private_targets and leads_inside(url):
        raise InvalidInput(INSIDE, (Fault("/url", INSIDE),))
    return url


def _time(kind: str) -> time | None:
    if kind != DAILY_LIST:
        return None
    try:
        return time.fromisoformat(request.form.get("send_at", "")).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as error:
        raise InvalidInput(NEEDS_TIME, (Fault("/send_at", NEEDS_TIME),)) from error


def _added(session: Session, kind: str, url: str, send_at: time | None) -> tuple[Endpoint, str]:
    merchant_id = visitor().merchant_id
    endpoint, secret = endpoints.add(session, now(), merchant_id, url, service().signer, kind, send_at)
    audit.record(session, now(), merchant_id, by(), "endpoints", endpoint.id, "added", None, facts(endpoint))
    return endpoint, secret
