"""What the pages of vans say of a stop: where to, and what is wanted at the door."""

from delivery.texts.catalogues import reader
from delivery.texts.changes import leave
from delivery.van_visits import Visit
from plugin.pages.frame import locale
from plugin.pages.visitors import shop


def where_to(visit: Visit) -> tuple[str, ...]:
    """The address as it was typed, then postcode and town, and the country when it is abroad; nothing without an order."""
    address = visit.address or {}
    town = " ".join(address[name] for name in ("postal_code", "city") if address.get(name))
    country = address.get("country") or shop().country
    abroad = reader(locale()).formats.territories.get(country, country) if country != shop().country else ""
    return tuple(line for line in (*(address.get("lines") or ()), town, abroad) if line)


def told_at_the_door(visit: Visit) -> tuple[str, ...]:
    """The notes of shop and shopper, and where or with whom the parcel may be left."""
    said = visit.instructions or {}
    may_leave = leave(said["leave"], locale()) if said.get("leave") else ""
    left = ": ".join(text for text in (may_leave, said.get("where")) if text)
    return tuple(text for text in (visit.notes, left) if text)
