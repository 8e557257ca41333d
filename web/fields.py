"""The kinds of field that both doors read: refused early what no database, sentence or parcel can hold."""

import re
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_POSTAL_CODE = re.compile(r"[\w -]*")
LARGEST_WEIGHT_G = 10_000_000
LARGEST_QUANTITY = 100_000
LARGEST_AMOUNT = 2_000_000_000
LONGEST_HANDLING_DAYS = 365


class Text(fields.String):
    """Text of bounded length without control characters. Surrounding white space is taken off."""

    def __init__(self, longest: int, *, least: int = 1, **options: Any) -> None:
        super().__init__(validate=[validate.Length(least, longest), _no_control], **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options)
        return text.strip()


def _no_control(text: str) -> None:
    if _CONTROL.search(text):
        raise ValidationError("Control characters are not text.")


class Country(fields.String):
    """ISO 3166-1 alpha-2, in capitals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            validate=validate.Regexp(r"^[A-Z]{2}\Z", error="A country has two letters, such as NL."), **options
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options)
        return text.strip().upper()


def currency(**options: Any) -> fields.String:
    """ISO 4217, three capitals."""
    rule = validate.Regexp(r"^[A-Z]{3}\Z", error="A currency has three capitals, such as EUR.")
    return fields.String(validate=rule, **options)


class PostalCode(Text):
    """A postcode as typed: letters, digits, spaces and hyphens. Whether it exists is another question."""

    def __init__(self, **options: Any) -> None:
        super().__init__(20, least=0, **options)
        self.validators.append(_looks_like_a_postal_code)


def _looks_like_a_postal_code(text: str) -> None:
    if not _POSTAL_CODE.fullmatch(text):
        raise ValidationError("A postcode has letters, digits, spaces and hyphens only.")


def whole(least: int, largest: int, **options: Any) -> fields.Integer:
    """A whole number; 1.0 and "1" are not."""
    return fields.Integer(strict=True, validate=[validate.Range(least, largest), _no_boolean], **options)


def _no_boolean(value: int) -> None:
    if isinstance(value, bool):
        raise ValidationError("Not a number.")


def moment(**options: Any) -> fields.AwareDateTime:
    """An RFC 3339 instant of our times: the ends of the calendar cannot be brought into another zone."""
    return fields.AwareDateTime(format="iso", validate=_is_of_our_times, **options)


def _is_of_our_times(instant: datetime) -> None:
    if not 2000 <= instant.year <= 2100:
        raise ValidationError("Between the years 2000 and 2100.")
