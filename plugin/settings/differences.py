"""What differs between what stands there and what was typed, in words."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from delivery.settings.areas import Area
from delivery.texts.settings import label


class Difference(NamedTuple):
    """One setting that two people see differently."""

    label: str
    theirs: str
    yours: str


def differences(area: Area, theirs: Mapping[str, Any], yours: Mapping[str, Any], locale: str) -> Sequence[Difference]:
    """The settings of an item that differ, in the order of the form. What was typed may be wrong: it is shown as it is."""
    found = []
    for name in area.schema.fields:
        stands, wanted = as_text(theirs.get(name)), as_text(yours.get(name))
        if stands != wanted:
            found.append(Difference(label(f"{area.name}.{name}", locale), stands, wanted))
    return found


def as_text(value: Any) -> str:
    """A setting's value on one line."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {text}" for key, one in value.items() if (text := as_text(one)))
    if isinstance(value, list | tuple):
        return ", ".join(as_text(one) for one in value)
    return "" if value is None else str(value)
