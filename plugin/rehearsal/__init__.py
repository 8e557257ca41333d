"""The rehearsal: what a shopper would see at any moment, why, and what a change would do to it. It never writes."""

from flask import Blueprint

from delivery.accounts import Role
from plugin.pages.visitors import guard


def make_blueprint() -> Blueprint:
    """Everything under /plugin/rehearsal."""
    from plugin.rehearsal import change, look, moment

    blueprint = Blueprint("rehearsal", __name__, url_prefix="/plugin")
    guard(blueprint, Role.CONFIGURE)
    moment.add_to(blueprint)
    change.add_to(blueprint)
    look.add_to(blueprint)
    return blueprint
