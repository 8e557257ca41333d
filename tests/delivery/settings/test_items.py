"""Settings are read, added, changed, removed and put in order, item by item."""

from typing import Any

import pytest
from sqlalchemy import select

from delivery import audit
from delivery.problems import EditedMeanwhile, Fault, InvalidInput, SettingNotFound, StillUsed
from delivery.settings import items
from delivery.setups import Setup, load_setup
from delivery.store.engine import Database
from delivery.store.tables import merchants as merchant_rows
from delivery.texts.sentences import said
from tests.databases import BOOKS, LAMPS
from tests.delivery.settings.builders import (
    ADDRESS,
    ANNA,
    NOW,
    ORIGIN,
    SERVICE,
    ZONE,
    add,
    add_shop,
    item,
    order,
    save,
)

pytestmark = pytest.mark.usefixtures("merchants")


def setup_of(database: Database) -> Setup:
    with database.reading() as session:
        return load_setup(session, LAMPS)


def faults(refusal: pytest.ExceptionInfo[InvalidInput]) -> list[Fault]:
    return list(refusal.value.faults)


def pointers(refusal: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    return [fault.pointer for fault in refusal.value.faults]


def test_an_item_gets_a_short_id_from_its_name_and_all_that_was_left_out(database: Database) -> None:
    assert add(database, "origins", ORIGIN) == "magazijn-houten"
    kept = item(database, "origins", "magazijn-houten")
    assert kept["time_zone"] == "Europe/Amsterdam"
    assert (kept["usual_cut_off"], kept["weekdays"], kept["handling_days"]) == ("17:00", [1, 2, 3, 4, 5], 0)
    assert add(database, "origins", ORIGIN | {"name": "Mágazijn  Houten!"}) == "magazijn-houten-2"
    assert add(database, "origins", ORIGIN | {"name": "東京"}) == "item"


def test_offers_can_be_made_of_what_was_set(database: Database) -> None:
    add_shop(database)
    setup = setup_of(database)
    assert list(setup.patterns) == ["amsterdam-2-1800"]
    assert setup.centres[0].country == "NL"
    assert setup.services["pakketpost"].service.transits[0].zone.id == "amsterdam"


def test_each_change_is_noticed_by_every_process_and_written_down(database: Database) -> None:
    add(database, "zones", ZONE)
    save(database, "zones", "amsterdam", {"postcodes": ["1011-1019"]})
    save(database, "zones", "amsterdam", {"postcodes": ["1011-1019"]})
    database.write(lambda session: items.remove(session, NOW, ANNA, LAMPS, "zones", "amsterdam"))
    with database.reading() as session:
        version = session.scalar(select(merchant_rows.c.settings_version).where(merchant_rows.c.id == LAMPS))
        log = audit.entries(session, LAMPS).entries
    assert version == 4, "saving what stands there is no change"
    assert [(entry.action, entry.who, entry.item) for entry in log] == [
        ("removed", "Anna", "amsterdam"),
        ("changed", "Anna", "amsterdam"),
        ("added", "Anna", "amsterdam"),
    ]
    assert log[1].before == ZONE
    assert log[1].after == ZONE | {"postcodes": ["1011-1019"]}


def test_settings_that_are_left_out_stay_as_they_are(database: Database) -> None:
    add_shop(database)
    kept = save(database, "windows", "amsterdam-2-1800", {"capacity": 4})
    assert kept == item(database, "windows", "amsterdam-2-1800")
    assert (kept["capacity"], kept["fee"]["amount"], kept["start_time"]) == (4, 695, "18:00")


def test_the_shop_itself_is_one_item(database: Database) -> None:
    assert save(database, "shop", "", {"name": "Lamps & more", "horizon_days": 21})["horizon_days"] == 21
    assert setup_of(database).name == "Lamps & more"
    assert item(database, "shop", merchant_id=BOOKS)["name"] == "The Bookshop"


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(database: Database) -> None:
    add(database, "zones", ZONE)
    seen = items.mark(item(database, "zones", "amsterdam"))
    theirs = save(database, "zones", "amsterdam", {"name": "Amsterdam city"}, seen)
    with pytest.raises(EditedMeanwhile) as refusal:
        save(database, "zones", "amsterdam", {"name": "Mokum"}, seen)
    assert refusal.value.theirs == theirs
    assert item(database, "zones", "amsterdam")["name"] == "Amsterdam city"
    save(database, "zones", "amsterdam", {"name": "Mokum"}, items.mark(theirs))


def test_what_others_use_is_not_removed(database: Database) -> None:
    add_shop(database)
    for area, item_id, users in (
        ("zones", "amsterdam", ["Pakketpost", "amsterdam-2-1800"]),
        ("origins", "magazijn-houten", ["amsterdam-2-1800", "Transit"]),
        ("services", "pakketpost", ["Boekhandel De Ceintuur"]),
    ):
        with pytest.raises(StillUsed) as refusal:
            database.write(lambda session, a=area, i=item_id: items.remove(session, NOW, ANNA, LAMPS, a, i))
        assert [user.name for user in refusal.value.users] == users
    save(database, "shop", "", {"preselected_service": "pakketpost"})
    database.write(lambda session: items.remove(session, NOW, ANNA, LAMPS, "centres", "boekhandel-de-ceintuur"))
    with pytest.raises(StillUsed):
        database.write(lambda session: items.remove(session, NOW, ANNA, LAMPS, "services", "pakketpost"))


def test_items_are_put_in_order(database: Database) -> None:
    for name in ("One", "Two", "Three"):
        add(database, "zones", ZONE | {"name": name})
    assert order(database, "zones") == ["one", "two", "three"]
    database.write(lambda session: items.move(session, NOW, ANNA, LAMPS, "zones", "three", 0))
    assert order(database, "zones") == ["three", "one", "two"]
    database.write(lambda session: items.move(session, NOW, ANNA, LAMPS, "zones", "three", 9))
    assert order(database, "zones") == ["one", "two", "three"]
    database.write(lambda session: items.move(session, NOW, ANNA, LAMPS, "zones", "two", -1))
    assert order(database, "zones") == ["two", "one", "three"]
    add(database, "zones", ZONE | {"name": "Four"})
    assert order(database, "zones")[-1] == "four"


@pytest.mark.parametrize("do", ["save", "remove", "move", "item"])
def test_it_hides_other_merchants(database: Database, do: str) -> None:
    add_shop(database, BOOKS)
    calls: dict[str, Any] = {
        "save": lambda session: items.save(session, NOW, ANNA, LAMPS, "zones", "amsterdam", {"name": "Ours"}),
        "remove": lambda session: items.remove(session, NOW, ANNA, LAMPS, "zones", "amsterdam"),
        "move": lambda session: items.move(session, NOW, ANNA, LAMPS, "zones", "amsterdam", 1),
        "item": lambda session: items.item(session, LAMPS, "zones", "amsterdam"),
    }
    with pytest.raises(SettingNotFound):
        database.write(calls[do])
    assert item(database, "zones", "amsterdam", BOOKS)["name"] == "Amsterdam"


def test_an_item_of_another_merchant_cannot_be_named(database: Database) -> None:
    add(database, "zones", ZONE, BOOKS)
    with pytest.raises(InvalidInput) as refusal:
        add(database, "services", SERVICE)
    assert pointers(refusal) == ["/transits/0/zone"]
    assert said("nl", faults(refusal)[0].detail) == "Er is geen “amsterdam” meer. Kies een andere."


def test_coordinates_are_those_of_the_postcode_if_it_is_known(database: Database) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add(database, "origins", {"name": "Magazijn", "address": ADDRESS})
    assert pointers(refusal) == ["/latitude"]


def test_a_place_is_kept_no_shorter_with_extensions(database: Database) -> None:
    with pytest.raises(InvalidInput) as refusal:
        save(database, "shop", "", {"hold_minutes": 20, "hold_limit_minutes": 10})
    assert pointers(refusal) == ["/hold_limit_minutes"]
    with pytest.raises(InvalidInput) as refusal:
        save(database, "shop", "", {"preselected_service": "drone"})
    assert pointers(refusal) == ["/preselected_service"]
