"""What a request may say: the SDK's own typed parameters, taken literally.

The SDK opens its enums (`Literal['day', 'week']|str`) so that old code survives new values; here only the named values
pass. A body comes as Stripe gets it: `a[b][0][c]=1`, all text.
"""

import re
import sys
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from types import UnionType
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject
from typing_extensions import is_typeddict

from tests.shops.stripe_refusals import Refused, invalid

MOST_METADATA, LONGEST_KEY, LONGEST_VALUE = 50, 40, 500

Read = dict[str, Any]


def read_form(body: str) -> Read:
    """The nested form of a body or of a query; lists are still mappings of their positions."""
    found: Read = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        path = re.findall(r"[^\[\]]+|\[\]", name)
        here = found
        for step in path[:-1]:
            inner = here.setdefault(step, {})
            if not isinstance(inner, dict):
                raise invalid(f"Invalid {name}: it is both a value and an object.", name)
            here = inner
        if path[-1] in here:
            raise invalid(f"{name} was sent twice.", name)
        here[path[-1]] = value
    return found


def checked(params: type, given: Read) -> Read:
    """What was sent, in its types. Refused unless the SDK's TypedDict knows each key and each value."""
    return _typed_dict(params, given, "")


def _typed_dict(params: type, given: Any, where: str) -> Read:
    if not isinstance(given, dict):
        raise invalid(f"Invalid object: {where}", where)
    hints, required = _fields(params)
    unknown = sorted(set(given) - set(hints))
    if unknown:
        name = _inside(where, unknown[0])
        raise invalid(f"Received unknown parameter: {name}", name, code="parameter_unknown")
    missing = sorted(required - set(given))
    if missing:
        name = _inside(where, missing[0])
        raise invalid(f"Missing required param: {name}.", name, code="parameter_missing")
    return {name: _value(hints[name], value, _inside(where, name)) for name, value in given.items()}


@cache
def _fields(params: type) -> tuple[Mapping[str, Any], frozenset[str]]:
    """The types of a TypedDict's own fields, and which of them are required; what is for the SDK itself left out."""
    own = {name: hint for name, hint in params.__annotations__.items() if name not in RequestOptions.__annotations__}

    def fields() -> None: ...

    fields.__annotations__ = own
    hints = get_type_hints(fields, vars(sys.modules[params.__module__]), include_extras=True)
    required = frozenset(name for name, hint in hints.items() if get_origin(hint) is not NotRequired)
    return {name: _bare(hint) for name, hint in hints.items()}, required


def _bare(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) in (NotRequired, Required) else hint


def _inside(where: str, name: str) -> str:
    return f"{where}[{name}]" if where else name


def _value(hint: Any, given: Any, where: str) -> Any:
    if is_typeddict(hint):
        return _typed_dict(hint, given, where)
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _one_of(get_args(hint), given, where)
    if origin is Literal:
        return _literal(get_args(hint), given, where)
    if origin is list:
        return _list(get_args(hint)[0], given, where)
    if origin is dict:
        return _mapping(get_args(hint)[1], given, where)
    return _plain(hint, given, where)


def _one_of(hints: tuple[Any, ...], given: Any, where: str) -> Any:
    """The named values alone, wherever some are named; else whichever kind fits."""
    hints = tuple(hint for hint in hints if not _is_open_object(hint) and hint is not type(None))
    named = {value for hint in hints if get_origin(hint) is Literal for value in get_args(hint)}
    if given == "" and "" in named:
        return ""
    if str in hints and named - {""}:
        return _literal(tuple(sorted(named)), given, where)
    problem: Refused | None = None
    for hint in sorted((hint for hint in hints if get_origin(hint) is not Literal), key=_is_text):
        try:
            return _value(hint, given, where)
        except Refused as refused:
            problem = problem if problem and isinstance(given, str) == _is_text(hint) else refused
    if problem is not None:
        raise problem
    return _literal(tuple(sorted(named)), given, where)


def _is_open_object(hint: Any) -> bool:
    return (get_origin(hint) or hint) is UntypedStripeObject


def _is_text(hint: Any) -> bool:
    return hint in (str, int, float, bool, Decimal)


def _literal(values: tuple[Any, ...], given: Any, where: str) -> Any:
    if given not in values:
        names = ", ".join(str(value) for value in values)
        raise invalid(f"Invalid {where}: must be one of {names}", where)
    return given


def _list(hint: Any, given: Any, where: str) -> list[Any]:
    if not isinstance(given, dict):
        raise invalid(f"Invalid array: {where}", where)
    positions = [str(number) for number in range(len(given))]
    if sorted(given) != sorted(positions) and set(given) != {"[]"}:
        raise invalid(f"Invalid array: {where}", where)
    return [_value(hint, given[position], f"{where}[{position}]") for position in sorted(given, key=_number)]


def _number(position: str) -> int:
    return int(position) if position.isdigit() else 0


def _mapping(hint: Any, given: Any, where: str) -> Read:
    if not isinstance(given, dict):
        raise invalid(f"Invalid object: {where}", where)
    if where.endswith(("metadata", "metadata]")):
        return _metadata(given, where)
    return {name: _value(hint, value, f"{where}[{name}]") for name, value in given.items()}


def _metadata(given: Read, where: str) -> Read:
    """At most fifty; a key has 40 characters and a value 500 at most. An empty value takes its key away."""
    if len(given) > MOST_METADATA:
        raise invalid(f"Invalid {where}: at most {MOST_METADATA} keys.", where)
    for name, value in given.items():
        if not isinstance(value, str) or len(name) > LONGEST_KEY or len(value) > LONGEST_VALUE:
            raise invalid(
                f"Invalid {where}[{name}]: keys have {LONGEST_KEY} characters, values {LONGEST_VALUE}.", where
            )
    return given


def _plain(hint: type, given: Any, where: str) -> Any:
    if not isinstance(given, str):
        raise invalid(f"Invalid {hint.__name__}: {where}", where)
    if given == "":
        raise invalid(
            f"You passed an empty string for '{where}'; it cannot be unset.", where, code="parameter_invalid_empty"
        )
    if hint is str:
        return given
    if hint is bool:
        return _literal(("true", "false"), given, where) == "true"
    if hint is int:
        if not re.fullmatch(r"-?\d+", given):
            raise invalid(f"Invalid integer: {given}", where, code="parameter_invalid_integer")
        return int(given)
    if hint in (float, Decimal):
        try:
            return hint(given)
        except (ValueError, InvalidOperation) as error:
            raise invalid(f"Invalid decimal: {given}", where) from error
    raise AssertionError(f"the stand-in does not know how to check {hint} at {where}")
