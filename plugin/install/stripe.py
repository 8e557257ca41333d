"""Stripe on the install page: its restricted key, tried at once, the secret of its webhooks, and how fees are told to it."""

from typing import Any

from flask import Blueprint, Response, abort, request

from delivery import stripe_accounts
from delivery.accounts import Role
from delivery.problems import Fault
from delivery.store.engine import Session
from delivery.stripe_accounts import TAX_BEHAVIORS
from delivery.texts.catalogues import say
from delivery.texts.stripe import BAD_SECRET, FAULTS
from plugin.install.install import HOME, install_page
from plugin.pages.forms import typed
from plugin.pages.frame import locale, see_other, tell
from plugin.pages.visitors import by, needs, visitor
from plugin.shops.stripe.connecting import try_key
from web.service import now, service

HERE = f"{HOME}#stripe"
SECRET_BEGINS, LONGEST_SECRET = "whsec_", 200


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.post("/install/stripe")
    @needs(Role.OWNER)
    def connect() -> Response:
        """Try the key, and keep it when it may do all it has to."""
        key = request.form.get("stripe_key", "").strip()
        tried = try_key(service().config.stripe_api, key)
        if tried.problem is not None:
            return _refused("stripe_key", tried.problem, tried.lacks)
        _write(lambda session, who: stripe_accounts.connect(session, now(), who, key, service().signer, by()))
        tell(say(locale(), "Stripe is connected: the key was tried and works."))
        return see_other(HERE)

    @blueprint.post("/install/stripe/webhooks")
    @needs(Role.OWNER)
    def webhooks() -> Response:
        """Keep the secret of the webhooks; the one before goes on working for a while."""
        secret = request.form.get("stripe_secret", "").strip()
        if not secret.startswith(SECRET_BEGINS) or not secret.isascii() or len(secret) > LONGEST_SECRET:
            return _refused("stripe_secret", BAD_SECRET)
        ours = service()
        _write(lambda session, who: stripe_accounts.keep_webhook_secret(session, now(), who, secret, ours.signer, by()))
        tell(say(locale(), "Saved. Webhooks with this secret are taken from now on."))
        return see_other(HERE)

    @blueprint.post("/install/stripe/settings")
    @needs(Role.OWNER)
    def settings() -> Response:
        """How fees are told to Stripe, and whether money goes back by itself."""
        tax = request.form.get("tax_behavior", "")
        if tax not in TAX_BEHAVIORS:
            abort(404)
        alone = "settles_alone" in request.form

        def work(session: Session, who: str) -> None:
            stripe_accounts.set_up(session, now(), who, tax_behavior=tax, settles_alone=alone, by=by())

        _write(work)
        tell(say(locale(), "Saved."))
        return see_other(HERE)

    @blueprint.post("/install/stripe/disconnect")
    @needs(Role.OWNER)
    def disconnect() -> Response:
        """Forget key and secrets."""
        _write(lambda session, who: stripe_accounts.disconnect(session, now(), who, by()))
        tell(say(locale(), "Stripe is not connected any more. Revoke the key there as well."))
        return see_other(HERE)


def _write(work: Any) -> None:
    who = visitor().merchant_id
    service().database.write(lambda session: work(session, who))


def _refused(field: str, problem: str, lacks: tuple[str, ...] = ()) -> Response:
    words = say(locale(), FAULTS[problem])
    if lacks:
        words += " " + say(locale(), "It lacks: {names}.", names=", ".join(lacks))
    form = typed(request.form, (Fault(f"/{field}", words),))
    return install_page(422, stripe_form=form)
