"""Values that the tests of the rules start from: a Dutch merchant, its carrier, a basket for Amsterdam."""

from datetime import time

from delivery.rules.estimate import Origin, Service, Transit
from delivery.rules.parcels import Basket, Line
from delivery.rules.places import Destination, Zone
from delivery.rules.prices import Fee
from delivery.rules.slots import SlotPattern
from delivery.rules.workdays import MONDAY_TO_FRIDAY, MONDAY_TO_SATURDAY, Region, WeekCalendar
from tests.rules.human_dates import AMSTERDAM

NETHERLANDS = Zone("nl", "NL")
AMSTERDAM_ZONE = Zone("amsterdam", "NL", ("10", "1100-1109"))
DUTCH_WEEK = WeekCalendar(MONDAY_TO_FRIDAY, Region("NL"))
TUESDAY_TO_SATURDAY = WeekCalendar(frozenset({2, 3, 4, 5, 6}))
HERENGRACHT = Destination("NL", "1016 GV")
BASKET = Basket((Line("mug", 1),), "EUR")
FEE = Fee(495, "EUR")


def origin(id: str = "zwolle", **changes: object) -> Origin:
    """Open Monday to Friday but on Dutch holidays, cut-off 17:00, packs the same day."""
    values: dict[str, object] = {"zone": AMSTERDAM, "calendar": DUTCH_WEEK, "usual_cut_off": time(17)}
    return Origin(id, id.title(), **(values | changes))  # type: ignore[arg-type]


def service(least: int = 1, most: int = 1, **changes: object) -> Service:
    """Collects Monday to Saturday, delivers Tuesday to Saturday, a day to anywhere in the Netherlands."""
    values: dict[str, object] = {
        "collects": WeekCalendar(MONDAY_TO_SATURDAY),
        "delivers": TUESDAY_TO_SATURDAY,
        "transits": (Transit(NETHERLANDS, least, most),),
        "destination_zone": AMSTERDAM,
    }
    return Service("parcel", "Parcel", **(values | changes))  # type: ignore[arg-type]


def pattern(id: str = "evening", **changes: object) -> SlotPattern:
    """Sundays 18:00-20:00 in Amsterdam, 12 places, closes two hours before."""
    values: dict[str, object] = {
        "zone": AMSTERDAM_ZONE,
        "weekday": 7,
        "start_time": time(18),
        "end_time": time(20),
        "time_zone": AMSTERDAM,
        "capacity": 12,
        "fee": FEE,
        "lead_minutes": 120,
        "origin_id": "zwolle",
    }
    return SlotPattern(id, **(values | changes))  # type: ignore[arg-type]
