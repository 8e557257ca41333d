"""What shoppers pay: by zone, and with tax on top where fees are entered without it."""

from typing import Any

import pytest

from delivery.rules.places import Destination
from delivery.setups import Setup, load_setup
from delivery.store.engine import Database
from tests.databases import LAMPS
from tests.delivery.settings.builders import ORIGIN, SERVICE, WINDOW, add, save

pytestmark = pytest.mark.usefixtures("merchants")

CANALS, AMSTERDAM, ROTTERDAM = Destination("NL", "1016 GV"), Destination("NL", "1091 AB"), Destination("NL", "3011 AB")


def setup_of(database: Database) -> Setup:
    with database.reading() as session:
        return load_setup(session, LAMPS)


def add_zones(database: Database) -> None:
    for name, postcodes in (("Canals", ["1015-1017"]), ("Amsterdam", ["10"]), ("NL", [])):
        add(database, "zones", {"name": name, "country": "NL", "postcodes": postcodes})


def service(**fees: Any) -> dict[str, Any]:
    zones = ("canals", "amsterdam", "nl")
    transits = [{"zone": zone, "least_days": 1, "most_days": 1, "fee": fees.get(zone)} for zone in zones]
    return SERVICE | {"transits": transits}


def test_the_first_zone_that_covers_the_place_says_the_fee(database: Database) -> None:
    add_zones(database)
    add(database, "services", service(canals={"amount": 895}, nl={"amount": 595, "free_from": 5000}))
    priced = setup_of(database).services["pakketpost"]
    assert [priced.fee_to(there).amount for there in (CANALS, AMSTERDAM, ROTTERDAM)] == [895, 495, 595]
    assert priced.fee_to(Destination("NL")).amount == 595, "only the whole country covers a postcode that is not known"
    assert priced.fee_to(Destination("BE", "1000")).amount == 495
    assert priced.fee_to(ROTTERDAM).of(100, 5000).amount == 0


def test_a_service_without_fees_by_zone_has_one_fee(database: Database) -> None:
    add_zones(database)
    add(database, "services", service())
    priced = setup_of(database).services["pakketpost"]
    assert priced.zone_fees == ()
    assert priced.fee_to(CANALS) is priced.fee


@pytest.mark.parametrize(
    ("rate", "entered", "paid"), [(2100, 495, 599), (2100, 409, 495), (900, 50, 55), (950, 100, 110), (0, 495, 495)]
)
def test_tax_comes_on_top_of_fees_entered_without_it(database: Database, rate: int, entered: int, paid: int) -> None:
    add_zones(database)
    add(database, "origins", ORIGIN)
    steps = [{"up_to_g": 1000, "amount": entered}, {"up_to_g": 2000, "amount": entered * 2}]
    fee = {"amount": entered, "free_from": 5000, "by_weight": steps}
    add(database, "services", service(canals=fee) | {"fee": fee})
    day = {"2026-12-24": {"fee": {"amount": entered}}}
    add(database, "windows", WINDOW | {"fee": {"amount": entered}, "exceptions": day})
    save(database, "fees", "", {"tax_rate": rate, "fees_include_tax": False})
    setup = setup_of(database)
    priced, [window] = setup.services["pakketpost"], setup.patterns.values()
    [different] = window.exceptions.values()
    assert different.fee is not None
    assert {priced.fee.amount, priced.fee_to(CANALS).amount, window.fee.amount, different.fee.amount} == {paid}
    assert priced.fee.by_weight[0] == (1000, paid)
    assert priced.fee.free_from == 5000, "what the goods are worth is not taxed here"


def test_fees_entered_with_tax_are_what_is_paid(database: Database) -> None:
    add_zones(database)
    add(database, "services", service())
    save(database, "fees", "", {"tax_rate": 2100, "fees_include_tax": True})
    setup = setup_of(database)
    assert (setup.services["pakketpost"].fee.amount, setup.tax_rate) == (495, 2100)
