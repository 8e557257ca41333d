"""Vans: what they do on each day, as a map, as time lines and in words; on paper and as files. Whoever works at the shop may
look; what takes everybody's data along needs the role "configure"."""

from flask import Blueprint

from delivery.accounts import Role
from plugin.pages.visitors import guard


def make_blueprint() -> Blueprint:
    """Everything under /plugin/vans."""
    from plugin.vans import days, files, one_day, printed, under_way

    blueprint = Blueprint("vans", __name__, url_prefix="/plugin/vans")
    guard(blueprint, Role.COUNTER)
    for room in (days, one_day, under_way, printed, files):
        room.add_to(blueprint)
    return blueprint
