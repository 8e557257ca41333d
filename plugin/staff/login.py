"""/plugin/login and /plugin/logout: e-mail address and password, then the code of an app where that is switched on."""

import re

from flask import Blueprint, Response, request

from delivery import logins, totp
from delivery.accounts import Account, Role
from delivery.problems import CodeRefused, Fault, LoginRefused, Problem
from delivery.texts.catalogues import say
from plugin.pages.forms import Form, typed
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import log_in, log_out, visitor_or_none
from plugin.staff.tries import CODE, LOGIN, TooOften, Tries
from web.service import now, service

UNSENT = "stoep_unsent"
"""How many hand-overs a counter's device has still to send, as it says itself: see static/plugin/counter-queue.js."""
TOKEN = "login"  # noqa: S105 - the name of a field
_OWN_PATH = re.compile(r"/plugin(/[\w.%-]+)+(\?[\w.%&=+*-]*)?", re.ASCII)


def add_to(blueprint: Blueprint, tries: Tries) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("")
    def start() -> Response:
        """Whoever types the address by hand."""
        return see_other("/plugin/login")

    @blueprint.get("/login")
    def login() -> Response:
        """The form; who is logged in goes on."""
        known = visitor_or_none()
        if known is not None:
            return see_other(_after(known))
        return _form(Form({}))

    @blueprint.post("/login")
    def try_login() -> Response:
        """Let in who has the right password and, where it is switched on, the right code."""
        return _take_code(tries) if TOKEN in request.form else _take_password(tries)

    @blueprint.post("/logout")
    def logout() -> Response:
        """Forget who it was, here and on the device; not before its counter has sent what it kept, unless that is wanted."""
        unsent = request.cookies.get(UNSENT, "0")
        if unsent.isascii() and unsent.isdigit() and int(unsent[:4]) and "anyway" not in request.form:
            return page("staff/unsent.html", 409, number=int(unsent[:4]))
        log_out()
        tell(say(locale(), "You are logged out."))
        response = see_other("/plugin/login")
        response.headers["Clear-Site-Data"] = '"storage"'
        response.delete_cookie(UNSENT, path=request.script_root + "/plugin")
        return response


def _take_password(tries: Tries) -> Response:
    email = request.form.get("email", "")
    try:
        tries.count(LOGIN, email)
        with service().database.reading() as session:
            known = logins.find(session, email)
        verified = logins.verify(known, request.form.get("password", ""))
    except TooOften as often:
        return too_often(_form(at_field("", often.problem), 429), often)
    except LoginRefused as problem:
        return _form(at_field("", problem), 422)
    tries.give_back(LOGIN, email)
    account, new_hash = verified.account, verified.new_hash
    if new_hash:
        service().database.write(lambda session: logins.keep_hash(session, account, new_hash))
    if account.has_totp:
        return _code_form(Form({}), logins.ask_for_code(service().signer, now(), account))
    return _enter(account)


def _take_code(tries: Tries) -> Response:
    signer, token = service().signer, request.form[TOKEN]
    try:
        with service().database.reading() as session:
            account = logins.asked_for_code(session, now(), signer, token)
        take_code(tries, account, request.form.get("code", ""))
    except TooOften as often:
        return too_often(_code_form(at_field("", often.problem), token, 429), often)
    except LoginRefused as problem:
        return _form(at_field("", problem), 422)
    except CodeRefused as problem:
        return _code_form(at_field("/code", problem), token, 422)
    return _enter(account)


def take_code(tries: Tries, account: Account, code: str) -> None:
    """Use up a code of this person's app. Raises CodeRefused, TooOften."""
    tries.count(CODE, account.id)
    service().database.write(lambda session: totp.take_code(session, now(), service().signer, account, code))
    tries.give_back(CODE, account.id)


def too_often(response: Response, often: TooOften) -> Response:
    """The page that says so, with the header for machines."""
    response.headers["Retry-After"] = str(often.seconds)
    return response


def at_field(pointer: str, problem: Problem) -> Form:
    """The form as it was sent, with what is wrong beside one field."""
    return typed(request.form, [Fault(pointer, problem.detail)])


def own_path(text: str | None) -> str | None:
    """Where somebody wanted to go, if that is a page of ours: whoever sent the link may have written anything."""
    is_own = text and _OWN_PATH.fullmatch(text) and ".." not in text and not text.startswith("/plugin/log")
    return text if is_own else None


def _enter(account: Account) -> Response:
    service().database.write(lambda session: logins.note_login(session, now(), account))
    log_in(account)
    return see_other(_after(account))


def _after(account: Account) -> str:
    """The page that was asked for; else the guide for a shop that has nothing yet, or the day's work."""
    wanted = own_path(request.values.get("next"))
    if wanted:
        return wanted
    with service().database.reading() as session:
        shop = service().memory.setup_of_merchant(session, account.merchant_id)
    is_new = not shop.origins and account.role.covers(Role.CONFIGURE)
    return "/plugin/guide" if is_new else "/plugin/to-send"


def _form(form: Form, status: int = 200) -> Response:
    return page(
        "staff/login.html",
        status,
        form=form,
        next=own_path(request.values.get("next")),
        may_sign_up=service().config.sign_up,
    )


def _code_form(form: Form, token: str, status: int = 200) -> Response:
    return page("staff/code.html", status, form=form, token=token, next=own_path(request.values.get("next")))
