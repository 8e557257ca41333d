"""The shop's server: orders, bookings, stock. All of it under /v1, by secret key."""

from flask_smorest import Blueprint


def make_blueprint() -> Blueprint:
    """Everything under /v1."""
    from plugin.orders import bookings, changes, events, orders, people, settlements, stock, vans

    blueprint = Blueprint("orders", __name__, url_prefix="/v1", description="The shop's server, by secret key")
    for room in (orders, bookings, changes, settlements, events, stock, people, vans):
        room.add_to(blueprint)
    return blueprint
