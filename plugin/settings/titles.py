"""What an item is called in lists and headings, and what is worth knowing of it at a glance."""

from collections.abc import Mapping
from datetime import time

from delivery.settings.areas import Area, Document
from delivery.texts.catalogues import say
from delivery.texts.formats import clock_time
from plugin.settings.kinds import weekday_names

Known = Mapping[str, Mapping[str, Document]]


def title_of(area: Area, document: Document, known: Known, locale: str) -> str:
    """The name; for a window its weekday, hours and zone."""
    if area.name == "windows":
        weekday = dict(weekday_names(locale))[document["weekday"]]
        return f"{weekday} {_hours(document, locale)}, {_name(known['zones'], document['zone_id'])}"
    return str(document["name"])


def facts_of(area: Area, document: Document, known: Known, locale: str) -> str:
    """A line about the item."""
    if area.name in ("origins", "centres"):
        address = document["address"]
        where = [*address["lines"], f"{address['postal_code']} {address['city']}"]
        more = _until(document["usual_cut_off"], locale) if area.name == "origins" else document["opening_hours"]
        return " · ".join([", ".join(where), more])
    if area.name == "zones":
        codes = ", ".join(document["postcodes"][:6]) or say(locale, "the whole country")
        return f"{document['country']} · {codes}" + (" …" if len(document["postcodes"]) > 6 else "")
    if area.name == "services":
        return ", ".join(
            f"{_name(known['zones'], transit['zone'])}: {_days(transit)}" for transit in document["transits"]
        )
    if area.name == "vans":
        weekdays = ", ".join(name for number, name in weekday_names(locale) if number in document["weekdays"])
        start = f"{document['number']} × {_name(known['origins'], document['origin_id'])}"
        return " · ".join([start, weekdays, _span(document["shift_start"], document["shift_end"], locale)])
    return ""


def _until(cut_off: str, locale: str) -> str:
    return say(locale, "cut-off {time}", time=clock_time(time.fromisoformat(cut_off), locale))


def _hours(document: Document, locale: str) -> str:
    return _span(document["start_time"], document["end_time"], locale)


def _span(start: str, end: str, locale: str) -> str:
    return "–".join(clock_time(time.fromisoformat(at), locale) for at in (start, end))


def _days(transit: Document) -> str:
    least, most = transit["least_days"], transit["most_days"]
    return str(least) if least == most else f"{least}–{most}"


def _name(items: Mapping[str, Document], item_id: str) -> str:
    return str(items[item_id]["name"]) if item_id in items else item_id
