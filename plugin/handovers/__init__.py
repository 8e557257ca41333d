"""Handing over: where bookings are sent, how each try went, and whether all is well. Secrets are for owners only."""

from flask import Blueprint

from delivery.accounts import Role
from plugin.pages.visitors import guard


def make_blueprint() -> Blueprint:
    """Everything under /plugin/handovers, and /plugin/health."""
    from plugin.handovers import adding, endpoints, health, messages, secrets

    blueprint = Blueprint("handing_over", __name__, url_prefix="/plugin")
    guard(blueprint, Role.CONFIGURE)
    for room in (endpoints, adding, secrets, messages, health):
        room.add_to(blueprint)
    return blueprint
