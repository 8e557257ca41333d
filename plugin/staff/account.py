"""/plugin/account: one's own name, language and password."""

from flask import Blueprint, Response, request
from marshmallow import Schema, fields

from delivery import accounts, logins
from delivery.accounts import Account
from delivery.problems import InvalidInput, LinkOver, LoginRefused
from delivery.texts.catalogues import merchant_languages, say
from delivery.texts.sentences import N_
from plugin.pages.forms import Form, document_of, filled, typed
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import log_in, visitor
from plugin.staff.login import at_field, too_often
from plugin.staff.password import keep_password
from plugin.staff.tries import LOGIN, TooOften, Tries
from web.service import now, service


class Profile(Schema):
    """What people say of themselves."""

    name = fields.String()
    language = fields.String(allow_none=True)


def add_to(blueprint: Blueprint, tries: Tries) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/account")
    def account() -> Response:
        """Name, language, password, and whether a code is asked for."""
        return _page()

    @blueprint.post("/account")
    def change_account() -> Response:
        """Keep name and language."""
        known, said = visitor(), document_of(Profile(), request.form)
        language = said["language"] if said["language"] in merchant_languages() else None
        try:
            service().database.write(
                lambda session: accounts.describe(session, now(), known, said["name"] or "", language)
            )
        except InvalidInput as error:
            return _page(profile=typed(request.form, error.faults), status=422)
        tell(say(language or locale(), "Saved."))
        return see_other("/plugin/account")

    @blueprint.post("/account/password")
    def change_password() -> Response:
        """Set another password, for who knows the old one. All other logins of this person end."""
        try:
            check_own_password(tries, request.form.get("old", ""))
            new = keep_password(visitor(), request.form.get("password", ""))
        except TooOften as often:
            return too_often(_page(password=at_field("/old", often.problem), status=429), often)
        except LoginRefused as problem:
            return _page(password=at_field("/old", problem), status=422)
        except LinkOver:
            return see_other("/plugin/login")
        except InvalidInput as error:
            return _page(password=typed(request.form, error.faults), status=422)
        log_in(new)
        tell(say(locale(), "Your password is changed. Wherever else you were logged in, you are logged out."))
        return see_other("/plugin/account")


def check_own_password(tries: Tries, password: str) -> None:
    """Whether it is really the visitor who sits there. Raises LoginRefused, TooOften."""
    known = visitor()
    tries.count(LOGIN, known.email)
    with service().database.reading() as session:
        found = logins.find(session, known.email)
    try:
        logins.verify(found, password)
    except LoginRefused as error:
        raise LoginRefused(N_("This is not your password.")) from error
    tries.give_back(LOGIN, known.email)


def _page(profile: Form | None = None, password: Form | None = None, status: int = 200) -> Response:
    known: Account = visitor()
    return page(
        "staff/account.html",
        status,
        profile=profile or filled(Profile(), {"name": known.name, "language": known.language}),
        password=password or Form({}),
    )
