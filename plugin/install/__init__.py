"""Installing: keys, websites, the snippet, the self-check, and the first-run guide."""

from flask import Blueprint

from plugin.pages.visitors import guard


def make_blueprint() -> Blueprint:
    """Everything under /plugin/install and /plugin/guide."""
    from plugin.install import guide, install, keys, stripe

    blueprint = Blueprint("install", __name__, url_prefix="/plugin")
    guard(blueprint)
    for room in (install, keys, stripe, guide):
        room.add_to(blueprint)
    return blueprint
