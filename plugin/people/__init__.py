"""One shopper: what is kept about them, to see, to take along and to erase. For owners only."""

from flask import Blueprint

from delivery.accounts import Role
from plugin.pages.visitors import guard


def make_blueprint() -> Blueprint:
    """Everything under /plugin/people."""
    from plugin.people import people

    blueprint = Blueprint("people", __name__, url_prefix="/plugin")
    guard(blueprint, Role.OWNER)
    people.add_to(blueprint)
    return blueprint
