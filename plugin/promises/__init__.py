"""How promises were kept, and what shoppers say of it. Nothing is changed here; it needs the role "configure"."""

from flask import Blueprint

from plugin.pages.visitors import guard


def make_blueprint() -> Blueprint:
    """Everything under /plugin/promises and /plugin/answers."""
    from plugin.promises import answers, kept, sheet

    blueprint = Blueprint("promises", __name__, url_prefix="/plugin")
    guard(blueprint)
    for room in (kept, sheet, answers):
        room.add_to(blueprint)
    return blueprint
