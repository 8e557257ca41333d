"""Door 1: the shopper's browser."""

from flask_smorest import Blueprint

from web.crossing import open_to_pages
from web.limits import Limits


def make_blueprint(limits: Limits) -> Blueprint:
    """Everything under /widget/v1."""
    from widget import estimate, fragments, holds, looks, offers, pickup_points, splits

    blueprint = Blueprint("widget", __name__, url_prefix="/widget/v1", description="The shopper's browser")
    open_to_pages(blueprint)
    limits.apply_to(blueprint)
    for room in (offers, fragments, splits, holds, estimate, pickup_points, looks):
        room.add_to(blueprint)
    return blueprint
