"""Pages behind an unguessable link: one delivery, and the choice for an order that came without one.

Plain HTML that needs no script, and a delivery's calendar. Whatever is wrong with a link is answered by the same page.
"""

from flask import Blueprint

from web.limits import Limits


def make_blueprint(limits: Limits) -> Blueprint:
    """Everything under /d, /m, /s and /choose."""
    from widget.pages import calendar, changes, choose, counter, delivery, how, looks, messages, short

    blueprint = Blueprint("pages", __name__)
    limits.apply_to(blueprint)
    looks.apply_to(blueprint)
    delivery.add_to(blueprint)
    calendar.add_to(blueprint)
    counter.add_to(blueprint)
    choose.add_to(blueprint)
    changes.add_to(blueprint)
    how.add_to(blueprint)
    messages.add_to(blueprint)
    short.add_to(blueprint)
    return blueprint
