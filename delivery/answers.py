"""How it went: one question after the delivery, answered once, and open to second thoughts for a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from delivery import answer_alarms
from delivery.booking_rows import Booking, get_locked
from delivery.booking_states import COLLECTED, DELIVERED
from delivery.problems import WrongState
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import answers

SCORES = (1, 2, 3, 4, 5)
"""From bad to good."""
BAD = 2
"""A score of that, or less, is one to see to."""
REASONS = ("on_time", "careful", "friendly", "packaging", "place")
LONGEST_WORDS = 1000
CAN_CHANGE = timedelta(days=1)
ASKED_FOR = timedelta(days=30)
"""How long after it arrived the question can still be answered for the first time."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a shopper says. `reasons` are of REASONS, what was good or was not. Raises ValueError for what cannot be."""

    score: int
    reasons: tuple[str, ...] = ()
    words: str = ""
    wants_call: bool = False

    def __post_init__(self) -> None:
        if self.score not in SCORES:
            raise ValueError(f"{self.score!r} is not a score")
        if not set(self.reasons) <= set(REASONS):
            raise ValueError(f"{sorted(set(self.reasons) - set(REASONS))} are no reasons")
        if len(self.words) > LONGEST_WORDS:
            raise ValueError("too many words")

    @property
    def is_bad(self) -> bool:
        """Whether somebody should see to it."""
        return self.score <= BAD


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is kept."""

    given: Given
    given_at: datetime
    changed_at: datetime

    def can_change(self, now: datetime) -> bool:
        """Whether the shopper may still think again."""
        return now < self.given_at + CAN_CHANGE


def may_answer(setup: Setup, booking: Booking, now: datetime) -> bool:
    """Whether the question stands open to whoever has not answered it: it has arrived, lately, and the shop asks."""
    if not setup.afterwards.ask or booking.state not in (DELIVERED, COLLECTED) or booking.arrived_at is None:
        return False
    return now < booking.arrived_at + ASKED_FOR


def answer_of(session: Session, merchant_id: str, booking_id: str) -> Answer | None:
    """What was answered about this delivery; None: nothing yet."""
    row = session.execute(
        select(answers).where(answers.c.merchant_id == merchant_id, answers.c.booking_id == booking_id)
    ).one_or_none()
    if row is None:
        return None
    given = Given(row.score, tuple(row.reasons), row.words, row.wants_call)
    return Answer(given, row.given_at, row.changed_at)


def give(session: Session, now: datetime, setup: Setup, booking_id: str, given: Given) -> bool:
    """Keep the answer, in the place of an earlier one. Whether it has become bad by that: a thing to be told at once, which
    the shop is, by mail.

    Raises BookingNotFound, and WrongState when the question does not stand open, or is closed by now.
    """
    # Locked first: of two clicks one finds the answer of the other.
    booking = get_locked(session, merchant_id=setup.merchant_id, booking_id=booking_id)
    before = answer_of(session, setup.merchant_id, booking_id)
    if not (before.can_change(now) if before else may_answer(setup, booking, now)):
        raise WrongState("The question cannot be answered now.")
    values = {
        "score": given.score,
        "reasons": [reason for reason in REASONS if reason in given.reasons],
        "words": given.words,
        "wants_call": given.wants_call,
        "changed_at": now,
    }
    whose = {"merchant_id": setup.merchant_id, "booking_id": booking_id}
    if before is None:
        session.execute(insert(answers).values(**whose, **values, given_at=now))
    else:
        own = (answers.c.merchant_id == setup.merchant_id, answers.c.booking_id == booking_id)
        session.execute(update(answers).where(*own).values(**values))
    is_news = given.is_bad and not (before and before.given.is_bad and before.given.wants_call >= given.wants_call)
    if is_news:
        answer_alarms.tell(session, now, setup, booking, wants_call=given.wants_call)
    return is_news


def reasons_among(names: Iterable[str]) -> tuple[str, ...]:
    """Those that are reasons, in our order."""
    said = set(names)
    return tuple(reason for reason in REASONS if reason in said)
