"""What a mail to the people who pack and bring says about a booking: what it is, what to send, when, and where to."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from delivery.texts.catalogues import say, say_number
from delivery.texts.formats import day, moment
from delivery.texts.pages import days_promised, window_promised
from delivery.texts.sentences import N_

CONFIRMED, CHANGED = "booking.confirmed", "booking.changed"
AT_RISK, BROKEN = "promise.at_risk", "promise.broken"
Data = Mapping[str, Any]

_SUBJECTS = {
    CONFIRMED: N_("New order {order}: {when}"),
    CHANGED: N_("Changed order {order}: {when}"),
    "booking.cancelled": N_("Cancelled order {order}"),
    "booking.choice_open": N_("Order {order}: nothing chosen for its delivery yet"),
    AT_RISK: N_("Order {order} threatens to be late: {when}"),
    BROKEN: N_("Order {order} is too late: {when}"),
}
_OTHER = N_("About order {order}: {when}")
_TO_DO = {
    CONFIRMED: N_("A new order: please get it ready."),
    CHANGED: N_("Something changed. This is how it stands now; it replaces what you got before."),
    "booking.cancelled": N_("This order was cancelled: please do not send it."),
    "booking.choice_open": N_("Paid, but the shopper has still to choose: prepare it, do not send it."),
    AT_RISK: N_("What was promised can hardly be kept any more: please let it go first."),
    BROKEN: N_("What was promised was not kept."),
}
_OF_CHANGES = {
    ("return", "made"): N_(
        "These goods come back: they were not collected. As long as they lie there they still can be."
    ),
    ("return", "undone"): N_("They were collected after all: nothing comes back."),
    ("return", "taken_in"): N_("The shopper brought these goods back to a counter."),
    ("longer", "made"): N_("The shopper asked to keep it longer at the pick-up centre."),
}
"""What a change is about that says more than that something changed."""
_WHAT = {
    CONFIRMED: N_("new"),
    CHANGED: N_("changed"),
    "booking.cancelled": N_("cancelled"),
    "booking.choice_open": N_("not chosen yet"),
    AT_RISK: N_("at risk"),
    BROKEN: N_("too late"),
}
_STILL_NEW = frozenset({CHANGED, AT_RISK, BROKEN})
_HOW = {
    "shipping": N_("By carrier"),
    "local_delivery": N_("By our own courier"),
    "pickup": N_("Collected at a pick-up centre"),
}
_IS_TEST = N_("This is only a test: nobody ordered anything.")


class Letter(NamedTuple):
    """A mail about one booking: its subject, what to do, and labelled facts, whose values may have several lines."""

    subject: str
    heading: str
    facts: tuple[tuple[str, str], ...]


class Entry(NamedTuple):
    """One booking of a daily list: its message type, and the booking as it stands now."""

    type: str
    data: Data


def letter(event_type: str, data: Data, locale: str) -> Letter:
    """The mail about one message to fulfilment."""
    said = say(locale, _SUBJECTS.get(event_type, _OTHER), order=order_name(data), when=when(data, locale))
    change = _change(data)
    to_do = _OF_CHANGES.get(change) or _TO_DO.get(event_type)
    heading = say(locale, to_do) if to_do else said
    if data.get("test"):
        heading = f"{heading} {say(locale, _IS_TEST)}"
    return Letter(said, heading, tuple((label, value) for label, value in _facts(data, locale) if value))


def _change(data: Data) -> tuple[str, str]:
    change = data.get("change") or {}
    return str(change.get("kind", "")), str(change.get("state", ""))


def list_subject(on_day: date, count: int, locale: str) -> str:
    """The subject of a daily list."""
    return say_number(locale, "{number} order for {day}", "{number} orders for {day}", count, day=day(on_day, locale))


def list_heading(shop: str, locale: str) -> str:
    """What a daily list is, in a sentence."""
    return say(locale, N_("{shop}: what came in or changed since the last list."), shop=shop)


def merged(messages: Sequence[Entry]) -> list[Entry]:
    """One entry for each booking, in the order in which they leave, from its messages, oldest first.

    The last one counts. A booking that was new in this list is called new, though it changed or became late since.
    """
    first: dict[str, str] = {}
    last: dict[str, Entry] = {}
    for entry in messages:
        booking = str(entry.data.get("booking"))
        first.setdefault(booking, entry.type)
        last[booking] = entry
    entries = [
        entry._replace(type=CONFIRMED) if first[booking] == CONFIRMED and _is_still_new(entry) else entry
        for booking, entry in last.items()
    ]
    return sorted(entries, key=_leaves)


def _is_still_new(entry: Entry) -> bool:
    return entry.type in _STILL_NEW and _change(entry.data) not in _OF_CHANGES


def _leaves(entry: Entry) -> tuple[str, str, str]:
    promise = entry.data.get("promise") or {}
    starts = (promise.get("window") or {}).get("start") or promise.get("ready_by") or ""
    return entry.data.get("ship_by") or "9999", starts, order_name(entry.data)


def what(event_type: str, locale: str, data: Data | None = None) -> str:
    """ "new", "changed", "cancelled", "comes back"; the type itself when there is no word for it."""
    if _change(data or {}) == ("return", "made"):
        return say(locale, N_("comes back"))
    return say(locale, _WHAT[event_type]) if event_type in _WHAT else event_type


def how(data: Data, locale: str) -> str:
    """How it gets there."""
    kind = data.get("type")
    return say(locale, _HOW[kind]) if kind in _HOW else ""


def when(data: Data, locale: str) -> str:
    """The promised day or days, with the window where there is one."""
    promise = data.get("promise")
    if not promise:
        return say(locale, N_("nothing chosen yet"))
    days, hours = days_promised(promise, locale), window_promised(promise, locale)
    return say(locale, "{day}, {time}", day=days, time=hours) if hours else days


def ship_by(data: Data, locale: str) -> str:
    """The day on which it must leave; nothing when there is none."""
    return day(date.fromisoformat(data["ship_by"]), locale) if data.get("ship_by") else ""


def order_name(data: Data) -> str:
    """The order's number, with the part when it has several."""
    return " / ".join(str(data[name]) for name in ("order", "part") if data.get(name))


