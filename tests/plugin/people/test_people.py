"""The page about one person: found, shown, taken along, erased after typing it once more; for owners only."""

import pytest

from delivery import audit, privacy
from delivery.accounts import Role
from tests.delivery.test_privacy import WORDS, everywhere, lived, ordered
from tests.plugin.desk import Desk, another_desk

PAGE = "/plugin/people"
WHO = {"way": "email", "text": "x.jongbloed@example.org"}


def test_a_person_is_found_and_what_is_kept_is_shown(desk: Desk) -> None:
    lived(desk.door)
    page = desk.post(PAGE, WHO)
    assert page.status_code == 200
    for words in ("Order 2001", "Xantippe Jongbloed", "Zwanenburgwal 12", "Ring thrice", "Wonderful courier"):
        assert words in page.text
    assert "x.jongbloed@example.org" not in str(page.headers)


def test_all_of_it_is_taken_along_as_a_file(plain_desk: Desk) -> None:
    lived(plain_desk.door)
    file = plain_desk.post(f"{PAGE}/file", WHO)
    assert file.headers["Content-Disposition"] == 'attachment; filename="personal-data.json"'
    assert [word for word in WORDS if word.lower() not in file.text.lower()] == []


def test_a_person_is_erased_once_what_was_looked_for_is_typed_again(desk: Desk) -> None:
    lived(desk.door)
    refused = desk.post(f"{PAGE}/erase", WHO | {"again": "somebody else"})
    assert refused.status_code == 422
    assert "This is not what was looked for." in refused.text
    assert "bookings" in everywhere(desk.door)
    done = desk.post(f"{PAGE}/erase", WHO | {"again": "X.Jongbloed@example.org "})
    assert (done.status_code, done.headers["Location"]) == (303, PAGE)
    assert "The person was erased from 1 order." in desk.get(PAGE).text
    assert everywhere(desk.door) == {}
    assert "Nothing is kept about this person." in desk.post(PAGE, WHO).text


def test_the_log_names_the_owner_and_not_the_person(plain_desk: Desk) -> None:
    lived(plain_desk.door)
    plain_desk.post(f"{PAGE}/erase", WHO | {"again": WHO["text"]})
    with plain_desk.door.database.reading() as session:
        [entry] = audit.entries(session, plain_desk.merchant_id, area=privacy.AREA).entries
    assert entry.who == plain_desk.account.email
    page = plain_desk.get("/plugin/audit?area=people").text
    assert "Orders erased at once" in page
    assert "jongbloed" not in page.lower()


def test_an_order_under_way_is_said_to_follow(plain_desk: Desk) -> None:
    ordered(plain_desk.door, "2009")
    assert "If you erase the person, this order follows" in plain_desk.post(PAGE, WHO).text
    plain_desk.post(f"{PAGE}/erase", WHO | {"again": WHO["text"]})
    assert "1 order is still under way" in plain_desk.get(PAGE).text
    assert "The person is erased when it is over." in plain_desk.post(PAGE, WHO).text


@pytest.mark.parametrize(
    "form", [{}, {"way": "email", "text": "nobody"}, {"way": "x", "text": "1"}, WHO | {"text": "a@" * 200}]
)
@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/file", f"{PAGE}/erase"])
def test_what_finds_nobody_is_said_beside_the_field(plain_desk: Desk, path: str, form: dict[str, str]) -> None:
    page = plain_desk.post(path, form)
    assert page.status_code == 422
    assert 'id="text-fault"' in page.text


def test_the_story_and_the_settings_lead_here(plain_desk: Desk) -> None:
    booking = ordered(plain_desk.door, "2010")
    assert f"{PAGE}?order=2010" in plain_desk.get(f"/plugin/deliveries/{booking}").text
    assert 'value="2010"' in plain_desk.get(f"{PAGE}?order=2010").text
    assert PAGE in plain_desk.get("/plugin/settings/retention").text
    counter = plain_desk.as_role(Role.COUNTER)
    assert PAGE not in counter.get(f"/plugin/deliveries/{booking}").text


def test_it_is_for_owners_only(plain_desk: Desk) -> None:
    colleague = plain_desk.as_role(Role.CONFIGURE)
    assert colleague.get(PAGE).status_code == 403
    for path in (PAGE, f"{PAGE}/file", f"{PAGE}/erase"):
        assert colleague.post(path, WHO).status_code == 403


def test_it_hides_other_merchants(desk: Desk) -> None:
    lived(desk.door)
    before, other = everywhere(desk.door), another_desk(desk)
    for who in (WHO, {"way": "order", "text": "2001"}):
        assert "Xantippe" not in other.post(PAGE, who).text
        assert "Xantippe" not in other.post(f"{PAGE}/file", who).text
        other.post(f"{PAGE}/erase", who | {"again": who["text"]})
    assert everywhere(desk.door) == before
