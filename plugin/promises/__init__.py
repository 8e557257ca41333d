"""How promises were kept, and what shoppers say of it. Nothing is changed here; it needs the role "configure"."""

from flask import Blueprint

from plugin.pages.visitors import guard


def make_blueprint() -> Blueprint:
    """Everything under /plugin/promises."""
    from plugin.promises import kept, sheet

    blueprint = Blueprint("promises", __name__, url_prefix="/plugin")
    guard(blueprint)
    for room in (kept, sheet):
        room.add_to(blueprint)
    return blueprint
