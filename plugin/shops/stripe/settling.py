"""The worker's hand at Stripe: gives back what is owed, and asks for what is due by a payment link.

Stripe is asked between two transactions, with a key that belongs to the settlement: whoever is killed in between is followed
by somebody who asks the same again and gets the same answer. Stripe forgets a key after a day, so whoever comes again looks
first whether it was done.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog

from delivery import stripe_accounts, stripe_sessions, stripe_settlements
from delivery.booking_rows import Booking, get
from delivery.problems import InvalidToken
from delivery.store.engine import Session
from delivery.stripe_sessions import StripeSession
from delivery.stripe_settlements import DECLINED, FAILED, LOOKED_AT_EVERY, REFUND, SENT, Settling
from delivery.texts.settling import link_name
from plugin.shops.stripe.client import calling
from plugin.shops.stripe.refusals import key_problem
from plugin.tools import Tools

if TYPE_CHECKING:
    from stripe import StripeClient

SETTLEMENT, BOOKING, ORDER = "stoep_settlement", "stoep_booking", "order"
PAGE = 100

log = structlog.get_logger("stoep.stripe")


class Settler:
    """Does what is due. Any number of processes may do this at once."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def anything_due(self) -> bool:
        """Whether money waits to be moved. Reads only."""
        with self._tools.database.reading() as session:
            return stripe_settlements.anything_due(session, self._tools.clock())

    def settle_due(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Settle one after another until none is due, Stripe is away, or we are to stop; how many were looked at."""
        seen = 0
        while not stopping() and self.anything_due():
            now = self._tools.clock()
            one = self._tools.database.write(lambda session, at=now: stripe_settlements.claim(session, at))  # type: ignore[misc]
            if one is None:
                break
            seen += 1
            if not self._settle(one):
                break
        return seen

    def _settle(self, one: Settling) -> bool:
        """Whether the next one may be tried at once."""
        import stripe

        facts = {"merchant": one.merchant_id, "settlement": one.settlement_id, "kind": one.kind}
        try:
            self._see_to(one)
        except (stripe.AuthenticationError, stripe.PermissionError) as error:
            self._key_refused(one, error)
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            # Stripe would say the same again: a person must look.
            log.error("stripe_settlement_refused", alarm=True, code=error.code, **facts)
            said = (error.user_message or str(error))[:300]
            self._write(lambda session: stripe_settlements.move(session, one, FAILED, problem=said))
        except Exception as error:
            log.warning("stripe_settlement_later", error=type(error).__name__, **facts)
            problem = type(error).__name__
            self._write(lambda session: stripe_settlements.again_later(session, self._tools.clock(), one, problem))
            return False
        return True

    def _see_to(self, one: Settling) -> None:
        with self._tools.database.reading() as session:
            account = stripe_accounts.find(session, one.merchant_id)
            is_off = stripe_settlements.is_off(session, one)
            paid = stripe_sessions.find(session, one.merchant_id, one.session_id)
            booking = get(session, merchant_id=one.merchant_id, booking_id=one.booking_id)
            name = link_name(booking.order, booking.recipient.get("locale")) if one.kind != REFUND else ""
        if account is None or paid is None:
            raise InvalidToken("The account is not connected any more.")
        with calling(self._tools.config.stripe_api, account.api_key(self._tools.signer)) as client:
            if one.kind == REFUND:
                self._refund(client, one, paid, booking, is_off=is_off)
            elif one.state == SENT:
                self._look_at_link(client, one, is_off=is_off)
            else:
                self._ask_for(client, one, booking, name, is_off=is_off)

    def _refund(
        self, client: "StripeClient", one: Settling, paid: StripeSession, booking: Booking, *, is_off: bool
    ) -> None:
        found = _refund_before(client, one, paid) if one.tries else None
        if found is None:
            if is_off:
                self._write(lambda session: stripe_settlements.forget(session, one))
                return
            found = client.v1.refunds.create(
                {
                    "payment_intent": paid.payment_intent or "",
                    "amount": one.amount,
                    "reason": "requested_by_customer",
                    "metadata": _notes(one, booking),
                },
                {"idempotency_key": one.idempotency_key},
            ).to_dict()
        if found["status"] in ("failed", "canceled"):
            why = found.get("failure_reason") or found["status"]
            self._write(lambda session: stripe_settlements.move(session, one, FAILED, problem=why))
            return
        refund_id = found["id"]
        log.info("stripe_refunded", merchant=one.merchant_id, settlement=one.settlement_id, refund=refund_id)
        self._write(lambda session: stripe_settlements.done(session, self._tools.clock(), one, refund_id))

    def _ask_for(self, client: "StripeClient", one: Settling, booking: Booking, name: str, *, is_off: bool) -> None:
        if is_off:
            self._write(lambda session: stripe_settlements.move(session, one, DECLINED))
            return
        notes = _notes(one, booking)
        price = {"currency": one.currency.lower(), "unit_amount": one.amount, "product_data": {"name": name}}
        link = client.v1.payment_links.create(
            {
                "line_items": [{"price_data": price, "quantity": 1}],  # type: ignore[typeddict-item]
                "restrictions": {"completed_sessions": {"limit": 1}},
                "metadata": notes,
                "payment_intent_data": {"metadata": notes},
            },
            {"idempotency_key": one.idempotency_key},
        )
        again_at = self._tools.clock() + LOOKED_AT_EVERY
        self._write(
            lambda session: stripe_settlements.move(
                session, one, SENT, stripe_id=link.id, url=link.url, next_try_at=again_at, problem=None
            )
        )

    def _look_at_link(self, client: "StripeClient", one: Settling, *, is_off: bool) -> None:
        """Whether it was paid, should nobody have told us; one that is not wanted any more is switched off."""
        link_id = one.stripe_id or ""
        if is_off:
            client.v1.payment_links.update(link_id, {"active": False})
        sessions = client.v1.checkout.sessions.list({"payment_link": link_id, "limit": PAGE}).data
        if any(session.payment_status == "paid" for session in sessions):
            self._write(lambda session: stripe_settlements.done(session, self._tools.clock(), one, link_id))
        elif is_off:
            self._write(lambda session: stripe_settlements.move(session, one, DECLINED))
        else:
            self._write(lambda session: stripe_settlements.again_later(session, self._tools.clock(), one))

    def _key_refused(self, one: Settling, error: Exception) -> None:
        problem, now = key_problem(error), self._tools.clock()

        def work(session: Session) -> None:
            stripe_accounts.refused(session, one.merchant_id, problem)
            stripe_settlements.again_later(session, now, one, problem)

        log.warning("stripe_key_refused", alarm=True, merchant=one.merchant_id, problem=problem)
        self._write(work)

    def _write(self, work: Callable[[Session], object]) -> None:
        self._tools.database.write(work)


def _refund_before(client: "StripeClient", one: Settling, paid: StripeSession) -> dict[str, Any] | None:
    """What a try before this one may have given back without having been able to say so."""
    refunds = client.v1.refunds.list({"payment_intent": paid.payment_intent or "", "limit": PAGE})
    for refund in refunds.auto_paging_iter():
        told = refund.to_dict()
        if (told["metadata"] or {}).get(SETTLEMENT) == one.settlement_id and told["status"] not in (
            "failed",
            "canceled",
        ):
            return told
    return None


def _notes(one: Settling, booking: Booking) -> dict[str, str]:
    return {SETTLEMENT: one.settlement_id, BOOKING: one.booking_id, ORDER: booking.order}
