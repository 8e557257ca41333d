"""What lies on a centre's shelf, what leaves when, and the places of the coming days."""

import re
from html import unescape

from delivery.accounts import Role
from delivery.audit import OPERATOR
from delivery.settings import items
from delivery.shelf_space import ShelfSpace, shelf_space
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.delivery.test_shelves import CENTRE, make_room, take
from tests.delivery.test_waiting import UNTIL, lies_there, send_back
from tests.doors import Door
from tests.plugin.desk import Desk, another_desk
from tests.plugin.promises.test_collected import with_history
from tests.rules.human_dates import at

PATH = f"/plugin/counter/{CENTRE}/shelf"


def space_of(door: Door) -> ShelfSpace:
    with door.database.reading() as session:
        setup = door.service.memory.setup_of_merchant(session, MERCHANT_ID)
        centre = setup.centre(CENTRE)
        assert centre is not None
        return shelf_space(session, door.clock(), MERCHANT_ID, centre)


def test_places_are_free_again_when_what_lies_there_leaves(desk: Desk) -> None:
    door = desk.door
    make_room(door, 5)
    first, second = lies_there(door, "1001"), lies_there(door, "1002")
    door.clock.now = at("Fri 2026-11-27 10:00")
    door.order(take(door, "1003"), "1003")
    take(door, "still checking out")
    space = space_of(door)
    assert (space.taken, space.held, [one.booking_id for one in space.lying]) == (3, 1, [first, second])
    days = {one.day.isoformat(): (one.lying, one.to_come, one.leaving, space.free(one)) for one in space.days}
    assert days["2026-11-27"] == (2, 1, 0, 1)
    # Ready on Tuesday; the two leave after Friday.
    assert (days["2026-12-01"], days["2026-12-04"]) == ((3, 0, 0, 1), (3, 0, 2, 1))
    assert days["2026-12-05"] == (1, 0, 0, 3)
    assert {one.until for one in space.lying} == {at(UNTIL)}


def test_what_goes_back_keeps_its_place_until_somebody_says_that_it_is_gone(plain_desk: Desk) -> None:
    door = plain_desk.door
    make_room(door, 1)
    booking = lies_there(door)
    send_back(door, UNTIL)
    space = space_of(door)
    assert [(one.lying, space.free(one)) for one in space.days] == [(1, 0)] * 14
    html = unescape(plain_desk.as_role(Role.COUNTER).get(PATH).text)
    assert ("Goes back" in html, "1 of 1 places are taken" in html) == (True, True)
    story = unescape(plain_desk.as_role(Role.COUNTER).get(f"/plugin/deliveries/{booking}").text)
    assert "Goes back" in story
    assert "Nobody collected it in time: it goes back" in story


def test_the_page_shows_it_as_a_plot_and_as_tables_with_a_rush_that_is_foretold(plain_desk: Desk) -> None:
    door = plain_desk.door
    with_history(door)
    items_of_the_shelf = space_of(door).lying
    assert items_of_the_shelf
    html = unescape(plain_desk.as_role(Role.COUNTER).get(PATH).text)
    assert html.count('<svg class="plot') == 2
    assert "judging by the last eight weeks" in html
    for one in items_of_the_shelf:
        assert f"/plugin/counter/{CENTRE}/orders/{one.booking_id}" in html
    assert "Places free" not in html
    assert re.search(r"style=|<script(?! type=\"module\")", html) is None


def test_an_empty_shelf_of_a_centre_that_never_opens_is_shown_too(plain_desk: Desk) -> None:
    door = plain_desk.door
    door.database.write(
        lambda s: items.save(s, door.clock(), OPERATOR, MERCHANT_ID, "centres", CENTRE, {"opening_hours": "off"})
    )
    html = unescape(plain_desk.get(PATH).text)
    assert "Nothing lies there." in html
    assert "The door opens neither today any more nor tomorrow." in html


def test_it_hides_other_merchants(plain_desk: Desk) -> None:
    lies_there(plain_desk.door)
    stranger = another_desk(plain_desk)
    assert stranger.get(PATH).status_code == 404
