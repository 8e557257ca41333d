"""Text messages to shoppers' telephones: how the news of an order becomes one, for the merchant's gateway."""

from datetime import datetime, timedelta

from delivery import gateways
from delivery.booking_rows import Booking
from delivery.messages import WEBHOOK, MessageSettings, address_of
from delivery.problems import InvalidToken
from delivery.setups import Setup
from delivery.short_links import ShortLinks
from delivery.store.engine import Session
from delivery.texts.catalogues import reader
from delivery.texts.messages import Facts
from delivery.texts.sentences import N_
from delivery.texts.shorts import render_short
from plugin.channels import News, Sending
from plugin.notify.outcomes import Outcome, Verdict
from plugin.notify.webhook import ShortMessage, send_now
from plugin.tools import Tools

LOOKS_AGAIN = timedelta(minutes=10)
"""How long a message for a gateway that is switched off is left alone; switching it on hastens all."""

NO_GATEWAY = N_("The shop has no gateway for text messages any more.")
UNREADABLE = N_("Its secret cannot be read with the signing keys in use.")


def short_message(
    message_id: str,
    to: str,
    kind: str,
    facts: Facts,
    setup: Setup,
    booking: Booking,
    locale: str,
    *,
    words: MessageSettings | None = None,
    test: bool = False,
) -> ShortMessage:
    """The message of this kind to this number, in the shop's own words, or in `words`; `facts` with short links."""
    own = (words or setup.messages).words_for(kind, reader(locale).language).short
    return ShortMessage(
        id=message_id,
        to=to,
        country=str(booking.address.get("country") or ""),
        text=render_short(kind, facts, locale, own),
        language=reader(locale).tag,
        shop=setup.name,
        kind=kind,
        booking=booking.id,
        order=booking.order,
        part=booking.part,
        link=facts["link"],
        test=test,
    )


class ShortMessages:
    """The channel of text messages, through each merchant's own gateway."""

    name = WEBHOOK
    is_shared = False

    def __init__(self, tools: Tools) -> None:
        self._config, self._signer = tools.config, tools.signer
        self._links = ShortLinks(tools.config.public_url, tools.signer)

    def is_open(self) -> bool:
        """Which merchant has a gateway is found message by message."""
        return True

    def prepare(self, session: Session, now: datetime, news: News) -> Sending | str | datetime:
        """The message, in the recipient's language. Without a gateway there is none; one that is off is waited for."""
        gateway = gateways.find(session, news.setup.merchant_id)
        if gateway is None:
            return NO_GATEWAY
        if not gateway.enabled:
            return now + LOOKS_AGAIN
        try:
            secrets = gateway.secrets(now, self._signer)
        except InvalidToken:
            return lambda _at: Outcome(Verdict.LATER, 0, problem=UNREADABLE, is_away=True)
        facts, booking = news.facts(session, now, self._links), news.booking
        to = address_of(booking, WEBHOOK)
        message = short_message(news.claimed.id, to, news.claimed.kind, facts, news.setup, booking, news.locale)
        return lambda at: send_now(self._config, at, gateway.url, secrets, message)
