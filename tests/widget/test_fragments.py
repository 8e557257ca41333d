"""The picker over HTTP: one call for all that the element shows."""

from tests.doors import Door, another_merchant


def test_the_fragment_is_the_offer_as_html(door: Door) -> None:
    response = door.page("POST", "/fragments/choices", json=door.question())
    assert response.status_code == 200
    assert response.mimetype == "text/html"
    assert response.text.count('type="radio"') == len(door.offer()["options"])
    for word in ("<style", "<link", "<img", "<script", " style=", "checked"):
        assert word not in response.text


def test_an_offer_can_be_drawn_again(door: Door) -> None:
    offer = door.offer()
    door.clock.forward(hours=1)
    response = door.page("POST", "/fragments/choices", json={"shop": door.shop, "offer": offer["offer"]})
    assert response.status_code == 200
    assert 'data-offer="of_' in response.text


def test_the_shops_server_gets_the_fragment_with_its_secret_key(door: Door) -> None:
    headers = {"Authorization": f"Bearer {door.secret}"}
    body = door.question() | {"name": "delivery"}
    response = door.page("POST", "/fragments/choices", origin=None, json=body, headers=headers)
    assert 'name="delivery_option"' in response.text


def test_a_hold_comes_back_checked_with_its_choice(door: Door) -> None:
    taken = door.take()
    html = door.page("POST", "/fragments/choices", json=door.question()).text
    assert html.count(" checked") == 1
    assert taken["hold"] in html
    assert taken["choice"] in html
    assert taken["hold"] not in door.page("POST", "/fragments/choices", json=door.question("someone-else")).text


def test_neither_question_nor_offer_is_a_named_problem(door: Door) -> None:
    response = door.page("POST", "/fragments/choices", json={"shop": door.shop})
    assert (response.status_code, response.get_json()["code"]) == (422, "invalid_input")


def test_it_hides_other_merchants(door: Door) -> None:
    other = another_merchant(door)
    body = {"shop": other.shop, "offer": door.offer()["offer"]}
    response = other.page("POST", "/fragments/choices", origin=None, json=body)
    assert (response.status_code, response.get_json()["code"]) == (422, "invalid_token")
