"""POST /plugin/rehearsal/change: what shoppers would see if a settings form were saved. Tried, and undone."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, request

from delivery.problems import Fault, InvalidInput
from delivery.rehearsing.differences import differences
from delivery.settings.areas import AREAS, Area
from delivery.settings.items import add, save
from delivery.setups import load_setup
from delivery.store.engine import Session
from plugin.pages.forms import Typed, document_of
from plugin.pages.frame import locale, page
from plugin.pages.visitors import by, shop, visitor
from plugin.rehearsal.questions import BESIDE, Wanted, from_form, keep
from plugin.rehearsal.shown import Shown, shown
from plugin.rehearsal.why import difference
from web.service import now, service

NOT_CARRIED = ("csrf_token", "edit")


@dataclass(frozen=True, slots=True)
class Change:
    """A settings form that was sent to be rehearsed: of which item, and all that stands in it."""

    area: Area
    item: str
    sent: Typed

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What the settings page has to get back."""
        every = self.sent.items(multi=True)
        return [(name, text) for name, text in every if name not in NOT_CARRIED and not name.startswith(BESIDE + "-")]

    @property
    def path(self) -> str:
        """The settings page that the form came from."""
        whole = f"/plugin/settings/{self.area.name}"
        return whole if self.area.single else f"{whole}/{self.item or 'add'}"


@dataclass(frozen=True, slots=True)
class BeforeAndAfter:
    """Both rehearsals and what differs; or, for a form that cannot be kept, what is wrong with it."""

    before: Shown | None = None
    after: Shown | None = None
    differences: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.post("/rehearsal/change")
    def change() -> Response:
        """Both pickers and what differs, with the form's values carried along."""
        sent = _sent()
        with service().database.reading() as session:
            wanted = from_form(session, request.form)
        if wanted.moment is None:
            return _page(sent, wanted, BeforeAndAfter(), 422)
        keep(wanted)
        found = service().database.trying(lambda session: _tried(session, sent, wanted))
        return _page(sent, wanted, found, 422 if found.faults else 200)


def _sent() -> Change:
    area = AREAS.get(request.form.get("area", ""))
    if area is None:
        abort(404)
    return Change(area, request.form.get("item", ""), request.form)


def _tried(session: Session, change: Change, wanted: Wanted) -> BeforeAndAfter:
    """Before, then the change, then after. What it reads of the changed settings must not be remembered."""
    before = shown(session, shop(), wanted)
    try:
        _apply(session, change)
    except InvalidInput as problem:
        return BeforeAndAfter(faults=problem.faults or (Fault("", problem.detail),))
    after = shown(session, load_setup(session, visitor().merchant_id), wanted)
    found = differences(before.rehearsal.offer, after.rehearsal.offer)
    return BeforeAndAfter(before, after, tuple(difference(each, locale()) for each in found))


def _apply(session: Session, change: Change) -> None:
    data = document_of(change.area.schema, change.sent, shop().currency)
    whose = (session, now(), by(), visitor().merchant_id, change.area.name)
    if change.area.single or change.item:
        save(*whose, change.item, data)
    else:
        add(*whose, data)


def _page(change: Change, wanted: Wanted, found: BeforeAndAfter, status: int) -> Response:
    return page("rehearsal/change.html", status, change=change, form=wanted.form, wanted=wanted, found=found)
