"""Mails that warn the people of a shop: as due as those to shoppers, at any hour, and in the shop's own language."""

from datetime import datetime

from delivery import answer_alarms
from delivery.answers import answer_of
from delivery.booking_rows import Booking
from delivery.links import PageLinks
from delivery.message_leases import Claimed
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.texts import alarms
from delivery.texts.catalogues import merchant_locale
from delivery.texts.sentences import N_
from plugin.channels import News, Sending
from plugin.notify.mail import Mail, is_set_up, send_now
from plugin.tools import Tools

THOUGHT_AGAIN = N_("The shopper had thought again before it could be sent.")
NOBODY = N_("Nobody of the shop has an e-mail address for it any more.")


class Alarms:
    """The channel of warnings."""

    name = alarms.CHANNEL
    is_shared = True

    def __init__(self, tools: Tools) -> None:
        self._config = tools.config
        self._links = PageLinks(tools.config.public_url, tools.signer)

    def is_open(self) -> bool:
        """Without a mail server everything waits."""
        return is_set_up(self._config)

    def prepare(self, session: Session, _now: datetime, news: News) -> Sending | str:
        """The mail about an answer as it stands now; or why it is not to go any more."""
        made = _mail(session, self._links, news.claimed, news.setup, news.booking)
        return made if isinstance(made, str) else lambda at: send_now(self._config, at, made)


def _mail(session: Session, links: PageLinks, claimed: Claimed, setup: Setup, booking: Booking) -> Mail | str:
    answer = answer_of(session, booking.merchant_id, booking.id)
    is_about_a_call = answer_alarms.is_about_a_call(claimed.occasion)
    if answer is None or not answer.given.is_bad or (is_about_a_call and not answer.given.wants_call):
        return THOUGHT_AGAIN
    to = answer_alarms.address_of(session, setup, claimed.occasion)
    if to is None:
        return NOBODY
    said = alarms.bad_answer(
        booking.order,
        answer.given.score,
        answer.given.reasons,
        answer.given.words,
        booking.kept,
        _whom_to_call(booking) if answer.given.wants_call else None,
        links.staff_delivery(booking.id),
        merchant_locale(setup.language),
    )
    return Mail(claimed.id, to, said.subject, said.text)


def _whom_to_call(booking: Booking) -> list[str]:
    return [str(booking.recipient[name]) for name in ("name", "phone", "email") if booking.recipient.get(name)]
