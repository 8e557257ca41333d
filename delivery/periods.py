"""Between two cut-offs nothing changes: the stretch of time in which every estimate of a shop stays as it is."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from delivery.remembered import Remembered
from delivery.rules.estimate import Origin
from delivery.rules.wallclock import instant_of, local_day
from delivery.setups import Setup

Reached = tuple[tuple[int, int] | None, tuple[str, ...]]
"""How a service reaches a place: its transit, and the origins from near to far."""


@dataclass(frozen=True, slots=True, eq=False)
class Period:
    """From `begins` until before `ends`; what was worked out in it for one shopper holds for the next.

    Only for baskets that every origin has: stock may change at any moment.
    """

    begins: datetime
    ends: datetime
    estimates: Remembered = field(default_factory=Remembered)
    """By the service, how it reaches the place, and the handling days of the basket."""
    preparations: Remembered = field(default_factory=Remembered)
    """By origin and handling days."""
    centres: Remembered = field(default_factory=Remembered)
    """Pick-up centres that a carrier supplies, by all that they are shown by."""


def period_at(setup: Setup, now: datetime) -> Period:
    """The period of the setup in which `now` lies."""
    known = setup.made.get(Period)
    if isinstance(known, Period) and known.begins <= now < known.ends:
        return known
    period = Period(now, _next_change(setup, now))
    setup.made.keep(Period, period)
    return period


def _next_change(setup: Setup, now: datetime) -> datetime:
    """The next cut-off of any origin, or the next midnight of any calendar that counts."""
    zones = {setup.time_zone, *(origin.zone for origin in setup.origins.values())}
    cut_offs = (_cut_off_today(origin, now) for origin in setup.origins.values())
    return min([*(_midnight(now, zone) for zone in zones), *(at for at in cut_offs if at > now)])


def _cut_off_today(origin: Origin, now: datetime) -> datetime:
    return origin.cut_off_at(local_day(now, origin.zone))


def _midnight(now: datetime, zone: ZoneInfo) -> datetime:
    return instant_of(local_day(now, zone) + timedelta(days=1), time(0), zone)
