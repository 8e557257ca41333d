"""/plugin/account/code: ask for the code of an app at each login, or do so no longer."""

import segno
from flask import Blueprint, Response, request
from markupsafe import Markup

from delivery import totp
from delivery.problems import CodeRefused, LoginRefused
from delivery.texts.catalogues import say
from delivery.totp import Proposal
from plugin.pages.forms import Form
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import by, visitor
from plugin.staff.account import check_own_password
from plugin.staff.login import at_field, too_often
from plugin.staff.tries import TooOften, Tries
from web.service import now, service


def add_to(blueprint: Blueprint, tries: Tries) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/account/code")
    def code() -> Response:
        """A new secret for an app; or, when one is in use, how to switch it off."""
        if visitor().has_totp:
            return _off(Form({}))
        return _on(totp.propose(service().signer, visitor()), Form({}))

    @blueprint.post("/account/code")
    def switch_on() -> Response:
        """A code proves that the app has the secret: from now on each login asks for one."""
        known, signer = visitor(), service().signer
        if known.has_totp:
            return see_other("/plugin/account/code")
        try:
            proposal = totp.proposed(signer, known, request.form.get("proposal", ""))
        except CodeRefused:
            return see_other("/plugin/account/code")
        try:
            typed_code = request.form.get("code", "")
            service().database.write(
                lambda session: totp.switch_on(session, now(), signer, known, proposal, typed_code)
            )
        except CodeRefused as problem:
            return _on(proposal, at_field("/code", problem), 422)
        tell(say(locale(), "From now on we ask for a code at each login."))
        return see_other("/plugin/account")

    @blueprint.post("/account/code/off")
    def switch_off() -> Response:
        """Ask for no code any more, for who knows the password."""
        known = visitor()
        try:
            check_own_password(tries, request.form.get("old", ""))
        except TooOften as often:
            return too_often(_off(at_field("/old", often.problem), 429), often)
        except LoginRefused as problem:
            return _off(at_field("/old", problem), 422)
        service().database.write(lambda session: totp.switch_off(session, now(), known, by()))
        tell(say(locale(), "We no longer ask for a code."))
        return see_other("/plugin/account")


def _on(proposal: Proposal, form: Form, status: int = 200) -> Response:
    picture = segno.make(proposal.uri, micro=False).svg_inline(scale=4, light="white")
    secret = " ".join(proposal.secret[start : start + 4] for start in range(0, len(proposal.secret), 4))
    # segno writes only numbers and paths into its drawing: nothing in it comes from outside.
    qr = Markup(picture)  # noqa: S704
    return page("staff/code_on.html", status, form=form, proposal=proposal.token, secret=secret, picture=qr)


def _off(form: Form, status: int = 200) -> Response:
    return page("staff/code_off.html", status, form=form)
