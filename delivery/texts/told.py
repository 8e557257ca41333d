"""An entry of a delivery's story in words, and whose words they are."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from delivery.texts.formats import moment

Facts = Mapping[str, Any]


class Told(NamedTuple):
    """An entry in words; `link` is the address of the carrier's own page, where it gave one."""

    heading: str
    lines: tuple[str, ...] = ()
    link: str | None = None


class Words(NamedTuple):
    """Whose words, and in which zone an instant is said."""

    locale: str
    time_zone: str

    def moment(self, at: datetime) -> str:
        return moment(at, self.time_zone, self.locale)
