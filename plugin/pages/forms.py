"""Forms and documents: a document as the fields of a form, and what was typed as a document for its schema.

Names say where a value stands: `fee-amount` is `{"fee": {"amount": …}}`, `transits-0-zone` the zone of the first row.
The schema's fields decide how: rows have numbers (`closed-0-day`, `closed-0-value` where they are values by day), values by
weekday its number, a list of words several fields of one name or one text with a line for each. Rows left empty are left
out.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict

from delivery.problems import Fault
from delivery.rules.opening_week import Week, read_hours, read_week, write_week
from delivery.settings.collections import ByDay, ByWeekday, Group, Rows, Several
from delivery.settings.fields import Amount, Hours, Percent, Switch
from delivery.texts.formats import minor_digits

Typed = MultiDict[str, str]
"""A form as it was sent."""

ON = "on"
WEEK, TEXT = "week", "text"
"""How opening hours are given: a field for each weekday, or all in one text."""

EMPTY_ROWS = 1
"""How many empty rows a form shows below those that are filled, to add to."""


class Form:
    """What stands in each field, and what is wrong there. Templates ask it by the field's name."""

    def __init__(self, values: Mapping[str, Sequence[str]], faults: Sequence[tuple[str, str]] = ()) -> None:
        self._values = values
        self._faults = faults

    def text(self, name: str) -> str:
        """What stands in a field; the lines of a list below each other."""
        return "\n".join(self._values.get(name, ()))

    def chosen(self, name: str) -> Sequence[str]:
        """All values of the boxes of one question."""
        return self._values.get(name, ())

    def has(self, name: str) -> bool:
        """Whether anything stands in this field or, for a group, in any of its fields; or is wrong there."""
        names = [*(field for field, texts in self._values.items() if any(texts)), *(field for field, _ in self._faults)]
        return any(field == name or field.startswith(name + "-") for field in names)

    def is_on(self, name: str) -> bool:
        """Whether a switch is on."""
        return bool(self._values.get(name))

    def with_texts(self, texts: Mapping[str, str]) -> "Form":
        """The same form with these fields filled in."""
        return Form({**self._values, **{name: [text] for name, text in texts.items()}}, self._faults)

    def faults(self, name: str) -> list[str]:
        """What is wrong with this field."""
        return [fault for field, fault in self._faults if field == name]

    def all_faults(self) -> Sequence[tuple[str, str]]:
        """Everything that is wrong, with the names of the fields; "" for what is wrong with the whole."""
        return self._faults

    def rows(self, name: str, more: int = EMPTY_ROWS) -> range:
        """The numbers of the rows to show: those there are, and `more` empty ones."""
        return range(_rows_in(self._values, name) + more)


def filled(schema: Schema, document: Mapping[str, Any], currency: str = "EUR") -> Form:
    """The form of a document as `schema` dumps it. Amounts are shown in the currency's major unit."""
    return Form(dict(_flat(schema, document, currency, "")))


def typed(form: Typed, faults: Sequence[Fault] = ()) -> Form:
    """The form as it was sent, so that nothing typed is lost; each fault beside its field."""
    values = {name: texts for name, texts in form.lists() if any(texts)}
    return Form(values, [(_name_of(fault.pointer, form), fault.detail) for fault in faults])


def document_of(schema: Schema, form: Typed, currency: str = "EUR") -> dict[str, Any]:
    """What was typed, in the shape `schema` loads. Nothing is judged: what is no number stays a text."""
    return _read(schema, form, currency, "")


def _read(schema: Schema, form: Typed, currency: str, prefix: str) -> dict[str, Any]:
    return {name: _value(field, form, currency, prefix + name) for name, field in schema.fields.items()}


def _value(field: Any, form: Typed, currency: str, name: str) -> Any:
    if isinstance(field, Switch | fields.Boolean):
        return name in form
    if isinstance(field, Group):
        found = _read(field.schema, form, currency, name + "-")
        return None if field.is_nullable and _is_empty(found) else found
    if isinstance(field, Rows):
        return _filled_rows(name, form, lambda row: _read(field.schema, form, currency, row + "-"))
    if isinstance(field, ByWeekday):
        values = {str(number): _value(field.value_field, form, currency, f"{name}-{number}") for number in range(1, 8)}
        return {weekday: value for weekday, value in values.items() if not _is_empty(value)}
    if isinstance(field, ByDay):
        return _by_day(field, form, currency, name)
    if isinstance(field, Hours) and form.get(f"{name}-how") == WEEK:
        return _week_typed(form, name)
    if isinstance(field, Several):
        return [line.strip() for text in form.getlist(name) for line in text.splitlines() if line.strip()]
    return _one(field, form.get(name, "").strip() or None, currency)


def _week_typed(form: Typed, name: str) -> str:
    """Seven fields of hours as one text; what cannot be read is left in it, for the schema to refuse."""
    typed_hours = {weekday: form.get(f"{name}-{weekday}", "") for weekday in range(1, 8)}
    hours = {weekday: read_hours(text) for weekday, text in typed_hours.items()}
    unread = [typed_hours[weekday] for weekday, times in hours.items() if times is None]
    week = Week({weekday: times for weekday, times in hours.items() if times}, f"{name}-holidays" in form)
    if unread:
        return unread[0]
    # The same hours in other words stay as they were written.
    written = form.get(name, "").strip()
    return written if read_week(written) == week else write_week(week)


def _one(field: Any, text: str | None, currency: str) -> int | str | None:
    if text is None:
        return None
    if isinstance(field, Amount):
        return minor_units(text, currency)
    return hundredths(text) if isinstance(field, Percent) else text


