"""Groups of settings that several areas use: an address, a fee, a calendar."""

from itertools import pairwise
from typing import Any

from marshmallow import ValidationError, validates_schema

from delivery.rules.places import is_valid_postal_code
from delivery.rules.workdays import Region
from delivery.settings.collections import Days, Group, Lines, Rows, Weekdays
from delivery.settings.fields import Amount, Country, SettingsSchema, Text, Whole
from delivery.texts.sentences import N_

HEAVIEST_G = 10_000_000


class AddressSchema(SettingsSchema):
    """Where something is. The country is also the one whose holidays count."""

    lines = Lines(Text(200), most=4)
    postal_code = Text(20)
    city = Text(100)
    country = Country()

    @validates_schema
    def _has_a_postcode_of_its_country(self, data: dict[str, Any], **_options: object) -> None:
        if not is_valid_postal_code(data["country"], data["postal_code"]):
            raise ValidationError([N_("This is not a postcode of that country.")], "postal_code")


class WeightStepSchema(SettingsSchema):
    """What a basket of up to so many grams costs."""

    up_to_g = Whole(1, HEAVIEST_G)
    amount = Amount()


class FeeSchema(SettingsSchema):
    """What delivery costs: `amount`, or by weight up to so many grams; free from a basket value."""

    amount = Amount()
    free_from = Amount(nullable=True)
    by_weight = Rows(WeightStepSchema, most=100)

    @validates_schema
    def _steps_ascend(self, data: dict[str, Any], **_options: object) -> None:
        for position, (lighter, heavier) in enumerate(pairwise(data["by_weight"]), start=1):
            if lighter["up_to_g"] >= heavier["up_to_g"]:
                problem = {"up_to_g": [N_("Each step must be heavier than the one before.")]}
                raise ValidationError({"by_weight": {position: problem}})


class HolidaysSchema(SettingsSchema):
    """Whose public holidays count."""

    country = Country()
    subdivision = Text(8, nullable=True)

    @validates_schema
    def _are_known(self, data: dict[str, Any], **_options: object) -> None:
        check_region(data["country"], data["subdivision"], "country")


class CalendarSchema(SettingsSchema):
    """On which days something happens. Null holidays: they are days like others."""

    weekdays = Weekdays(default=lambda: [1, 2, 3, 4, 5])
    holidays = Group(HolidaysSchema, nullable=True)
    closed_days = Days()
    open_days = Days()

    @validates_schema
    def _days_are_open_or_closed(self, data: dict[str, Any], **_options: object) -> None:
        check_days(data)


def check_days(data: dict[str, Any]) -> None:
    """Raises ValidationError when a day is both closed and open."""
    for position, day in enumerate(data["open_days"]):
        if day in data["closed_days"]:
            raise ValidationError({"open_days": {position: [N_("This day is also among the closed days.")]}})


def check_region(country: str, subdivision: str | None, country_field: str) -> None:
    """Raises ValidationError for a country whose holidays are not known, and for a part that it does not have."""
    try:
        Region(country)
    except ValueError as error:
        raise ValidationError([N_("The public holidays of this country are not known.")], country_field) from error
    if subdivision is None:
        return
    try:
        known = Region(country, subdivision).subdivision
    except ValueError:
        known = None
    if known is None:
        raise ValidationError([N_("This part of the country is not known. Leave it empty.")], "subdivision")
