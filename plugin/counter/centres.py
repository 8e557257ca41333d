"""/plugin/counter: whose counter it is; asked once on each device."""

from flask import Blueprint, Response, request, session
from werkzeug.exceptions import NotFound

from delivery.rules.pickup import Centre
from plugin.pages.frame import page, see_other
from plugin.pages.visitors import shop

PATH = "/plugin/counter"
_REMEMBERED = "counter"


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/counter")
    def choose() -> Response:
        """The centres; the one where this device was last, or the only one, at once. `choose` asks anew."""
        known = {centre.id for centre in shop().centres}
        last = session.get(_REMEMBERED) if len(known) > 1 else next(iter(known), None)
        if last in known and "choose" not in request.args:
            return see_other(f"{PATH}/{last}")
        return page("counter/centres.html", centres=sorted(shop().centres, key=lambda centre: centre.name))


def centre_of(centre_id: str) -> Centre:
    """The visitor's centre of this id, remembered as this device's. Raises NotFound."""
    found = shop().centre(centre_id)
    if found is None:
        raise NotFound
    if session.get(_REMEMBERED) != found.id:
        session[_REMEMBERED] = found.id
    return found


def path_of(centre_id: str, *more: str) -> str:
    """The address of a centre's counter, or of what lies below it."""
    return "/".join((PATH, centre_id, *more))
