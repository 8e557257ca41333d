"""What a channel is to whoever sends messages to shoppers: it makes of one piece of news what can be sent once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from delivery.booking_rows import Booking
from delivery.change_rows import ChangeRow
from delivery.links import PageLinks
from delivery.message_facts import facts_of
from delivery.message_leases import Claimed
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.texts.messages import Facts
from plugin.notify.outcomes import Outcome

Sending = Callable[[datetime], Outcome]
"""Sends one message once, at this moment, outside any transaction."""


@dataclass(frozen=True, slots=True)
class News:
    """What one message is about, as it stands when it is sent. `booking` has whom it goes to as its recipient."""

    claimed: Claimed
    setup: Setup
    booking: Booking
    change: ChangeRow | None
    locale: str

    def facts(self, session: Session, now: datetime, links: PageLinks) -> Facts:
        """The facts that its words may name."""
        return facts_of(session, now, self.setup, self.booking, links, self.locale, self.change)


class Channel(Protocol):
    """A way to tell people something."""

    @property
    def name(self) -> str:
        """As the outbox calls it."""

    @property
    def is_shared(self) -> bool:
        """Whether all merchants go by the same server: when that is away, all of them wait."""

    def is_open(self) -> bool:
        """Whether anything can be sent at all."""

    def prepare(self, session: Session, now: datetime, news: News) -> Sending | str | datetime:
        """What sends it; or why it must not be sent any more; or until when it waits."""
