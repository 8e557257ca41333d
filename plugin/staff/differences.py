"""What changed between two sets of facts, line by line, for people."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Path = tuple[str, ...]


class Difference(NamedTuple):
    """One value that is not what it was. A side that has no such value is None."""

    path: Path
    before: Any
    after: Any


def differences(before: Any, after: Any) -> list[Difference]:
    """Every value that differs, by its path; rows of a list have their number, from 1."""
    old, new = dict(_flat(before, ())), dict(_flat(after, ()))
    paths = [*old, *(path for path in new if path not in old)]
    return [Difference(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)]


def _flat(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(inner, (*path, str(name)))
    elif isinstance(value, list) and any(isinstance(inner, Mapping | list) for inner in value):
        for number, inner in enumerate(value, 1):
            yield from _flat(inner, (*path, str(number)))
    elif isinstance(value, list):
        yield path, value or None
    else:
        yield path, value
