"""/plugin/guide: four screens from nothing to a shop that delivers. Each saves what it asked, and may be skipped."""

from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, request

from delivery.problems import EditedMeanwhile, InvalidInput
from delivery.settings import items
from delivery.texts.catalogues import say
from delivery.texts.sentences import N_
from plugin.install.screens import Answers, Screen, collecting, origin, sending, shop
from plugin.pages.forms import Form, typed
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import visitor
from web.service import service


class Step(NamedTuple):
    """A screen of the guide: its name in the address, its heading, and what it does."""

    name: str
    title: str
    screen: Screen


STEPS = (
    Step("shop", N_("Your shop"), shop.SCREEN),
    Step("origin", N_("Where your goods leave from"), origin.SCREEN),
    Step("sending", N_("How you send"), sending.SCREEN),
    Step("collecting", N_("Collecting"), collecting.SCREEN),
)


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/guide")
    def guide() -> Response:
        """The first screen."""
        return see_other(_path(0))

    @blueprint.get("/guide/<string:name>")
    def show(name: str) -> Response:
        """One screen, as the settings stand."""
        return _page(_number(name))

    @blueprint.post("/guide/<string:name>")
    def keep(name: str) -> Response:
        """Save one screen's answers and go on to the next; after the last, to the install page."""
        number = _number(name)
        answers = Answers(visitor().merchant_id, request.form)
        try:
            service().database.write(lambda session: STEPS[number].screen.keep(session, answers))
        except InvalidInput as problem:
            return _page(number, 422, form=typed(request.form, problem.faults))
        except EditedMeanwhile as problem:
            return _page(number, 409, form=typed(request.form), edited=True, seen=items.mark(problem.theirs))
        if number + 1 < len(STEPS):
            return see_other(_path(number + 1))
        tell(say(locale(), "Your shop is set up. Now put it into your checkout."))
        return see_other("/plugin/install")


def _number(name: str) -> int:
    names = [step.name for step in STEPS]
    return names.index(name) if name in names else abort(404)


def _path(number: int) -> str:
    return f"/plugin/guide/{STEPS[number].name}" if number < len(STEPS) else "/plugin/install"


def _page(number: int, status: int = 200, form: Form | None = None, **shown: Any) -> Response:
    step = STEPS[number]
    with service().database.reading() as session:
        begun = step.screen.begin(session, visitor().merchant_id)
    usual = {"form": form or begun.form, "seen": begun.seen, "edited": False}
    return page(
        f"install/guide_{step.name}.html",
        status,
        **{**usual, **begun.facts, **shown},
        steps=STEPS,
        step=step,
        back=_path(number - 1) if number else None,
        onward=_path(number + 1),
        action=_path(number),
    )
