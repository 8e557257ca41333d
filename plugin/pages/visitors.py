"""Who looks at a page: the login kept in the cookie, and the guards that ask for it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import Any, TypeVar, cast

from flask import Blueprint, Response, g, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import NotFound

from delivery.accounts import Account, Role, account_of
from delivery.audit import By
from delivery.problems import Problem
from delivery.setups import Setup
from delivery.store.engine import Busy
from plugin.pages.frame import headers, page, see_other
from web.service import now, service
from web.unreadable import check_form

LOGIN_LASTS = timedelta(days=14)
ACCOUNT, VERSION, ENDS = "account", "version", "ends"
OF_THE_DEVICE = ("language", "counter")
"""What stays when somebody logs in: the language chosen before, and whose counter this is."""
SAFE = ("GET", "HEAD", "OPTIONS")

View = TypeVar("View", bound=Callable[..., Any])

forgery = CSRFProtect()


def guard(blueprint: Blueprint, least: Role = Role.CONFIGURE) -> None:
    """Nobody sees a page of this blueprint without being logged in with at least this role; forms must be ours."""
    blueprint.before_request(_refuse_forgery)
    blueprint.before_request(partial(_enter, least))
    dress(blueprint)


def open_to_all(blueprint: Blueprint) -> None:
    """Pages before the login: anybody may look, and forms must still be ours."""
    blueprint.before_request(_refuse_forgery)
    dress(blueprint)


def dress(blueprint: Blueprint) -> None:
    """The headers of every page, and a page for whatever goes wrong on the way to it."""
    blueprint.after_request(headers)
    blueprint.register_error_handler(CSRFError, _forged)
    blueprint.register_error_handler(Problem, _problem)
    blueprint.register_error_handler(NotFound, _missing)
    blueprint.register_error_handler(Busy, _busy)


def needs(role: Role) -> Callable[[View], View]:
    """A view that asks for more than the rest of its blueprint."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            return view(*args, **kwargs) if visitor().role.covers(role) else _not_allowed()

        return cast(View, guarded)

    return decorate


def visitor() -> Account:
    """Who is logged in. Only behind `guard`."""
    return cast(Account, g.visitor)


def shop() -> Setup:
    """The settings of the visitor's shop, as they stood when the request came. Only behind `guard`."""
    return cast(Setup, g.shop)


def by() -> By:
    """The visitor, as the audit log names them."""
    return visitor().by


def log_in(account: Account) -> None:
    """From now on this browser is `account`, for LOGIN_LASTS or until the account's logins are ended."""
    kept = {name: session[name] for name in OF_THE_DEVICE if name in session}
    session.clear()
    session.permanent = True
    session.update({ACCOUNT: account.id, VERSION: account.session_version} | kept)
    session[ENDS] = (now() + LOGIN_LASTS).isoformat()


def log_out() -> None:
    """Forget who it was."""
    session.clear()


def visitor_or_none() -> Account | None:
    """Who is logged in, if anybody is and still may."""
    if "visitor" not in g:
        g.visitor = _account()
    return cast(Account | None, g.visitor)


def _account() -> Account | None:
    ends = session.get(ENDS)
    if ends is None or datetime.fromisoformat(ends) <= now():
        return None
    with service().database.reading() as reading:
        account = account_of(reading, session[ACCOUNT], session[VERSION])
        if account is not None:
            g.shop = service().memory.setup_of_merchant(reading, account.merchant_id)
    return account


def _enter(least: Role) -> Response | None:
    account = visitor_or_none()
    if account is None:
        return _to_login()
    return None if account.role.covers(least) else _not_allowed()


def _to_login() -> Response:
    came_for = request.full_path.rstrip("?") if request.method in SAFE else None
    return see_other("/plugin/login", next=came_for)


def _not_allowed() -> Response:
    return page("pages/not_allowed.html", 403)


def _refuse_forgery() -> None:
    if request.method not in SAFE:
        forgery.protect()
        check_form()


def _forged(_error: CSRFError) -> Response:
    return page("pages/forged.html", 400)


def _problem(problem: Problem) -> Response:
    return page("pages/problem.html", problem.status, problem=problem)


def _missing(_error: NotFound) -> Response:
    return page("pages/missing.html", 404)


def _busy(_error: Busy) -> Response:
    response = page("pages/busy.html", 503)
    response.headers["Retry-After"] = "1"
    return response
