"""What can go wrong between a shopper's page and Stripe."""

from delivery.problems import Problem


class StripeNotConnected(Problem):
    code, status, title = "stripe_not_connected", 409, "The shop has not connected its account at Stripe"


class PaymentNotFound(Problem):
    code, status, title = "payment_not_found", 404, "The shop has no such payment at Stripe"


class PaymentNotUsable(Problem):
    code, status, title = "payment_not_usable", 409, "The payment was not made ready for a delivery"


class PaymentClosed(Problem):
    code, status, title = "payment_closed", 409, "The payment is over, or under way"


class StripeAway(Problem):
    code, status, title = "stripe_away", 503, "Stripe cannot be reached"


class StripeRefused(Problem):
    code, status, title = "stripe_refused", 502, "Stripe refused what the shop's account asks for"


class WebhookNotSigned(Problem):
    code, status, title = (
        "webhook_not_signed",
        400,
        "The webhook was not signed by Stripe for this shop, or too long ago",
    )
