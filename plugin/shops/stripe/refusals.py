"""What Stripe answers when something is wrong, as problems of ours. Its own words stay in our log."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from delivery.problems import Problem
from plugin.shops.stripe.problems import PaymentNotFound, StripeAway, StripeRefused

log = structlog.get_logger("stoep.stripe")

NO_SUCH = "resource_missing"


@contextmanager
def as_problems(merchant_id: str) -> Iterator[None]:
    """Raises PaymentNotFound, StripeAway (try again), and StripeRefused: the key, or what we asked for."""
    import stripe

    try:
        yield
    except stripe.StripeError as error:
        problem = _problem(error)
        facts = {"status": error.http_status, "code": error.code, "request": error.request_id}
        log.warning("stripe_refused", merchant=merchant_id, error=type(error).__name__, problem=problem.code, **facts)
        raise problem from error


def key_problem(error: BaseException | None) -> str | None:
    """Why the key itself does not do, as a code for `delivery.texts.stripe`; None when something else was wrong."""
    import stripe

    if isinstance(error, stripe.AuthenticationError):
        return "key_refused"
    return "key_lacks" if isinstance(error, stripe.PermissionError) else None


def _problem(error: BaseException) -> Problem:
    import stripe

    if isinstance(error, stripe.InvalidRequestError):
        return PaymentNotFound("There is no such payment.") if error.code == NO_SUCH else StripeRefused()
    refusals = (stripe.AuthenticationError, stripe.PermissionError, stripe.IdempotencyError)
    return StripeRefused() if isinstance(error, refusals) else StripeAway("Try again in a moment.")
