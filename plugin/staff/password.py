"""/plugin/password: ask for a link by mail, and set a password behind one."""

from flask import Blueprint, Response, request

from delivery import invitations, passwords
from delivery.accounts import Account
from delivery.problems import InvalidInput, LinkOver
from delivery.texts.catalogues import say
from plugin.pages.forms import Form, typed
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import log_out
from plugin.staff import mails
from plugin.staff.login import at_field, too_often
from plugin.staff.tries import MAIL, TooOften, Tries
from web.service import now, service


def add_to(blueprint: Blueprint, tries: Tries) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/password")
    def forgotten() -> Response:
        """Ask for a link by mail."""
        return _forgotten(Form({}))

    @blueprint.post("/password")
    def send_link() -> Response:
        """Send it, if somebody logs in with this address. The answer is the same if nobody does."""
        if not mails.can_mail(service().config):
            return _forgotten(Form({}))
        email = request.form.get("email", "")
        try:
            tries.count(MAIL, email)
        except TooOften as often:
            return too_often(_forgotten(at_field("/email", often.problem), 429), often)
        mails.send_forgotten_later(service(), now(), email)
        return page("staff/mailed.html", email=email)

    @blueprint.get("/password/<string:token>")
    def new_password(token: str) -> Response:
        """The form behind a link."""
        try:
            return _new(_opened(token), Form({}))
        except LinkOver as over:
            return _over(over)

    @blueprint.post("/password/<string:token>")
    def set_password(token: str) -> Response:
        """Set it, and lead to the login: the link alone lets nobody in."""
        try:
            known = _opened(token)
            keep_password(known, request.form.get("password", ""))
        except LinkOver as over:
            return _over(over)
        except InvalidInput as error:
            return _new(known, typed(request.form, error.faults), 422)
        log_out()
        tell(say(locale(), "Your password is set. You can log in with it now."))
        return see_other("/plugin/login")


def keep_password(known: Account, password: str) -> Account:
    """Check and keep a password; every other login of this person ends. Raises InvalidInput, LinkOver."""
    with service().database.reading() as session:
        shop = service().memory.setup_of_merchant(session, known.merchant_id)
    passwords.check_password(password, known.email, shop.name)
    kept = passwords.hash_password(password)
    return service().database.write(
        lambda session: invitations.set_password(session, now(), known, known.by, kept),
    )


def _opened(token: str) -> Account:
    with service().database.reading() as session:
        return invitations.open_token(session, now(), service().signer, token)


def _forgotten(form: Form, status: int = 200) -> Response:
    return page("staff/forgotten.html", status, form=form, can_mail=mails.can_mail(service().config))


def _new(known: Account, form: Form, status: int = 200) -> Response:
    return page("staff/new_password.html", status, form=form, email=known.email)


def _over(over: LinkOver) -> Response:
    return page("staff/link_over.html", over.status, why=over.detail)
