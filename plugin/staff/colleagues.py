"""/plugin/staff, for owners: who may log in, what for, and inviting, helping and removing them."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from delivery import accounts, invitations, totp
from delivery.accounts import Account, Role
from delivery.problems import EmailTaken, InvalidInput, LastOwner, Problem
from delivery.texts.catalogues import say
from delivery.texts.sentences import said
from plugin.notify.outcomes import Verdict
from plugin.pages.forms import Form, typed
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import by, needs, visitor
from plugin.staff import mails
from plugin.staff.login import at_field, too_often
from plugin.staff.tries import INVITE, TooOften, Tries
from web.service import now, service


def add_to(blueprint: Blueprint, tries: Tries) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/staff")
    @needs(Role.OWNER)
    def staff() -> Response:
        """Everybody, and a form to invite somebody."""
        return _everybody(Form({"role": [Role.COUNTER.value]}))

    @blueprint.post("/staff")
    @needs(Role.OWNER)
    def invite() -> Response:
        """Add somebody and send a link; without a mail server it is shown, to pass on by hand.

        Addresses that are taken, maybe at another shop, count as tries: nobody shall look through a list of them.
        """
        facts = {name: request.form.get(name, "") for name in ("email", "name")}
        role = _role()
        try:
            tries.count(INVITE, visitor().email)
            added = service().database.write(
                lambda session: accounts.add(session, now(), visitor().merchant_id, by(), **facts, role=role)
            )
        except TooOften as often:
            return too_often(_everybody(at_field("/email", often.problem), 429), often)
        except InvalidInput as error:
            return _everybody(typed(request.form, error.faults), 422)
        except EmailTaken as problem:
            return _everybody(at_field("/email", problem), 422)
        tries.give_back(INVITE, visitor().email)
        return _invited(added)

    @blueprint.get("/staff/<string:staff_id>")
    @needs(Role.OWNER)
    def colleague(staff_id: str) -> Response:
        """One person: role, code, invitation, removal."""
        return _person(_known(staff_id))

    @blueprint.post("/staff/<string:staff_id>/role")
    @needs(Role.OWNER)
    def change_role(staff_id: str) -> Response:
        """Give another role."""
        known, role = _known(staff_id), _role()
        try:
            service().database.write(
                lambda session: accounts.change_role(session, now(), known.merchant_id, by(), known.id, role)
            )
        except LastOwner as problem:
            return _person(known, problem)
        tell(say(locale(), "Saved."))
        return see_other("/plugin/staff" if role is Role.OWNER or known.id != visitor().id else "/plugin/account")

    @blueprint.post("/staff/<string:staff_id>/remove")
    @needs(Role.OWNER)
    def remove(staff_id: str) -> Response:
        """End this person's logins for good."""
        known = _known(staff_id)
        try:
            service().database.write(lambda session: accounts.remove(session, now(), known.merchant_id, by(), known.id))
        except LastOwner as problem:
            return _person(known, problem)
        tell(say(locale(), "{name} can no longer log in.", name=known.name))
        return see_other("/plugin/staff")

    @blueprint.post("/staff/<string:staff_id>/code-off")
    @needs(Role.OWNER)
    def switch_off_code(staff_id: str) -> Response:
        """For somebody who lost their phone."""
        known = _known(staff_id)
        service().database.write(lambda session: totp.switch_off(session, now(), known, by()))
        tell(say(locale(), "{name} can log in without a code now.", name=known.name))
        return see_other(f"/plugin/staff/{known.id}")

    @blueprint.post("/staff/<string:staff_id>/invite")
    @needs(Role.OWNER)
    def invite_again(staff_id: str) -> Response:
        """A fresh link for somebody who has no password yet."""
        known = _known(staff_id)
        return _person(known) if known.has_password else _invited(known)


def _known(staff_id: str) -> Account:
    with service().database.reading() as session:
        return accounts.get(session, visitor().merchant_id, staff_id)


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError as error:
        raise NotFound from error


def _invited(known: Account) -> Response:
    link = mails.password_link(service(), now(), known, invitations.INVITATION)
    why = None
    if mails.can_mail(service().config):
        outcome = mails.send_invitation(service(), now(), known, link)
        if outcome.verdict is Verdict.SENT:
            tell(say(locale(), "An invitation was mailed to {email}.", email=known.email))
            return see_other("/plugin/staff")
        why = outcome.problem
    return page("staff/invited.html", colleague=known, link=link, why=why and said(locale(), why))


def _everybody(form: Form, status: int = 200) -> Response:
    with service().database.reading() as session:
        people = accounts.list_all(session, visitor().merchant_id)
    return page("staff/staff.html", status, form=form, people=people)


def _person(known: Account, problem: Problem | None = None) -> Response:
    form = Form({"role": [known.role.value]}, [("role", problem.detail)] if problem else [])
    return page("staff/colleague.html", problem.status if problem else 200, colleague=known, form=form)
