"""Settings of places: origins, pick-up centres, zones."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from delivery.rules import postcodes
from delivery.rules.pickup import UnknownStock
from delivery.settings.collections import ByDay, ByWeekday, Days, Group, Lines, Weekdays
from delivery.settings.fields import (
    Choice,
    Country,
    Degrees,
    Hours,
    Number,
    Ref,
    SettingsSchema,
    Switch,
    Text,
    TimeZone,
    WallTime,
    Whole,
)
from delivery.settings.groups import AddressSchema, FeeSchema, check_days, check_region
from delivery.texts.sentences import N_

_BOTH_OR_NONE = N_("Please give both latitude and longitude, or neither.")


class BacklogSchema(SettingsSchema):
    """Work that waits: orders × minutes ÷ people, or days set by hand."""

    orders_waiting = Whole(0, 1_000_000, default=0)
    minutes_per_order = Number(0, 10_000, default=0.0)
    people = Whole(1, 10_000, default=1)
    by_hand_days = Whole(0, 365, nullable=True)
    working_minutes_per_day = Whole(1, 1440, default=480)


class PlaceSchema(SettingsSchema):
    """A place with an address. Coordinates left out are those of its postcode, the time zone that of the shop."""

    name = Text(200)
    address = Group(AddressSchema)
    subdivision = Text(8, nullable=True)
    latitude = Degrees(90, nullable=True)
    longitude = Degrees(180, nullable=True)
    time_zone = TimeZone(nullable=True)

    @validates_schema
    def _has_both_coordinates(self, data: dict[str, Any], **_options: object) -> None:
        for name, other in (("latitude", "longitude"), ("longitude", "latitude")):
            if data[name] is None and data[other] is not None:
                raise ValidationError([_BOTH_OR_NONE], name)

    @validates_schema
    def _its_part_of_the_country_is_known(self, data: dict[str, Any], **_options: object) -> None:
        if data["subdivision"] is not None:
            check_region(data["address"]["country"], data["subdivision"], "subdivision")


class OriginSchema(PlaceSchema):
    """A place that goods leave from."""

    weekdays = Weekdays(default=lambda: [1, 2, 3, 4, 5])
    keeps_holidays = Switch(default=True)
    closed_days = Days()
    open_days = Days()
    usual_cut_off = WallTime(default="17:00")
    cut_offs = ByWeekday(WallTime())
    cut_off_overrides = ByDay(WallTime(nullable=True))
    handling_days = Whole(0, 365, default=0)
    backlog = Group(BacklogSchema, default=dict)

    @validates_schema
    def _days_are_open_or_closed(self, data: dict[str, Any], **_options: object) -> None:
        check_days(data)

    @validates_schema
    def _its_holidays_are_known(self, data: dict[str, Any], **_options: object) -> None:
        if data["keeps_holidays"]:
            check_region(data["address"]["country"], None, "keeps_holidays")


class CentreSchema(PlaceSchema):
    """A staffed place to collect: its own stock (`origin_id`), parcels that a service brings (`service_id`), or both."""

    opening_hours = Hours()
    exceptions = ByDay(Hours(nullable=True))
    fee = Group(FeeSchema, default=lambda: {"amount": 0})
    preparation_minutes = Whole(0, 10_080, default=30)
    same_day = Switch(default=True)
    keep_days = Whole(0, 30, default=7)
    arrival_time = WallTime(default="12:00")
    origin_id = Ref("origins", nullable=True)
    service_id = Ref("services", nullable=True)
    shelf_capacity = Whole(0, 100_000, nullable=True)
    minutes_per_order = Whole(0, 1440, default=0)
    people = Whole(1, 1000, default=1)
    unknown_stock = Choice(*(what.value for what in UnknownStock), default=UnknownStock.OFFER.value)
    longer_days = Whole(0, 30, default=3)
    asks_signature = Switch(default=False)

    @validates_schema
    def _is_supplied(self, data: dict[str, Any], **_options: object) -> None:
        if data["origin_id"] is None and data["service_id"] is None:
            raise ValidationError(
                [N_("Choose the service that brings parcels here, or where its stock is.")], "service_id"
            )
        if data["unknown_stock"] == UnknownStock.TRANSFER and data["service_id"] is None:
            raise ValidationError([N_("Choose the service that brings what does not lie here.")], "service_id")


class ZoneSchema(SettingsSchema):
    """Part of a country, by postcodes; none: all of it."""

    name = Text(200)
    country = Country()
    postcodes = Lines(Text(80))

    @validates_schema
    def _postcodes_can_be_read(self, data: dict[str, Any], **_options: object) -> None:
        wrong: dict[int | str, list[str]] = {}
        for position, text in enumerate(data["postcodes"]):
            try:
                postcodes.read(data["country"], text)
            except postcodes.BadPostalCode:
                wrong[position] = [N_("This is not a postcode, the beginning of one, or a range such as 1011-1109.")]
        if wrong:
            raise ValidationError({"postcodes": wrong})
