"""Points of GeoJSON (RFC 7946) with the tags of OpenStreetMap as settings of pick-up centres.

Read are `name` (else `brand`, `operator`), `opening_hours`, `addr:street`, `addr:housenumber`, `addr:place`, `addr:full`,
`addr:postcode`, `addr:city`, `addr:country`; and every setting of a centre by its name in a sheet, such as `service_id` or
`fee.amount`. Other tags are passed over.
"""

from collections.abc import Mapping
from typing import Any

from delivery.settings.areas import AREAS, Document
from delivery.settings.sheets import ID, leaves
from delivery.texts.sentences import N_

NO_POINT = N_("Only points are read, and this is none.")
_NUMBER_FIRST = frozenset({"AU", "CA", "FR", "GB", "IE", "LU", "NZ", "US"})
"""Where the house number stands before the street."""
_NAMES = ("name", "brand", "operator")
_IDS = ("@id", "id", "osm_id")
_TAGS = {"postal_code": "addr:postcode", "city": "addr:city", "country": "addr:country"}


def is_geojson(document: Any) -> bool:
    """Whether the document says that it is a collection of features."""
    return isinstance(document, Mapping) and document.get("type") == "FeatureCollection"


def of_features(document: Mapping[str, Any]) -> list[tuple[Any, str]]:
    """Each feature as a centre, as far as it says, and what is wrong with where it lies, if anything. What is no feature is
    None."""
    features = document.get("features")
    return [_of_feature(each) if _is_feature(each) else (None, "") for each in _list(features)]


def _list(features: Any) -> list[Any]:
    return features if isinstance(features, list) else []


def _is_feature(each: Any) -> bool:
    return isinstance(each, Mapping) and isinstance(each.get("properties"), Mapping | None)


def _of_feature(feature: Mapping[str, Any]) -> tuple[Document, str]:
    tags = feature.get("properties") or {}
    found: Document = {"address": _address(tags)}
    name = next((tags[each] for each in _NAMES if tags.get(each)), None)
    if name is not None:
        found["name"] = name
    if "opening_hours" in tags:
        found["opening_hours"] = tags["opening_hours"]
    item_id = next((tags[each] for each in _IDS if tags.get(each)), feature.get("id"))
    if item_id is not None:
        # "node/4711" would be two steps of a page's address.
        found[ID] = str(item_id).replace("/", "-")
    _add_own_settings(found, tags)
    return found, _place(found, feature.get("geometry"))


def _address(tags: Mapping[str, Any]) -> Document:
    address: Document = {name: tags[tag] for name, tag in _TAGS.items() if tags.get(tag)}
    street, number = tags.get("addr:street") or tags.get("addr:place"), tags.get("addr:housenumber")
    if street:
        pair = (number, street) if str(tags.get("addr:country", "")).upper() in _NUMBER_FIRST else (street, number)
        address["lines"] = [" ".join(str(part) for part in pair if part)]
    elif tags.get("addr:full"):
        address["lines"] = [str(tags["addr:full"])[:200]]
    return address


def _add_own_settings(found: Document, tags: Mapping[str, Any]) -> None:
    for name, _field in leaves(AREAS["centres"].schema):
        if name in tags and name not in ("name", "opening_hours"):
            group, _, own = name.rpartition(".")
            if group:
                found.setdefault(group, {})[own] = tags[name]
            else:
                found[name] = tags[name]


def _place(found: Document, geometry: Any) -> str:
    """Add where a point lies, longitude first in GeoJSON. Nobody guesses the door of an outline: it is refused."""
    if geometry is None:
        return ""
    place = geometry.get("coordinates") if isinstance(geometry, Mapping) and geometry.get("type") == "Point" else None
    if not isinstance(place, list) or len(place) < 2:
        return NO_POINT
    found["longitude"], found["latitude"] = place[0], place[1]
    return ""
