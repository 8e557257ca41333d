"""A text message to the visitor's own telephone, by the shop's gateway, whether that is switched on or not."""

from delivery import gateways
from delivery.problems import InvalidToken
from delivery.texts.sentences import N_
from plugin.notify.outcomes import Outcome, Verdict
from plugin.notify.webhook import ShortMessage, send_now
from plugin.pages.visitors import visitor
from plugin.short_messages import NO_GATEWAY, UNREADABLE
from web.service import now, service

NO_PHONE = Outcome(
    Verdict.REFUSED, 0, problem=N_("Please give a telephone number with its country, such as +31 6 12345678.")
)


def tried(message: ShortMessage) -> Outcome:
    """Send it at once, outside any transaction; how it went."""
    with service().database.reading() as session:
        gateway = gateways.find(session, visitor().merchant_id)
    if gateway is None:
        return Outcome(Verdict.REFUSED, 0, problem=NO_GATEWAY)
    try:
        secrets = gateway.secrets(now(), service().signer)
    except InvalidToken:
        return Outcome(Verdict.LATER, 0, problem=UNREADABLE)
    return send_now(service().config, now(), gateway.url, secrets, message)
