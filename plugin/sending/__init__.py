"""To send: the work list of whoever packs and sends by hand. What is marked here goes the same way as fulfilment's events."""

from flask import Blueprint

from delivery.accounts import Role
from plugin.pages.visitors import guard


def make_blueprint() -> Blueprint:
    """Everything under /plugin/to-send."""
    from plugin.sending import files, printing, scanning, worklist

    blueprint = Blueprint("sending", __name__, url_prefix="/plugin")
    guard(blueprint, Role.COUNTER)
    for room in (worklist, scanning, files, printing):
        room.add_to(blueprint)
    return blueprint
