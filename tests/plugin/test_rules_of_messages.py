"""Whatever happens to orders, and however badly the servers behave: no message repeats, none says what is not true, and no
place leaks."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any, ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from delivery import bookings, gateways, message_leases, messages, progress
from delivery.booking_rows import Booking, get
from delivery.booking_states import CANCELLED, STATES
from delivery.message_leases import record
from delivery.messages import CHANNELS, KINDS, SENT, STILL_TRUE, WAITING
from delivery.preferences import OPTIONAL, switch_off
from delivery.problems import Problem
from delivery.progress import Event
from delivery.store.engine import Database
from delivery.texts.pages import states_said
from plugin.messages import Sender
from plugin.tools import Tools
from tests.databases import LAMPS, add_two_merchants
from tests.delivery.counting import counted, expected
from tests.outbox import SIGNER, Clock
from tests.plugin.notify.mail_server import Mailbox, mail_server
from tests.plugin.receiver import Behaviour, Receiver, answer, close
from tests.selling import LINKS, NOW
from tests.telling import ANNA, BOTH_WAYS, WITH_PHONE, add_gateway, change, ordered, rows, switch_on

STATE_AFTER = {
    "packed": "packed",
    "dispatched": "dispatched",
    "in_transit": "dispatched",
    "out_for_delivery": "out_for_delivery",
    "delivery_failed": "delivery_failed",
    "delivered": "delivered",
    "returned": "returned",
}
"""As docs/api.md has it."""
RECIPIENTS = (WITH_PHONE, ANNA, {"name": "Bo", "phone": "0612345678"}, {"name": "Cy"})
CHANGED: tuple[dict[str, Any], ...] = (
    {"notes": "Ring twice"},
    {"recipient": WITH_PHONE | {"email": "bert@home.test"}},
    {"address": {"country": "NL", "postal_code": "1016 GV", "lines": ["Elsewhere 2"], "city": "Amsterdam"}},
)
AWAY: tuple[Behaviour, ...] = (close, answer(500), answer(429, Retry_After="90"), answer(422), answer(410))


class Telling(RuleBasedStateMachine):
    """Orders of one shop, what is reported and done to them, and servers that take messages or do not."""

    database: Database
    mailbox: Mailbox
    receiver: Receiver
    clock: Clock
    sender: Sender
    booked: Bundle[str] = Bundle("booked")
    numbers: ClassVar[Iterator[int]] = count(1)
    reported: ClassVar[dict[str, list[Event]]] = {}
    done_with: ClassVar[dict[str, int]] = {}

    @initialize(target=booked)
    def first_order(self) -> str:
        """Each run begins with one that can be told both ways."""
        return self.order(WITH_PHONE, True)

    def booking(self, booking_id: str) -> Booking:
        with self.database.reading() as session:
            return get(session, merchant_id=LAMPS, booking_id=booking_id)

    @rule(target=booked, recipient=st.sampled_from(RECIPIENTS), paid=st.booleans())
    def order(self, recipient: dict[str, Any], paid: bool) -> str:
        made = ordered(self.database, f"{next(self.numbers)}", recipient, paid=paid, now=self.clock.now)
        self.reported[made.id] = []
        return made.id

    @rule(booking_id=booked, step=st.sampled_from([*STATE_AFTER]), seconds=st.integers(0, 600), again=st.booleans())
    def report(self, booking_id: str, step: str, seconds: int, again: bool) -> None:
        self.clock.forward(seconds=1)
        event = Event(step, self.clock.now - timedelta(seconds=seconds))
        for _ in range(1 + again):
            try:
                new = self.database.write(
                    lambda s: progress.report(s, self.clock.now, merchant_id=LAMPS, booking_id=booking_id, event=event)
                )
            except Problem:
                return
            if event not in self.reported[booking_id]:
                self.reported[booking_id].append(event)
            assert new.state == self.told_by_reports(booking_id)

    def told_by_reports(self, booking_id: str) -> str:
        """The state after the last step by its moment; of two at one moment the later one in a parcel's life."""
        order = [*STATE_AFTER]
        known = [(event.at, order.index(event.type)) for event in self.reported[booking_id]]
        return STATE_AFTER[order[max(known)[1]]] if known else "confirmed"

    @rule(booking_id=booked, said=st.sampled_from(CHANGED), state=st.sampled_from(["made", "refused", "accepted"]))
    def change(self, booking_id: str, said: dict[str, Any], state: str) -> None:
        before = self.booking(booking_id)
        if before.state not in (CANCELLED, "delivered", "returned"):
            change(self.database, before, state, now=self.clock.now, **said)

    @rule(booking_id=booked)
    def cancel(self, booking_id: str) -> None:
        try:
            self.database.write(
                lambda s: bookings.cancel(s, self.clock.now, merchant_id=LAMPS, booking_id=booking_id, links=LINKS)
            )
        except Problem:
            return

    @rule(
        booking_id=booked,
        kinds=st.sets(st.sampled_from(OPTIONAL)),
        not_by=st.sampled_from([(), ("mail",), ("webhook",)]),
    )
    def prefer(self, booking_id: str, kinds: set[str], not_by: tuple[str, ...]) -> None:
        known = self.booking(booking_id)
        self.database.write(lambda s: switch_off(s, known, kinds, not_by))

    @rule(target=booked, behaviour=st.sampled_from(AWAY), mail=st.sampled_from(["450 later", "550 nobody", ""]))
    def misbehave(self, behaviour: Behaviour, mail: str) -> Any:
        self.receiver.script.append(behaviour)
        self.mailbox.rcpt.extend([mail] if mail else [])
        return multiple()

    @rule(minutes=st.sampled_from([2, 7, 60, 600, 3000]))
    def wait(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)
        self.database.write(lambda s: messages.drop_late(s, self.clock.now, 1000))
        self.database.write(lambda s: gateways.switch(s, self.clock.now, LAMPS, True))

    @rule()
    def tell(self) -> None:
        before = {row.id: row.state for row in rows(self.database)}
        self.sender.send_due()
        for row in rows(self.database):
            if row.state == "sent" and before[row.id] != "sent":
                assert self.booking(row.booking_id).state in STILL_TRUE[row.kind]
                self.done_with[row.id] = row.tries

    @invariant()
    def nothing_is_said_twice(self) -> None:
        posted = Counter(self.receiver.ids)
        mailed = Counter(str(got.message["Message-ID"]).strip("<>").split("@")[0] for got in self.mailbox.got)
        found = rows(self.database)
        assert {row.channel for row in found} <= set(CHANNELS)
        for row in found:
            assert row.state == "sent" or row.id not in self.done_with
            assert self.done_with.get(row.id, row.tries) == row.tries
            if row.channel == "mail":
                assert mailed.pop(row.id, 0) == (row.state == "sent")
            else:
                # Each try is one post, and who took it is not asked again.
                assert posted.pop(row.id, 0) == row.tries
        assert not posted
        assert not mailed
        once = Counter((row.booking_id, row.kind, row.channel, row.occasion) for row in found)
        assert set(once.values()) <= {1}

    @invariant()
    def what_is_said_is_signed_and_whole(self) -> None:
        for got in self.receiver.received:
            assert got.verified
            assert got.data["data"]["text"].startswith("Lamp & Light: ")
            assert "{" not in got.data["data"]["text"]

    @invariant()
    def every_state_is_one_that_has_words_and_no_place_leaks(self) -> None:
        with self.database.reading() as session:
            assert counted(session, LAMPS) == expected(session, LAMPS)
            states = {get(session, merchant_id=LAMPS, booking_id=known).state for known in self.reported}
        assert states <= set(STATES) & set(states_said())


