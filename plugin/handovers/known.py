"""The visitor's endpoint that an address names, and what the log of changes says of it."""

from werkzeug.exceptions import NotFound

from delivery import endpoints
from delivery.audit import Facts
from delivery.endpoints import Endpoint
from delivery.store.engine import Session
from plugin.pages.visitors import visitor


def known(session: Session, endpoint_id: str) -> Endpoint:
    """The endpoint. Raises NotFound when the visitor's shop has none of that id."""
    found = endpoints.find(session, visitor().merchant_id, endpoint_id)
    if found is None:
        raise NotFound
    return found


def facts(endpoint: Endpoint) -> Facts:
    """An endpoint as the log of changes keeps it; never its secret."""
    send_at = endpoint.send_at and endpoint.send_at.isoformat("minutes")
    return {"kind": endpoint.kind, "url": endpoint.url, "send_at": send_at, "enabled": endpoint.enabled}
