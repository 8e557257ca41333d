"""The kinds of setting. Each reads what a page, a file or a row says and gives the one way in which it is kept: plain
JSON, so that reading what was read changes nothing.

A setting has a `default`, or is `nullable`, or must be given. Numbers and switches may come as text, as forms and sheets
send them. Every refusal is a sentence that can be said in the reader's language.
"""

import re
from datetime import date, time
from math import isfinite
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, missing

from delivery.merchants import web_origin
from delivery.rules.opening import LONGEST_TEXT
from delivery.rules.opening_faults import fault_in
from delivery.rules.wallclock import UnknownTimeZone, zone_named
from delivery.settings.codes import countries, currencies
from delivery.texts.catalogues import parse_locale
from delivery.texts.opening_hours import HOURS_FAULTS
from delivery.texts.sentences import N_, Sentence, sentence

LARGEST_AMOUNT = 2_000_000_000
NEEDED = N_("Please fill this in.")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}([.,]\d{1,25})?(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", re.ASCII)
_ON = (True, "true", "yes", "on", "1")
_OFF = (False, "false", "no", "off", "0", "")


class SettingsSchema(Schema):
    """Settings that belong together. What it does not know it refuses by name."""

    class Meta:
        unknown = RAISE

    error_messages = {
        "unknown": N_("There is no such setting."),
        "type": N_("This is not what is expected here."),
    }


def refused(message: str, **facts: object) -> ValidationError:
    """Why a value is not taken. Mark the message with N_."""
    text: Sentence = sentence(message, **facts)
    return ValidationError([text])


class Setting(fields.Field[Any]):
    """What all kinds share. `default` may be a function that makes one."""

    default_error_messages = {"required": NEEDED, "null": NEEDED, "type": SettingsSchema.error_messages["type"]}

    def __init__(self, *args: Any, default: Any = missing, nullable: bool = False, **options: Any) -> None:
        if nullable and default is missing:
            default = None
        options |= {"required": default is missing, "load_default": default, "dump_default": default}
        super().__init__(*args, allow_none=nullable, **options)

    @property
    def is_nullable(self) -> bool:
        return bool(self.allow_none)

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **options: Any) -> Any:
        """A field left empty in a form is null, where null is something."""
        blank = isinstance(value, str) and not value.strip()
        return super().deserialize(None if blank and self.allow_none else value, attr, data, **options)


