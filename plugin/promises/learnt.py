"""GET /plugin/learnt: what was learnt of each service's dates, how well it did, and what another confidence would show."""

from dataclasses import dataclass

from flask import Blueprint, Response

from delivery.experience_reports import RegionLearnt, ServiceLearnt, learnt_of
from delivery.texts.collections import decimal_said
from delivery.texts.promises import share_said
from plugin.pages.frame import locale, page
from plugin.pages.plots import Column, Plot, plot
from plugin.pages.visitors import shop
from web.service import service

SIDE, EDGE = 200, 30
"""The diagram in its own units: the length of its sides, and the room for their labels."""

MOST_REGIONS = 30


@dataclass(frozen=True, slots=True)
class Point:
    """A dot of the diagram: a promised share, to the right, and the share that was kept, upwards; both of 1."""

    promised: float
    kept: float
    words: str

    @property
    def x(self) -> float:
        return round(EDGE + SIDE * self.promised, 1)

    @property
    def y(self) -> float:
        return round(EDGE + SIDE * (1 - self.kept), 1)


@dataclass(frozen=True, slots=True)
class Shown:
    """One service on the page."""

    found: ServiceLearnt
    points: tuple[Point, ...]
    days: Plot

    @property
    def regions(self) -> tuple[RegionLearnt, ...]:
        """Those with most parcels."""
        return self.found.regions[:MOST_REGIONS]


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/learnt")
    def learnt() -> Response:
        """A part for each service of which anything is known."""
        with service().database.reading() as session:
            found = learnt_of(session, shop())
        language = locale()
        return page(
            "promises/learnt.html",
            services=[_shown(one, language) for one in found],
            side=SIDE,
            edge=EDGE,
            decimal=lambda number: decimal_said(number, language),
            share=lambda number: share_said(number, language),
        )


def _shown(found: ServiceLearnt, language: str) -> Shown:
    points = tuple(
        Point(promised, kept, f"{share_said(promised, language)}: {share_said(kept, language)}")
        for promised, kept in found.reliability
    )
    columns = [
        Column(
            month.month,
            f"{month.month}: {decimal_said(month.promised_days, language)}",
            (("first", month.promised_days),),
        )
        for month in found.months
    ]
    return Shown(found, points, plot(columns))
