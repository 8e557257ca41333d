"""The shop's safe default: taken once when the time to choose is over, whoever else chooses; and the alarm in the log."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from sqlalchemy import func, select, update

from delivery.booking_rows import get
from delivery.open_choices import known_of
from delivery.store.tables import bookings, changes, counters, holds, merchants, open_choices
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from plugin.open_choices import Chooser
from plugin.tools import Tools
from tests.doors import ADDRESS, Door, another_merchant
from tests.selling import told
from tests.widget.test_pages import booked, path_of, words
from tests.widget.test_pages_choose import form, now_of, places, send
from web.config import Config

PLAIN = {"name": "A. Jansen", "locale": "en-GB"}
OPEN = {"recipient": PLAIN}
ABROAD = ADDRESS | {"country": "FR", "postal_code": "75001", "city": "Paris"}


def allow(door: Door, merchant_id: str = MERCHANT_ID, **afterwards: Any) -> None:
    changed = {"afterwards": afterwards, "settings_version": merchants.c.settings_version + 1}
    door.database.write(lambda s: s.execute(update(merchants).where(merchants.c.id == merchant_id).values(changed)))


def chooser(door: Door) -> Chooser:
    """A worker's; each has a memory of its own."""
    return Chooser(Tools(door.database, door.clock, door.service.signer, Config()))


def late(door: Door, **said: Any) -> dict[str, Any]:
    """An order without a choice whose time is over."""
    booking = booked(door, None, **OPEN | said)
    door.clock.forward(hours=24)
    return booking


def at_once(*deeds: Callable[[], object]) -> list[BaseException]:
    """All of them at the same moment; what went wrong."""
    start, failed = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], object]) -> None:
        start.wait()
        try:
            deed()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def count(door: Door, table: Any, *where: Any) -> int:
    with door.database.reading() as session:
        wanted = select(func.count()).select_from(table).where(table.c.merchant_id == MERCHANT_ID, *where)
        return session.execute(wanted).scalar_one()


def test_the_default_is_promised_confirmed_and_handed_over_as_of_now(door: Door) -> None:
    allow(door, choice_default="standard")
    booking = late(door)
    with structlog.testing.capture_logs() as logs:
        chooser(door).see_to_all()
    now = now_of(door, booking)
    assert (now["state"], now["type"], now["fee"]["amount"]) == ("confirmed", "shipping", 495)
    assert now["promise"]["earliest"] == "2026-11-26"  # Ordered on Tuesday, but taken on Wednesday.
    assert told(door.database, MERCHANT_ID) == ["booking.choice_open", "booking.changed"]
    taken = {"event": "default_taken", "service": "standard", "merchant": MERCHANT_ID, "booking": booking["booking"]}
    assert [entry for entry in logs if entry["event"] == "default_taken"] == [taken | {"log_level": "info"}]
    page = words(door.client.get(path_of(booking["choose_page"])).text)
    assert "Nothing was chosen in time, so the shop sends it with Pakketpost." in page


def test_until_then_the_page_says_until_when_and_what_happens(door: Door) -> None:
    booking = booked(door, None, **OPEN)
    page = path_of(booking["choose_page"])
    assert "Your order waits until you have chosen." in words(door.client.get(page).text)
    allow(door, choice_default="standard")
    said = "You can choose until Wednesday 25 November, 10:00. After that the shop sends it with Pakketpost."
    assert said in words(door.client.get(page).text)
    door.clock.forward(hours=23, minutes=59)
    chooser(door).see_to_all()
    assert now_of(door, booking)["state"] == "choice_open"
    door.clock.forward(minutes=2)
    assert "Your order waits until you have chosen." in words(door.client.get(page).text)


def test_without_a_default_it_stays_open(door: Door) -> None:
    booking = late(door)
    chooser(door).see_to_all()
    assert now_of(door, booking)["state"] == "choice_open"


def test_what_the_default_does_not_reach_stays_open_and_says_so_once(door: Door) -> None:
    allow(door, choice_default="evening")
    booking = late(door, address=ABROAD)
    before = door.rows()
    with structlog.testing.capture_logs() as logs:
        for _ in range(3):
            chooser(door).see_to_all()
            door.clock.forward(hours=1)
    assert now_of(door, booking)["state"] == "choice_open"
    assert [entry["problem"] for entry in logs if entry["event"] == "default_failed"] == ["option_gone"]
    assert door.rows() == before
    with door.database.reading() as session:
        known = known_of(session, MERCHANT_ID, booking["booking"])
    assert known
    assert known.default_failed_at


