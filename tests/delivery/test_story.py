"""The story of a delivery: every kind of entry, in order, with its facts; and words for each in every language."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from delivery import bookings, handovers, holds, leases, message_leases, payments, progress
from delivery.bookings import Booking
from delivery.endpoints import add
from delivery.evidence import CONFLICTS
from delivery.progress import Event
from delivery.setups import load_setup
from delivery.signing import Signer
from delivery.store.engine import Database, Session
from delivery.store.tables import handovers as handover_rows
from delivery.story import KINDS, Entry, story_of
from delivery.texts.stories import Told, Words, kinds_told, told
from delivery.tries import Outcome, Verdict
from tests.databases import BOOKS, LAMPS
from tests.selling import ADDRESS, LINKS, NOW, confirm, order, slot, take
from tests.telling import ordered, switch_on

SIGNER = Signer(("a secret of some length for tests",))


def minutes(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


def story(database: Database, booking: Booking, merchant_id: str = LAMPS) -> tuple[Entry, ...]:
    with database.reading() as session:
        now = bookings.get(session, merchant_id=booking.merchant_id, booking_id=booking.id)
        return story_of(session, load_setup(session, merchant_id), now)


def kinds(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.what for entry in entries]


def facts(entries: tuple[Entry, ...], what: str) -> Any:
    return next(entry.facts for entry in entries if entry.what == what)


def test_an_order_tells_what_was_asked_promised_and_kept(database: Database, merchants: tuple[str, str]) -> None:
    place = slot()
    hold = database.write(lambda session: take(session, "checkout", place))
    database.write(lambda s: holds.extend(s, minutes(5), merchant_id=LAMPS, hold_id=hold.id, minutes=10))
    booking = database.write(lambda session: confirm(session, "1001", hold.id, place, minutes(7))).booking
    told_now = story(database, booking)
    assert kinds(told_now) == ["asked", "promised", "held", "extended", "ordered", "handed"]
    assert [entry.at for entry in told_now] == [NOW, NOW, NOW, minutes(5), minutes(7), minutes(7)]
    assert facts(told_now, "asked")["postal_code"] == "1016GV"
    assert facts(told_now, "promised")["promise"]["earliest"] == "2026-11-24"
    assert facts(told_now, "promised")["origin"] == "warehouse"
    assert facts(told_now, "extended") == {"hold": hold.id, "until": minutes(15), "state": "confirmed"}
    assert facts(told_now, "ordered")["paid"] is True
    assert facts(told_now, "handed")["to"] is None


def test_a_payment_that_comes_later_stands_where_it_came(database: Database, merchants: tuple[str, str]) -> None:
    booking = database.write(lambda session: order(session, "1001", None, paid=False))
    assert facts(story(database, booking), "ordered")["paid_until"] == minutes(60)
    whose = {"merchant_id": LAMPS, "booking_id": booking.id}
    database.write(lambda session: payments.paid(session, minutes(9), **whose, place=None, links=LINKS))
    later = story(database, booking)
    assert kinds(later) == ["asked", "promised", "held", "ordered", "paid", "handed"]
    assert facts(later, "ordered")["paid"] is False
    assert [entry.at for entry in later if entry.what == "paid"] == [minutes(9)]


def test_an_order_that_was_not_paid_says_so(database: Database, merchants: tuple[str, str]) -> None:
    booking = database.write(lambda session: order(session, "1001", None, paid=False))
    database.write(lambda session: payments.release_unpaid(session, minutes(61), 10))
    entry = story(database, booking)[-1]
    assert (entry.at, entry.what, entry.facts["paid_until"]) == (minutes(61), "cancelled", minutes(60))


def test_a_cancelled_order_says_when(database: Database, merchants: tuple[str, str]) -> None:
    booking = database.write(lambda session: order(session, "1001", None))
    cancel = {"merchant_id": LAMPS, "booking_id": booking.id, "links": LINKS}
    database.write(lambda session: bookings.cancel(session, minutes(3), **cancel))
    assert kinds(story(database, booking))[-2:] == ["cancelled", "handed"]


def test_changes_show_what_stood_there_before_and_after(database: Database, merchants: tuple[str, str]) -> None:
    from delivery.changes import Wanted, change

    booking = database.write(lambda session: order(session, "1001", None))

    def work(session: Session) -> None:
        wanted = Wanted(recipient={"name": "Bert"}, address=ADDRESS | {"lines": ["Prinsengracht 2"]})
        setup = load_setup(session, LAMPS)
        change(session, minutes(2), SIGNER, setup, LINKS, booking_id=booking.id, wanted=wanted)

    database.write(work)
    changed = facts(story(database, booking), "changed")
    assert set(changed["differences"]) == {"address", "recipient"}
    assert changed["differences"]["recipient"] == ({"name": "Anna de Vries"}, {"name": "Bert"})


def test_each_try_of_a_message_stands_there_and_what_was_done_by_hand(
    database: Database, merchants: tuple[str, str]
) -> None:
    url = "https://warehouse.test/hook"
    database.write(lambda session: add(session, NOW, LAMPS, url, SIGNER))
    booking = database.write(lambda session: order(session, "1001", None))
    for number, outcome in enumerate(
        (Outcome(Verdict.FAILED, 12, 500, "It answered 500."), Outcome(Verdict.PASSED_ON, 8, 204))
    ):
        at = minutes(1 + number * 10)
        [claimed] = database.write(lambda session, at=at: leases.claim_due(session, at, 10))
        database.write(lambda s, at=at, c=claimed, o=outcome: leases.record(s, at, c, o))
    now = story(database, booking)
    assert kinds(now)[-2:] == ["tried", "tried"]
    assert [entry.facts["accepted"] for entry in now[-2:]] == [False, True]
    assert now[-2].facts["problem"] == "It answered 500."
    assert now[-1].facts["to"] == url
    cancel = {"merchant_id": LAMPS, "booking_id": booking.id, "links": LINKS}
    database.write(lambda session: bookings.cancel(session, minutes(20), **cancel))
    with database.reading() as session:
        message = session.scalars(
            select(handover_rows.c.id).where(
                handover_rows.c.merchant_id == LAMPS, handover_rows.c.type == "booking.cancelled"
            )
        ).one()
    database.write(lambda session: handovers.sent_by_hand(session, minutes(30), LAMPS, message))
    last = story(database, booking)[-1]
    assert (last.what, last.at, last.facts["type"]) == ("seen_to", minutes(30), "booking.cancelled")


def test_what_fulfilment_reports_stands_at_its_own_moment(database: Database, merchants: tuple[str, str]) -> None:
    booking = database.write(lambda session: order(session, "1001", None))
    event = Event("packed", minutes(4), facts={"detail": {"box": "7"}, "by": "Sam"})
    whose = {"merchant_id": LAMPS, "booking_id": booking.id}
    database.write(lambda session: progress.report(session, minutes(9), **whose, event=event))
    reported = [entry for entry in story(database, booking) if entry.what == "reported"]
    assert [entry.at for entry in reported] == [minutes(4)]
    assert reported[0].facts["detail"] == {"box": "7"}


def test_the_story_of_an_order_without_a_choice_is_short(database: Database, merchants: tuple[str, str]) -> None:
    booking = database.write(lambda session: confirm(session, "1001", None)).booking
    now = story(database, booking)
    assert kinds(now) == ["ordered", "handed"]
    assert facts(now, "ordered")["open"] is True


def test_a_promise_outlives_its_hold(database: Database, merchants: tuple[str, str]) -> None:
    from sqlalchemy import delete

    from delivery.store.tables import holds as hold_rows

    booking = database.write(lambda session: order(session, "1001", slot()))
    database.write(lambda session: session.execute(delete(hold_rows).where(hold_rows.c.merchant_id == LAMPS)))
    assert kinds(story(database, booking)) == ["promised", "ordered", "handed"]


def test_it_hides_other_merchants(database: Database, merchants: tuple[str, str]) -> None:
    ours = database.write(lambda session: order(session, "1001", None))
    theirs = database.write(lambda session: confirm(session, "1001", None, merchant_id=BOOKS)).booking
    messages = [entry.facts.get("message") for entry in story(database, ours)]
    others = [entry.facts.get("message") for entry in story(database, theirs, BOOKS)]
    assert not {message for message in messages if message} & {message for message in others if message}


# --- words ---

STEPS = [{"rule": "cut_off", "day": "2026-11-23", "facts": {"cut_off": "17:00", "met": 1}, "text": "In time"}]
PROMISE: dict[str, Any] = {
    "earliest": "2026-11-24",
    "latest": "2026-11-24",
    "time_zone": "Europe/Amsterdam",
    "steps": STEPS,
    "ready_by": "2026-11-24T15:00:00+01:00",
    "pickup_by": "2026-12-01T17:00:00+01:00",
}
EXAMPLES: dict[str, dict[str, Any]] = {
    "asked": {"country": "NL", "postal_code": "1016GV", "basket": [("LAMP-1", 2)], "locale": "nl", "hold": "hd_1"},
    "promised": {
        "option": {
            "type": "pickup",
            "fee": {"amount": 395, "currency": "EUR"},
            "location": {"name": "The Bakery"},
            "ship_by": "2026-11-23",
        },
        "promise": PROMISE,
        "origin": "Warehouse",
        "service": "Parcels",
    },
    "held": {"hold": "hd_1", "until": NOW, "state": "live"},
    "extended": {"hold": "hd_1", "until": NOW, "state": "live"},
    "ordered": {
        "order": "1001",
        "part": "A",
        "lines": [{"sku": "LAMP-1", "quantity": 2}],
        "notes": "Ring twice",
        "open": True,
        "paid": False,
        "paid_until": NOW,
    },
    "paid": {},
    "changed": {
        "kind": "choice",
        "differences": {
            "address": (ADDRESS, ADDRESS | {"city": "Utrecht"}),
            "recipient": ({"name": "Anna"}, {"name": "Bert", "email": "b@example.org"}),
            "notes": ("", "Ring"),
            "option": (None, {"title": "Tuesday"}),
        },
    },
    "cancelled": {"paid_until": NOW},
    "chosen": {"by": "staff", "name": "Bo de Wit"},
    "default_failed": {},
    "handed": {"message": "msg_1", "type": "booking.confirmed", "to": "https://x.test", "state": "waiting", "tries": 0},
    "tried": {
        "message": "msg_1",
        "type": "booking.confirmed",
        "to": "https://x.test",
        "accepted": False,
        "status": 500,
        "problem": "It answered 500.",
        "took_ms": 12,
    },
    "seen_to": {"message": "msg_1", "type": "booking.changed"},
    "came": {"numbers": [1, 3], "shelf": "B2"},
    "at_counter": {
        "kind": "collected",
        "numbers": (1, 3),
        "shown": "code",
        "verified": False,
        "who": "Jan de Vries",
        "words": "In a hurry",
        "staff": "kim@lamps.test",
        "signed": True,
        "offline": True,
        "conflict": "already_collected",
    },
    "reported": {"type": "dispatched", "carrier": "Post", "tracking_url": "https://post.test/1", "detail": {"a": "b"}},
    "told": {
        "kind": "dispatched",
        "channel": "mail",
        "state": "failed",
        "problem": "The mail server refused the mail.",
    },
    "answered": {"score": 2, "reasons": ("on_time", "place"), "words": "Too late", "wants_call": True},
}


def words(locale: str) -> Words:
    return Words(locale, "Europe/Amsterdam")


def test_every_kind_of_entry_has_words_and_an_example() -> None:
    assert set(kinds_told()) == set(KINDS) == set(EXAMPLES)
    head = Path("delivery/story.py").read_text().split('"""')[1]
    assert set(re.findall(r"`(\w+)`", head)) >= set(KINDS)


