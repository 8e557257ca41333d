"""Trying an endpoint out: a test handover, sent at once, and what the receiver said to it."""

from dataclasses import dataclass

from delivery.endpoint_kinds import WEBHOOK
from delivery.leases import Claimed
from delivery.problems import InvalidToken
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.texts.sentences import N_
from delivery.trials import keep_trial, trial
from delivery.tries import Outcome, Verdict
from plugin.fulfilment import KINDS
from plugin.fulfilment.means import Means
from plugin.fulfilment.webhook import send_and_read
from web.service import now, service

LONGEST_ANSWER = 200


@dataclass(frozen=True, slots=True)
class Tried:
    """How the test handover went; `answer` is how the receiver's answer begins, as text."""

    url: str
    outcome: Outcome
    answer: str

    @property
    def was_accepted(self) -> bool:
        return self.outcome.verdict is Verdict.PASSED_ON


def try_out(setup: Setup, endpoint_id: str) -> Tried | None:
    """Send a test handover to this endpoint, outside any transaction, and remember how it went. None: no such endpoint."""
    at, ours = now(), service()
    with ours.database.reading() as session:
        claimed = trial(session, at, setup, endpoint_id, ours.links)
    if claimed is None:
        return None
    outcome, body = _send(claimed, Means(ours.config, ours.signer, at))

    def work(session: Session) -> None:
        keep_trial(session, at, setup.merchant_id, endpoint_id, outcome)

    ours.database.write(work)
    return Tried(claimed.url, outcome, _readable(body))


def _send(claimed: Claimed, means: Means) -> tuple[Outcome, bytes]:
    if claimed.kind != WEBHOOK:
        return KINDS[claimed.kind](claimed, means), b""
    try:
        secrets = means.secrets_of(claimed)
    except InvalidToken:
        return Outcome(Verdict.FAILED, 0, problem=N_("Its secret cannot be read with the signing keys in use.")), b""
    return send_and_read(claimed, secrets, means.now, means.config.allow_private_targets)


def _readable(body: bytes) -> str:
    text = body[: LONGEST_ANSWER * 4].decode("utf-8", errors="replace")
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)[:LONGEST_ANSWER]
