"""The counter of a pick-up centre: for whoever checks parcels in and hands them over, on a phone or a tablet."""

from flask import Blueprint

from delivery.accounts import Role
from plugin.pages.visitors import guard


def make_blueprint() -> Blueprint:
    """Everything under /plugin/counter."""
    from plugin.counter import arrivals, arriving, centres, device, finding, handing, one, returning, shelf, today

    blueprint = Blueprint("counter", __name__, url_prefix="/plugin")
    guard(blueprint, Role.COUNTER)
    for room in (centres, device, today, finding, one, arrivals, arriving, handing, returning, shelf):
        room.add_to(blueprint)
    return blueprint
