"""Forms and documents: a document as the fields of a form, and what was typed as a document for its schema.

Names say where a value stands: `fee-amount` is `{"fee": {"amount": …}}`, `transits-0-zone` the zone of the first row.
The schema's fields decide how: a list of rows has numbers, a list of words is one text, a mapping by weekday or by day has
its key or a row for each. Rows left empty are left out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from delivery.settings.fields import Amount, ByDay, ByWeekday, Lines
from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict

from delivery.problems import Fault
from delivery.texts.formats import minor_digits

ON = "on"
EMPTY_ROWS = 1
"""How many empty rows a form shows below those that are filled, to add to."""


class Form:
    """What stands in each field, and what is wrong there. Templates ask it by the field's name."""

    def __init__(self, values: Mapping[str, Sequence[str]], faults: Sequence[tuple[str, str]] = ()) -> None:
        self._values = values
        self._faults = faults

    def text(self, name: str) -> str:
        """What stands in a field of one line; nothing, when nothing does."""
        return next(iter(self._values.get(name, ())), "")

    def chosen(self, name: str) -> Sequence[str]:
        """All values of the boxes of one question."""
        return self._values.get(name, ())

    def is_on(self, name: str) -> bool:
        """Whether a switch is on."""
        return bool(self._values.get(name))

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


def typed(form: MultiDict[str, str], faults: Sequence[Fault] = ()) -> Form:
    """The form as it was sent, so that nothing typed is lost; each fault beside its field."""
    values = {name: texts for name, texts in form.lists() if any(texts)}
    return Form(values, [(_name_of(fault.pointer, form), fault.detail) for fault in faults])


def document_of(schema: Schema, form: MultiDict[str, str], currency: str = "EUR") -> dict[str, Any]:
    """What was typed, in the shape `schema` loads. Nothing is judged: what is no number stays a text."""
    return _read(schema, form, currency, "")


def _read(schema: Schema, form: MultiDict[str, str], currency: str, prefix: str) -> dict[str, Any]:
    return {
        name: _read_field(field, form, currency, prefix + name)
        for name, field in schema.fields.items()
        if not field.dump_only
    }


def _read_field(field: fields.Field[Any], form: MultiDict[str, str], currency: str, name: str) -> Any:
    if isinstance(field, fields.Boolean):
        return name in form
    if isinstance(field, fields.Nested):
        if field.many:
            return _read_rows(field.schema, form, currency, name)
        found = _read(field.schema, form, currency, name + "-")
        return None if field.allow_none and _is_empty(found) else found
    if isinstance(field, ByWeekday):
        return {str(number): text for number in range(1, 8) if (text := _text(form, f"{name}-{number}"))}
    if isinstance(field, ByDay):
        return _read_days(field, form, currency, name)
    if isinstance(field, Lines):
        return [line.strip() for line in form.get(name, "").splitlines() if line.strip()]
    if isinstance(field, fields.List):
        if isinstance(field.inner, fields.Nested):
            return _read_rows(field.inner.schema, form, currency, name)
        return [_number_or_text(text) for text in form.getlist(name) if text.strip()]
    return _read_one(field, _text(form, name), currency)


def _read_one(field: fields.Field[Any], text: str | None, currency: str) -> Any:
    if text is None:
        return None
    if isinstance(field, Amount):
        return minor_units(text, currency)
    return _number_or_text(text) if isinstance(field, fields.Number) else text


def _read_rows(schema: Schema, form: MultiDict[str, str], currency: str, name: str) -> list[dict[str, Any]]:
    rows = (_read(schema, form, currency, f"{name}-{number}-") for number in range(_rows_in(form, name)))
    return [row for row in rows if not _is_empty(row)]


