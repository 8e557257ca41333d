"""A checker of histories: were places sold twice, or refused while they were free? It knows only what callers saw."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import NamedTuple


class Did(NamedTuple):
    """One call of one visit: begun and ended when, whether it succeeded; `expires` is when a hold taken then would end."""

    visit: str
    slot: str
    what: str
    begin: float
    end: float
    ok: bool
    expires: float


class Span(NamedTuple):
    begin: float
    end: float


@dataclass
class Stay:
    """When a visit surely had its place, and when it may have had it. What happens inside a call is not known."""

    surely: list[Span]
    maybe: list[Span]


def complaints(log: Iterable[Did], capacity: int) -> list[str]:
    """What is wrong with a history, in words; nothing when all is well."""
    slots: dict[str, list[Did]] = defaultdict(list)
    for did in log:
        slots[did.slot].append(did)
    return [said for slot, dids in slots.items() for said in _of_slot(slot, dids, capacity)]


def _of_slot(slot: str, dids: list[Did], capacity: int) -> list[str]:
    visits: dict[str, dict[str, Did]] = defaultdict(dict)
    for did in dids:
        visits[did.visit][did.what] = did
    stays = [_stay(visit) for visit in visits.values() if visit["take"].ok]
    sure = [span for stay in stays for span in stay.surely]
    most = max((_at_once(sure, span.begin) for span in sure), default=0)
    said = [f"{slot}: {most} at once in {capacity} places"] if most > capacity else []
    refused = [did for did in dids if not did.ok and did.what != "leave"]
    return said + [
        f"{slot}: refused at {did.begin:.6f} although a place was free"
        for did in refused
        if _most_during(_of_others(visits, did.visit), did) < capacity
    ]


def _stay(visit: dict[str, Did]) -> Stay:
    take, order, leave = visit["take"], visit.get("order"), visit.get("leave")
    gone = leave if leave and leave.ok else None
    left = Span(gone.begin, gone.end) if gone else Span(inf, inf)
    if order is None or not order.ok:
        # What expired is not taken back while its owner is just at work on it: that may keep the place a little longer.
        at_work = [Span(did.begin, did.end) for did in (order, leave) if did]
        kept = Span(take.begin, min(take.expires, left.end))
        return Stay([Span(take.end, min(take.expires, left.begin))], [kept, *at_work])
    surely = [Span(take.end, left.begin)]
    if order.end >= take.expires:
        # While the order waited for its turn, the hold may have been taken back; then it got its place anew.
        surely = [Span(take.end, take.expires), Span(order.end, left.begin)]
    return Stay(surely, [Span(take.begin, left.end)])


def _of_others(visits: dict[str, dict[str, Did]], visit: str) -> list[list[Span]]:
    return [_stay(other).maybe for name, other in visits.items() if name != visit and other["take"].ok]


def _at_once(spans: list[Span], at: float) -> int:
    return sum(span.begin <= at < span.end for span in spans)


def _most_during(stays: list[list[Span]], did: Did) -> int:
    begins = {span.begin for spans in stays for span in spans if did.begin < span.begin <= did.end}
    return max(sum(_at_once(spans, moment) > 0 for spans in stays) for moment in {did.begin} | begins)
