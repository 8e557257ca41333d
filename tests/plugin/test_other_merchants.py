"""Nobody sees or changes what is another shop's: every route, asked by everybody who may not."""

import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import event
from werkzeug.test import TestResponse

from delivery import accounts
from delivery.accounts import Role
from delivery.audit import OPERATOR
from plugin.pages.visitors import ACCOUNT, ENDS, LOGIN_LASTS, VERSION
from tests.doors import SHOP_ORIGIN, Door, another_merchant
from tests.plugin.desk import CSRF, SEED, Desk, another_desk
from tests.plugin.planted import WORD, Call, Planted, body_for, every_call, form_for

OTHER_ORIGIN = "https://other.test"
PAGES = "/plugin"
OPEN_PAGES = {
    "staff.entrance.start",
    "staff.entrance.login",
    "staff.entrance.try_login",
    "staff.entrance.logout",
    "staff.entrance.forgotten",
    "staff.entrance.send_link",
    "staff.entrance.new_password",
    "staff.entrance.set_password",
}
"""Pages before the login."""
OPEN_DOORS = {"stripe.session_delivery", "stripe.intent_delivery", "stripe_webhooks.take"}
"""Below the pages, but no pages: shoppers' browsers and Stripe call there, without a login and without a form."""
FOR_THE_COUNTER = {
    "counter.arrivals",
    "counter.arrived",
    "counter.check_in",
    "counter.choose",
    "counter.find",
    "counter.gone_back",
    "counter.hand_over",
    "counter.keep",
    "counter.mark_ready",
    "counter.one",
    "counter.refuse",
    "counter.see_conflict",
    "counter.shelf",
    "counter.take_in",
    "counter.today",
    "counter.worker",
    "deliveries.choose",
    "deliveries.choose_for_shopper",
    "deliveries.deliveries",
    "deliveries.one",
    "deliveries.send_link",
    "sending.apply_file",
    "sending.choose_file",
    "sending.labels",
    "sending.mark_ticked",
    "sending.packing_lists",
    "sending.scan",
    "sending.scanned",
    "sending.template",
    "sending.to_send",
    "vans.days",
    "vans.is_late",
    "vans.longer_at_a_door",
    "vans.one_day",
    "vans.paper",
    "vans.started",
    "staff.people.account",
    "staff.people.change_account",
    "staff.people.change_password",
    "staff.people.code",
    "staff.people.switch_off",
    "staff.people.switch_on",
}
"""What somebody at the counter may open; whatever is new is not for them until it stands here."""
FOR_OWNERS = {
    "handing_over.renew",
    "handing_over.show_secret",
    "install.connect",
    "install.disconnect",
    "install.new_key",
    "install.revoke",
    "install.settings",
    "install.webhooks",
    "people.erase",
    "people.look",
    "people.people",
    "people.take_along",
    "staff.people.colleague",
    "staff.people.change_role",
    "staff.people.invite",
    "staff.people.invite_again",
    "staff.people.remove",
    "staff.people.staff",
    "staff.people.switch_off_code",
}
"""What is for owners alone."""

CHANGING = {
    "counter.check_in",
    "counter.gone_back",
    "counter.see_conflict",
    "deliveries.cancel",
    "deliveries.hand_over",
    "handing_over.add",
    "handing_over.remove",
    "handing_over.renew",
    "handing_over.retry",
    "handing_over.retry_parked",
    "handing_over.switch",
    "install.new_key",
    "install.revoke",
    "install.try_endpoint",
    "orders.make",
    "orders.put",
    "orders.report",
    "sending.mark_ticked",
    "settings.remove",
    "settings.save",
    "settings.save_only",
    "staff.people.change_role",
    "staff.people.invite",
    "staff.people.remove",
}
"""What the forms and bodies below are right for: sent by the shop itself, they change something."""

Ask = Callable[[Call], TestResponse]


def seat_again(desk: Desk) -> None:
    """The login as it was: some calls end it."""
    with desk.client.session_transaction() as kept:
        kept.clear()
        ends = (desk.door.clock() + LOGIN_LASTS).isoformat()
        kept.update({ACCOUNT: desk.account.id, VERSION: desk.account.session_version, ENDS: ends, CSRF: SEED})


def query_for(shop: Planted, public_key: str) -> dict[str, Any]:
    there = {"shop": public_key, "country": "NL", "postal_code": "1016 GV"}
    return there | {
        "text": "1001",
        "order": "1001",
        "booking": shop.ids["booking"],
        "origin": shop.items["origins"],
        "area": "staff",
    }


