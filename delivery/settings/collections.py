"""Settings that hold several others: lists, groups, and values by day or weekday."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from delivery.settings.fields import Day, Setting, SettingsSchema, Whole, refused
from delivery.texts.sentences import N_

MOST = 2000
"""How many entries a list of settings has at most."""

_TOO_MANY = N_("At most {most} of them.")


class Group(Setting, fields.Nested):
    """Settings that belong together; null where there are none, if `nullable`. Of a `default`, which is a function, what is
    left out is usual."""

    def __init__(self, schema: type[Schema], *, default: Callable[[], Any] | None = None, **options: Any) -> None:
        usual: dict[str, Any] = {} if default is None else {"default": lambda: self.schema.load(default())}
        super().__init__(schema, **usual, **options)


class Rows(Setting, fields.Nested):
    """A list of groups, in the merchant's order."""

    def __init__(self, schema: type[Schema], *, most: int = MOST, **options: Any) -> None:
        super().__init__(schema, many=True, **{"default": list} | options)
        self.most = most

    def _test_collection(self, value: Any) -> None:
        _check_list(value, self.most)


class Several(Setting, fields.List[Any]):
    """A list of values of one kind, without doubles, in the merchant's order unless a kind says otherwise."""

    def __init__(self, each: Setting, *, most: int = MOST, **options: Any) -> None:
        super().__init__(each, **{"default": list} | options)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[Any]:  # noqa: ARG002
        _check_list(value, self.most)
        return self.ordered(list(dict.fromkeys(_each(enumerate(value), self.inner).values())))

    def ordered(self, values: list[Any]) -> list[Any]:
        """The order in which they are kept."""
        return values


class Lines(Several):
    """A list of short texts."""


class Days(Several):
    """Days, ascending."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Day(), **options)

    def ordered(self, values: list[Any]) -> list[Any]:
        return sorted(values)


class Weekday(Whole):
    """A weekday, ISO: Monday 1 to Sunday 7."""

    def __init__(self, **options: Any) -> None:
        super().__init__(1, 7, **options)


class Weekdays(Several):
    """Weekdays, ISO: Monday 1 to Sunday 7, ascending."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Weekday(), **options)

    def ordered(self, values: list[Any]) -> list[Any]:
        return sorted(values)


class ByDay(Setting):
    """A value for each of some days, ascending: {"2026-12-05": "12:00"}. Null is a value where the kind is nullable."""

    def __init__(self, value_field: Setting, *, most: int = MOST, **options: Any) -> None:
        super().__init__(**{"default": dict} | options)
        self.value_field, self.most = value_field, most

    def key(self, text: str) -> str:
        """The key as it is kept. Raises ValidationError."""
        day: str = Day().deserialize(text)
        return day

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> dict[str, Any]:  # noqa: ARG002
        kept = value or {}
        return {key: self.value_field.serialize(key, kept) for key in sorted(kept)}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> dict[str, Any]:  # noqa: ARG002
        if not isinstance(value, Mapping):
            raise refused(SettingsSchema.error_messages["type"])
        if len(value) > self.most:
            raise refused(_TOO_MANY, most=self.most)
        keys = _each(((key, str(key)) for key in value), _Key(self.key))
        found = _each(value.items(), self.value_field)
        return {keys[key]: found[key] for key in sorted(found, key=keys.__getitem__)}


class ByWeekday(ByDay):
    """A value for each of some weekdays, {"5": "15:00"}: Monday is 1."""

    def key(self, text: str) -> str:
        if not re.fullmatch("[1-7]", text):
            raise refused(N_("Monday is 1, Sunday is 7."))
        return text


class _Key(Setting):
    def __init__(self, read: Callable[[str], str]) -> None:
        super().__init__()
        self._read = read

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:  # noqa: ARG002
        return self._read(value)


def _check_list(value: Any, most: int) -> None:
    if not isinstance(value, list | tuple):
        raise refused(N_("Please give a list."))
    if len(value) > most:
        raise refused(_TOO_MANY, most=most)


def _each(values: Iterable[tuple[Any, Any]], kind: fields.Field[Any]) -> dict[Any, Any]:
    """Every value read by its kind. Raises ValidationError that names each wrong one by its position or key."""
    found: dict[Any, Any] = {}
    wrong: dict[Any, Any] = {}
    for position, value in values:
        try:
            found[position] = kind.deserialize(value)
        except ValidationError as error:
            wrong[position] = error.messages
    if wrong:
        raise ValidationError(wrong)
    return found
