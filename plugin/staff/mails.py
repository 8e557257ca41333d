"""What we mail to the people of a shop: links to set a password. Sent at once, and not tried again: they ask again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog

from delivery import accounts, invitations
from delivery.accounts import Account
from delivery.store.engine import Session
from delivery.texts.catalogues import merchant_locale, say
from plugin.notify.mail import Mail, is_set_up, send_now
from plugin.notify.outcomes import Outcome, Verdict
from web.config import Config
from web.service import Service

log = structlog.get_logger(__name__)

_later = ThreadPoolExecutor(2, thread_name_prefix="staff-mail")
"""Whoever asks for a mail must not learn by the time it takes whether there was one to send."""


def can_mail(config: Config) -> bool:
    """Whether the operator has set a mail server. Without one, links are shown or printed."""
    return is_set_up(config)


def password_link(service: Service, now: datetime, known: Account, lasts: timedelta) -> str:
    """The address at which `known` sets a password, once."""
    return service.links.password(invitations.make_token(service.signer, now, known, lasts))


def send_invitation(service: Service, now: datetime, known: Account, link: str) -> Outcome:
    """Mail the link to somebody who was invited, and wait for the mail server's answer."""
    with service.database.reading() as session:
        mail = _invitation(service, session, now, known, link)
    return _sent(service, now, mail)


def send_invitation_later(service: Service, now: datetime, known: Account) -> None:
    """The same in the background, for somebody who signed up."""

    def work(session: Session) -> Mail:
        return _invitation(service, session, now, known, password_link(service, now, known, invitations.INVITATION))

    _send_later(service, now, work)


def send_forgotten_later(service: Service, now: datetime, email: str) -> None:
    """A link for a new password, in the background; nothing when nobody logs in with this address."""

    def work(session: Session) -> Mail | None:
        known = accounts.by_email(session, email)
        return _forgotten(service, session, now, known) if known else None

    _send_later(service, now, work)


def send_known_later(service: Service, now: datetime, email: str) -> None:
    """To who signs up but could log in already, in the background: how to get in."""

    def work(session: Session) -> Mail | None:
        known = accounts.by_email(session, email)
        return _known(service, session, now, known) if known else None

    _send_later(service, now, work)


def _send_later(service: Service, now: datetime, work: Callable[[Session], Mail | None]) -> None:
    def send() -> None:
        try:
            with service.database.reading() as session:
                mail = work(session)
            if mail is not None:
                _sent(service, now, mail)
        except Exception:
            log.exception("staff_mail_broke")

    _later.submit(send)


def _sent(service: Service, now: datetime, mail: Mail) -> Outcome:
    outcome = send_now(service.config, now, mail)
    if outcome.verdict is not Verdict.SENT:
        log.warning("staff_mail_failed", mail=mail.id, status=outcome.status, problem=outcome.problem)
    return outcome


def _invitation(service: Service, session: Session, now: datetime, known: Account, link: str) -> Mail:
    shop, tongue = _shop_and_tongue(service, session, known)
    text = _text(
        say(tongue, "You can log in to the delivery settings of {shop}.", shop=shop),
        say(tongue, "Set your password here. The link works once, within seven days."),
        link,
        say(tongue, "After that you log in with {email}.", email=known.email),
    )
    return Mail(_mail_id("invitation", known, now), known.email, say(tongue, "Your login at {shop}", shop=shop), text)


def _forgotten(service: Service, session: Session, now: datetime, known: Account) -> Mail:
    shop, tongue = _shop_and_tongue(service, session, known)
    text = _text(
        say(tongue, "Somebody asked for a new password for your login at {shop}.", shop=shop),
        say(tongue, "Set it here. The link works once, within an hour."),
        password_link(service, now, known, invitations.RESET),
        say(tongue, "Was it not you? Then do nothing: your password stays as it is."),
    )
    return Mail(
        _mail_id("password", known, now), known.email, say(tongue, "A new password for {shop}", shop=shop), text
    )


def _known(service: Service, session: Session, now: datetime, known: Account) -> Mail:
    shop, tongue = _shop_and_tongue(service, session, known)
    text = _text(
        say(tongue, "Somebody signed up with your e-mail address, but you can log in already, at {shop}.", shop=shop),
        service.links.login(),
        say(tongue, "If you forgot your password, that page helps you to a new one."),
        say(tongue, "Was it not you? Then do nothing: nothing was changed."),
    )
    return Mail(_mail_id("known", known, now), known.email, say(tongue, "Your login at {shop}", shop=shop), text)


def _shop_and_tongue(service: Service, session: Session, known: Account) -> tuple[str, str]:
    shop = service.memory.setup_of_merchant(session, known.merchant_id)
    return shop.name, merchant_locale(known.language or shop.language)


def _text(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"


def _mail_id(kind: str, known: Account, now: datetime) -> str:
    return f"{kind}-{known.id}-{int(now.timestamp())}"
