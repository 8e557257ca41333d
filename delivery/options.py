"""What a shopper can choose, and the offer that holds it: values, said the same way in JSON, HTML and mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from delivery.rules.estimate import Estimate
from delivery.rules.prices import Money


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when, UTC instants."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, eq=False)
class DayHours:
    """The open intervals of one day at a pick-up centre, none when it is closed.

    Compared by identity: a centre's week is made once a day and then only looked up by what was written of it.
    """

    day: date
    intervals: tuple[Window, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Location:
    """A pick-up centre as the shopper sees it, compared by identity as its hours are.

    `address` has `lines`, `postal_code`, `city`, `country`.

    `distance_m` is None when it is not known where the shopper is. `opening_hours` are the coming seven days.
    """

    id: str
    name: str
    address: Mapping[str, object]
    latitude: float
    longitude: float
    distance_m: int | None
    opening_hours: tuple[DayHours, ...]


@dataclass(frozen=True, slots=True)
class ShippingOption:
    """A day or a range of days, by a carrier; both None when no date is known (dateless)."""

    id: str
    title: str
    fee: Money
    time_zone: str
    service_id: str
    earliest_day: date | None
    latest_day: date | None
    type: str = "shipping"


@dataclass(slots=True)
class SlotOption:
    """A home window. `places_left` only when few are left; `is_near`: a van is in the street then.

    Not frozen: an offer makes a hundred of them, and Python takes three times as long to make a frozen one.
    """

    id: str
    title: str
    fee: Money
    time_zone: str
    pattern_id: str
    day: date
    window: Window
    places_left: int | None = None
    written: bytes = b""
    """What `option_facts.option_json` wrote of it for another shopper, after the id."""
    is_near: bool = False
    type: str = "local_delivery"


@dataclass(frozen=True, slots=True)
class PickupOption:
    """A pick-up centre: ready by, and kept until. `wait_for_message`: when it is ready follows from the work there, so that the
    shopper should come only once they have heard that it is."""

    id: str
    title: str
    fee: Money
    time_zone: str
    location: Location
    ready_by: datetime
    pickup_by: datetime
    wait_for_message: bool = False
    type: str = "pickup"


Option = ShippingOption | SlotOption | PickupOption


@dataclass(frozen=True, slots=True)
class Held:
    """The live hold of the checkout that asked, as the picker shows it."""

    id: str
    option_id: str
    expires_at: datetime
    extendable_until: datetime
    choice: str


@dataclass(frozen=True, slots=True)
class Offer:
    """All options for one basket and destination. `preselected` is an option id, only when the merchant's settings name a
    plain shipping service. `problems` are codes for notes to the shopper, e.g. "postal_code_unknown"."""

    id: str
    expires_at: datetime
    time_zone: str
    estimate: Estimate | None
    options: tuple[Option, ...]
    locale: str
    currency: str
    held: Held | None = None
    preselected: str | None = None
    problems: tuple[str, ...] = ()
