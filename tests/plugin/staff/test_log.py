"""The log of changes as a page: who, when, what, from what to what."""

from typing import Any

from delivery import audit
from delivery.accounts import Role
from delivery.audit import OPERATOR, By
from plugin.staff.differences import differences
from tests.plugin.desk import Desk, another_desk


def changed(desk: Desk, before: Any, after: Any, area: str = "origins", by: By = OPERATOR) -> None:
    now = desk.door.clock()
    desk.door.database.write(
        lambda session: audit.record(session, now, desk.merchant_id, by, area, "main", "changed", before, after)
    )


def test_a_change_is_told_with_what_it_was_and_what_it_is(desk: Desk) -> None:
    changed(desk, {"name": "Houten", "tracks_stock": False}, {"name": "Utrecht", "tracks_stock": True})
    page = desk.get("/plugin/audit").text
    assert "<del>Houten</del>" in page
    assert "<ins>Utrecht</ins>" in page
    assert "<ins>Yes</ins>" in page
    assert "Name of the origin" in page
    assert "the operator" in page
    assert "24 November 2026" in page


def test_what_people_do_is_in_it_under_their_address(desk: Desk) -> None:
    other = desk.as_role(Role.COUNTER)
    desk.post(f"/plugin/staff/{other.account.id}/role", {"role": "configure"})
    page = desk.get(f"/plugin/audit?area=staff&who={desk.account.email}").text
    assert "<del>Counter only</del>" in page
    assert "<ins>Sets things up</ins>" in page
    assert page.count("<article") == 1
    assert other.account.name in page


def test_values_are_shown_as_on_their_own_page(plain_desk: Desk) -> None:
    fee = {"amount": 495, "free_above": None}
    before = {"weekdays": [1, 2], "cut_offs": {"5": "15:00"}}
    changed(plain_desk, before, {"weekdays": [1, 2, 3], "cut_offs": {"5": "16:00"}})
    changed(plain_desk, {"tax_rate": 2100}, {"tax_rate": 850}, "fees")
    changed(plain_desk, {"transits": [{"zone": "nl", "fee": fee}]}, {"transits": [{"zone": "nl"}]}, "services")
    page = plain_desk.get("/plugin/audit").text
    assert "<del>Monday, Tuesday</del> → <ins>Monday, Tuesday, Wednesday</ins>" in page
    assert "· Friday</dt>" in page
    assert "<del>21%</del> → <ins>8.5%</ins>" in page
    assert "<del>€4.95</del>" in page
    assert "· 1 · " in page


def test_it_is_filtered_by_area_and_person(desk: Desk) -> None:
    changed(desk, {"name": "A"}, {"name": "B"}, by=By("st_1", "ann@shop.test"))
    changed(desk, {"name": "C"}, {"name": "D"}, "zones")
    assert desk.get("/plugin/audit?area=zones").text.count("<article") == 1
    assert "<ins>B</ins>" in desk.get("/plugin/audit?who=ann@shop.test&area=").text
    assert "Nothing was found." in desk.get("/plugin/audit?who=ann@shop.test&area=zones").text


def test_it_goes_on_page_by_page(plain_desk: Desk) -> None:
    for number in range(60):
        changed(plain_desk, {"name": f"<{number}>"}, {"name": f"<{number + 1}>"})
    first = plain_desk.get("/plugin/audit?area=origins").text
    assert first.count("<article") == 50
    assert "<ins>&lt;60&gt;</ins>" in first
    older = first.rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert older.startswith("/plugin/audit?area=origins&older=")
    rest = plain_desk.get(older).text
    assert rest.count("<article") == 10
    assert "<del>&lt;0&gt;</del>" in rest
    assert plain_desk.get("/plugin/audit?older=nonsense").status_code == 200


def test_the_counter_does_not_see_it(plain_desk: Desk) -> None:
    assert plain_desk.as_role(Role.COUNTER).get("/plugin/audit").status_code == 403
    assert plain_desk.as_role(Role.CONFIGURE).get("/plugin/audit").status_code == 200


def test_it_hides_other_merchants(desk: Desk) -> None:
    other = another_desk(desk)
    changed(other, {"name": "Theirs"}, {"name": "Also theirs"})
    assert "heirs" not in desk.get("/plugin/audit").text
    assert "heirs" not in desk.get(f"/plugin/audit?who={other.account.email}").text
    assert "Theirs" in other.get("/plugin/audit").text


def test_differences_are_found_however_deep_they_lie() -> None:
    before = {"fee": {"amount": 495}, "days": ["1", "2"], "rows": [{"zone": "a", "days": 1}], "same": {"x": [1]}}
    after = {
        "fee": {"amount": 595},
        "days": ["1"],
        "rows": [{"zone": "a", "days": 2}, {"zone": "b"}],
        "same": {"x": [1]},
    }
    assert differences(before, after) == [
        (("fee", "amount"), 495, 595),
        (("days",), ["1", "2"], ["1"]),
        (("rows", "1", "days"), 1, 2),
        (("rows", "2", "zone"), None, "b"),
    ]
    assert differences(None, {"name": "A", "empty": []}) == [(("name",), None, "A")]
    assert differences({"name": "A"}, None) == [(("name",), "A", None)]