def file_for() -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"order,event\n1001,dispatched\n"), "orders.csv"


def asked_by_page(shop: Planted, desk: Desk, call: Call) -> TestResponse:
    """The call from a browser with this login, with a form that names the shop's things."""
    seat_again(desk)
    sent: dict[str, Any] = {"headers": {"Origin": OTHER_ORIGIN}, "query_string": query_for(shop, desk.door.shop)}
    if call.method == "GET" or not call.path.startswith((PAGES, "/choose", "/d/")):
        return with_body(shop, desk.door.shop, call, desk.client.open, sent)
    form = form_for(shop, call) | {CSRF: desk.token(), "file": file_for()}
    return desk.client.open(call.path, method=call.method, data=form, **sent)


def with_body(shop: Planted, key: str, call: Call, send: Callable[..., TestResponse], sent: Any) -> TestResponse:
    body = {} if call.method in ("GET", "DELETE") else {"json": body_for(shop, key)}
    if "json" in body and "/people/" in call.path:
        body["json"]["order"] = "1001"
    return send(call.path, method=call.method, **sent, **body)


def asked_with_key(shop: Planted, other: Door, public_key: str, call: Call) -> TestResponse:
    """The call of a server that has another shop's secret key."""
    headers = {"Authorization": f"Bearer {other.secret}"}
    client = shop.app.test_client()
    return with_body(
        shop, public_key, call, client.open, {"headers": headers, "query_string": query_for(shop, public_key)}
    )


def commits_of(shop: Planted) -> list[object]:
    """Fills as the service commits: as long as it stays empty, no row has changed."""
    commits: list[object] = []
    event.listen(shop.door.service.database.engine, "commit", commits.append)
    return commits


def nothing_comes_of(
    shop: Planted, calls: Iterator[Call], ask: Ask, *, may_know_the_shop: bool = False
) -> dict[Call, int]:
    """Make every call: it may neither tell nor change anything of the shop. What each was answered."""
    before, found = shop.digest(), {}
    commits = commits_of(shop)
    for call in calls:
        commits.clear()
        answer = ask(call)
        assert answer.status_code < 500, (str(call), answer.text)
        assert may_know_the_shop or shop.told_by(answer.text + str(answer.headers)) == [], (str(call), answer.text)
        assert not commits or shop.digest() == before, str(call)
        found[call] = answer.status_code
    assert shop.digest() == before
    return found


def test_the_words_are_there_for_whoever_may_see_them(plainly_planted: Planted) -> None:
    shop, seen = plainly_planted, set()
    for call in every_call(shop, PAGES):
        if call.method == "GET":
            answer = asked_by_page(shop, shop.owner, call)
            assert answer.status_code < 500, (str(call), answer.text)
            if WORD in answer.text:
                seen.add(call.endpoint)
    assert {
        "counter.one",
        "counter.today",
        "deliveries.ask_to_cancel",
        "deliveries.deliveries",
        "deliveries.one",
        "deliveries.sheet",
        "handing_over.handover_log_of",
        "handing_over.handovers",
        "install.install",
        "install.show",
        "rehearsal.rehearsal",
        "sending.labels",
        "sending.packing_lists",
        "sending.to_send",
        "settings.area",
        "settings.everything_as_json",
        "settings.item",
        "settings.sheet",
        "settings.windows",
        "staff.people.colleague",
        "staff.people.log",
        "staff.people.staff",
    } <= seen


def test_the_same_calls_change_things_for_whoever_may(plainly_planted: Planted) -> None:
    """Else what follows would prove nothing: they are refused for who asks, not for what is asked."""
    shop, changed = plainly_planted, set()
    ending = ("cancel", "remove", "revoke", "release", "erase", "by_hand", "hand_over")
    calls = [call for call in every_call(shop) if call.method != "GET"]
    before, commits = shop.digest(), commits_of(shop)
    for call in sorted(calls, key=lambda call: (call.endpoint.endswith(ending), call.path.startswith(PAGES))):
        commits.clear()
        if call.path.startswith(("/v1", "/widget")):
            answer = asked_with_key(shop, shop.door, shop.door.shop, call)
        else:
            answer = asked_by_page(shop, shop.owner, call)
        assert answer.status_code < 500, (str(call), answer.text)
        after = shop.digest() if commits else before
        if after != before:
            changed.add(call.endpoint)
        before = after
    assert changed >= CHANGING


