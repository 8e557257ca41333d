import pytest

from delivery.rules.places import Destination, Zone
from delivery.rules.services import Transit
from tests.rules.builders import NETHERLANDS, service

BY_ZONE = (
    Transit(Zone("amsterdam", "NL", ("10",)), 1, 1),
    Transit(Zone("islands", "NL", ("1790-1799", "88-91")), 2, 4),
    Transit(NETHERLANDS, 1, 2),
    Transit(Zone("belgium", "BE"), 3, 5),
)


@pytest.mark.parametrize(
    ("country", "postal_code", "days"),
    [
        ("NL", "1016 GV", (1, 1)),
        ("NL", "1016", (1, 1)),
        ("NL", "1796 AA", (2, 4)),
        ("NL", "3511 AB", (1, 2)),
        ("NL", None, (1, 4)),
        ("NL", "", (1, 4)),
        ("NL", "nowhere", (1, 4)),
        ("BE", "1000", (3, 5)),
        ("BE", None, (3, 5)),
        ("DE", "10115", None),
        ("DE", None, None),
    ],
)
def test_transit_days_follow_the_zone_and_an_unknown_postcode_gets_the_widest_range(country, postal_code, days):
    assert service(transits=BY_ZONE).transit_to(Destination(country, postal_code)) == days
