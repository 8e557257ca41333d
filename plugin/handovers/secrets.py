"""The secret that webhooks are signed with: for owners, shown when asked for, renewed with an overlap."""

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from delivery import audit, endpoints
from delivery.accounts import Role
from delivery.endpoint_kinds import WEBHOOK
from delivery.endpoints import Endpoint
from delivery.problems import InvalidToken
from delivery.store.engine import Session
from plugin.handovers.known import known
from plugin.pages.frame import page
from plugin.pages.visitors import by, needs, visitor
from web.service import now, service


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.post("/handovers/<string:endpoint_id>/secret")
    @needs(Role.OWNER)
    def show_secret(endpoint_id: str) -> Response:
        """Show it again. A form, so that no link can make a browser show it."""
        with service().database.reading() as session:
            endpoint = _webhook(session, endpoint_id)
            try:
                secret = endpoints.secret_of(session, visitor().merchant_id, endpoint_id, service().signer)
            except InvalidToken:
                secret = None
        return page("handovers/secret.html", endpoint=endpoint, secret=secret, is_new=False)

    @blueprint.post("/handovers/<string:endpoint_id>/renew")
    @needs(Role.OWNER)
    def renew(endpoint_id: str) -> Response:
        """A new secret, shown right away; the old one signs for a day more."""
        secret = service().database.write(lambda session: _renewed(session, endpoint_id))
        with service().database.reading() as session:
            endpoint = _webhook(session, endpoint_id)
        return page("handovers/secret.html", endpoint=endpoint, secret=secret, is_new=True)


def _webhook(session: Session, endpoint_id: str) -> Endpoint:
    endpoint = known(session, endpoint_id)
    if endpoint.kind != WEBHOOK:
        raise NotFound
    return endpoint


def _renewed(session: Session, endpoint_id: str) -> str | None:
    endpoint = _webhook(session, endpoint_id)
    merchant_id = visitor().merchant_id
    before, after = {"secret_renewed_at": None}, {"secret_renewed_at": now().isoformat(timespec="minutes")}
    audit.record(session, now(), merchant_id, by(), "endpoints", endpoint.id, "changed", before, after)
    return endpoints.renew_secret(session, now(), merchant_id, endpoint.id, service().signer)
