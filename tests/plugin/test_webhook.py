"""Sending one message: signed as the standard says, and ended whatever the other side does."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from delivery.leases import Claimed
from delivery.tries import Outcome, Verdict
from plugin.fulfilment.webhook import send
from plugin.notify.signed_posts import retry_after, signed_headers
from tests.outbox import START, Clock
from tests.plugin.receiver import (
    Behaviour,
    Receiver,
    answer,
    close,
    die_in_body,
    die_in_status,
    drip,
    flood,
    hang,
    receiving,
)

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def message(url: str) -> Claimed:
    return Claimed(
        id="msg_1",
        merchant_id="mr_lamps",
        booking_id="bk_1",
        endpoint_id="ep_1",
        type="booking.confirmed",
        body='{"type":"booking.confirmed","data":{"recipient":"Zoë"}}',
        tries=0,
        until=START,
        kind="webhook",
        url=url,
        secret="",
    )


def try_once(receiver: Receiver, seconds: float = 5) -> Outcome:
    receiver.secrets = [SECRET]
    return send(message(receiver.url), (SECRET,), START, allow_private=True, seconds=seconds)


def outcome_of(behaviour: Behaviour, seconds: float = 5) -> Outcome:
    with receiving(Clock(), behaviour) as receiver:
        outcome = try_once(receiver, seconds)
        assert len(receiver.received) == 1
        return outcome


def test_the_independent_package_accepts_what_is_sent() -> None:
    with receiving(Clock()) as receiver:
        outcome = try_once(receiver)
    assert outcome.verdict is Verdict.PASSED_ON
    assert outcome.status == 204
    [got] = receiver.received
    assert got.verified
    assert got.id == "msg_1"
    assert got.timestamp == int(START.timestamp())
    assert got.data["data"] == {"recipient": "Zoë"}
    assert got.headers["content-type"] == "application/json"


def test_another_secret_does_not_verify() -> None:
    with receiving(Clock()) as receiver:
        receiver.secrets = ["whsec_" + "A" * 44]
        send(message(receiver.url), (SECRET,), START, allow_private=True)
    assert not receiver.received[0].verified


def test_a_time_in_another_zone_signs_the_same_second() -> None:
    amsterdam = START.astimezone(datetime.fromisoformat("2026-11-23T10:00:00+01:00").tzinfo)
    assert signed_headers("msg_1", "{}", (SECRET,), amsterdam) == signed_headers("msg_1", "{}", (SECRET,), START)


def test_the_signature_agrees_with_the_example_of_the_standard() -> None:
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', (SECRET,), at)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert Webhook(SECRET).sign("msg_1", at, "{}").startswith("v1,")


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_accepts(status: int) -> None:
    assert outcome_of(answer(status)).verdict is Verdict.PASSED_ON


@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308, 400, 401, 404, 409, 422, 500, 503])
def test_every_other_answer_is_a_failure_that_may_pass(status: int) -> None:
    outcome = outcome_of(answer(status, Location="/elsewhere"))
    assert (outcome.verdict, outcome.status, outcome.overloaded) == (Verdict.FAILED, status, False)


def test_410_is_the_end_of_it() -> None:
    assert outcome_of(answer(410)).verdict is Verdict.GONE


@pytest.mark.parametrize("status", [429, 502, 504])
def test_an_overloaded_receiver_is_told_from_a_broken_one(status: int) -> None:
    assert outcome_of(answer(status)).overloaded


def test_the_wait_that_is_asked_for_is_read() -> None:
    outcome = outcome_of(answer(503, Retry_After="120"))
    assert (outcome.retry_after, outcome.overloaded) == (timedelta(seconds=120), True)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 0 ", timedelta(0)),
        ("Mon, 23 Nov 2026 09:01:30 GMT", timedelta(seconds=90)),
        ("Mon, 23 Nov 2026 09:01:30", timedelta(seconds=90)),
        ("Mon, 23 Nov 2026 08:00:00 GMT", timedelta(0)),
        ("99999999999999999999999999", timedelta(seconds=10**9)),
        ("-5", None),
        ("soon", None),
        ("١٢", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_or_nothing(header: str | None, wait: timedelta | None) -> None:
    assert retry_after(header, START) == wait


@pytest.mark.parametrize("behaviour", [close, die_in_status])
def test_a_connection_that_breaks_before_the_answer_is_a_failure(behaviour: Behaviour) -> None:
    outcome = outcome_of(behaviour)
    assert (outcome.verdict, outcome.status) == (Verdict.FAILED, None)
    assert outcome.problem == "It could not be reached, or closed the connection."


@pytest.mark.parametrize("behaviour", [die_in_body, flood])
def test_the_status_decides_whatever_becomes_of_the_body(behaviour: Behaviour) -> None:
    assert outcome_of(behaviour).verdict is Verdict.PASSED_ON


@pytest.mark.parametrize("behaviour", [hang, drip])
def test_a_receiver_that_hangs_or_drips_is_left_in_time(behaviour: Behaviour) -> None:
    began = time.perf_counter()
    outcome = outcome_of(behaviour, seconds=0.5)
    assert (outcome.verdict, outcome.problem) == (Verdict.FAILED, "It did not answer in time.")
    assert time.perf_counter() - began < 3


def test_nobody_listening_is_a_failure() -> None:
    with receiving(Clock()) as receiver:
        url = receiver.url
    outcome = send(message(url), (SECRET,), START, allow_private=True)
    assert (outcome.verdict, outcome.status) == (Verdict.FAILED, None)


def test_a_proxy_or_password_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login us password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    with receiving(Clock()) as receiver:
        assert try_once(receiver).verdict is Verdict.PASSED_ON
    assert "authorization" not in receiver.received[0].headers