def test_another_shops_login_sees_and_changes_nothing(planted: Planted) -> None:
    other = another_desk(planted.owner)
    nothing_comes_of(planted, every_call(planted), lambda call: asked_by_page(planted, other, call))


def test_another_shops_key_sees_and_changes_nothing(planted: Planted) -> None:
    other = another_merchant(planted.door)
    for public_key in (other.shop, planted.door.shop):

        def ask(call: Call, public_key: str = public_key) -> TestResponse:
            return asked_with_key(planted, other, public_key, call)

        found = nothing_comes_of(planted, every_call(planted, "/widget"), ask)
        assert {status for call, status in found.items() if planted.ids["hold"][0] in call.path} == {403}
    found = nothing_comes_of(planted, not_the_shoppers(planted), ask)
    assert {status for call, status in found.items() if call.path.startswith("/v1/bookings/")} == {404}


def not_the_shoppers(shop: Planted) -> Iterator[Call]:
    return (call for call in every_call(shop) if not call.path.startswith("/widget"))


def test_who_was_removed_is_sent_to_the_login(planted: Planted) -> None:
    gone, now = planted.owner.as_role(Role.OWNER), planted.door.clock()
    planted.door.database.write(
        lambda session: accounts.remove(session, now, gone.merchant_id, OPERATOR, gone.account.id)
    )
    found = nothing_comes_of(planted, inside(planted), lambda call: asked_by_page(planted, gone, call))
    assert {str(call): status for call, status in found.items() if status != 303} == {}


def test_without_a_login_there_is_only_the_login(plainly_planted: Planted) -> None:
    shop = plainly_planted
    client = shop.app.test_client()

    def ask(call: Call) -> TestResponse:
        return client.open(call.path, method=call.method)

    found = nothing_comes_of(shop, inside(shop), ask)
    assert {
        str(call): status for call, status in found.items() if status != (303 if call.method == "GET" else 400)
    } == {}
    doors = nothing_comes_of(shop, every_call(shop, "/v1"), ask)
    assert set(doors.values()) <= {401, 422, 415, 400}
    assert 200 not in doors.values()


def inside(shop: Planted) -> Iterator[Call]:
    return (call for call in every_call(shop, PAGES) if call.endpoint not in OPEN_PAGES | OPEN_DOORS)


def test_who_serves_at_the_counter_is_refused_all_but_the_counters_pages(planted: Planted) -> None:
    counter = planted.owner.as_role(Role.COUNTER)
    calls = (call for call in inside(planted) if call.endpoint not in FOR_THE_COUNTER)
    found = nothing_comes_of(planted, calls, lambda call: asked_by_page(planted, counter, call), may_know_the_shop=True)
    assert {str(call): status for call, status in found.items() if status != 403} == {}


def test_only_owners_come_to_what_is_for_owners(planted: Planted) -> None:
    colleague, owned = planted.owner.as_role(Role.CONFIGURE), set()
    before = planted.digest()
    for call in inside(planted):
        if call.endpoint in FOR_OWNERS:
            assert asked_by_page(planted, colleague, call).status_code == 403, str(call)
            owned.add(call.endpoint)
    assert owned == FOR_OWNERS
    assert planted.digest() == before


def test_what_is_listed_here_is_there(plainly_planted: Planted) -> None:
    there = {call.endpoint for call in every_call(plainly_planted, PAGES)}
    assert there >= OPEN_PAGES | OPEN_DOORS | FOR_THE_COUNTER | FOR_OWNERS


def test_a_form_that_is_not_ours_is_refused(planted: Planted) -> None:
    def ask(call: Call) -> TestResponse:
        seat_again(planted.owner)
        return planted.owner.client.open(call.path, method=call.method, data=form_for(planted, call))

    there = (call for call in every_call(planted, PAGES) if call.endpoint not in OPEN_DOORS)
    posts = (call for call in there if call.method != "GET")
    found: Mapping[Call, int] = nothing_comes_of(planted, posts, ask, may_know_the_shop=True)
    assert {str(call): status for call, status in found.items() if status != 400} == {}


def test_a_page_of_the_shops_own_does_not_speak_for_another(planted: Planted) -> None:
    """The origin that one shop allows is no other's."""
    other = another_merchant(planted.door)
    answer = planted.door.page(
        "POST", "/offers", origin=SHOP_ORIGIN, json=planted.door.question() | {"shop": other.shop}
    )
    assert answer.status_code == 403
