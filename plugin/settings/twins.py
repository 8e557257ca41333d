"""Windows that are one window to people: the same zone and hours on several weekdays."""

from collections.abc import Mapping

from delivery.settings.areas import Document

SAME = ("zone_id", "start_time", "end_time")


def twins_of(window: str, known: Mapping[str, Document]) -> dict[str, int]:
    """The windows of the same zone and hours on other weekdays, by id: their weekday."""
    if window not in known:
        return {}
    own = [known[window][name] for name in SAME]
    found = {
        other: int(document["weekday"])
        for other, document in known.items()
        if other != window and [document[name] for name in SAME] == own
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1]))
