"""Carrier products: on which days they collect and deliver, and how long they take to where."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from delivery.rules.places import Destination, Zone
from delivery.rules.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Transit:
    """Days a service takes to a zone, counted in the service's delivery days; least ≤ most."""

    zone: Zone
    least_days: int
    most_days: int

    def __post_init__(self) -> None:
        if self.least_days < 0:
            raise ValueError("transit days cannot be negative")
        if self.least_days > self.most_days:
            raise ValueError(f"at least {self.least_days} transit days are more than at most {self.most_days}")


@dataclass(frozen=True, slots=True)
class Service:
    """One carrier product. `collects` and `delivers` are the carrier's own calendars."""

    id: str
    name: str
    collects: Calendar
    delivers: Calendar
    transits: tuple[Transit, ...]
    destination_zone: ZoneInfo

    def transit_to(self, destination: Destination) -> tuple[int, int] | None:
        """(least, most) days. Of the zones that cover the destination, the first listed counts. With a postcode that is
        unknown: the widest range over all zones of that country. None: the service does not go there."""
        if destination.normal_postal_code is None:
            there = [transit for transit in self.transits if transit.zone.country == destination.country]
        else:
            there = [transit for transit in self.transits if transit.zone.covers(destination)][:1]
        if not there:
            return None
        return min(transit.least_days for transit in there), max(transit.most_days for transit in there)
