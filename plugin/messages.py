"""Mails to shoppers: what one looks like, and sending those that are due from their outbox."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

import structlog
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from delivery import message_leases
from delivery.booking_rows import get
from delivery.links import PageLinks
from delivery.memory import Memory
from delivery.message_changes import as_told, change_of
from delivery.message_facts import MOVED_ON, facts_of, why_not
from delivery.message_leases import Claimed
from delivery.message_times import not_before
from delivery.messages import DROPPED, FAILED, SENT, WAITING
from delivery.preferences import OPTIONAL
from delivery.setups import Setup
from delivery.texts.catalogues import reader, say
from delivery.texts.messages import Said, render
from delivery.texts.sentences import N_
from plugin.notify.mail import NOT_NOW, Mail, is_set_up, send_now
from plugin.notify.outcomes import Outcome, Verdict
from plugin.tools import Tools

REST = timedelta(seconds=30)
"""How long a mail server that failed us is left alone, so that not every message waits for it in turn."""

OUR_FAULT = N_("It could not be sent, by a fault on our side.")

_STATES = {Verdict.SENT: SENT, Verdict.LATER: WAITING, Verdict.REFUSED: FAILED}
_LINK = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]])")

log = structlog.get_logger(__name__)
_templates = Environment(
    loader=PackageLoader("plugin", "templates/mails"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)


def mail_of(mail_id: str, to: str, said: Said, setup: Setup, locale: str, stop: str | None = None) -> Mail:
    """A message as a mail, with the shop's name and its ways to help at the foot, and of an optional one where it ends. Answers
    go to the shop."""
    contact = [way for way in (setup.contact.email, setup.contact.phone, setup.contact.url) if way]
    why = say(locale, "You get this mail because you ordered from {shop}.", shop=setup.name)
    if stop:
        why += "\n" + say(locale, "Fewer mails about this order: {link}", link=stop)
    html = _templates.get_template("shopper.html").render(
        said=said, reader=reader(locale), shop=setup.name, contact=contact, why=why, linked=linked
    )
    text = "\n\n".join((said.text, "-- \n" + "\n".join((setup.name, *contact)), why)) + "\n"
    reply_to = setup.contact.email or None
    return Mail(mail_id, to, said.subject, text, html, from_name=setup.name, reply_to=reply_to, stop=stop)


def linked(line: str) -> Markup:
    """A line with its web addresses made links, everything escaped."""
    pieces = _LINK.split(line)
    return Markup("").join(
        Markup('<a href="{0}">{0}</a>').format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    )


class Sender:
    """Sends what is due, one mail after another and one thread at a time, so that a slow mail server keeps nothing else
    waiting. The outbox's rows are the truth: any number of processes may do this."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._memory = Memory(tools.signer)
        self._links = PageLinks(tools.config.public_url, tools.signer)
        self._busy = Lock()
        self._rests_until: datetime | None = None

    def anything_due(self) -> bool:
        """Whether sending now would do something. Without a mail server everything waits."""
        now = self._tools.clock()
        if not is_set_up(self._tools.config) or (self._rests_until and now < self._rests_until):
            return False
        with self._tools.database.reading() as session:
            return message_leases.anything_due(session, now)

    def send_due(self, stopping: Callable[[], bool] = lambda: False) -> Counter[str]:
        """Send until nothing is due, the mail server fails us, or we are to stop; how many came to which state. "lost"
        counts those whose lease had run out."""
        counts: Counter[str] = Counter()
        if not self._busy.acquire(blocking=False):
            return counts
        try:
            while not stopping() and self.anything_due():
                claimed = self._claim()
                if claimed is None:
                    break
                counts[self._see_to(claimed)] += 1
        finally:
            self._busy.release()
        return counts

    def _claim(self) -> Claimed | None:
        now = self._tools.clock()
        return self._tools.database.write(lambda session: message_leases.claim(session, now))

    def _see_to(self, claimed: Claimed) -> str:
        try:
            made = self._made(claimed)
        except Exception:
            # A fault of ours must not keep a message in limbo: it counts as a try, and shows.
            log.exception("message_broke", message=claimed.id, merchant=claimed.merchant_id, kind=claimed.kind)
            return self._record(claimed, WAITING, Outcome(Verdict.LATER, 0, problem=OUR_FAULT))
        if isinstance(made, datetime):
            return self._put_off(claimed, made)
        if isinstance(made, str):
            return self._record(claimed, DROPPED, Outcome(Verdict.REFUSED, 0, problem=made))
        outcome = send_now(self._tools.config, self._tools.clock(), made)
        if outcome.verdict is Verdict.LATER and outcome.problem != NOT_NOW:
            self._rests_until = self._tools.clock() + REST
        return self._record(claimed, _STATES[outcome.verdict], outcome)

    def _made(self, claimed: Claimed) -> Mail | str | datetime:
        """The mail; or why it must not be sent any more; or until when it waits for the morning."""
        now = self._tools.clock()
        with self._tools.database.reading() as session:
            setup = self._memory.setup_of_merchant(session, claimed.merchant_id)
            booking = get(session, merchant_id=claimed.merchant_id, booking_id=claimed.booking_id)
            change = change_of(session, booking, claimed.kind, claimed.occasion)
            booking = as_told(booking, claimed.kind, change)
            reason = why_not(session, setup, booking, claimed.kind)
            if reason or message_leases.was_overtaken(session, now, claimed):
                return reason or MOVED_ON
            morning = not_before(session, now, setup, booking, claimed.kind, claimed.created_at)
            if morning:
                return morning
            locale = setup.locale_for(booking.recipient.get("locale"))
            facts = facts_of(session, now, setup, booking, self._links, locale, change)
        said = render(claimed.kind, facts, locale, setup.messages.words_for(claimed.kind, reader(locale).language))
        stop = self._links.stop(booking.id, booking.page_version) if claimed.kind in OPTIONAL else None
        return mail_of(claimed.id, booking.recipient["email"], said, setup, locale, stop)

    def _put_off(self, claimed: Claimed, until: datetime) -> str:
        now = self._tools.clock()
        kept = self._tools.database.write(
            lambda session: message_leases.record(session, now, claimed, WAITING, tried=False, again_at=until)
        )
        return WAITING if kept else "lost"

    def _record(self, claimed: Claimed, state: str, outcome: Outcome) -> str:
        now = self._tools.clock()
        kept = self._tools.database.write(
            lambda session: message_leases.record(
                session,
                now,
                claimed,
                state,
                status=outcome.status,
                problem=outcome.problem,
                tried=state != DROPPED,
            )
        )
        _report(claimed, state if kept else None, outcome)
        return state if kept else "lost"


def _report(claimed: Claimed, state: str | None, outcome: Outcome) -> None:
    facts = {
        "message": claimed.id,
        "merchant": claimed.merchant_id,
        "booking": claimed.booking_id,
        "kind": claimed.kind,
        "tries": claimed.tries + 1,
        "status": outcome.status,
        "took_ms": outcome.took_ms,
    }
    if state == SENT:
        log.info("message_sent", **facts)
    elif state == DROPPED:
        log.info("message_dropped", problem=outcome.problem, **facts)
    elif state == FAILED:
        log.warning("message_refused", problem=outcome.problem, **facts)
    elif state is None:
        log.warning("lease_lost", **facts)
    else:
        log.warning("message_waits", problem=outcome.problem, **facts)
