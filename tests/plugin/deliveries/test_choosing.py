"""An order without a choice, at the shop: the link once more, choosing for the shopper, how many wait, and the warning."""

from typing import Any

import pytest
from sqlalchemy import select, update

from delivery.accounts import Role
from delivery.audit import entries
from delivery.open_choices import known_of
from delivery.store.tables import merchants
from delivery.store.tables import messages as message_rows
from tests.plugin.deliveries.test_list import PATH, orders, sell
from tests.plugin.deliveries.test_one import state_of, story
from tests.plugin.desk import Desk, another_desk
from tests.widget.test_pages_choose import places, read


def mail(desk: Desk) -> None:
    changed = {"messages": {"enabled": True}, "settings_version": merchants.c.settings_version + 1}
    desk.door.database.write(
        lambda s: s.execute(update(merchants).where(merchants.c.id == desk.merchant_id).values(changed))
    )


def links_sent(desk: Desk) -> list[Any]:
    own = message_rows.c.merchant_id == desk.merchant_id, message_rows.c.kind == "choose"
    with desk.door.database.reading() as session:
        return [*session.execute(select(message_rows).where(*own))]


def choose(desk: Desk, booking: str, kind: str = "local_delivery") -> Any:
    offer, options = read(desk.get(f"{PATH}/{booking}/choose").text)
    form = {"offer": offer, "delivery_choice_option": options[kind][-1]}
    return desk.post(f"{PATH}/{booking}/choose", form)


def test_staff_choose_for_the_shopper_and_it_is_told_who(desk: Desk) -> None:
    booking = sell(desk, "1001", kind=None)
    assert f'href="/plugin/deliveries/{booking}/choose"' in desk.get(f"{PATH}/{booking}").text
    counter = desk.as_role(Role.COUNTER)
    answer = choose(counter, booking)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PATH}/{booking}")
    assert state_of(desk, booking) == "confirmed"
    assert places(desk.door) == (0, 1)
    assert f"{counter.account.name} chose the delivery for the shopper" in story(desk.get(f"{PATH}/{booking}").text)
    with desk.door.database.reading() as session:
        known = known_of(session, desk.merchant_id, booking)
        log = entries(session, desk.merchant_id, area="deliveries").entries
    assert known
    assert (known.chosen_by, known.chosen_by_name) == ("staff", counter.account.name)
    assert [(entry.item, entry.who) for entry in log] == [(booking, counter.account.email)]
    assert "Deliveries" in desk.get("/plugin/audit").text


def test_the_picker_speaks_the_shoppers_language(plain_desk: Desk) -> None:
    html = plain_desk.get(f"{PATH}/{sell(plain_desk, '1001', kind=None)}/choose").text
    assert "Choose for order 1001" in html
    assert 'lang="nl' in html.split("<form", 1)[1]


def test_whoever_chooses_nothing_or_too_late_is_told(plain_desk: Desk) -> None:
    booking = sell(plain_desk, "1001", kind=None)
    again = plain_desk.post(f"{PATH}/{booking}/choose", {})
    assert again.status_code == 422
    assert 'role="alert"' in again.text
    offer, options = read(again.text)
    assert choose(plain_desk, booking, "shipping").status_code == 303
    late = plain_desk.post(f"{PATH}/{booking}/choose", {"offer": offer, "delivery_choice_option": options["pickup"][0]})
    assert late.status_code == 303
    assert "It had been chosen already." in plain_desk.get(f"{PATH}/{booking}").text
    assert plain_desk.get(f"{PATH}/{booking}/choose").status_code == 303


def test_an_offer_for_another_order_is_refused(desk: Desk) -> None:
    small, big = sell(desk, "1001", kind=None), sell(desk, "1002", kind=None)
    offer, options = read(desk.get(f"{PATH}/{big}/choose").text)
    form = {"offer": offer, "delivery_choice_option": options["shipping"][0]}
    assert desk.post(f"{PATH}/{small}/choose", form).status_code == 409
    assert state_of(desk, small) == "choice_open"


def test_the_link_is_sent_again(desk: Desk) -> None:
    booking = sell(desk, "1000", kind=None)
    assert "Send the link again" not in desk.get(f"{PATH}/{booking}").text
    mail(desk)
    booking = sell(desk, "1001", kind=None)
    [first] = links_sent(desk)
    desk.post(f"{PATH}/{booking}/link")
    assert [row.id for row in links_sent(desk)] == [first.id]
    desk.door.database.write(
        lambda s: s.execute(
            update(message_rows).where(message_rows.c.merchant_id == desk.merchant_id).values(state="sent")
        )
    )
    assert "Send the link again" in desk.get(f"{PATH}/{booking}").text
    assert desk.post(f"{PATH}/{booking}/link").status_code == 303
    [second] = links_sent(desk)
    assert (second.state, second.id != first.id) == ("waiting", True)
    assert "Link to choose sent again" in desk.get("/plugin/audit").text


def test_to_send_says_how_many_wait_and_leads_to_them(desk: Desk) -> None:
    assert "for a choice" not in desk.get("/plugin/to-send").text
    for number in ("1001", "1002"):
        sell(desk, number, kind=None)
    sell(desk, "1003")
    html = desk.get("/plugin/to-send").text
    assert "2 orders wait for a choice" in html
    assert 'href="/plugin/deliveries?state=choice_open"' in html
    assert orders(desk.get(f"{PATH}?state=choice_open").text) == ["1002", "1001"]


def test_the_health_page_warns_when_many_orders_lack_a_choice(desk: Desk) -> None:
    for number in range(4):
        sell(desk, f"order {number}", kind=None)
    html = desk.get("/plugin/health").text
    assert "4 of 4 orders of the last 24 hours came without a choice." in html
    assert "more than the 30 percent" not in html
    sell(desk, "order 4", kind=None)
    html = desk.get("/plugin/health").text
    assert "more than the 30 percent" in html
    assert 'href="/plugin/install"' in html


@pytest.mark.parametrize("deed", ["choose", "link"])
def test_it_hides_other_merchants(desk: Desk, deed: str) -> None:
    booking = sell(desk, "1001", kind=None)
    other = another_desk(desk)
    assert other.post(f"{PATH}/{booking}/{deed}").status_code == 404
    assert other.get(f"{PATH}/{booking}/choose").status_code == 404
    assert "for a choice" not in other.get("/plugin/to-send").text
    assert state_of(desk, booking) == "choice_open"
