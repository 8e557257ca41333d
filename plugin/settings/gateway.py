"""/plugin/settings/messages/gateway: where text messages are sent, how it goes there, and one to try."""

import secrets

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from delivery import audit, gateways, messages
from delivery.accounts import Role
from delivery.audit import Facts
from delivery.gateways import Gateway
from delivery.message_backlog import unsent_by
from delivery.message_facts import facts_of
from delivery.message_samples import sample
from delivery.problems import Fault, InvalidInput
from delivery.rules.phones import dialled
from delivery.short_links import ShortLinks
from delivery.store.engine import Session
from delivery.texts.catalogues import say
from delivery.texts.sentences import N_
from delivery.texts.settings import label
from plugin.notify.outcomes import Outcome, Verdict
from plugin.notify.targets import leads_inside
from plugin.notify.webhook import ShortMessage
from plugin.pages.forms import Form, typed
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import by, needs, shop, visitor
from plugin.settings.short_tests import NO_PHONE, tried
from plugin.short_messages import short_message
from web.service import now, service

PATH = "/plugin/settings/messages/gateway"
AREA = "gateway"
TRIED_WITH = "confirmed"
INSIDE = N_("This address leads to a private network, where nothing may be sent. Use one that the internet can reach.")


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/settings/messages/gateway")
    def gateway() -> Response:
        """The gateway and how it stands; an empty form when there is none."""
        return _shown()

    @blueprint.post("/settings/messages/gateway")
    def set_up_gateway() -> Response:
        """Send to this address from now on. With a first one its secret is shown, this once."""
        try:
            secret = service().database.write(lambda session: _set_up(session, _address()))
        except InvalidInput as error:
            return _shown(typed(request.form, error.faults), 422)
        if secret:
            return page("settings/gateway_secret.html", secret=secret, old_until=None)
        tell(say(locale(), "Saved."))
        return see_other(PATH)

    @blueprint.post("/settings/messages/gateway/renew")
    @needs(Role.OWNER)
    def renew_gateway() -> Response:
        """A new secret, shown this once; the old one signs for a day more."""
        secret, old_until = service().database.write(_renewed)
        return page("settings/gateway_secret.html", secret=secret, old_until=old_until)

    @blueprint.post("/settings/messages/gateway/switch")
    def switch_gateway() -> Response:
        """Off when it is on, on when it is off."""
        is_on = service().database.write(_switched)
        tell(say(locale(), N_("Switched on. What waited is sent now.") if is_on else N_("Switched off.")))
        service().hasten()
        return see_other(PATH)

    @blueprint.post("/settings/messages/gateway/remove")
    def remove_gateway() -> Response:
        """Take it away."""
        service().database.write(_removed)
        tell(say(locale(), "Removed."))
        return see_other(PATH)

    @blueprint.post("/settings/messages/gateway/test")
    def test_gateway() -> Response:
        """Send a text message to the visitor's own telephone; how that went stands above the form."""
        to = dialled(request.form.get("test_phone", "")) or ""
        if not to:
            return _shown(typed(request.form), 422, tested=NO_PHONE)
        outcome = tried(_message(to))
        return _shown(typed(request.form), 200, tested=outcome, to=to)


def _shown(form: Form | None = None, status: int = 200, *, tested: Outcome | None = None, to: str = "") -> Response:
    with service().database.reading() as session:
        known = gateways.find(session, visitor().merchant_id)
        counts = unsent_by(session, now(), visitor().merchant_id, messages.WEBHOOK)
    # A test form knows nothing of the address: that stands as it is kept.
    values = Form({"url": [known.url if known else ""]}) if form is None else form
    if known and "url" not in request.form:
        values = values.with_texts({"url": known.url})
    return page(
        "settings/gateway.html",
        status,
        gateway=known,
        form=values,
        counts=counts,
        tested=tested,
        was_sent=bool(tested and tested.verdict is Verdict.SENT),
        to=to,
        kinds=[label(f"messages.{kind}", locale()) for kind in messages.KINDS if kind in shop().messages.by_phone],
        signs_twice=bool(known and known.old_secret_until and known.old_secret_until > now()),
    )


def _address() -> str:
    url = request.form.get("url", "").strip()
    if url and not service().config.allow_private_targets and leads_inside(url):
        raise InvalidInput(INSIDE, (Fault("/url", INSIDE),))
    return url


def _known(session: Session) -> Gateway:
    found = gateways.find(session, visitor().merchant_id)
    if found is None:
        raise NotFound
    return found


def _facts(gateway: Gateway | None) -> Facts | None:
    return {"url": gateway.url, "enabled": gateway.enabled} if gateway else None


def _record(session: Session, before: Facts | None, after: Facts | None) -> None:
    action: audit.Action = "changed" if before and after else "added" if after else "removed"
    audit.record(session, now(), visitor().merchant_id, by(), AREA, "", action, before, after)


def _set_up(session: Session, url: str) -> str | None:
    before = gateways.find(session, visitor().merchant_id)
    secret = gateways.set_up(session, visitor().merchant_id, url, service().signer)
    _record(session, _facts(before), _facts(_known(session)))
    return secret


def _renewed(session: Session) -> tuple[str, object]:
    _known(session)
    secret = gateways.renew_secret(session, now(), visitor().merchant_id, service().signer)
    _record(session, {"secret_renewed_at": None}, {"secret_renewed_at": now().isoformat(timespec="minutes")})
    return str(secret), _known(session).old_secret_until


def _switched(session: Session) -> bool:
    before = _known(session)
    gateways.switch(session, now(), visitor().merchant_id, not before.enabled)
    _record(session, _facts(before), _facts(_known(session)))
    return not before.enabled


def _removed(session: Session) -> None:
    _record(session, _facts(_known(session)), None)
    gateways.remove(session, visitor().merchant_id)


def _message(to: str) -> ShortMessage:
    with service().database.reading() as session:
        booking = sample(session, now(), shop(), TRIED_WITH).booking
        links = ShortLinks(service().config.public_url, service().signer)
        facts = facts_of(session, booking.created_at, shop(), booking, links, locale())
    test_id = f"test_{secrets.token_hex(16)}"
    return short_message(test_id, to, TRIED_WITH, facts, shop(), booking, locale(), test=True)
