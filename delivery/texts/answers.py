"""The question how it went, and its answers, in words: for the shopper who gives one and the merchant who reads it."""

from collections.abc import Mapping

from babel.numbers import format_decimal

from delivery.texts.catalogues import reader, say
from delivery.texts.sentences import N_

_SCORES: Mapping[int, str] = {
    1: N_("Very bad"),
    2: N_("Bad"),
    3: N_("Fair"),
    4: N_("Good"),
    5: N_("Very good"),
}
_REASONS: Mapping[str, str] = {
    "on_time": N_("On time"),
    "careful": N_("Careful"),
    "friendly": N_("Friendly"),
    "packaging": N_("Packaging"),
    "place": N_("The place"),
}
_FAULTS: Mapping[str, str] = {
    "score": N_("Please choose one of the five."),
    "words": N_("Please use fewer words: at most 1000 letters."),
}


def score_word(score: int, locale: str | None) -> str:
    """A score in a word or two."""
    return say(locale, _SCORES[score])


def reason_named(reason: str, locale: str | None) -> str:
    """What was good, or was not."""
    return say(locale, _REASONS[reason])


def fault(field: str, locale: str | None) -> str:
    """What is wrong with a field of the form."""
    return say(locale, _FAULTS[field])


def average_said(average: float | None, locale: str | None) -> str:
    """An average score with one digit; a dash of nothing."""
    return "–" if average is None else format_decimal(round(average, 1), "0.0", locale=reader(locale).formats)


def hour_said(hour: str) -> str:
    """The hour at which a window began: "14:00"."""
    return f"{hour}:00"


def kept_said(kept: bool, locale: str | None) -> str:
    """Whether what was promised was kept."""
    return say(locale, N_("Promise kept")) if kept else say(locale, N_("Promise not kept"))
