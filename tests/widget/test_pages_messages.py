"""Messages that a shopper can do without: one click ends them, also from a mail program; a page chooses among them, and how
they come. Short links lead to the long ones."""

import pytest

from delivery import change_rows
from delivery.booking_rows import changed, get
from delivery.change_answers import undo_token
from delivery.message_facts import NOT_WANTED, why_not
from delivery.preferences import OPTIONAL, switch_off, unwanted, unwanted_channels
from delivery.short_links import ShortLinks
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door
from tests.telling import add_gateway, change, switch_on
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
    assert (answer.status_code, answer.headers["Location"]) == (303, "messages?kept=1")
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


def shop_with_both(door: Door) -> None:
    switch_on(door.database, MERCHANT_ID, ask={"sent": True, "by_phone": True})
    add_gateway(door.database, "https://gateway.test/messages", MERCHANT_ID)


def not_by(door: Door, booking: str) -> frozenset[str]:
    with door.database.reading() as session:
        return unwanted_channels(session, get(session, merchant_id=MERCHANT_ID, booking_id=booking))


def test_who_gets_both_chooses_the_way_and_it_is_kept_beside_the_kinds(door: Door) -> None:
    shop_with_both(door)
    booking = ordered(door)
    with door.database.reading() as session:
        known = get(session, merchant_id=MERCHANT_ID, booking_id=booking)
    recipient = {**known.recipient, "phone": "+31 6 12345678"}
    door.database.write(lambda s: changed(s, door.clock(), known, recipient=recipient))
    stop, where = paths(door, booking)
    page = door.client.get(where).text
    assert 'value="both" checked' in page
    for way, kept in (("phone", {"mail"}), ("nonsense", {"mail"}), ("mail", {"webhook"}), ("both", set())):
        answer = door.client.post(where, data={"kind": ["ask"], "way": way})
        assert answer.status_code == 303
        assert not_by(door, booking) == kept
    door.client.post(where, data={"kind": ["ask"], "way": "phone"})
    door.client.post(stop)
    assert (not_by(door, booking), off(door, booking)) == ({"mail"}, set(OPTIONAL))
    shown = door.client.get(f"{where}?kept=1").text
    assert 'value="phone" checked' in shown
    assert 'role="status"' in shown


def test_there_is_no_way_to_choose_where_there_is_one_only(door: Door) -> None:
    switch_on(door.database, MERCHANT_ID, ask={"sent": True, "by_phone": True})
    booking = ordered(door)
    _, where = paths(door, booking)
    assert 'name="way"' not in door.client.get(where).text
    door.client.post(where, data={"kind": ["ask"], "way": "phone"})
    assert not_by(door, booking) == frozenset()
    assert f"{where.split('/')[1]}/messages" in door.client.get(where.removesuffix("/messages")).text


def test_no_channel_at_all_cannot_be_chosen(door: Door) -> None:
    booking = ordered(door)
    with door.database.reading() as session:
        known = get(session, merchant_id=MERCHANT_ID, booking_id=booking)
    with pytest.raises(ValueError, match="at least one"):
        door.database.write(lambda s: switch_off(s, known, (), ("mail", "webhook")))


def test_short_links_lead_to_the_long_ones_and_end_with_them(door: Door) -> None:
    booking, another = ordered(door), ordered(door, number="1002")
    links, short = door.service.links, ShortLinks(door.service.config.public_url, door.service.signer)
    page = short.page(booking, 1)
    assert len(page.removeprefix(f"{links.root}/")) <= 40
    answer = door.client.get(page.removeprefix(links.root))
    assert (answer.status_code, answer.headers["Location"]) == (303, links.page(booking, 1).replace(links.root, ".."))
    below = door.client.get(short.how(booking, 1).removeprefix(links.root) + "?score=5")
    assert below.headers["Location"] == links.how(booking, 1).replace(links.root, "../..") + "?score=5"
    assert door.client.get(below.headers["Location"].replace("../..", "")).status_code in (200, 404)
    choose = door.client.get(short.choose(booking, 1).removeprefix(links.root))
    assert choose.headers["Location"] == links.choose(booking, 1).replace(links.root, "..")
    code = page.rsplit("/", 1)[1]
    other = short.page(another, 1).rsplit("/", 1)[1]
    wrong = ("c" + code[1:], code[:-1], code[:-12] + other[-12:], "p", "x" * 500, "pé" + code[2:], code + "x")
    for bad in (*wrong, short.page(booking, 2).rsplit("/", 1)[1]):
        assert door.client.get(f"/s/{bad}").status_code == 404
        assert door.client.get(f"/s/{bad}/how").status_code == 404
    assert door.client.get(f"/s/{code}/how%0d%0aX:y").status_code == 404


def test_a_short_link_puts_a_change_back(door: Door) -> None:
    booking = ordered(door)
    with door.database.reading() as session:
        known = get(session, merchant_id=MERCHANT_ID, booking_id=booking)
    _, change_id = change(door.database, known, notes="Ring twice")
    service = door.service
    with door.database.reading() as session:
        row = change_rows.find(session, MERCHANT_ID, change_id)
    token = undo_token(service.signer, row)
    short = ShortLinks(service.config.public_url, service.signer).undo(booking, 1, token)
    answer = door.client.get(short.removeprefix(service.links.root))
    assert answer.headers["Location"] == service.links.undo(booking, 1, token).replace(service.links.root, "..")
