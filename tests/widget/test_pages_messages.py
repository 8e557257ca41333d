"""Mails that a shopper can do without: one click ends them, also from a mail program; ticks on a page choose among them."""

from delivery.booking_rows import get
from delivery.message_facts import NOT_WANTED, why_not
from delivery.preferences import OPTIONAL, switch_off, unwanted
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door
from tests.telling import switch_on
from tests.watching import ordered


def off(door: Door, booking: str) -> frozenset[str]:
    with door.database.reading() as session:
        return unwanted(session, get(session, merchant_id=MERCHANT_ID, booking_id=booking))


def paths(door: Door, booking: str) -> tuple[str, str]:
    """The link of the mail, and the page of the ticks."""
    links = door.service.links
    return links.stop(booking, 1).split("/", 3)[3], links.page(booking, 1).split("/", 3)[3] + "/messages"


def test_a_link_alone_ends_nothing_and_one_post_of_a_mail_program_ends_it(door: Door) -> None:
    switch_on(door.database, MERCHANT_ID)
    booking, another = ordered(door), ordered(door, number="1002")
    stop, _ = paths(door, booking)
    page = door.client.get(stop)
    assert (page.status_code, off(door, booking)) == (200, frozenset())
    assert '<form method="post">' in page.text
    for _ in range(2):
        answer = door.client.post(stop, data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
    assert off(door, booking) == set(OPTIONAL)
    assert off(door, another) == frozenset()


def test_what_is_not_wanted_is_not_sent_and_what_has_to_be_known_is(door: Door) -> None:
    switch_on(door.database, MERCHANT_ID, ask={"sent": True})
    booking = ordered(door)
    door.client.post(paths(door, booking)[0])
    with door.database.reading() as session:
        setup = door.service.memory.setup_of_merchant(session, MERCHANT_ID)
        known = get(session, merchant_id=MERCHANT_ID, booking_id=booking)
        assert why_not(session, setup, known, "packed") != NOT_WANTED  # The shop does not send it at all.
        assert why_not(session, setup, known, "confirmed") is None


def test_ticks_choose_among_those_that_the_shop_sends(door: Door) -> None:
    switch_on(door.database, MERCHANT_ID)
    booking = ordered(door)
    _, where = paths(door, booking)
    page = door.client.get(where).text
    assert (page.count("checked"), 'value="ask"' in page, 'value="packed"' in page) == (3, True, False)
    answer = door.client.post(where, data={"kind": ["pickup_reminder", "confirmed"]})
    assert (answer.status_code, answer.headers["Location"]) == (303, "messages")
    assert off(door, booking) == {"ask", "choose_reminder"}
    assert door.client.get(where).text.count("checked") == 1
    door.client.post(where, data={"kind": ["pickup_reminder", "choose_reminder", "ask"]})
    assert off(door, booking) == frozenset()


def test_only_what_is_optional_can_be_switched_off(door: Door) -> None:
    booking = ordered(door)
    with door.database.reading() as session:
        known = get(session, merchant_id=MERCHANT_ID, booking_id=booking)
    door.database.write(lambda s: switch_off(s, known, ("at_risk", "confirmed", "ask")))
    assert off(door, booking) == {"ask"}


def test_a_link_that_is_no_good_ends_nothing(plain_door: Door) -> None:
    booking = ordered(plain_door)
    stop, where = paths(plain_door, booking)
    page_token, mail_token = where.split("/")[1], stop.split("/")[1]
    for wrong in (f"m/{page_token}", f"m/{mail_token}x", f"d/{mail_token}/messages", "m/nothing"):
        assert plain_door.client.get(wrong).status_code == 404
        assert plain_door.client.post(wrong).status_code == 404
    revoked = plain_door.service.links.stop(booking, 2).split("/", 3)[3]
    assert plain_door.client.post(revoked).status_code == 404
    assert off(plain_door, booking) == frozenset()