def test_a_default_that_goes_there_now_is_taken_later(door: Door) -> None:
    allow(door, choice_default="gone")
    booking = late(door)
    chooser(door).see_to_all()
    allow(door, choice_default="standard")
    chooser(door).see_to_all()
    assert now_of(door, booking)["state"] == "choice_open"
    door.clock.forward(hours=1)
    chooser(door).see_to_all()
    assert now_of(door, booking)["state"] == "confirmed"


def test_two_workers_take_it_once(door: Door) -> None:
    allow(door, choice_default="standard")
    orders = [late(door, order=f"order {number}") for number in range(4)]
    assert at_once(*(chooser(door).see_to_all for _ in range(3))) == []
    assert {now_of(door, booking)["version"] for booking in orders} == {2}
    assert count(door, changes) == len(orders)
    assert count(door, holds, holds.c.state == "confirmed") == len(orders)


@pytest.mark.parametrize("number", range(4))
def test_of_the_shopper_and_the_default_one_wins_and_no_place_leaks(door: Door, number: int) -> None:
    allow(door, choice_default="standard")
    booking = late(door)
    offer, options = form(door, booking)
    answers: list[int] = []
    deeds: list[Callable[[], object]] = [
        chooser(door).see_to_all,
        lambda: answers.append(send(door, booking, offer, options["local_delivery"][-1]).status_code),
    ]
    assert at_once(*(deeds if number % 2 else reversed(deeds))) == []
    assert answers == [303]
    now = now_of(door, booking)
    with door.database.reading() as session:
        known = known_of(session, MERCHANT_ID, booking["booking"])
    assert known
    assert (now["version"], known.chosen_by) in [(2, "shopper"), (2, "default")]
    assert now["type"] == ("local_delivery" if known.chosen_by == "shopper" else "shipping")
    assert places(door) == (0, int(known.chosen_by == "shopper"))
    assert count(door, counters, counters.c.held > 0) == 0
    assert count(door, changes) == 1


def test_an_order_at_which_something_breaks_does_not_stop_the_others(door: Door) -> None:
    allow(door, choice_default="standard")
    broken, well = late(door), late(door, order="1002")
    door.database.write(lambda s: _break(s, broken["booking"]))
    with structlog.testing.capture_logs() as logs:
        chooser(door).see_to_all()
    assert [entry["booking"] for entry in logs if entry["event"] == "open_choice_broke"] == [broken["booking"]]
    assert now_of(door, well)["state"] == "confirmed"


def _break(session: Any, booking_id: str) -> None:
    whose = bookings.c.merchant_id == MERCHANT_ID, bookings.c.id == booking_id
    session.execute(update(bookings).where(*whose).values(lines=[{"sku": "no quantity"}]))


def test_a_high_share_is_logged_once_a_day_for_each_shop(door: Door) -> None:
    for number in range(6):
        booked(door, None, **OPEN, order=f"order {number}")
    with structlog.testing.capture_logs() as logs:
        at_once(*(chooser(door).see_to_all for _ in range(3)))
        door.clock.forward(hours=1)
        chooser(door).see_to_all()
    [said] = [entry for entry in logs if entry["event"] == "open_share_high"]
    assert (said["merchant"], said["percent"], said["orders"], said["limit"]) == (MERCHANT_ID, 100, 6, 30)


def test_it_hides_other_merchants(door: Door) -> None:
    other = another_merchant(door)
    theirs = other.order(None, "1001", **OPEN).get_json()
    allow(door, choice_default="standard")
    ours = late(door)
    chooser(door).see_to_all()
    assert now_of(door, ours)["state"] == "confirmed"
    assert now_of(other, theirs)["state"] == "choice_open"
    with door.database.reading() as session:
        assert get(session, merchant_id=MERCHANT_ID, booking_id=ours["booking"]).service_id == "standard"
        wanted = select(open_choices.c.merchant_id).where(open_choices.c.merchant_id != MERCHANT_ID)
        assert len(session.scalars(wanted, execution_options={"across_merchants": "a test"}).all()) == 1
