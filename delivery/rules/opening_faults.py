"""Why opening hours are not taken: which piece of the text, and what kind of thing stands there."""

import re
from dataclasses import dataclass
from typing import Literal

from delivery.rules.opening import LONGEST_TEXT, BadOpeningHours, check_opening_hours
from delivery.rules.opening_words import plain

Kind = Literal["school_holidays", "sun", "moment", "too_long", "unreadable"]

LONGEST_PIECE = 80
_QUOTED = r'(?:"[^"]*"|[^";|])+'
_RULES = re.compile(_QUOTED)
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("school_holidays", re.compile(r"\bSH(?![a-z])")),
    ("sun", re.compile(r"\b(?:dawn|sunrise|sunset|dusk|daylight)\b")),
    ("moment", re.compile(r"(?<![-\d:])\d\d:\d\d(?![-+\d:])|-\d\d:\d\d/")),
)


@dataclass(frozen=True, slots=True)
class OpeningFault:
    """`piece`: the rule of the text that cannot be read, as it was typed; all of the text when no rule is wrong alone."""

    kind: Kind
    piece: str


def fault_in(text: str) -> OpeningFault | None:
    """What is wrong with opening hours; None when they are taken."""
    if len(text) > LONGEST_TEXT:
        return OpeningFault("too_long", _short(text))
    if _is_taken(text):
        return None
    rules = [rule.strip() for rule in _RULES.findall(text)]
    piece = next((rule for rule in rules if rule and not _is_taken(rule)), text.strip())
    words = plain(piece)
    return OpeningFault(next((kind for kind, sign in _KINDS if sign.search(words)), "unreadable"), _short(piece))


def _is_taken(text: str) -> bool:
    try:
        check_opening_hours(text)
    except BadOpeningHours:
        return False
    return True


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_PIECE else f"{text[:LONGEST_PIECE]}…"
