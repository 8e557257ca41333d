"""What shoppers hear about their order: our words, a merchant's own, and the facts that stand in braces in both.

A line that names something unknown, such as {tracking} of a parcel without one, is left out: so one text serves every
order, and no sentence has a hole.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from string import Formatter
from typing import Any, NamedTuple

from delivery.texts.catalogues import say
from delivery.texts.formats import moment
from delivery.texts.message_words import OUR_WORDS, OURS, OwnWords
from delivery.texts.pages import days_promised, window_promised
from delivery.texts.sentences import N_

FACTS = (
    *(
        "name",
        "order",
        "shop",
        "plan",
        "day",
        "window",
        "when",
        "place",
        "hours",
        "until",
        "service",
        "carrier",
        "tracking",
        "link",
    ),
    *("change", "undo", "how", "move", "elsewhere", "amount", "code"),
)
"""What may stand in braces. `plan` is a whole sentence about when and where."""

Facts = Mapping[str, str]


class Said(NamedTuple):
    """A message as it is read."""

    subject: str
    text: str


class UnknownFact(ValueError):
    """Something else than one of FACTS stands in braces; its argument is what."""


class LooseBrace(ValueError):
    """A brace without its other half."""


_PLANS: Mapping[str, str] = {
    "shipping": N_("You can expect it: {day}."),
    "local_delivery": N_("We bring it to you on {day}, {window}."),
    "pickup": N_("It will be ready for you at {place}: {moment}."),
}


def ours(kind: str, locale: str) -> OwnWords:
    """Our words for a kind of message, facts still in braces."""
    words = OURS[kind]
    return OwnWords(say(locale, words.subject), say(locale, words.text))


def kinds_said() -> tuple[str, ...]:
    """The kinds that have words."""
    return tuple(OURS)


def plan(kind: str | None, promise: Mapping[str, Any], place: str, locale: str) -> str:
    """When and where, in a sentence; nothing when no date was promised."""
    if kind is None or kind not in _PLANS or not promise["earliest"]:
        return ""
    facts = {"day": days_promised(promise, locale), "window": window_promised(promise, locale), "place": place}
    if kind == "pickup":
        facts["moment"] = moment(datetime.fromisoformat(promise["ready_by"]), promise["time_zone"], locale)
    return say(locale, _PLANS[kind], **facts)


def expected_said(day: str, locale: str) -> str:
    """When it comes instead of when it was promised."""
    return say(locale, "We now expect it: {day}.", day=day)


def courier_said(day: str, window: str, locale: str) -> str:
    """When the courier on the round expects to be there."""
    return say(locale, "The courier expects to be with you on {day}, {window}.", day=day, window=window)


def render(kind: str, facts: Facts, locale: str, own: OwnWords = OUR_WORDS) -> Said:
    """The message in these words, ours where there are none or where nothing is left of them."""
    usual, facts = ours(kind, locale), with_when(facts)
    subject = filled(own.subject, facts) or filled(usual.subject, facts)
    text = filled(own.text, facts) or filled(usual.text, facts)
    return Said(subject, text)


def with_when(facts: Facts) -> Facts:
    """The facts with `when`: the day and the hours in short, as long as they lie ahead."""
    said = filter(None, (facts.get("day"), facts.get("window")))
    return {**facts, "when": ", ".join(said) if facts.get("plan") else ""}


def check_words(text: str) -> None:
    """Raises UnknownFact and LooseBrace for what could not be filled in."""
    for line in text.splitlines():
        _pieces(line)


def filled(text: str, facts: Facts) -> str:
    """The text with its facts in place, without the lines that name something unknown."""
    lines = (_line(line, facts) for line in text.splitlines())
    kept = "\n".join(line.rstrip() for line in lines if line is not None)
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def _line(line: str, facts: Facts) -> str | None:
    """The line filled in; None when it names something unknown."""
    filled = [(said, facts.get(name, "") if name is not None else None) for said, name in _pieces(line)]
    if any(fact == "" for _, fact in filled):
        return None
    return "".join(said + (fact or "") for said, fact in filled)


def _pieces(line: str) -> list[tuple[str, str | None]]:
    """The line as words, each followed by the name of a fact or nothing. `{{` is a brace, as in Python's formats."""
    try:
        parsed = [*Formatter().parse(line)]
    except ValueError as error:
        raise LooseBrace from error
    for _, name, spec, conversion in parsed:
        if name is not None and (name not in FACTS or spec or conversion):
            raise UnknownFact(
                "{" + name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}"
            )
    return [(said, name) for said, name, _, _ in parsed]