@pytest.mark.parametrize("locale", ["en-GB", "nl-NL"])
@pytest.mark.parametrize("what", KINDS)
def test_every_entry_is_told_in_full(what: str, locale: str) -> None:
    said = told(what, EXAMPLES[what], words(locale))
    assert said.heading
    assert all(said.lines)
    assert not re.search(r"[{}]|None", " ".join((said.heading, *said.lines)))


def test_the_story_reads_like_this() -> None:
    said = [told(what, EXAMPLES[what], words("en-GB")) for what in ("promised", "ordered", "tried", "changed")]
    assert said[0].heading == "Promised: The Bakery, Tuesday 24 November"
    assert "Ordered before 17:00, packed on Monday 23 November" in said[0].lines
    assert said[1].lines[:3] == ("Part A", "Goods: 2 × LAMP-1", "Note: Ring twice")
    assert said[2] == Told(
        "Sending did not work", ("https://x.test", "It answered 500.", "Answer: 500", "12 milliseconds")
    )
    assert "Recipient: Anna → Bert, b@example.org" in said[3].lines
    assert "Note for the courier: nothing → Ring" in said[3].lines
    assert told("reported", EXAMPLES["reported"], words("en")).link == "https://post.test/1"


def test_what_happened_at_a_counter_reads_like_this() -> None:
    facts = EXAMPLES["at_counter"]
    said = told("at_counter", facts, words("en-GB"))
    assert said.heading == "A device at the counter said: Given out at the counter"
    assert said.lines == (
        "Parcels 1, 3",
        "It had been collected already.",
        "To or from: Jan de Vries",
        "In a hurry",
        "By collect code",
        "Signed for",
        "While the line was down: nobody checked it",
        "kim@lamps.test",
    )
    plain = {"conflict": None, "offline": False, "shown": "id", "signed": False, "words": "", "numbers": (1,)}
    assert told("at_counter", facts | plain, words("en-GB")) == Told(
        "Given out at the counter", ("Parcel 1", "To or from: Jan de Vries", "An ID was seen", "kim@lamps.test")
    )
    for conflict in CONFLICTS:
        assert told("at_counter", facts | {"conflict": conflict}, words("nl")).lines[1]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("waiting", "A mail to the shopper waits: The order is confirmed"),
        ("sent", "Mail to the shopper: The order is confirmed"),
        ("failed", "A mail to the shopper was refused: The order is confirmed"),
        ("dropped", "A mail to the shopper was not sent: The order is confirmed"),
    ],
)
def test_mails_to_the_shopper_are_told_with_what_became_of_them(
    database: Database, merchants: tuple[str, str], state: str, said: str
) -> None:
    switch_on(database)
    booking = ordered(database)
    [entry] = [entry for entry in story(database, booking) if entry.what == "told"]
    facts = {"kind": "confirmed", "channel": "mail", "state": "waiting", "problem": None}
    assert (entry.at, entry.facts) == (NOW, facts)
    claimed = database.write(lambda s: message_leases.claim(s, minutes(1)))
    assert claimed is not None
    problem = None if state == "sent" else "The mail server refused the mail."
    database.write(lambda s: message_leases.record(s, minutes(2), claimed, state, problem=problem))
    [entry] = [entry for entry in story(database, booking) if entry.what == "told"]
    assert entry.at == (minutes(2) if state == "sent" else NOW)
    now_told = told(entry.what, entry.facts, Words("en", "Europe/Amsterdam"))
    assert (now_told.heading, now_told.lines) == (said, (problem,) if problem else ())
    short = told(entry.what, {**entry.facts, "channel": "webhook"}, Words("en", "Europe/Amsterdam"))
    assert short.heading.lower().replace("text message", "mail") == said.lower()
