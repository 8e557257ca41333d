"""An option in one line with its days or its window: for tills that know neither."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from delivery.texts.formats import day_range, short_moment

LONGEST = 100


def shipping_name(option: Mapping[str, Any], locale: str) -> str:
    """ "Parcel post, Tuesday 24 November – Wednesday 25 November", "Tuesday 24 November, 18:00–20:00", "Collect at the bakery,
    Tue 24 Nov, 15:00". `option` as a hold keeps it or an offer shows it. At most LONGEST letters."""
    name = ", ".join(part for part in (option["title"], _when(option, locale)) if part)
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _when(option: Mapping[str, Any], locale: str) -> str:
    """What the title does not say already."""
    if option["type"] == "pickup":
        return short_moment(datetime.fromisoformat(option["ready_by"]), option["time_zone"], locale)
    first, last = option.get("earliest_delivery_time"), option.get("latest_delivery_time")
    if option["type"] == "local_delivery" or not first:
        return ""
    return day_range(date.fromisoformat(first), date.fromisoformat(last or first), locale)
