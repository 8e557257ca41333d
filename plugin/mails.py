"""Mails to shoppers: what one looks like, and how the news of an order becomes one."""

import re
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from delivery.links import PageLinks
from delivery.messages import MAIL
from delivery.preferences import OPTIONAL
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.texts.catalogues import reader, say
from delivery.texts.messages import Said, render
from plugin.channels import News, Sending
from plugin.notify.mail import Mail, Picture, is_set_up, send_now
from plugin.tools import Tools
from web.code_pictures import pictured

PICTURE = "collect-code"
WITH_CODE = frozenset({"ready_for_pickup", "pickup_reminder", "kept_longer", "going_back"})
"""The kinds by which a shopper collects something."""
_LINK = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]])")

_templates = Environment(
    loader=PackageLoader("plugin", "templates/mails"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)


def mail_of(
    mail_id: str, to: str, said: Said, setup: Setup, locale: str, stop: str | None = None, code: str = ""
) -> Mail:
    """A message as a mail, with the shop's name and its ways to help at the foot, and of an optional one where it ends. Answers
    go to the shop. `code`: a collect code, shown as a picture to scan as well."""
    contact = [way for way in (setup.contact.email, setup.contact.phone, setup.contact.url) if way]
    why = say(locale, "You get this mail because you ordered from {shop}.", shop=setup.name)
    if stop:
        why += "\n" + say(locale, "Fewer mails about this order: {link}", link=stop)
    html = _templates.get_template("shopper.html").render(
        said=said, reader=reader(locale), shop=setup.name, contact=contact, why=why, linked=linked, code=code
    )
    text = "\n\n".join((said.text, "-- \n" + "\n".join((setup.name, *contact)), why)) + "\n"
    reply_to = setup.contact.email or None
    pictures = (Picture(PICTURE, pictured(code)),) if code else ()
    return Mail(
        mail_id, to, said.subject, text, html, from_name=setup.name, reply_to=reply_to, stop=stop, pictures=pictures
    )


def linked(line: str) -> Markup:
    """A line with its web addresses made links, everything escaped."""
    pieces = _LINK.split(line)
    return Markup("").join(
        Markup('<a href="{0}">{0}</a>').format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    )


class Mails:
    """The channel of e-mail, through the operator's server."""

    name = MAIL
    is_shared = True

    def __init__(self, tools: Tools) -> None:
        self._config = tools.config
        self._links = PageLinks(tools.config.public_url, tools.signer)

    def is_open(self) -> bool:
        """Without a mail server everything waits."""
        return is_set_up(self._config)

    def prepare(self, session: Session, now: datetime, news: News) -> Sending:
        """The mail, in the recipient's language."""
        kind, booking = news.claimed.kind, news.booking
        own = news.setup.messages.words_for(kind, reader(news.locale).language)
        facts = news.facts(session, now, self._links)
        said = render(kind, facts, news.locale, own)
        stop = self._links.stop(booking.id, booking.page_version) if kind in OPTIONAL else None
        to, code = booking.recipient["email"], facts["code"] if kind in WITH_CODE else ""
        mail = mail_of(news.claimed.id, to, said, news.setup, news.locale, stop, code)
        return lambda at: send_now(self._config, at, mail)
