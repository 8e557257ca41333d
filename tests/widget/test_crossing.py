"""Who may call: web origins, secret keys, preflights, limits."""

from tests.databases import Database
from tests.doors import Door, another_merchant, open_door


def test_a_preflight_is_answered_to_anyone(plain_door: Door) -> None:
    response = plain_door.page("OPTIONS", "/offers", origin="https://evil.test")
    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Max-Age"] == "7200"
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]


def test_an_origin_that_is_not_allowed_can_read_why(plain_door: Door) -> None:
    response = plain_door.page("POST", "/offers", origin="https://evil.test", json=plain_door.question())
    assert (response.status_code, response.get_json()["code"]) == (403, "origin_not_allowed")
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_stoeps_own_pages_may_call(plain_door: Door) -> None:
    own = plain_door.service.config.public_url
    assert plain_door.page("POST", "/offers", origin=own, json=plain_door.question()).status_code == 200


def test_a_secret_key_stands_in_for_the_origin(plain_door: Door) -> None:
    headers = {"Authorization": f"Bearer {plain_door.secret}"}
    response = plain_door.page("POST", "/offers", origin=None, json=plain_door.question(), headers=headers)
    assert response.status_code == 200


def test_another_shops_secret_key_does_not(plain_door: Door) -> None:
    other = another_merchant(plain_door)
    for key, status, code in ((other.secret, 403, "key_mismatch"), ("sk_made_up", 401, "key_unknown")):
        headers = {"Authorization": f"Bearer {key}"}
        response = plain_door.page("POST", "/offers", origin=None, json=plain_door.question(), headers=headers)
        assert (response.status_code, response.get_json()["code"]) == (status, code)


def test_limits_are_told_and_held(sqlite_database: Database) -> None:
    url = sqlite_database.url.render_as_string(hide_password=False)
    door = open_door(sqlite_database, url, limit_per_minute=3)
    for left in (2, 1, 0):
        response = door.page("POST", "/offers", json=door.question())
        assert response.headers["RateLimit-Policy"] == '"door-1";q=3;w=60'
        assert response.headers["RateLimit"].startswith(f'"door-1";r={left};t=')
    refused = door.page("POST", "/offers", json=door.question())
    assert (refused.status_code, refused.get_json()["code"]) == (429, "too_many_requests")
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    door.service.database.close()


def test_static_files_can_be_loaded_from_any_page(plain_door: Door) -> None:
    response = plain_door.client.get("/static/stoep.js", buffered=True)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "javascript" in response.content_type


def test_an_unknown_address_is_a_problem_document(plain_door: Door) -> None:
    response = plain_door.client.get("/nowhere")
    assert (response.status_code, response.get_json()["code"]) == (404, "not_found")
