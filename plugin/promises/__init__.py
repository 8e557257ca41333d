"""How promises were kept, how collecting goes, and what shoppers say of it. Nothing is changed here; it needs the role
"configure"."""

from flask import Blueprint

from plugin.pages.visitors import guard


def make_blueprint() -> Blueprint:
    """Everything under /plugin/promises, /plugin/learnt, /plugin/collections and /plugin/answers."""
    from plugin.promises import answers, collected, collected_sheet, kept, learnt, sheet

    blueprint = Blueprint("promises", __name__, url_prefix="/plugin")
    guard(blueprint)
    for room in (kept, sheet, learnt, collected, collected_sheet, answers):
        room.add_to(blueprint)
    return blueprint
