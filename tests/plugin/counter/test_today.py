"""The list of a counter, and finding an order in it."""

from sqlalchemy import select

from delivery.accounts import Role
from delivery.store.tables import bookings
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.plugin.counter.pickups import Counter, at_counter, ordered, ready
from tests.plugin.desk import Desk, another_desk


def test_a_device_is_asked_once_whose_counter_it_is(plain_desk: Desk) -> None:
    page = plain_desk.get("/plugin/counter").text
    assert "Which counter is this?" in page
    assert 'href="/plugin/counter/fietsenmaker-oost"' in page
    plain_desk.get("/plugin/counter/fietsenmaker-oost")
    assert plain_desk.get("/plugin/counter").headers["Location"] == "/plugin/counter/fietsenmaker-oost"
    assert "Which counter is this?" in plain_desk.get("/plugin/counter?choose").text
    assert plain_desk.get("/plugin/counter/elsewhere").status_code == 404


def test_the_list_says_what_is_to_be_done_and_holds_no_code(desk: Desk) -> None:
    counter, waits = ready(desk, "1001")
    comes = ordered(desk.door, "1002", nth=0)
    page = counter.page()
    assert page.index("Ready to collect") < page.index(f'data-booking="{waits.id}"') < page.index('id="to_arrive"')
    assert f'data-booking="{comes.id}" data-order="1002" data-name="A. Jansen"' in page
    for secret in (waits.code, waits.code.replace("-", ""), comes.code):
        assert secret not in page
    with desk.door.database.reading() as session:
        hashes = session.scalars(select(bookings.c.code_hash).where(bookings.c.merchant_id == MERCHANT_ID)).all()
    assert len(hashes) == 2
    assert not any(made in page for made in hashes)


def test_it_is_for_whoever_has_the_counter_only(plain_desk: Desk) -> None:
    order = ordered(plain_desk.door)
    clerk = plain_desk.as_role(Role.COUNTER)
    assert "1001" in at_counter(clerk, order).page()
    assert 'href="/plugin/counter"' in clerk.get("/plugin/to-send").text


def test_an_order_is_found_by_its_number_its_name_and_its_code(desk: Desk) -> None:
    counter, order = ready(desk)
    ordered(desk.door, "1002", recipient={"name": "B. de Vries"})
    for text in ("1001", " 1001 ", "jansen", order.code, order.code.lower().replace("-", " ")):
        answer = counter.find(text)
        assert answer.status_code == 303, text
        assert answer.headers["Location"] == f"{counter.path}/orders/{order.id}", text
    assert "2 orders fit" in counter.find("100").text
    answer = counter.find("Pietersen")
    assert answer.status_code == 422
    assert "There is no “Pietersen” here." in answer.text


def test_a_script_is_answered_in_json(plain_desk: Desk) -> None:
    counter, order = ready(plain_desk)
    asks = {"headers": {"Accept": "application/json"}}
    assert counter.find("1001", **asks).get_json()["to"] == f"{counter.path}/orders/{order.id}"
    answer = counter.find("nobody", **asks)
    assert (answer.status_code, answer.get_json()["to"]) == (422, None)
    assert "There is no “nobody” here." in answer.get_json()["words"]


def test_a_code_for_another_centre_is_refused_by_name(desk: Desk) -> None:
    order = ordered(desk.door)
    elsewhere = Counter(
        desk, next(name for name in ("fietsenmaker-oost", "boekhandel-ceintuur") if name != order.centre)
    )
    answer = elsewhere.find(order.code)
    assert answer.status_code == 409
    location = (order.booking.option or {})["location"]["name"]
    assert f"This code is for another pick-up centre: {location}." in answer.text.replace("&amp;", "&")


def test_wrong_codes_lock_one_login_out_and_no_other(desk: Desk) -> None:
    counter, order = ready(desk)
    colleague = at_counter(desk.as_role(Role.COUNTER), order)
    for guess in ("3333333", "4444444", "6666666", "7777777", "9999999"):
        assert counter.find(guess).status_code == 422
    answer = counter.find(order.code)
    assert answer.status_code == 429
    assert "Too many wrong codes were typed. Codes can be tried again at 10:10" in answer.text
    assert counter.find("1001").status_code == 303
    assert colleague.find(order.code).status_code == 303
    desk.door.clock.forward(minutes=11)
    assert counter.find(order.code).status_code == 303


def test_it_hides_other_merchants(desk: Desk) -> None:
    counter, order = ready(desk)
    other = another_desk(desk)
    assert other.get(counter.path).status_code == 404
    assert other.get(f"{counter.path}/orders/{order.id}").status_code == 404
    assert "There is no pick-up centre yet." in other.get("/plugin/counter").text
