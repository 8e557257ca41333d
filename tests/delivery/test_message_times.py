"""No message disturbs the night of the shopper, by her own clock; what cannot wait does."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from delivery import change_rows, open_choices
from delivery.booking_rows import Booking
from delivery.memory import Memory
from delivery.message_times import not_before
from delivery.store.engine import Database
from tests.databases import LAMPS
from tests.outbox import SIGNER
from tests.rules.human_dates import at
from tests.selling import NOW, option, slot
from tests.telling import change, ordered

pytestmark = pytest.mark.usefixtures("merchants")


def morning(database: Database, booking: Booking, kind: str, now: str, created: str | None = None) -> Any:
    with database.reading() as session:
        setup = Memory(SIGNER).setup_of_merchant(session, LAMPS)
        return not_before(session, at(now), setup, booking, kind, at(created or now))


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("Mon 2026-11-23 20:59:59", None),
        ("Mon 2026-11-23 21:00", "Tue 2026-11-24 08:00"),
        ("Tue 2026-11-24 00:00", "Tue 2026-11-24 08:00"),
        ("Tue 2026-11-24 07:59:59", "Tue 2026-11-24 08:00"),
        ("Tue 2026-11-24 08:00", None),
        ("Thu 2026-12-31 23:30", "Fri 2027-01-01 08:00"),
        # The clocks go back on Sunday 25 October, and forward on 28 March.
        ("Sat 2026-10-24 22:00", "Sun 2026-10-25 08:00"),
        ("Sun 2026-10-25 21:00", "Mon 2026-10-26 08:00"),
        ("Sat 2027-03-27 22:00", "Sun 2027-03-28 08:00"),
        ("Sun 2027-03-28 07:59", "Sun 2027-03-28 08:00"),
    ],
)
def test_what_can_wait_goes_at_eight(database: Database, now: str, until: str | None) -> None:
    booking = ordered(database)
    assert morning(database, booking, "dispatched", now) == (at(until) if until else None)


def test_it_is_the_shoppers_night_that_counts(database: Database) -> None:
    booking = ordered(database)
    assert booking.option is not None
    far = replace(booking, option=dict(booking.option) | {"time_zone": "America/New_York"})
    assert morning(database, far, "dispatched", "Mon 2026-11-23 23:00") is None
    assert morning(database, far, "dispatched", "Mon 2026-11-23 13:00") == at("Mon 2026-11-23 14:00")
    unchosen = replace(booking, option=None, address={"country": "US"})
    assert morning(database, unchosen, "choose", "Mon 2026-11-23 23:00") is None


@pytest.mark.parametrize(
    ("kind", "now", "created", "waits"),
    [
        ("out_for_delivery", "Tue 2026-11-24 06:00", None, False),
        ("delivery_failed", "Tue 2026-11-24 21:30", None, False),
        ("ready_for_pickup", "Tue 2026-11-24 21:30", "Tue 2026-11-24 21:00", False),
        ("ready_for_pickup", "Wed 2026-11-25 00:10", "Tue 2026-11-24 23:50", True),
        # The window ends on Tuesday 24 November at 20:00.
        ("at_risk", "Mon 2026-11-23 23:00", None, True),
        ("at_risk", "Tue 2026-11-24 07:59", None, True),
        ("change_notice", "Tue 2026-11-24 06:00", "Mon 2026-11-23 21:00", False),
    ],
)
def test_what_cannot_wait_goes_at_night(
    database: Database, kind: str, now: str, created: str | None, waits: bool
) -> None:
    assert (morning(database, ordered(database), kind, now, created) is not None) is waits


def test_a_promise_that_ends_within_twelve_hours_is_told_of_at_night(database: Database) -> None:
    booking = ordered(database)
    early = dict(option(slot())) | {
        "window": {"start": "2026-11-24T08:00:00+01:00", "end": "2026-11-24T10:00:00+01:00"},
    }
    soon = replace(booking, option=early)
    assert morning(database, soon, "at_risk", "Mon 2026-11-23 21:59") is not None
    assert morning(database, soon, "at_risk", "Mon 2026-11-23 22:00") is None
    assert at("Mon 2026-11-23 21:59") > NOW


MINUTES = [
    # Of the night that the clocks go back, 02:30 is there twice; of the one that they go forward it is not there at all.
    ("Sat 2026-10-24 23:50", 20, False),
    ("Sun 2026-10-25 02:30", 30, False),
    ("Sun 2026-10-25 02:30", 31, True),
    ("Sun 2027-03-28 01:45", 30, False),
    ("Sun 2027-03-28 01:45", 31, True),
    ("Thu 2026-12-31 23:45", 30, False),
    ("Tue 2026-11-24 07:00", 59, True),
    ("Tue 2026-11-24 07:00", 60, False),
]


@pytest.mark.parametrize(("done", "minutes", "waits"), MINUTES)
def test_who_has_just_done_something_is_answered_at_night(
    database: Database, done: str, minutes: int, waits: bool
) -> None:
    done_at = at(done)
    asked = change_rows.ChangeRow("cg_1", LAMPS, "bk_1", "move", "made", {}, {}, 0, change_rows.SHOPPER, done_at)
    booking = replace(ordered(database), created_at=done_at)
    with database.reading() as session:
        setup = Memory(SIGNER).setup_of_merchant(session, LAMPS)
        for kind in ("confirmed", "choose", "change_made", "change_refused", "change_undone", "kept_longer"):
            found = not_before(session, done_at + timedelta(minutes=minutes), setup, booking, kind, done_at, asked)
            assert (found is not None) is waits, kind


def test_what_others_do_at_night_waits(database: Database) -> None:
    night = at("Mon 2026-11-23 23:00")
    booking = replace(ordered(database), created_at=night - timedelta(hours=6))
    of_shop = change_rows.ChangeRow("cg_1", LAMPS, booking.id, "move", "made", {}, {}, 0, change_rows.SHOP, night)
    long_ago = replace(of_shop, made_by=change_rows.SHOPPER, created_at=night - timedelta(hours=2))
    with database.reading() as session:
        setup = Memory(SIGNER).setup_of_merchant(session, LAMPS)
        for kind, about in (
            ("confirmed", None),
            ("cancelled", None),
            ("change_made", of_shop),
            ("change_refused", long_ago),
            ("choose_last", None),
        ):
            assert not_before(session, night, setup, booking, kind, night, about) is not None


def test_who_chooses_or_cancels_at_night_is_answered_then(database: Database) -> None:
    booking, night = ordered(database), at("Mon 2026-11-23 23:00")
    database.write(lambda s: open_choices.came(s, NOW, replace(booking, state="choice_open")))
    database.write(lambda s: open_choices.chosen(s, night, booking, open_choices.THE_SHOPPER))
    cancelled, _ = change(database, booking, kind=change_rows.CANCEL, now=night, notes="")
    late = night + timedelta(minutes=20)
    with database.reading() as session:
        setup = Memory(SIGNER).setup_of_merchant(session, LAMPS)
        for kind in ("confirmed", "cancelled"):
            assert not_before(session, late, setup, cancelled, kind, night) is None
