"""Orders of a counter in words: a line of a list, the marks beside it, and what happened to its parcels."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from delivery import evidence, parcels_at_centres
from delivery.booking_states import CANCELLED, COLLECTED, CONFIRMED, DELIVERED, READY_FOR_PICKUP, RETURNED
from delivery.counter_lists import Waiting
from delivery.evidence import Conflict, Kept
from delivery.parcels_at_centres import HERE, LEFT, REFUSED
from delivery.rules.pickup import Centre
from delivery.texts import formats
from delivery.texts.catalogues import say, say_number
from delivery.texts.deliveries import state_word
from delivery.texts.sentences import N_
from plugin.counter.signing import is_drawn
from plugin.pages.frame import locale
from web.service import now

WHY_NOT = {
    evidence.ALREADY_COLLECTED: N_("It had been collected already."),
    evidence.CANCELLED: N_("The order is cancelled."),
    evidence.GONE_BACK: N_("It had gone back already."),
    evidence.ANOTHER_CENTRE: N_("It is not for this pick-up centre."),
    evidence.NOT_PAID: N_("It is not paid, or nobody has chosen yet how it is delivered."),
    evidence.WRONG_CODE: N_("The code was not the code of this order."),
}
_WAYS = {
    (evidence.COLLECTED, evidence.CODE): N_("Handed to {who} by the collect code"),
    (evidence.COLLECTED, evidence.ID): N_("Handed to {who}, an ID was seen"),
    (evidence.COLLECTED, evidence.NOTHING): N_("Handed to {who}, nothing was shown"),
}
_REFUSED = N_("Refused at the counter: {words}")
_TAKEN_IN = N_("A return was taken in: {words}")


_AT_ITS_END = (COLLECTED, DELIVERED, RETURNED, CANCELLED)


class Mark(NamedTuple):
    """A badge: words, and how it looks."""

    words: str
    look: str = ""


class Line(NamedTuple):
    """An order in a list. `left` are the numbers of the parcels that can be given out, `here` of those that were checked in."""

    id: str
    called: str
    name: str
    collector: str
    left: tuple[int, ...]
    here: tuple[int, ...]
    words: str
    marks: tuple[Mark, ...]


class Happening(NamedTuple):
    """What happened at the counter, with its evidence. `path` is a drawn signature, `signed` a typed one."""

    words: str
    lines: tuple[str, ...]
    conflict: str
    path: str
    signed: str


class Warned(NamedTuple):
    """A conflict that a person has to see."""

    id: str
    booking_id: str
    called: str
    name: str
    words: str
    evidence: str


def called(order: str, part: str) -> str:
    """An order as people name it."""
    return f"{order} {part}".strip()


def line(one: Waiting, centre: Centre) -> Line:
    """An order as a list shows it."""
    return Line(
        one.booking_id,
        called(one.order, one.part),
        one.name,
        one.collector,
        parcels_at_centres.numbers_in(one.parcels, LEFT),
        parcels_at_centres.numbers_in(one.parcels, {HERE}),
        ". ".join(_words(one, centre)),
        (*marks(one), *_stands_at(one)),
    )


def _words(one: Waiting, centre: Centre) -> Iterator[str]:
    if one.state != READY_FOR_PICKUP and one.ready_by:
        yield say(locale(), N_("Promised ready by {moment}"), moment=_moment(one.ready_by, centre))
    elif one.kept_until:
        words = N_("Was kept until {moment}") if _is_over(one) else N_("Kept until {moment}")
        yield say(locale(), words, moment=_moment(one.kept_until, centre))
    if one.is_own_stock and one.state == CONFIRMED:
        yield ", ".join(f"{piece.quantity} × {piece.sku}" for piece in one.lines)
    if one.collector:
        yield say(locale(), N_("Collected by {name}"), name=one.collector)


def marks(one: Waiting) -> Iterator[Mark]:
    """What stands beside an order: how many of its parcels are here and where, what is wrong."""
    here, all_of = parcels_at_centres.numbers_in(one.parcels, {HERE}), len(one.parcels)
    if all_of > 1:
        words = say_number(
            locale(), "{here} of {number} parcel here", "{here} of {number} parcels here", all_of, here=len(here)
        )
        yield Mark(words, "good" if len(here) == all_of else "attention")
    for shelf in sorted({parcel.shelf for parcel in one.parcels if parcel.shelf and parcel.state in LEFT}):
        yield Mark(say(locale(), N_("Shelf {shelf}"), shelf=shelf))
    if parcels_at_centres.numbers_in(one.parcels, {REFUSED}):
        yield Mark(say(locale(), N_("Refused")), "attention")
    if one.going_back_at:
        yield Mark(say(locale(), N_("Going back")), "attention")
    elif one.state not in (READY_FOR_PICKUP, *_AT_ITS_END) and one.ready_by and one.ready_by < now():
        yield Mark(say(locale(), N_("Late")), "wrong")


def _stands_at(one: Waiting) -> Iterator[Mark]:
    if one.state not in (CONFIRMED, READY_FOR_PICKUP):
        yield Mark(state_word(one.state, locale()))


def _is_over(one: Waiting) -> bool:
    return one.going_back_at is not None or (one.kept_until is not None and one.kept_until <= now())


def happening(kept: Kept, centre_name: str, zone: str) -> Happening:
    """One thing that happened, in words."""
    signed = kept.signature or ""
    drawn = is_drawn(signed)
    return Happening(
        _what(kept),
        tuple(_evidence(kept, centre_name, zone)),
        _why_not(kept),
        signed if drawn else "",
        "" if drawn else signed,
    )


def _why_not(kept: Kept) -> str:
    return say(locale(), WHY_NOT[kept.conflict]) if kept.conflict else ""


def _what(kept: Kept) -> str:
    words = {evidence.REFUSED: _REFUSED, evidence.TAKEN_IN: _TAKEN_IN}.get(kept.kind)
    if words:
        return say(locale(), words, words=kept.words or say(locale(), N_("no reason was given")))
    return say(locale(), _WAYS[kept.kind, kept.shown], who=kept.who or say(locale(), N_("somebody")))


def _evidence(kept: Kept, centre_name: str, zone: str) -> Iterator[str]:
    at = formats.short_moment(kept.at, zone, locale())
    yield say(locale(), N_("{moment}, {centre}, by {staff}"), moment=at, centre=centre_name, staff=kept.staff)
    if len(kept.parcels) > 1:
        yield say(locale(), N_("Parcels {numbers}"), numbers=", ".join(map(str, kept.parcels)))
    if kept.offline:
        sent = formats.short_moment(kept.received_at, zone, locale())
        yield say(locale(), N_("The line was down, sent at {moment}"), moment=sent)
    if kept.kind == evidence.COLLECTED and not kept.verified:
        yield say(locale(), N_("Not verified"))


def warned(conflicts: Sequence[Conflict], centre: Centre) -> list[Warned]:
    """What devices reported that could not be so."""
    return [
        Warned(
            one.kept.id,
            one.kept.booking_id,
            called(one.order, one.part),
            one.name,
            _why_not(one.kept),
            ". ".join((_what(one.kept), *_evidence(one.kept, centre.name, centre.zone.key))),
        )
        for one in conflicts
    ]


def _moment(at: datetime, centre: Centre) -> str:
    return formats.short_moment(at, centre.zone.key, locale())
