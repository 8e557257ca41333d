"""Why opening hours are not taken: the piece that is wrong, and what kind of thing it is."""

import pytest

from delivery.rules.opening_faults import fault_in


@pytest.mark.parametrize(
    ("text", "kind", "piece"),
    [
        ("Mo-Fr 09:00-17:00; SH off", "school_holidays", "SH off"),
        ("Mo-Fr 09:00-17:00; Schulferien off", "school_holidays", "Schulferien off"),
        ("Mo sunrise-sunset", "sun", "Mo sunrise-sunset"),
        ("Mo-Sa 10:00-(dusk-00:30); Su off", "sun", "Mo-Sa 10:00-(dusk-00:30)"),
        ("Mo 09:00-12:00; Tu 12:00", "moment", "Tu 12:00"),
        ("Mo-Fr 10:00-16:00/90", "moment", "Mo-Fr 10:00-16:00/90"),
        ("whenever we like", "unreadable", "whenever we like"),
        ("Mo-Fr 09:00-17:00; Sa sometimes", "unreadable", "Sa sometimes"),
        ('"a; b"; Tu 10:00-12:00; xx', "unreadable", "xx"),
        ("Mo 25:00-99:00", "unreadable", "Mo 25:00-99:00"),
        ("x" * 500, "unreadable", "x" * 80 + "…"),
        ("x" * 1001, "too_long", "x" * 80 + "…"),
    ],
)
def test_the_piece_that_is_wrong_is_named(text: str, kind: str, piece: str) -> None:
    fault = fault_in(text)
    assert fault is not None
    assert (fault.kind, fault.piece) == (kind, piece)


@pytest.mark.parametrize(
    "text", ["24/7", "Mo 9-17", "Ma t/m vr 9.00-17.30 uur", "Mo-Fr 09:00-12:30,13:30-21:00; Su,PH off"]
)
def test_what_is_taken_has_no_fault(text: str) -> None:
    assert fault_in(text) is None
