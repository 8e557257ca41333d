"""Settings of vans of the merchant's own, and of how they drive. Read by `delivery.fleets`."""

from itertools import pairwise
from typing import Any

from marshmallow import ValidationError, validates_schema

from delivery.driving import SOURCES, STRAIGHT, Driving
from delivery.settings.collections import Days, Rows, Weekdays
from delivery.settings.fields import Amount, Choice, Ref, SettingsSchema, Switch, Text, WallTime, WebAddress, Whole
from delivery.texts.sentences import N_

_USUAL = Driving()


class VanSchema(SettingsSchema):
    """Vans of one kind: when they are out, and what goes into each. Null: as much as there is."""

    name = Text(200)
    origin_id = Ref("origins")
    number = Whole(1, 200, default=1)
    weekdays = Weekdays(default=lambda: [1, 2, 3, 4, 5])
    days_off = Days()
    shift_start = WallTime(default="09:00")
    shift_end = WallTime(default="18:00")
    comes_back = Switch(default=True)
    most_parcels = Whole(1, 10_000, nullable=True)
    most_kg = Whole(1, 100_000, nullable=True)

    @validates_schema
    def _starts_before_it_ends(self, data: dict[str, Any], **_options: object) -> None:
        if data["shift_start"] >= data["shift_end"]:
            raise ValidationError([N_("A shift cannot end before it starts.")], "shift_end")


class PaceSchema(SettingsSchema):
    """How fast vans are at some hours of the day."""

    from_time = WallTime()
    until_time = WallTime()
    kmh = Whole(3, 120)

    @validates_schema
    def _takes_some_time(self, data: dict[str, Any], **_options: object) -> None:
        if data["from_time"] >= data["until_time"]:
            raise ValidationError([N_("These hours cannot end before they begin.")], "until_time")


class DrivingSchema(SettingsSchema):
    """Time at the door, time on the road, and what a stop that lies well or badly costs."""

    stop_minutes = Whole(0, 240, default=_USUAL.stop_minutes)
    minutes_per_parcel = Whole(0, 120, default=_USUAL.minutes_per_parcel)
    pieces_per_parcel = Whole(1, 10_000, nullable=True)
    longer_minutes = Whole(0, 240, default=_USUAL.longer_minutes)
    kmh = Whole(3, 120, default=_USUAL.kmh)
    paces = Rows(PaceSchema, most=24)
    road_percent = Whole(100, 300, default=_USUAL.road_percent)
    unsure_minutes = Whole(0, 60, default=_USUAL.unsure_minutes)
    source = Choice(*SOURCES, default=STRAIGHT)
    source_url = WebAddress(nullable=True)
    near_minutes = Whole(0, 60, default=_USUAL.near_minutes)
    near_discount = Amount(nullable=True)
    far_minutes = Whole(1, 240, nullable=True)
    far_fee = Amount(nullable=True)

    @validates_schema
    def _hours_do_not_overlap(self, data: dict[str, Any], **_options: object) -> None:
        paces = sorted(data["paces"], key=lambda pace: str(pace["from_time"]))
        for one, next_one in pairwise(paces):
            if next_one["from_time"] < one["until_time"]:
                raise ValidationError([N_("Two of these hours overlap.")], "paces")

    @validates_schema
    def _its_server_is_named(self, data: dict[str, Any], **_options: object) -> None:
        if data["source"] in ("osrm", "valhalla") and data["source_url"] is None:
            raise ValidationError([N_("Please give the address of the server.")], "source_url")

    @validates_schema
    def _far_is_said_whole(self, data: dict[str, Any], **_options: object) -> None:
        for name, other in (("far_minutes", "far_fee"), ("far_fee", "far_minutes")):
            if data[name] is None and data[other] is not None:
                raise ValidationError([N_("Please fill in both, or neither.")], name)
