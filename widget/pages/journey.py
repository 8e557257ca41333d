"""The journey of a delivery as its page shows it: each step with its moment, and the one to come."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from delivery.journeys import Journey, Next
from delivery.messages import KINDS
from delivery.texts import journeys
from delivery.texts.formats import iso_moment, moment
from delivery.texts.messages import render


class Told(NamedTuple):
    """Something that happened: in words, its moment in words and for machines, and what the carrier said of it."""

    what: str
    when: str
    at: str
    word: str = ""


class ToCome(NamedTuple):
    """What is expected next, and by when; empty when that is not known."""

    what: str
    when: str


def steps_done(journey: Journey, zone: str, locale: str) -> list[Told]:
    """The steps done, the oldest first."""
    return [
        Told(
            said := journeys.step_done(step.what, locale, step.word),
            *_moment(step.at, zone, locale),
            _beside(said, step.word),
        )
        for step in journey.steps
    ]


def _beside(said: str, word: str) -> str:
    """The carrier's word, unless it has been said already."""
    return "" if word == said else word


def step_to_come(journey: Journey, zone: str, locale: str) -> ToCome | None:
    """The step to come, None when nothing is expected."""
    if journey.next is None:
        return None
    return ToCome(journeys.step_to_come(journey.next.what, locale), _by_when(journey, journey.next, zone, locale))


def _by_when(journey: Journey, to_come: Next, zone: str, locale: str) -> str:
    promised = journey.counts
    if to_come.by is None:
        return ""
    if to_come.what == "delivered" and promised:
        return journeys.days_and_window(promised, locale)
    return journeys.by_when(to_come.by, zone, locale)


def messages_sent(journey: Journey, order: str, shop: str, zone: str, locale: str) -> list[Told]:
    """The messages sent, by their subjects in our own words."""
    facts = {"order": order, "shop": shop}
    return [Told(said, *at) for said, at in _subjects(journey, facts, zone, locale) if said]


def _subjects(journey: Journey, facts: dict[str, str], zone: str, locale: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for kind, at in journey.messages:
        if kind in KINDS:
            yield render(kind, facts, locale).subject, _moment(at, zone, locale)


def _moment(at: datetime, zone: str, locale: str) -> tuple[str, str]:
    return moment(at, zone, locale), iso_moment(at, zone)


def map_of(location: dict[str, Any]) -> str:
    """The address of a map with the centre in its middle: a link to follow, nothing is fetched from there."""
    where = f"{location['latitude']:.5f}", f"{location['longitude']:.5f}"
    return f"https://www.openstreetmap.org/?mlat={where[0]}&mlon={where[1]}#map=17/{where[0]}/{where[1]}"