class Text(Setting):
    """Text of at most `longest` characters without control characters. Surrounding white space is taken off."""

    def __init__(self, longest: int, *, least: int = 1, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.longest = least, longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:  # noqa: ARG002
        if not isinstance(value, str):
            raise refused(N_("Please write text here."))
        text = value.strip()
        if len(text) < self.least:
            raise refused(NEEDED)
        if len(text) > self.longest:
            raise refused(N_("At most {longest} characters."), longest=self.longest)
        if _CONTROL.search(text):
            raise refused(N_("There are characters in it that cannot be shown."))
        return self.read(text)

    def read(self, text: str) -> str:
        """The text as it is kept. Raises ValidationError."""
        return text


class Whole(Setting, fields.Integer):
    """A whole number from `least` to `most`."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:  # noqa: ARG002
        if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise refused(N_("Please give a whole number."))
        if not self.least <= value <= self.most:
            raise refused(N_("Between {least} and {most}."), least=self.least, most=self.most)
        return value


class Amount(Whole):
    """Money in minor units of the shop's currency: 495 is € 4.95."""

    def __init__(self, **options: Any) -> None:
        super().__init__(0, LARGEST_AMOUNT, **options)


class Percent(Whole):
    """A percentage in hundredths: 2100 is 21 %."""

    def __init__(self, **options: Any) -> None:
        super().__init__(0, 10_000, **options)


class Number(Setting, fields.Float):
    """A number, decimals allowed, from `least` to `most`."""

    def __init__(self, least: float, most: float, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> float:  # noqa: ARG002
        if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
            value = float(value.replace(",", "."))
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise refused(N_("Please give a number."))
        if not self.least <= value <= self.most:
            raise refused(N_("Between {least} and {most}."), least=self.least, most=self.most)
        return float(value)


class Degrees(Number):
    """Degrees of latitude (`most` 90) or longitude (`most` 180), WGS 84."""

    def __init__(self, most: int, **options: Any) -> None:
        super().__init__(-most, most, **options)


class Switch(Setting, fields.Boolean):
    """Yes or no."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:  # noqa: ARG002
        said = value.strip().lower() if isinstance(value, str) else value
        if isinstance(said, bool | str) and said in _ON + _OFF:
            return said in _ON
        raise refused(N_("Please say yes or no."))


class WallTime(Setting):
    """A time of day, "17:00"; with seconds only when there are some."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str | None:  # noqa: ARG002
        return value.isoformat().removesuffix(":00") if isinstance(value, time) else value

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:  # noqa: ARG002
        if not isinstance(value, str) or not _TIME.fullmatch(value.strip()):
            raise refused(N_("Please give a time, such as 17:00."))
        hours, rest = value.strip().split(":", 1)
        return f"{int(hours):02}:{rest}".removesuffix(":00") if len(rest) > 2 else f"{int(hours):02}:{rest}"


class Day(Setting):
    """A day, "2026-12-05"."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:  # noqa: ARG002
        text = value.strip() if isinstance(value, str) else ""
        try:
            if not _DAY.fullmatch(text):
                raise ValueError(text)
            return date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise refused(N_("Please give a day, such as 2026-12-05.")) from error


class Choice(Setting):
    """One of a few names."""

    def __init__(self, *names: str, **options: Any) -> None:
        super().__init__(**options)
        self.names = names

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:  # noqa: ARG002
        if not isinstance(value, str) or value not in self.names:
            raise refused(N_("Please choose one of: {names}."), names=", ".join(self.names))
        return value


class Ref(Text):
    """The id of an item of another area."""

    def __init__(self, area: str, **options: Any) -> None:
        super().__init__(64, **options)
        self.area = area


class TimeZone(Text):
    """An IANA time zone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(64, **options)

    def read(self, text: str) -> str:
        try:
            return zone_named(text).key
        except UnknownTimeZone as error:
            raise refused(N_("This time zone is not known. One is Europe/Amsterdam.")) from error


class Country(Text):
    """ISO 3166-1 alpha-2, in capitals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(40, **options)

    def read(self, text: str) -> str:
        if text.upper() not in countries():
            raise refused(N_("A country has two letters, such as NL."))
        return text.upper()


class Language(Text):
    """A language tag (BCP 47), such as nl or nl-NL."""

    def __init__(self, **options: Any) -> None:
        super().__init__(35, **options)

    def read(self, text: str) -> str:
        if not _TAG.fullmatch(text) or parse_locale(text) is None:
            raise refused(N_("This language is not known. One is nl, another en-GB."))
        return text


class Currency(Text):
    """ISO 4217, three capitals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(40, **options)

    def read(self, text: str) -> str:
        if text.upper() not in currencies():
            raise refused(N_("A currency has three letters, such as EUR."))
        return text.upper()


class WebOrigin(Text):
    """A web origin as browsers send it: https://shop.example."""

    def __init__(self, **options: Any) -> None:
        super().__init__(300, **options)

    def read(self, text: str) -> str:
        try:
            return web_origin(text)
        except ValueError as error:
            raise refused(N_("This is not the address of a shop, such as https://shop.example.")) from error


class WebAddress(Text):
    """The address of a page, http or https."""

    def __init__(self, **options: Any) -> None:
        super().__init__(2000, **options)

    def read(self, text: str) -> str:
        if not re.fullmatch(r"https?://[^\s/?#@]+([/?#]\S*)?", text, re.IGNORECASE):
            raise refused(N_("This is not the address of a page, such as https://shop.example/checkout."))
        return text


class Hours(Text):
    """Opening hours in OpenStreetMap's syntax."""

    def __init__(self, **options: Any) -> None:
        super().__init__(LONGEST_TEXT, **options)

    def read(self, text: str) -> str:
        wrong = fault_in(text)
        if wrong is not None:
            raise refused(HOURS_FAULTS[wrong.kind], piece=wrong.piece)
        return text
