"""What an endpoint's address may look like, and how long a wait may get."""

from datetime import timedelta

import pytest

from delivery import endpoint_kinds
from delivery.problems import InvalidInput
from delivery.tries import GAPS, JITTER, LONGEST_ASKED_WAIT, LONGEST_PAUSE, USUAL_PAUSE, next_try, pause
from tests.outbox import START


def test_jitter_only_lengthens_a_wait() -> None:
    assert next_try(START, 2, None, lambda: 0.0) == START + GAPS[2]
    assert next_try(START, 2, None, lambda: 1.0) == START + GAPS[2] * (1 + JITTER)


def test_a_wait_that_is_asked_for_is_kept_but_not_for_ever() -> None:
    assert next_try(START, 1, timedelta(minutes=2), lambda: 0.0) == START + timedelta(minutes=2)
    assert next_try(START, 3, timedelta(minutes=2), lambda: 0.0) == START + GAPS[3]
    assert next_try(START, 1, timedelta(days=400), lambda: 0.0) == START + LONGEST_ASKED_WAIT


def test_after_the_last_try_there_is_none() -> None:
    assert next_try(START, len(GAPS) - 1, None, lambda: 0.0) == START + GAPS[-1]
    assert next_try(START, len(GAPS), timedelta(hours=1), lambda: 0.0) is None


def test_an_overloaded_endpoint_rests_a_while_but_not_for_ever() -> None:
    assert pause(None) == USUAL_PAUSE
    assert pause(timedelta(minutes=5)) == timedelta(minutes=5)
    assert pause(timedelta(days=5)) == LONGEST_PAUSE


@pytest.mark.parametrize(
    "url",
    [
        "",
        "warehouse.example",
        "ftp://warehouse.example/",
        "file:///etc/passwd",
        "gopher://warehouse.example",
        "https://",
        "https:///path",
        "https://me:secret@warehouse.example/",
        "https://me@warehouse.example/",
        "https://warehouse.example:99999/",
        "https://warehouse.example:0/",
        "https://ware house.example/",
        "https://warehouse.example/\nHost: other",
        "http://[::1/",
        "https://warehouse.example/" + "x" * 2000,
    ],
)
def test_what_cannot_be_an_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        endpoint_kinds.check_url(url)
    assert caught.value.faults[0].pointer == "/url"


@pytest.mark.parametrize("url", ["https://warehouse.example", "http://10.0.0.7:8080/in?x=1", "https://[2001:db8::1]/"])
def test_what_can_be_an_address_is_taken(url: str) -> None:
    endpoint_kinds.check_url(url)