def _filled_rows(name: str, form: Typed, read: Callable[[str], Any]) -> list[Any]:
    rows = (read(f"{name}-{number}") for number in range(_rows_in(form, name)))
    return [row for row in rows if not _is_empty(row)]


def _by_day(field: ByDay, form: Typed, currency: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number in range(_rows_in(form, name)):
        day = form.get(f"{name}-{number}-day", "").strip()
        value = _value(field.value_field, form, currency, f"{name}-{number}-value")
        # A value without a day is kept under no day, so that the schema says so instead of the row vanishing.
        if day or not _is_empty(value):
            found[day] = value
    return found


def _flat(schema: Schema, document: Mapping[str, Any], currency: str, prefix: str) -> Iterator[tuple[str, list[str]]]:
    for name, field in schema.fields.items():
        if document.get(name) is not None:
            yield from _flat_value(field, document[name], currency, prefix + name)


def _flat_value(field: Any, value: Any, currency: str, name: str) -> Iterator[tuple[str, list[str]]]:
    if value is None:
        return
    if isinstance(field, Switch | fields.Boolean):
        yield name, [ON] if value else []
    elif isinstance(field, Group):
        yield from _flat(field.schema, value, currency, name + "-")
    elif isinstance(field, Rows):
        for number, row in enumerate(value):
            yield from _flat(field.schema, row, currency, f"{name}-{number}-")
    elif isinstance(field, ByWeekday):
        for weekday, of_day in value.items():
            yield from _flat_value(field.value_field, of_day, currency, f"{name}-{weekday}")
    elif isinstance(field, ByDay):
        for number, (day, of_day) in enumerate(sorted(value.items())):
            yield f"{name}-{number}-day", [day]
            yield from _flat_value(field.value_field, of_day, currency, f"{name}-{number}-value")
    elif isinstance(field, Several):
        yield name, [str(one) for one in value]
    elif isinstance(field, Hours):
        yield name, [value]
        yield from _flat_week(value, name)
    else:
        yield name, [_shown(field, value, currency)]


def _flat_week(text: str, name: str) -> Iterator[tuple[str, list[str]]]:
    week = read_week(text)
    yield f"{name}-how", [WEEK if week else TEXT]
    if week:
        yield f"{name}-holidays", [ON] if week.closed_on_holidays else []
        yield from ((f"{name}-{weekday}", [times.replace(",", ", ")]) for weekday, times in week.hours.items())


def _shown(field: Any, value: Any, currency: str) -> str:
    if isinstance(field, Amount):
        return major_units(value, currency)
    return str(Decimal(value).scaleb(-2)) if isinstance(field, Percent) else str(value)


def minor_units(text: str, currency: str) -> int | str:
    """ "4,95" or "4.95" in minor units; the text itself when it is no amount, for the schema to refuse."""
    try:
        amount = Decimal(text.replace(" ", "").replace(",", ".")).scaleb(minor_digits(currency))
    except InvalidOperation:
        return text
    return int(amount) if amount.is_finite() and amount == amount.to_integral_value() else text


def hundredths(text: str) -> int | str:
    """ "21" or "8,5" (percent) in hundredths; the text itself when it is no percentage."""
    return minor_units(text.rstrip(" %"), "EUR")


def major_units(amount: int, currency: str) -> str:
    """An amount as it is typed: "4.95", "300" where there is no minor unit."""
    return str(Decimal(amount).scaleb(-minor_digits(currency)))


def _rows_in(names: Mapping[str, Any], name: str) -> int:
    """One more than the highest number of a row."""
    pattern = re.compile(re.escape(name) + r"-(\d{1,4})-")
    return max((int(found[1]) + 1 for key in names if (found := pattern.match(key))), default=0)


def _is_empty(value: Any) -> bool:
    """Nothing typed, all the way down. A switch that is off, and a choice with nothing else, are nothing either."""
    if isinstance(value, Mapping):
        return all(_is_empty(one) for one in value.values())
    return value in (None, False, "", [])


def _name_of(pointer: str, form: Typed) -> str:
    """The field that a pointer is about: the longest name the form has, so that a fault never goes astray."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.strip("/").split("/")]
    named = _as_in_the_form(parts, form)
    while named and not any(key == (name := "-".join(named)) or key.startswith(name + "-") for key in form):
        named = named[:-1]
    return "-".join(named) or "-".join(parts)


def _row_of(name: str, wanted: int, form: Typed) -> int:
    """The number, in the form, of a row counted among those that are filled; the same when the form has none of them."""
    filled_rows = [
        number
        for number in range(_rows_in(form, name))
        if any(text.strip() not in {"", ON} for key, text in form.items() if key.startswith(f"{name}-{number}-"))
    ]
    return filled_rows[wanted] if wanted < len(filled_rows) else wanted


def _as_in_the_form(parts: list[str], form: Typed) -> list[str]:
    """Numbers in a pointer count the rows that are filled, those in a form all; a mapping by day stands in numbered rows."""
    parts = list(parts)
    for position, part in enumerate(parts):
        if part.isdecimal() and position:
            parts[position] = str(_row_of("-".join(parts[:position]), int(part), form))
        if re.fullmatch(r"\d{4}-\d\d-\d\d", part):
            before = "-".join(parts[:position])
            row = next((n for n in range(_rows_in(form, before)) if form.get(f"{before}-{n}-day") == part), None)
            if row is not None:
                after = [piece for piece in parts[position + 1 :] if piece not in {"key", "value"}]
                return [*parts[:position], str(row), "value", *after]
    return parts
