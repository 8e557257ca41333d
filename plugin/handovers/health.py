"""/plugin/health: does everything run that must, and what to do if it does not. Figures are this shop's own."""

from flask import Blueprint, Response

from delivery import endpoints, gateways, handover_log, messages
from delivery.endpoint_kinds import WEBHOOK
from delivery.handovers import PARKED
from delivery.message_backlog import unsent_by
from delivery.open_shares import open_share
from delivery.store.migrate import is_current
from delivery.texts.tries import event_said, try_said
from delivery.vitals import vitals
from plugin.notify.mail import is_set_up
from plugin.pages.frame import locale, page
from plugin.pages.visitors import shop, visitor
from web.service import now, service

LATE_AFTER_SECONDS = 300


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/health")
    def health() -> Response:
        """Worker, messages, tables, mail, places kept."""
        merchant_id = visitor().merchant_id
        with service().database.reading() as session:
            found = vitals(session, now(), merchant_id)
            parked = handover_log.unfinished(session, merchant_id, (PARKED,))
            places = {endpoint.id: endpoint for endpoint in endpoints.list_all(session, merchant_id)}
            to_tell = messages.how_many_wait(session, now(), merchant_id)
            gateway = gateways.find(session, merchant_id)
            short = unsent_by(session, now(), merchant_id, messages.WEBHOOK)
            share = open_share(session, now(), merchant_id)
            by_hand = sum(handover_log.counts(session, merchant_id).get(None, {}).values())
        return page(
            "handovers/health.html",
            vitals=found,
            is_late=bool(found.late_since and (now() - found.late_since).total_seconds() > LATE_AFTER_SECONDS),
            parked=parked,
            places=places,
            off=[endpoint for endpoint in places.values() if not endpoint.enabled],
            needs_mail=shop().messages.enabled or any(endpoint.kind != WEBHOOK for endpoint in places.values()),
            to_tell=to_tell,
            gateway=gateway,
            short=short,
            can_mail=is_set_up(service().config),
            by_hand=by_hand,
            share=share,
            tables_fit=is_current(service().database),
            event=lambda message: event_said(message.type, locale()),
            came=lambda tried: try_said(tried.status, tried.problem, locale()),
        )
