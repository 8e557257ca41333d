"""GET /plugin/counter/<centre>: today's list and the field to scan or type into. What could not be so waits for a person."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import Blueprint, Response

from delivery import counter_lists
from delivery.texts.catalogues import say
from delivery.texts.sentences import N_
from plugin.counter import shown
from plugin.counter.centres import centre_of, path_of
from plugin.counter.shown import Line
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import shop
from web.service import now, service

SECTIONS = (
    ("ready", N_("Ready to collect")),
    ("to_prepare", N_("To prepare")),
    ("to_arrive", N_("To arrive")),
    ("due_back", N_("Due back")),
)


class Section(NamedTuple):
    """A part of the list that has something in it."""

    name: str
    title: str
    orders: list[Line]


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/counter/<string:centre>")
    def today(centre: str) -> Response:
        """What is to be prepared, what comes, what is ready, what goes back."""
        return listed(centre)

    @blueprint.post("/counter/<string:centre>/conflicts/<string:collection>")
    def see_conflict(centre: str, collection: str) -> Response:
        """A person has seen it."""
        here = centre_of(centre)
        if service().database.write(
            lambda session: counter_lists.see_conflict(session, now(), shop().merchant_id, here.id, collection)
        ):
            tell(say(locale(), N_("Marked as seen. It stays in the story of the order.")))
        return see_other(path_of(here.id))


def listed(
    centre_id: str, status: int = 200, *, text: str = "", wrong: str = "", found: Sequence[Line] = ()
) -> Response:
    """The list as it stands now; above it what was looked for, why nothing came of it, or what fits."""
    here = centre_of(centre_id)
    with service().database.reading() as session:
        lists = counter_lists.lists(session, now(), shop(), here.id)
        conflicts = counter_lists.conflicts(session, shop().merchant_id, here.id)
    sections = [
        Section(name, say(locale(), title), [shown.line(one, here) for one in getattr(lists, name)])
        for name, title in SECTIONS
        if getattr(lists, name)
    ]
    return page(
        "counter/today.html",
        status,
        centre=here,
        zone=here.zone.key,
        sections=sections,
        is_cut=lists.is_cut,
        conflicts=shown.warned(conflicts, here),
        several_centres=len(shop().centres) > 1,
        as_of=now(),
        text=text,
        wrong=wrong,
        found=found,
    )
