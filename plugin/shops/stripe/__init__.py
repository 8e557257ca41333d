"""Shops whose checkout is Stripe's: the call from the shopper's page, webhooks, and the worker's part.

Stripe is asked outside any transaction, and only here.
"""

from flask_smorest import Blueprint

from plugin.shops.stripe import webhooks as webhooks
from web.crossing import open_to_pages
from web.limits import Limits


def make_blueprint(limits: Limits) -> Blueprint:
    """What a shopper's page calls below /plugin/stripe, by publishable key."""
    from plugin.shops.stripe import deliveries

    blueprint = Blueprint("stripe", __name__, url_prefix="/plugin/stripe", description="A checkout that is Stripe's")
    open_to_pages(blueprint)
    limits.apply_to(blueprint)
    deliveries.add_to(blueprint)
    return blueprint