@contextmanager
def machine(database: Database) -> Iterator[type[Telling]]:
    """The machine with a shop that says everything both ways, and real servers."""
    switch_on(database, **dict.fromkeys(KINDS, BOTH_WAYS))
    clock = Clock(NOW)
    with mail_server() as mailbox, Receiver(clock) as receiver:
        receiver.secrets = [add_gateway(database, receiver.url)]
        config = replace(mailbox.config, allow_private_targets=True)
        sender = Sender(Tools(database, clock, SIGNER, config))
        known = {"database": database, "mailbox": mailbox, "receiver": receiver, "clock": clock, "sender": sender}
        yield type("TellingHere", (Telling,), known | {"reported": {}, "done_with": {}})


@pytest.mark.usefixtures("merchants")
def test_no_message_repeats_or_lies_whatever_happens(database: Database) -> None:
    with machine(database) as found:
        checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
        few = settings(max_examples=8, stateful_step_count=16, deadline=None, suppress_health_check=checks)
        run_state_machine_as_test(found, settings=few)
        # What is tested did happen.
        assert {(row.channel, row.state) for row in rows(database)} >= {(channel, "sent") for channel in CHANNELS}


def forgetful(*args: Any, **said: Any) -> bool:
    """A twin that does not note that a message has gone."""
    return record(*[WAITING if value == SENT else value for value in args], **said)


def test_one_who_forgets_what_was_sent_is_caught(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite_database.write(add_two_merchants)
    with machine(sqlite_database) as found:
        made = found()
        booking_id = made.order(WITH_PHONE, True)
        made.tell()
        made.nothing_is_said_twice()
        monkeypatch.setattr(message_leases, "record", forgetful)
        made.report(booking_id, "dispatched", 0, False)
        for _ in range(2):
            made.tell()
            made.wait(2)
        with pytest.raises(AssertionError):
            made.nothing_is_said_twice()