def _read_days(field: ByDay, form: MultiDict[str, str], currency: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number in range(_rows_in(form, name)):
        day = _text(form, f"{name}-{number}-day")
        value = _read_field(field.value_field, form, currency, f"{name}-{number}-value") if field.value_field else None
        if day is not None:
            found[day] = value
        elif not _is_empty(value):
            # Kept under a key that is no day, so that the schema says so instead of the row vanishing.
            found[""] = value
    return found


def _flat(schema: Schema, document: Mapping[str, Any], currency: str, prefix: str) -> Iterator[tuple[str, list[str]]]:
    for name, field in schema.fields.items():
        if document.get(name) is not None:
            yield from _flat_field(field, document[name], currency, prefix + name)


def _flat_field(field: Any, value: Any, currency: str, name: str) -> Iterator[tuple[str, list[str]]]:
    if value is None:
        return
    if isinstance(field, fields.Boolean):
        yield name, [ON] if value else []
    elif isinstance(field, fields.Nested) and not field.many:
        yield from _flat(field.schema, value, currency, name + "-")
    elif isinstance(field, ByWeekday):
        for weekday, of_day in value.items():
            yield from _flat_field(field.value_field, of_day, currency, f"{name}-{weekday}")
    elif isinstance(field, ByDay):
        for number, (day, of_day) in enumerate(sorted(value.items())):
            yield f"{name}-{number}-day", [day]
            yield from _flat_field(field.value_field, of_day, currency, f"{name}-{number}-value")
    elif isinstance(field, Lines):
        yield name, ["\n".join(value)]
    elif isinstance(value, list):
        yield from _flat_list(field, value, currency, name)
    else:
        yield name, [major_units(value, currency) if isinstance(field, Amount) else str(value)]


def _flat_list(field: Any, value: list[Any], currency: str, name: str) -> Iterator[tuple[str, list[str]]]:
    nested = field if isinstance(field, fields.Nested) else field.inner
    if not isinstance(nested, fields.Nested):
        yield name, [str(one) for one in value]
        return
    for number, row in enumerate(value):
        yield from _flat(nested.schema, row, currency, f"{name}-{number}-")


def minor_units(text: str, currency: str) -> int | str:
    """ "4,95" or "4.95" in minor units; the text itself when it is no amount, for the schema to refuse."""
    try:
        amount = Decimal(text.replace(" ", "").replace(",", ".")).scaleb(minor_digits(currency))
    except InvalidOperation:
        return text
    return int(amount) if amount.is_finite() and amount == amount.to_integral_value() else text


def major_units(amount: int, currency: str) -> str:
    """An amount as it is typed: "4.95", "300" where there is no minor unit."""
    return str(Decimal(amount).scaleb(-minor_digits(currency)))


def _text(form: MultiDict[str, str], name: str) -> str | None:
    return form.get(name, "").strip() or None


def _number_or_text(text: str) -> int | float | str:
    text = text.strip().replace(",", ".")
    if re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d{1,18}\.\d{1,18}", text, re.ASCII) else text


def _rows_in(names: Mapping[str, Any] | MultiDict[str, str], name: str) -> int:
    """One more than the highest number of a row."""
    pattern = re.compile(re.escape(name) + r"-(\d{1,4})-")
    return max((int(found[1]) + 1 for key in names if (found := pattern.match(key))), default=0)


def _is_empty(value: Any) -> bool:
    """Nothing typed, all the way down. A switch that is off, and a choice with nothing else, are nothing either."""
    if isinstance(value, Mapping):
        return all(_is_empty(one) for one in value.values())
    return value in (None, False, "", [])


def _name_of(pointer: str, form: MultiDict[str, str]) -> str:
    """The field that a pointer is about: the longest name the form has, so that a fault never goes astray."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.strip("/").split("/")]
    named = _as_in_the_form(parts, form)
    while named and not any(key == (name := "-".join(named)) or key.startswith(name + "-") for key in form):
        named = named[:-1]
    return "-".join(named) or "-".join(parts)


def _row_of(name: str, wanted: int, form: MultiDict[str, str]) -> int:
    """The number, in the form, of a row counted among those that are filled; the same when the form has none of them."""
    filled_rows = [
        number
        for number in range(_rows_in(form, name))
        if any(text.strip() not in {"", ON} for key, text in form.items() if key.startswith(f"{name}-{number}-"))
    ]
    return filled_rows[wanted] if wanted < len(filled_rows) else wanted


def _as_in_the_form(parts: list[str], form: MultiDict[str, str]) -> list[str]:
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
