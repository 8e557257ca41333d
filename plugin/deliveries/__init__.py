"""Deliveries: finding them, one's whole story, and the capacity of the coming weeks. Whoever works at the shop may look; what
changes something, or takes everybody's data along, needs the role "configure"."""

from flask import Blueprint

from delivery.accounts import Role
from plugin.pages.visitors import guard


def make_blueprint() -> Blueprint:
    """Everything under /plugin/deliveries, /plugin/capacity and /plugin/money."""
    from plugin.deliveries import choosing, listed, money, one, one_day, sheet, weeks

    blueprint = Blueprint("deliveries", __name__, url_prefix="/plugin")
    guard(blueprint, Role.COUNTER)
    for room in (listed, sheet, one, choosing, money, weeks, one_day):
        room.add_to(blueprint)
    return blueprint
