"""Which messages about an order the shopper does not want, and by which channel: kept with the booking, asked before one is
sent."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import select, update

from delivery.booking_rows import Booking, get_locked
from delivery.messages import ASK, CHANNELS, KINDS, NOTICE, REMINDER, MessageSettings, channels, reached
from delivery.store.engine import Session
from delivery.store.tables import bookings

OPTIONAL = ("choose_reminder", "packed", "delivered", REMINDER, ASK)
"""What can be done without. The rest says what the shopper has to know, or guards the order."""
_OFF, _NOT_BY = "off", "not_by"

EVERYWHERE = frozenset({NOTICE})
"""What guards the order goes by every channel, whatever is chosen."""


class Open(NamedTuple):
    """What a shopper can choose among: the optional kinds that come, and the channels if there are several."""

    kinds: tuple[str, ...]
    channels: tuple[str, ...]

    @property
    def is_anything(self) -> bool:
        return bool(self.kinds or self.channels)


def open_to(session: Session, settings: MessageSettings, booking: Booking) -> Open:
    """What can be chosen about this order, as the merchant sends messages now."""
    ways = [way for way in reached(session, booking) if any(settings.sends(kind, way) for kind in KINDS)]
    kinds = tuple(kind for kind in OPTIONAL if any(settings.sends(kind, way) for way in ways))
    return Open(kinds, tuple(ways) if len(ways) > 1 else ())


def unwanted(session: Session, booking: Booking) -> frozenset[str]:
    """The kinds that the shopper switched off for this order."""
    return frozenset(_kept(session, booking).get(_OFF, ())) & frozenset(OPTIONAL)


def unwanted_channels(session: Session, booking: Booking) -> frozenset[str]:
    """The channels by which the shopper wants nothing about this order; never all."""
    return frozenset(_kept(session, booking).get(_NOT_BY, ()))


def comes_otherwise(session: Session, booking: Booking, kind: str, channel: str) -> bool:
    """Whether the shopper does not want this message by this channel, and gets it by another. Without another it comes: what
    has to be known is not lost."""
    not_by = unwanted_channels(session, booking)
    if channel not in not_by or kind in EVERYWHERE:
        return False
    return any(other not in not_by for other in channels(session, booking, kind))


def switch_off(
    session: Session, booking: Booking, kinds: Collection[str] = OPTIONAL, not_by: Collection[str] | None = None
) -> None:
    """From now on none of these is sent about this order, and all others are; what is not optional stays. `not_by`: the
    channels that are not wanted, None for those that were not wanted before.

    Raises ValueError when no channel would be left.
    """
    get_locked(session, merchant_id=booking.merchant_id, booking_id=booking.id)
    channels_off = unwanted_channels(session, booking) if not_by is None else frozenset(not_by) & frozenset(CHANNELS)
    if channels_off == frozenset(CHANNELS):
        raise ValueError("a shopper can be told by at least one channel")
    kept = {_OFF: [kind for kind in OPTIONAL if kind in kinds]}
    if channels_off:
        kept[_NOT_BY] = sorted(channels_off)
    own = bookings.c.merchant_id == booking.merchant_id, bookings.c.id == booking.id
    session.execute(update(bookings).where(*own).values(preferences=kept))


def _kept(session: Session, booking: Booking) -> Mapping[str, list[str]]:
    own = bookings.c.merchant_id == booking.merchant_id, bookings.c.id == booking.id
    return session.execute(select(bookings.c.preferences).where(*own)).scalar_one_or_none() or {}
