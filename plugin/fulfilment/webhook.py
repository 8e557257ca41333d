"""A signed POST for each message, by Standard Webhooks 1.0 (https://www.standardwebhooks.com)."""

from datetime import datetime

from delivery.leases import Claimed
from delivery.tries import Outcome, Verdict
from plugin.fulfilment.means import Means
from plugin.notify.signed_posts import GONE, Answer, SignedPost, post

TOTAL_SECONDS = 20.0


def hand_over(claimed: Claimed, means: Means) -> Outcome:
    """Send one message once. Raises InvalidToken when its secret cannot be read."""
    return send(claimed, means.secrets_of(claimed), means.now, means.config.allow_private_targets)


def send(
    claimed: Claimed, secrets: tuple[str, ...], now: datetime, allow_private: bool, seconds: float = TOTAL_SECONDS
) -> Outcome:
    """Send one message once, signed with each of the secrets. Whatever happens, it ends within `seconds` as an Outcome.

    Only a name server may take longer, as long as the system's resolver lets it.
    """
    return send_and_read(claimed, secrets, now, allow_private, seconds)[0]


def send_and_read(
    claimed: Claimed, secrets: tuple[str, ...], now: datetime, allow_private: bool, seconds: float = TOTAL_SECONDS
) -> tuple[Outcome, bytes]:
    """What `send` does, and how the answer's body begins: for a person who tries an endpoint out."""
    answer = post(SignedPost(claimed.id, claimed.url, claimed.body, secrets), now, allow_private, seconds)
    return _judge(answer), answer.body


def _judge(answer: Answer) -> Outcome:
    if answer.problem is None:
        return Outcome(Verdict.PASSED_ON, answer.took_ms, answer.status)
    return Outcome(
        verdict=Verdict.GONE if answer.status == GONE else Verdict.FAILED,
        took_ms=answer.took_ms,
        status=answer.status,
        problem=answer.problem,
        retry_after=answer.retry_after,
        overloaded=answer.is_overloaded,
    )
