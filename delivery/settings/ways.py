"""Settings of the ways goods go: carrier services and home windows."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from delivery.learning import MODES, Learning
from delivery.rules.slots import COUNT, KEPT_BY
from delivery.settings.collections import ByDay, Group, Rows, Weekday
from delivery.settings.fields import Choice, Ref, SettingsSchema, Text, TimeZone, WallTime, Whole
from delivery.settings.groups import CalendarSchema, FeeSchema
from delivery.texts.sentences import N_

MOST_PLACES = 100_000
_USUAL = Learning()


class TransitSchema(SettingsSchema):
    """How long a service takes to a zone, in delivery days, and what it costs there: null, the service's own fee."""

    zone = Ref("zones")
    least_days = Whole(0, 60)
    most_days = Whole(0, 60)
    fee = Group(FeeSchema, nullable=True)

    @validates_schema
    def _least_is_no_more_than_most(self, data: dict[str, Any], **_options: object) -> None:
        if data["least_days"] > data["most_days"]:
            raise ValidationError([N_("This cannot be fewer days than the least.")], "most_days")


class LearningSchema(SettingsSchema):
    """Whether the service's dates are learnt from what happened, and how sure they are to be."""

    mode = Choice(*MODES, default=_USUAL.mode)
    confidence = Whole(50, 99, default=_USUAL.confidence)
    widest_days = Whole(0, 60, nullable=True)


class ServiceSchema(SettingsSchema):
    """A carrier's product."""

    name = Text(200)
    time_zone = TimeZone(nullable=True)
    collects = Group(CalendarSchema, default=dict)
    delivers = Group(CalendarSchema, default=dict)
    transits = Rows(TransitSchema)
    fee = Group(FeeSchema)
    learning = Group(LearningSchema, default=dict)


class DayOfWindowSchema(SettingsSchema):
    """What differs on one day; null keeps what is usual."""

    capacity = Whole(0, MOST_PLACES, nullable=True)
    fee = Group(FeeSchema, nullable=True)


class WindowSchema(SettingsSchema):
    """A home window that comes back each week; over midnight when it ends before it starts."""

    zone_id = Ref("zones")
    origin_id = Ref("origins")
    weekday = Weekday()
    start_time = WallTime()
    end_time = WallTime()
    time_zone = TimeZone(nullable=True)
    capacity = Whole(0, MOST_PLACES)
    fee = Group(FeeSchema)
    lead_minutes = Whole(0, 43_200, default=180)
    kept_by = Choice(*KEPT_BY, default=COUNT)
    exceptions = ByDay(Group(DayOfWindowSchema))

    @validates_schema
    def _takes_some_time(self, data: dict[str, Any], **_options: object) -> None:
        if data["start_time"] == data["end_time"]:
            raise ValidationError([N_("A window cannot end at the time it starts.")], "end_time")
