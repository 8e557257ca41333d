"""From which day until which day a report is: as the address of its page says it, else the last twelve weeks."""

from datetime import date
from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Range
from werkzeug.datastructures import MultiDict

from delivery.promise_reports import MOST_WEEKS, WEEK, weeks_of
from delivery.rules.wallclock import local_day
from delivery.texts.sentences import N_, sentence
from plugin.pages.visitors import shop
from web.bodies import loaded
from web.service import now

USUAL = 11 * WEEK
NAMES = ("from", "until")
_NOT_A_DAY = N_("This is not a day.")
_FARTHEST = Range(date(2000, 1, 1), date(2999, 12, 31), error=_NOT_A_DAY)


def _day(name: str) -> fields.Date:
    return fields.Date(data_key=name, validate=_FARTHEST, error_messages={"invalid": _NOT_A_DAY})


class PeriodSchema(Schema):
    """The two fields of the form; each may be left out."""

    class Meta:
        unknown = EXCLUDE

    first = _day("from")
    last = _day("until")

    @validates_schema
    def _ordered(self, data: dict[str, Any], **_options: object) -> None:
        first, last = _between(data)
        if last < first:
            raise ValidationError(N_("This is before the first day."), "until")
        if len(weeks_of(first, last)) > MOST_WEEKS:
            raise ValidationError(sentence(N_("At most {number} weeks can be shown."), number=MOST_WEEKS), "from")


def asked() -> dict[str, str]:
    """What the address says, without what is empty."""
    return {name: text for name in NAMES if (text := request.args.get(name, "").strip())}


def period() -> tuple[date, date]:
    """The first and the last day. Raises InvalidInput with a fault at the field."""
    return _between(loaded(PeriodSchema(), asked()))


def shown(first: date, last: date) -> MultiDict[str, str]:
    """The two days as the form has them."""
    return MultiDict({"from": first.isoformat(), "until": last.isoformat()})


def typed_again() -> MultiDict[str, str]:
    """What the address says, both names of the form in it."""
    return MultiDict({name: request.args.get(name, "") for name in NAMES})


def _between(data: dict[str, Any]) -> tuple[date, date]:
    last = data.get("last") or max(local_day(now(), shop().time_zone), data.get("first") or date.min)
    return data.get("first") or last - USUAL, last
