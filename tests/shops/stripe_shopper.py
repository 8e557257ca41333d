"""What happens at Stripe without us: a shopper chooses and pays, a bank says no, somebody refunds by hand."""

from dataclasses import dataclass

from tests.shops import stripe_lines, stripe_links, stripe_payments, stripe_sessions
from tests.shops.stripe_accounts import Account, Object
from tests.shops.stripe_refusals import invalid

DELAYED = frozenset({"sepa_debit", "us_bank_account", "bacs_debit"})
"""Ways to pay of which Stripe hears days later whether the money came."""

BUYER = {"email": "a.jansen@example.org", "name": "A. Jansen", "phone": None, "tax_exempt": "none"}


@dataclass
class Shopper:
    """Acts on one account, in the browser or at the dashboard."""

    account: Account

    def choose(self, session_id: str, number: int) -> Object:
        """Another of the session's shipping options (`updateShippingOption`)."""
        session = self._open(session_id)
        stripe_sessions.choose(session, session["shipping_options"][number]["shipping_rate"])
        return session

    def pay(self, session_id: str, method: str = "card") -> Object:
        """Confirm the session. By a delayed way it completes unpaid; see `money_comes` and `money_fails`."""
        session = self._open(session_id)
        if session["shipping_address_collection"] and session["permissions"] and not session["collected_information"]:
            raise invalid("The shipping address is missing.", "collected_information")
        session |= {"status": "complete", "customer_details": dict(BUYER)}
        if session["amount_total"] == 0:
            session["payment_status"] = "no_payment_required"
        else:
            self._confirm(session, method)
        self.account.tell("checkout.session.completed", session)
        return session

    def _confirm(self, session: Object, method: str) -> None:
        intent = stripe_payments.add_intent(
            self.account,
            amount=session["amount_total"],
            currency=session["currency"],
            metadata=session["_payment"]["metadata"],
            capture_method=session["_payment"]["capture_method"],
        )
        session["payment_intent"] = intent["id"]
        if method in DELAYED:
            intent["status"] = "processing"
            stripe_payments.charge_for(self.account, intent, method=method, status="pending")
            self.account.tell("payment_intent.processing", intent)
            return
        self._take(intent, method)
        session["payment_status"] = "paid"

    def _take(self, intent: Object, method: str) -> None:
        charge = stripe_payments.charge_for(self.account, intent, method=method, status="succeeded")
        if intent["capture_method"] == "manual":
            intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
            self.account.tell("payment_intent.amount_capturable_updated", intent)
            return
        intent |= {"status": "succeeded", "amount_received": intent["amount"]}
        self.account.tell("charge.succeeded", charge)
        self.account.tell("payment_intent.succeeded", intent)

    def money_comes(self, session_id: str) -> Object:
        """Of a delayed way to pay."""
        session, intent, charge = self._waiting(session_id)
        charge |= {"status": "succeeded", "paid": True, "captured": True, "amount_captured": charge["amount"]}
        intent |= {"status": "succeeded", "amount_received": intent["amount"]}
        session["payment_status"] = "paid"
        self.account.tell("charge.succeeded", charge)
        self.account.tell("checkout.session.async_payment_succeeded", session)
        return session

    def money_fails(self, session_id: str) -> Object:
        """Of a delayed way to pay."""
        session, intent, charge = self._waiting(session_id)
        charge |= {"status": "failed", "failure_code": "insufficient_funds", "failure_message": "Insufficient funds."}
        intent |= {"status": "requires_payment_method", "last_payment_error": {"code": "insufficient_funds"}}
        self.account.tell("charge.failed", charge)
        self.account.tell("checkout.session.async_payment_failed", session)
        return session

    def pay_intent(self, intent_id: str, method: str = "card") -> Object:
        """Confirm a PaymentIntent of the merchant's own."""
        intent = self.account.get("payment_intent", intent_id)
        if intent["status"] not in stripe_payments.CHANGEABLE:
            raise invalid("It cannot be confirmed.", code="payment_intent_unexpected_state")
        if method in DELAYED:
            intent["status"] = "processing"
            stripe_payments.charge_for(self.account, intent, method=method, status="pending")
            self.account.tell("payment_intent.processing", intent)
        else:
            self._take(intent, method)
        return self.account.get("payment_intent", intent_id)

    def intent_settles(self, intent_id: str, *, well: bool) -> Object:
        """A PaymentIntent by a delayed way: its money came, or not."""
        intent = self.account.get("payment_intent", intent_id)
        charge = self.account.get("charge", intent["latest_charge"])
        if well:
            charge |= {"status": "succeeded", "paid": True, "captured": True, "amount_captured": charge["amount"]}
            intent |= {"status": "succeeded", "amount_received": intent["amount"]}
        else:
            charge["status"] = "failed"
            intent |= {"status": "requires_payment_method", "last_payment_error": {"code": "insufficient_funds"}}
        self.account.tell("payment_intent.succeeded" if well else "payment_intent.payment_failed", intent)
        return intent

    def decline_intent(self, intent_id: str) -> Object:
        """A card is refused; the shopper may try another."""
        intent = self.account.get("payment_intent", intent_id)
        intent["last_payment_error"] = {"code": "card_declined"}
        self.account.tell("payment_intent.payment_failed", intent)
        return intent

    def pay_link(self, link_id: str, method: str = "card") -> Object:
        """Pay at a payment link: a session of its own comes of it, with the link's metadata."""
        link = stripe_links.retrieve(self.account, {}, link_id)
        counted = (link["restrictions"] or {}).get("completed_sessions")
        if not link["active"] or (counted and counted["count"] >= counted["limit"]):
            raise invalid("This link is not active any more.", code="payment_link_inactive")
        items = [item for item in self.account.all("item") if item["_of"] == link_id][::-1]
        lines = [{"price": item["price"], "quantity": item["quantity"]} for item in items]
        asked = {"mode": "payment", "line_items": lines, "success_url": "https://buy.stripe.com/thanks"}
        session = stripe_sessions.create(
            self.account, asked | {"payment_intent_data": link["payment_intent_data"] or {}}
        )
        session |= {"payment_link": link_id, "metadata": dict(link["metadata"])}
        if counted:
            counted["count"] += 1
        return self.pay(session["id"], method)

    def refund_by_hand(self, intent_id: str, amount: int) -> Object:
        """At the dashboard."""
        return stripe_payments.create_refund(self.account, {"payment_intent": intent_id, "amount": amount})

    def dispute(self, intent_id: str) -> Object:
        """The card's holder says that it was not them."""
        charge = self.account.get("charge", self.account.get("payment_intent", intent_id)["latest_charge"])
        charge["disputed"] = True
        made = self.account.add(
            "dispute",
            amount=charge["amount"],
            charge=charge["id"],
            created=self.account.now,
            currency=charge["currency"],
            is_charge_refundable=False,
            metadata={},
            payment_intent=intent_id,
            reason="fraudulent",
            status="needs_response",
        )
        self.account.tell("charge.dispute.created", made)
        return made

    def sell(self, amount: int, currency: str = "eur") -> Object:
        """Put a price into the merchant's catalogue."""
        return stripe_lines.add_price(self.account, amount, currency)

    def time_passes(self) -> None:
        """After the clock was moved: sessions end whose time is over."""
        stripe_sessions.end_if_due(self.account)

    def _open(self, session_id: str) -> Object:
        session = stripe_sessions.retrieve(self.account, {}, session_id)
        if session["status"] != "open":
            raise invalid(f"The session is {session['status']}.")
        return session

    def _waiting(self, session_id: str) -> tuple[Object, Object, Object]:
        session = self.account.get("checkout.session", session_id)
        intent = self.account.get("payment_intent", session["payment_intent"])
        if intent["status"] != "processing":
            raise invalid("No money is on its way.")
        return session, intent, self.account.get("charge", intent["latest_charge"])
