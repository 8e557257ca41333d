"""Keys on the install page, for owners: a new one, which is shown once; the older ones for a while; one ended at once."""

from datetime import timedelta

from flask import Blueprint, Response, abort, request

from delivery.accounts import Role
from delivery.keys import OVERLAPS, KeyKind, renew_key, revoke_key
from delivery.store.engine import Session
from delivery.texts.catalogues import say
from plugin.install.install import HOME, install_page
from plugin.pages.frame import locale, see_other, tell
from plugin.pages.visitors import by, needs, visitor
from web.service import now, service


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.post("/install/keys")
    @needs(Role.OWNER)
    def new_key() -> Response:
        """A new key of either kind. A secret one stands on the page that answers, and never again."""
        kind, overlap = _kind(), _overlap()

        def work(session: Session) -> str:
            return renew_key(session, now(), service().signer, visitor().merchant_id, kind, overlap, by())

        key = service().database.write(work)
        if kind is KeyKind.SECRET:
            return install_page(new_key=key)
        tell(say(locale(), "There is a new publishable key. Put it into your checkout before the older one ends."))
        return see_other(HOME)

    @blueprint.post("/install/keys/revoke")
    @needs(Role.OWNER)
    def revoke() -> Response:
        """End one key at once."""
        key_id = request.form.get("key", "")

        def work(session: Session) -> bool:
            return revoke_key(session, now(), visitor().merchant_id, key_id, by())

        if not service().database.write(work):
            abort(404)
        tell(say(locale(), "The key does not work any more."))
        return see_other(HOME)


def _kind() -> KeyKind:
    try:
        return KeyKind(request.form.get("kind", ""))
    except ValueError:
        abort(404)


def _overlap() -> timedelta:
    asked = request.form.get("days", "")
    return next((overlap for overlap in OVERLAPS if str(overlap.days) == asked), OVERLAPS[-1])