def recipient(data: Data) -> str:
    """Name and phone, a line each."""
    person = data.get("recipient") or {}
    return _lines(person.get("name"), person.get("phone"))


def address(data: Data) -> str:
    """The address, a line each."""
    place = data.get("address") or {}
    town = " ".join(str(place[name]) for name in ("postal_code", "city") if place.get(name))
    return _lines(*(place.get("lines") or ()), town, place.get("country"))


def centre(data: Data) -> str:
    """The name of the pick-up centre; nothing for other kinds."""
    return str((data.get("location") or {}).get("name") or "")


def goods(data: Data) -> str:
    """What to pack, a line for each article."""
    return _lines(*(f"{line.get('quantity')} × {line.get('sku')}" for line in data.get("lines") or ()))


def _facts(data: Data, locale: str) -> list[tuple[str, str]]:
    return [
        (say(locale, N_("Order")), order_name(data)),
        (say(locale, N_("How")), how(data, locale)),
        (say(locale, N_("When")), when(data, locale)),
        (say(locale, N_("Must leave on")), ship_by(data, locale)),
        (say(locale, N_("Pick-up centre")), centre(data)),
        (say(locale, N_("Ready by")), _moment(data, "ready_by", locale)),
        (say(locale, N_("Collected before")), _kept_until(data, locale)),
        (say(locale, N_("For")), recipient(data)),
        (say(locale, N_("Address")), address(data)),
        (say(locale, N_("To pack")), goods(data)),
        (say(locale, N_("Notes")), str(data.get("notes") or "")),
    ]


def _kept_until(data: Data, locale: str) -> str:
    """As it is counted once it lies there, until then as promised."""
    if not data.get("kept_until"):
        return _moment(data, "pickup_by", locale)
    return moment(datetime.fromisoformat(data["kept_until"]), data["promise"]["time_zone"], locale)


def _moment(data: Data, name: str, locale: str) -> str:
    promise = data.get("promise") or {}
    kept = promise.get(name)
    return moment(datetime.fromisoformat(kept), promise["time_zone"], locale) if kept else ""


def _lines(*lines: object) -> str:
    return "\n".join(str(line) for line in lines if line)
