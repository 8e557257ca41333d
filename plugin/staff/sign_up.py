"""/plugin/sign-up, where the operator allows it: a shop of one's own, once the mail with the link has come."""

from flask import Blueprint, Response, request

from delivery import accounts
from delivery.accounts import Account, Role
from delivery.audit import By
from delivery.keys import KeyKind, issue_key
from delivery.merchants import add_merchant
from delivery.problems import EmailTaken, Fault, InvalidInput
from delivery.settings.codes import countries
from delivery.store.engine import Session
from delivery.texts.catalogues import reader
from delivery.texts.countries import usual_in
from delivery.texts.sentences import N_
from plugin.pages.forms import Form, typed
from plugin.pages.frame import locale, page
from plugin.staff import mails
from plugin.staff.login import at_field, too_often
from plugin.staff.tries import MAIL, TooOften, Tries
from web.service import now, service


def add_to(blueprint: Blueprint, tries: Tries) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/sign-up")
    def sign_up() -> Response:
        """Name of the shop, country, e-mail address."""
        return _form(Form({}))

    @blueprint.post("/sign-up")
    def add_shop() -> Response:
        """Make the shop and mail a link to its owner. Who can log in already gets another mail, and the same answer."""
        name, country, email = (request.form.get(field, "") for field in ("name", "country", "email"))
        try:
            tries.count(MAIL, email)
            _check(name, country, email)
            owner = service().database.write(lambda session: _add(session, name.strip(), country, email))
        except TooOften as often:
            return too_often(_form(at_field("/email", often.problem), 429), often)
        except InvalidInput as error:
            return _form(typed(request.form, error.faults), 422)
        except EmailTaken:
            mails.send_known_later(service(), now(), email)
        else:
            mails.send_invitation_later(service(), now(), owner)
        return page("staff/mailed.html", email=email)


def _check(name: str, country: str, email: str) -> None:
    """Raises InvalidInput with everything that is wrong."""
    faults: list[Fault] = []
    for check, text in ((accounts.person_name, name), (accounts.email_address, email)):
        try:
            check(text)
        except InvalidInput as error:
            faults += error.faults
    if country not in countries():
        faults.append(Fault("/country", N_("Choose a country.")))
    if faults:
        raise InvalidInput("The input is not valid.", tuple(faults))


def _add(session: Session, name: str, country: str, email: str) -> Account:
    """A merchant with what is usual in its country, its publishable key, and its owner. Raises EmailTaken."""
    usual = usual_in(country)
    merchant_id = add_merchant(
        session,
        now(),
        name=name,
        country=country,
        language=usual.language,
        currency=usual.currency,
        time_zone=usual.time_zone,
    )
    by = By(None, email.strip().lower())
    owner = accounts.add(session, now(), merchant_id, by, email=email, name=name, role=Role.OWNER)
    issue_key(session, now(), service().signer, merchant_id, KeyKind.PUBLISHABLE, by=by)
    return owner


def _form(form: Form, status: int = 200) -> Response:
    names = reader(locale()).formats.territories
    choices = sorted(((code, names.get(code, code)) for code in countries()), key=lambda pair: pair[1])
    return page("staff/sign_up.html", status, form=form, countries=choices)
