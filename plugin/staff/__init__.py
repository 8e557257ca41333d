"""The people of a shop: how they log in, what each may do, and who changed what."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint

from delivery.accounts import Role
from plugin.pages.visitors import guard, open_to_all
from web.config import Config


def make_blueprint(config: Config, clock: Callable[[], datetime]) -> Blueprint:
    """The pages before the login, and those behind it. `clock` is for counting tries."""
    from plugin.staff import account, code, colleagues, log, login, password, sign_up
    from plugin.staff.tries import Tries

    tries = Tries(config.limits_storage, clock)
    entrance, inside = Blueprint("entrance", __name__), Blueprint("people", __name__)
    open_to_all(entrance)
    login.add_to(entrance, tries)
    password.add_to(entrance, tries)
    if config.sign_up:
        sign_up.add_to(entrance, tries)
    guard(inside, Role.COUNTER)
    account.add_to(inside, tries)
    code.add_to(inside, tries)
    colleagues.add_to(inside, tries)
    log.add_to(inside)
    blueprint = Blueprint("staff", __name__, url_prefix="/plugin")
    blueprint.register_blueprint(entrance)
    blueprint.register_blueprint(inside)
    return blueprint
