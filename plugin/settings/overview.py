"""/plugin/settings: all areas, and what stands in each."""

from typing import NamedTuple

from flask import Blueprint, Response

from delivery.settings.areas import AREAS, Area
from plugin.pages.frame import locale, page
from plugin.settings.areas import area_words_of, everything, may_see
from plugin.settings.titles import Known, title_of

NAMES_SHOWN = 6


class Card(NamedTuple):
    """An area on the overview. `names`: its items, or how many they are; None when there is only one of it."""

    name: str
    label: str
    help: str
    names: list[str] | None


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/settings")
    def overview() -> Response:
        """The areas, each a link."""
        known = everything()
        cards = []
        for area in filter(may_see, AREAS.values()):
            said = area_words_of(area.name)
            names = None if area.single else _titles(area, known)
            cards.append(Card(area.name, said["label"], said["help"], names))
        said = area_words_of("calendar")
        cards.insert(2, Card("calendar", said["label"], said["help"], None))
        return page("settings/overview.html", areas=cards)


def _titles(area: Area, known: Known) -> list[str]:
    titles = [title_of(area, document, known, locale()) for document in known[area.name].values()]
    return titles if len(titles) <= NAMES_SHOWN else [str(len(titles))]
