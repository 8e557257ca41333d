"""What a schema found wrong, as faults with JSON pointers (RFC 6901)."""

from collections.abc import Mapping
from typing import Any

from delivery.problems import Fault


def faults_in(messages: Any, pointer: str = "") -> tuple[Fault, ...]:
    """The faults of marshmallow's tree of messages, below this pointer. A Sentence stays one, so that it can be said in
    the reader's language."""
    if isinstance(messages, Mapping):
        named = ((pointer + part(str(name)), below) for name, below in messages.items())
        return tuple(fault for where, below in named for fault in faults_in(below, where))
    if isinstance(messages, (list, tuple)):
        return tuple(fault for below in messages for fault in faults_in(below, pointer))
    return (Fault(pointer, messages if isinstance(messages, str) else str(messages)),)


def part(name: str) -> str:
    """One step of a JSON pointer."""
    return "" if name == "_schema" else "/" + name.replace("~", "~0").replace("/", "~1")
