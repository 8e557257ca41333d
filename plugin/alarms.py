"""Mails that warn the people of a shop: as due as those to shoppers, at any hour, and in the shop's own language."""

from datetime import datetime

from delivery import answer_alarms, open_shares, shop_alarms
from delivery.answers import answer_of
from delivery.booking_rows import Booking
from delivery.links import PageLinks
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

    def prepare(self, session: Session, now: datetime, news: News) -> Sending | str:
        """The mail as things stand now; or why it is not to go any more."""
        write = _about_open_choices if news.claimed.kind == open_shares.KIND else _about_an_answer
        made = write(session, now, self._links, news)
        return made if isinstance(made, str) else lambda at: send_now(self._config, at, made)


def _about_an_answer(session: Session, _now: datetime, links: PageLinks, news: News) -> Mail | str:
    claimed, booking = news.claimed, news.booking
    answer = answer_of(session, booking.merchant_id, booking.id)
    is_about_a_call = answer_alarms.is_about_a_call(claimed.occasion)
    if answer is None or not answer.given.is_bad or (is_about_a_call and not answer.given.wants_call):
        return THOUGHT_AGAIN
    said = alarms.bad_answer(
        booking.order,
        answer.given.score,
        answer.given.reasons,
        answer.given.words,
        booking.kept,
        _whom_to_call(booking) if answer.given.wants_call else None,
        links.staff_delivery(booking.id),
        merchant_locale(news.setup.language),
    )
    return _addressed(session, news, said)


def _about_open_choices(session: Session, now: datetime, links: PageLinks, news: News) -> Mail | str:
    share = open_shares.open_share(session, now, news.setup.merchant_id)
    link, language = links.staff_delivery(news.booking.id), merchant_locale(news.setup.language)
    return _addressed(session, news, alarms.open_share(share.without, share.orders, link, language))


def _addressed(session: Session, news: News, said: alarms.Letter) -> Mail | str:
    to = shop_alarms.address_of(session, news.setup, news.claimed.occasion)
    return NOBODY if to is None else Mail(news.claimed.id, to, said.subject, said.text)


def _whom_to_call(booking: Booking) -> list[str]:
    return [str(booking.recipient[name]) for name in ("name", "phone", "email") if booking.recipient.get(name)]
