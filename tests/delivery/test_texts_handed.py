"""People who pack and bring read what a change is about: that goods come back, or stay longer."""

from typing import Any

import pytest

from delivery.texts.handed import CHANGED, CONFIRMED, Entry, letter, merged, what

PROMISE = {
    "earliest": "2026-11-25",
    "latest": "2026-11-25",
    "time_zone": "Europe/Amsterdam",
    "ready_by": "2026-11-25T13:30:00+01:00",
    "pickup_by": "2026-12-02T21:00:00+01:00",
}


def data(**more: Any) -> dict[str, Any]:
    return {"booking": "bk_1", "order": "1001", "type": "pickup", "promise": PROMISE, "lines": []} | more


def changed(kind: str, state: str, **more: Any) -> dict[str, Any]:
    return data(change={"change": "cg_1", "kind": kind, "state": state}, **more)


@pytest.mark.parametrize(
    ("kind", "state", "heading"),
    [
        (
            "return",
            "made",
            "These goods come back: they were not collected. As long as they lie there they still can be.",
        ),
        ("return", "undone", "They were collected after all: nothing comes back."),
        ("return", "taken_in", "The shopper brought these goods back to a counter."),
        ("longer", "made", "The shopper asked to keep it longer at the pick-up centre."),
        ("move", "made", "Something changed. This is how it stands now; it replaces what you got before."),
    ],
)
def test_a_mail_says_what_the_change_is_about(kind: str, state: str, heading: str) -> None:
    assert letter(CHANGED, changed(kind, state), "en-GB").heading == heading


def test_it_says_until_when_it_lies_there_once_that_is_known() -> None:
    assert dict(letter(CONFIRMED, data(), "en-GB").facts)["Collected before"] == "Wednesday 2 December, 21:00"
    lies = data(kept_until="2026-12-04T20:00:00+00:00")
    assert dict(letter(CHANGED, lies, "en-GB").facts)["Collected before"] == "Friday 4 December, 21:00"


def test_what_comes_back_is_called_so_in_a_list_even_if_it_was_new_in_it() -> None:
    back = Entry(CHANGED, changed("return", "made"))
    moved = Entry(CHANGED, changed("move", "made", booking="bk_2"))
    entries = merged([Entry(CONFIRMED, data()), Entry(CONFIRMED, data(booking="bk_2")), back, moved])
    assert [what(entry.type, "en-GB", entry.data) for entry in entries] == ["comes back", "new"]
