"""/plugin/money: what is to be paid back or asked for through Stripe waits here for the owner's word; the amounts are ours."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, request

from delivery import stripe_ledger, stripe_settlements
from delivery.accounts import Role
from delivery.audit import record
from delivery.store.engine import Session
from delivery.stripe_ledger import UNDER_WAY, WAITING, Line, Paid
from delivery.stripe_settlements import APPROVED, DECLINED
from delivery.texts.catalogues import say
from delivery.texts.formats import money
from delivery.texts.sentences import N_
from delivery.texts.settling import REASONS, STATES, to_do
from plugin.deliveries.listed import Badge
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import by, needs, visitor
from web.service import now, service

PATH = "/plugin/money"
AREA = "money"
"""Of the log of changes."""
APPROVE, DECLINE = "approve", "decline"
LOOKS = {"proposed": "attention", "approved": "", "sent": "", "done": "good", "failed": "wrong", "declined": ""}


@dataclass(frozen=True, slots=True)
class Shown:
    """A settlement in words."""

    line: Line
    what: str
    why: str
    state: Badge
    problem: str | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A payment that somebody has to look at, in words."""

    paid: Paid
    amount: str
    problem: str | None


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/money")
    @needs(Role.OWNER)
    def money_page() -> Response:
        """What waits, what is under way, what went wrong."""
        whose = visitor().merchant_id
        with service().database.reading() as session:
            waiting = stripe_ledger.lines(session, whose, WAITING)
            under_way = stripe_ledger.lines(session, whose, UNDER_WAY)
            troubles = stripe_ledger.troubles(session, now(), whose)
        return page(
            "deliveries/money.html",
            waiting=[shown(line) for line in waiting],
            under_way=[shown(line) for line in under_way],
            troubles=[trouble(paid) for paid in troubles],
        )

    @blueprint.post("/money/<string:settlement>")
    @needs(Role.OWNER)
    def decide(settlement: str) -> Response:
        """Approve it, or see to it in another way."""
        deed = request.form.get("deed", "")
        if deed not in (APPROVE, DECLINE):
            abort(404)
        if service().database.write(lambda session: _decide(session, settlement, deed)):
            words = N_("Approved: it is being done.") if deed == APPROVE else N_("It is not done through Stripe.")
        else:
            words = N_("There was nothing left to decide.")
        tell(say(locale(), words))
        return see_other(PATH)


def _decide(session: Session, settlement_id: str, deed: str) -> bool:
    whose = visitor().merchant_id
    line = stripe_ledger.line(session, whose, settlement_id)
    own = {"merchant_id": whose, "settlement_id": settlement_id}
    if deed == APPROVE:
        done = stripe_settlements.approve(session, now(), **own, by=visitor().name)
    else:
        done = stripe_settlements.decline(session, **own)
    if done and line is not None:
        what = to_do(line.kind, money(line.amount, line.currency, locale()), locale())
        said = {"decision": APPROVED if deed == APPROVE else DECLINED, "what": what}
        record(session, now(), whose, by(), AREA, line.order, "changed", {"decision": line.state}, said)
    return done


def shown(line: Line) -> Shown:
    """In the visitor's language."""
    tongue = locale()
    return Shown(
        line,
        to_do(line.kind, money(line.amount, line.currency, tongue), tongue),
        say(tongue, REASONS[line.reason]),
        Badge(say(tongue, STATES[line.state]), LOOKS[line.state]),
        line.problem and say(tongue, line.problem),
    )


def trouble(paid: Paid) -> Trouble:
    """In the visitor's language."""
    problem = paid.problem and say(locale(), paid.problem)
    return Trouble(paid, money(paid.paid_amount, paid.currency, locale()), problem)
