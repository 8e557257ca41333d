"""Offers made by hand, for tests of the picker and its element."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from delivery.options import DayHours, Held, Location, Offer, PickupOption, ShippingOption, SlotOption, Window
from delivery.rules.estimate import Estimate, Step
from delivery.rules.prices import Money

ZONE = "Europe/Amsterdam"
FIRST_DAY = date(2026, 11, 24)
CENTRES = (
    ("Bakkerij De Korenmolen", ["Prinsengracht 112"], "1015 EA", "Amsterdam", 450),
    ("Fietsenmaker Wiel & Zoon", ["Elandsgracht 7"], "1016 TM", "Amsterdam", 820),
    ("Boekhandel De Bladzijde", ["Overtoom 88-A", "1e verdieping"], "1054 HM", "Amsterdam", 1620),
    ("Buurtwinkel Noord", ["Van der Pekstraat 4"], "1031 CT", "Amsterdam", 3140),
    ("Tuincentrum Amstelveen", ["Bovenkerkerkade 2"], "1185 CS", "Amstelveen", 9340),
    ("Kringloop Zuidoost", ["Bijlmerdreef 1200"], "1103 TT", "Amsterdam", 11020),
)


def make_offer(
    *,
    locale: str = "nl-NL",
    offer_id: str = "of_test",
    days: int = 14,
    windows: int = 6,
    centres: int = 6,
    currency: str = "EUR",
    shipping: bool = True,
    mark: str = "1",
) -> Offer:
    """An offer of all three types, the option ids told apart by `mark`."""
    options = (
        *((make_shipping(f"op_{mark}.ship", currency),) if shipping else ()),
        *make_slots(days, windows, currency, mark),
        *(make_pickup(number, currency, mark) for number in range(centres)),
    )
    return Offer(
        id=offer_id,
        expires_at=datetime(2026, 11, 23, 15, 0, tzinfo=UTC),
        time_zone=ZONE,
        estimate=make_estimate() if shipping else None,
        options=options,
        locale=locale,
        currency=currency,
    )


def make_estimate() -> Estimate:
    return Estimate(
        earliest_day=FIRST_DAY,
        latest_day=FIRST_DAY + timedelta(days=1),
        order_before=datetime(2026, 11, 23, 16, 0, tzinfo=UTC),
        dispatch_day=date(2026, 11, 23),
        origin_ids=("o1",),
        service_id="s1",
        steps=(
            Step("cut_off", date(2026, 11, 23), {"cut_off": "17:00", "time_zone": ZONE, "met": 1}),
            Step("collection", date(2026, 11, 23)),
            Step("transit", FIRST_DAY, {"least": 1, "most": 2}),
            Step("delivery_day", FIRST_DAY, {"earliest": "2026-11-24", "latest": "2026-11-25"}),
        ),
    )


def make_shipping(option_id: str, currency: str = "EUR", amount: int = 395) -> ShippingOption:
    return ShippingOption(
        id=option_id,
        title="PostNL standaard",
        fee=Money(amount, currency),
        time_zone=ZONE,
        service_id="s1",
        earliest_day=FIRST_DAY,
        latest_day=FIRST_DAY + timedelta(days=1),
    )


def make_slots(days: int, windows: int, currency: str, mark: str) -> tuple[SlotOption, ...]:
    return tuple(
        SlotOption(
            id=f"op_{mark}.slot-{day}-{number}",
            title="",
            fee=Money(495 if number < 4 else 695, currency),
            time_zone=ZONE,
            pattern_id=f"p{number}",
            day=FIRST_DAY + timedelta(days=day),
            window=_window(FIRST_DAY + timedelta(days=day), 9 + 2 * number, 11 + 2 * number),
            places_left=2 if (day, number) == (0, 1) else None,
        )
        for day in range(days)
        for number in range(windows)
    )


def make_pickup(number: int, currency: str = "EUR", mark: str = "1") -> PickupOption:
    name, lines, postal_code, city, distance = CENTRES[number % len(CENTRES)]
    centre = Location(
        id=f"c{number}",
        name=name if number < len(CENTRES) else f"{name} {number}",
        address={"lines": lines, "postal_code": postal_code, "city": city, "country": "NL"},
        latitude=52.37,
        longitude=4.88,
        distance_m=distance,
        opening_hours=tuple(_hours(FIRST_DAY + timedelta(days=day - 1)) for day in range(7)),
    )
    return PickupOption(
        id=f"op_{mark}.pick-{number}",
        title=f"Afhalen bij {name}",
        fee=Money(0, currency),
        time_zone=ZONE,
        location=centre,
        ready_by=datetime(2026, 11, 23, 15, 0, tzinfo=UTC),
        pickup_by=datetime(2026, 11, 30, 17, 0, tzinfo=UTC),
    )


def held(offer: Offer, option_id: str, *, seconds: float, longer: float = 900) -> Offer:
    """The offer with a hold on one of its options that lasts so many seconds from now."""
    now = datetime.now(UTC)
    hold = Held(
        "ho_1", option_id, now + timedelta(seconds=seconds), now + timedelta(seconds=longer), f"choice:{option_id}"
    )
    return replace(offer, held=hold)


def _window(day: date, start: int, end: int) -> Window:
    """Winter time in Amsterdam: an hour ahead of UTC."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=1)
    return Window(midnight + timedelta(hours=start), midnight + timedelta(hours=end))


def _hours(day: date) -> DayHours:
    if day.isoweekday() == 7:
        return DayHours(day, ())
    return DayHours(day, (_window(day, 9, 12), _window(day, 13, 18)))
