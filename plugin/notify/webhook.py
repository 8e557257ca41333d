"""Text messages, by a gateway of the merchant's: one signed POST per message, which the gateway turns into an SMS or the like."""

from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from delivery.texts.sentences import N_
from plugin.notify.outcomes import Outcome, Verdict
from plugin.notify.signed_posts import GONE, Answer, SignedPost, post
from web.config import Config

TYPE = "message.short"
TOTAL_SECONDS = 10.0
"""Shorter than for fulfilment: whoever waits for this one holds up the messages behind it."""

NEVER = frozenset({400, 413, 415, 422})
"""What a gateway answers to a message that it will never take, such as one for a number that is none."""

REFUSED = N_("The gateway refused the message.")
NOT_NOW = N_("The gateway did not take the message: it is tried again.")
NO_MORE = N_("The gateway wants no more messages: it answered 410 Gone.")


@dataclass(frozen=True, slots=True)
class ShortMessage:
    """One text message to one telephone. The same `id` names it over all tries, so that a second copy can be recognised.

    `to` has its country in front ("+31612345678") or is as it is dialled in `country` ("0612345678").
    """

    id: str
    to: str
    country: str
    text: str
    language: str
    shop: str
    kind: str
    booking: str
    order: str
    part: str
    link: str
    test: bool = False


def send_now(config: Config, now: datetime, url: str, secrets: tuple[str, ...], message: ShortMessage) -> Outcome:
    """Send one message once, outside any transaction. It ends within TOTAL_SECONDS and is an Outcome, whatever happens.

    When the connection breaks after it was given and before the answer, it counts as not sent: it may come twice, with the
    same id.
    """
    signed = SignedPost(message.id, url, body_of(message, now), secrets)
    return _judge(post(signed, now, config.allow_private_targets, TOTAL_SECONDS))


def body_of(message: ShortMessage, now: datetime) -> str:
    """What is posted."""
    names = ("to", "country", "text", "language", "shop", "kind", "booking", "order", "part", "link")
    data: dict[str, object] = {name: getattr(message, name) for name in names}
    if message.test:
        data["test"] = True
    at = now.astimezone(UTC).isoformat(timespec="seconds")
    return orjson.dumps({"type": TYPE, "timestamp": at, "data": data}).decode()


def _judge(answer: Answer) -> Outcome:
    if answer.problem is None:
        return Outcome(Verdict.SENT, answer.took_ms, answer.status)
    if answer.status == GONE:
        return Outcome(Verdict.GONE, answer.took_ms, answer.status, NO_MORE)
    if answer.status in NEVER:
        return Outcome(Verdict.REFUSED, answer.took_ms, answer.status, REFUSED)
    return Outcome(
        Verdict.LATER,
        answer.took_ms,
        answer.status,
        NOT_NOW if answer.status else answer.problem,
        answer.retry_after,
        is_away=answer.status is None or answer.is_overloaded,
    )
