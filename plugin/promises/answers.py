"""GET /plugin/answers: what shoppers say of their deliveries, the bad ones first, and who asked to be called."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response

from delivery.answer_reports import Said, Score, latest, scores
from delivery.problems import InvalidInput
from delivery.texts.answers import average_said, hour_said, kept_said, reason_named, score_word
from plugin.pages.forms import typed
from plugin.pages.frame import locale, page
from plugin.pages.visitors import shop
from plugin.promises import period
from plugin.promises.kept import way_name
from web.service import service

CONTACT = ("name", "phone", "email")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table."""

    name: str
    score: Score
    average: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer in words; `contact` of whoever asked to be called."""

    said: Said
    score: str
    reasons: str
    contact: list[str]


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/answers")
    def answers() -> Response:
        """The answers of the period that the address names; with a day that is none, the form and why."""
        try:
            first, last = period.period()
        except InvalidInput as error:
            return page("promises/answers.html", 422, form=typed(period.typed_again(), error.faults), found=None)
        with service().database.reading() as session:
            found, said = scores(session, shop(), first, last), latest(session, shop(), first, last)
        language = locale()
        tables: dict[str, Mapping[str, Score]] = {
            "ways": {way_name(way, language): score for way, score in found.by(lambda line: line.way).items()},
            "hours": {hour_said(hour): score for hour, score in sorted(found.by(lambda line: line.hour).items())},
            "centres": found.by(lambda line: line.centre),
            "promises": {kept_said(kept, language): score for kept, score in found.by(lambda line: line.kept).items()},
        }
        return page(
            "promises/answers.html",
            form=typed(period.shown(first, last)),
            found=found.all,
            average=average_said(found.all.average, language),
            latest=[_shown(one, language) for one in said],
            tables={name: _rows(table, language) for name, table in tables.items()},
        )


def _rows(named: Mapping[str, Score], language: str) -> list[Row]:
    return [Row(name, score, average_said(score.average, language)) for name, score in named.items()]


def _shown(said: Said, language: str) -> Shown:
    given = said.given
    reasons = ", ".join(reason_named(reason, language) for reason in given.reasons)
    contact: list[Any] = [said.recipient.get(name) for name in CONTACT]
    return Shown(said, f"{given.score} – {score_word(given.score, language)}", reasons, list(filter(None, contact)))
