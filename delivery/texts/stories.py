"""The words for one delivery's story: each kind of entry of delivery/story.py as a heading and lines under it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from delivery.texts import alarms, counter_stories
from delivery.texts.answers import reason_named
from delivery.texts.catalogues import say, say_number
from delivery.texts.choosing import who_chose
from delivery.texts.deliveries import type_word
from delivery.texts.formats import day, moment, money, window
from delivery.texts.pages import days_promised, reasons_kept, window_promised
from delivery.texts.progress import step_name
from delivery.texts.sentences import N_, said
from delivery.texts.settings import label
from delivery.texts.told import Facts, Told, Words

__all__ = ["Told", "Words", "address_lines", "kinds_told", "promise_line", "told"]


def told(what: str, facts: Facts, words: Words) -> Told:
    """One entry in words."""
    return _TELLERS[what](facts, words)


def kinds_told() -> tuple[str, ...]:
    """The kinds of entry that have words."""
    return tuple(_TELLERS)


def _asked(facts: Facts, words: Words) -> Told:
    where = " ".join(filter(None, (facts["country"], facts["postal_code"])))
    lines = [say(words.locale, "To {place}", place=where)]
    if facts["basket"]:
        lines.append(say(words.locale, "Basket: {lines}", lines=_goods(facts["basket"])))
    if facts["locale"]:
        lines.append(say(words.locale, "Language: {tag}", tag=facts["locale"]))
    return Told(say(words.locale, "The shopper asked how it can be delivered"), tuple(lines))


def _promised(facts: Facts, words: Words) -> Told:
    option, promise = facts["option"], facts["promise"]
    heading = say(words.locale, "Promised: {promise}", promise=promise_line(option, promise, words.locale))
    return Told(heading, tuple(_of_promise(facts, words)))


def _of_promise(facts: Facts, words: Words) -> Iterator[str]:
    option, promise = facts["option"], facts["promise"]
    if promise.get("ready_by"):
        yield say(words.locale, "Ready by {moment}", moment=_instant(promise["ready_by"], promise, words))
    if promise.get("pickup_by"):
        yield say(words.locale, "Kept until {moment}", moment=_instant(promise["pickup_by"], promise, words))
    fee = option["fee"]
    yield say(words.locale, "Fee: {amount}", amount=money(fee["amount"], fee["currency"], words.locale))
    if facts["origin"]:
        yield say(words.locale, "From {origin}", origin=facts["origin"])
    if facts["service"]:
        yield say(words.locale, "With {service}", service=facts["service"])
    if option.get("ship_by"):
        yield say(words.locale, "Leaves by {day}", day=day(date.fromisoformat(option["ship_by"]), words.locale))
    yield from reasons_kept(promise["steps"], words.locale)


def promise_line(option: Facts, promise: Facts, locale: str) -> str:
    """What was promised in one line: the centre or the way, the days, the window. `promise` as descriptions.promise has it."""
    where = (option.get("location") or {}).get("name") or type_word(option["type"], locale)
    parts = (where, days_promised(promise, locale), window_promised(promise, locale))
    return ", ".join(part for part in parts if part)


def _instant(said_at: str, promise: Facts, words: Words) -> str:
    return moment(datetime.fromisoformat(said_at), promise["time_zone"], words.locale)


def _held(facts: Facts, words: Words) -> Told:
    return Told(say(words.locale, "Kept for the shopper until {moment}", moment=words.moment(facts["until"])), ())


def _extended(facts: Facts, words: Words) -> Told:
    return Told(
        say(words.locale, "The shopper asked to keep it longer, until {moment}", moment=words.moment(facts["until"]))
    )


def _ordered(facts: Facts, words: Words) -> Told:
    lines = []
    if facts["part"]:
        lines.append(say(words.locale, "Part {part}", part=facts["part"]))
    lines.append(
        say(words.locale, "Goods: {lines}", lines=_goods((line["sku"], line["quantity"]) for line in facts["lines"]))
    )
    if facts["notes"]:
        lines.append(say(words.locale, "Note: {note}", note=facts["notes"]))
    if facts["open"]:
        lines.append(say(words.locale, "It came without a choice of delivery."))
    if facts["paid"]:
        lines.append(say(words.locale, "Paid"))
    elif facts["paid_until"]:
        lines.append(say(words.locale, "To be paid by {moment}", moment=words.moment(facts["paid_until"])))
    return Told(say(words.locale, "Ordered: {order}", order=facts["order"]), tuple(lines))


def _paid(_facts: Facts, words: Words) -> Told:
    return Told(say(words.locale, "Paid"))


def _cancelled(facts: Facts, words: Words) -> Told:
    why = (say(words.locale, "No payment came in time, so the place was given back."),) if facts["paid_until"] else ()
    return Told(say(words.locale, "Cancelled"), why)


_CHANGED_AS: Mapping[str, str] = {
    "longer": N_("The shopper asked to keep it longer"),
    "collector": N_("The shopper said who else may collect it"),
    "return": N_("Nobody collected it in time: it goes back"),
}


def _changed(facts: Facts, words: Words) -> Told:
    lines = []
    for name, (before, after) in facts["differences"].items():
        pair = [_value(name, value, words) for value in (before, after)]
        lines.append(
            say(
                words.locale,
                "{what}: {before} → {after}",
                what=say(words.locale, _CHANGED[name]),
                before=pair[0],
                after=pair[1],
            )
        )
    return Told(say(words.locale, _CHANGED_AS.get(facts["kind"], "Changed")), tuple(lines))


_CHANGED = {
    "address": N_("Address"),
    "recipient": N_("Recipient"),
    "notes": N_("Note for the courier"),
    "option": N_("Delivery"),
    "collector": N_("Who else may collect it"),
}


def _value(name: str, value: Any, words: Words) -> str:
    if not value:
        return say(words.locale, "nothing")
    if name == "address":
        return ", ".join(address_lines(value))
    if name == "recipient":
        return ", ".join(str(value[key]) for key in ("name", "email", "phone") if value.get(key))
    return str(value["title"] if name == "option" else value)


def address_lines(address: Facts) -> list[str]:
    """An address as it is written on a parcel, a line each; the country by its two letters."""
    town = " ".join(filter(None, (address.get("postal_code"), address.get("city"))))
    return [line for line in (*(address.get("lines") or ()), town, address.get("region"), address["country"]) if line]


def _chosen(facts: Facts, words: Words) -> Told:
    return Told(who_chose(facts["by"], facts["name"], words.locale))


def _default_failed(_facts: Facts, words: Words) -> Told:
    return Told(say(words.locale, _DEFAULT_FAILED), (say(words.locale, _STAYS_OPEN),))


_DEFAULT_FAILED = N_("Nobody chose in time, but it could not be sent the way you set for that")
_STAYS_OPEN = N_(
    "That way does not go to this address at the moment. The choice stays open, and is tried again every hour."
)


def _handed(facts: Facts, words: Words) -> Told:
    about = say(words.locale, _MESSAGES.get(facts["type"], _OTHER_MESSAGE))
    if facts["to"] is None:
        return Told(say(words.locale, "To see to by hand: {about}", about=about))
    return Told(say(words.locale, "Message for fulfilment: {about}", about=about), (facts["to"],))


_OTHER_MESSAGE = N_("News of the order")
_MESSAGES = {
    "booking.confirmed": N_("New order"),
    "booking.choice_open": N_("New order, nothing chosen yet"),
    "booking.changed": N_("Order changed"),
    "booking.cancelled": N_("Order cancelled"),
    "promise.at_risk": N_("Promise at risk"),
    "promise.broken": N_("Promise broken"),
}


def _tried(facts: Facts, words: Words) -> Told:
    lines = [facts["to"] or ""]
    if facts["status"]:
        lines.append(say(words.locale, "Answer: {status}", status=facts["status"]))
    lines.append(say_number(words.locale, "{number} millisecond", "{number} milliseconds", facts["took_ms"]))
    if facts["accepted"]:
        return Told(say(words.locale, "Passed on"), tuple(filter(None, lines)))
    lines.insert(1, said(words.locale, facts["problem"]))
    return Told(say(words.locale, "Sending did not work"), tuple(filter(None, lines)))


def _seen_to(facts: Facts, words: Words) -> Told:
    about = say(words.locale, _MESSAGES.get(facts["type"], _OTHER_MESSAGE))
    return Told(say(words.locale, "Seen to by hand: {about}", about=about))


def _reported(facts: Facts, words: Words) -> Told:
    lines = [str(facts[name]) for name in ("carrier", "status", "by") if facts.get(name)]
    detail = facts.get("detail")
    if isinstance(detail, Mapping):
        lines += [f"{name}: {_detail(name, value, words)}" for name, value in detail.items()]
    elif detail:
        lines.append(str(detail))
    return Told(step_name(facts["type"], words.locale), tuple(lines), facts.get("tracking_url"))


def _detail(name: str, value: Any, words: Words) -> str:
    if name not in ("window", "told") or not isinstance(value, Mapping):
        return str(value)
    starts, ends = (datetime.fromisoformat(value[end]) for end in ("start", "end"))
    return window(starts, ends, words.time_zone, words.locale)


def _told(facts: Facts, words: Words) -> Told:
    if facts["channel"] == alarms.CHANNEL:
        return Told(alarms.warned(facts["kind"], facts["state"], words.locale))
    about = label(f"messages.{facts['kind']}", words.locale)
    why = (said(words.locale, facts["problem"]),) if facts["problem"] else ()
    went = (_MAILS if facts["channel"] == "mail" else _SHORTS)[facts["state"]]
    return Told(say(words.locale, went, about=about), why)


_MAILS = {
    "waiting": N_("A mail to the shopper waits: {about}"),
    "sent": N_("Mail to the shopper: {about}"),
    "failed": N_("A mail to the shopper was refused: {about}"),
    "dropped": N_("A mail to the shopper was not sent: {about}"),
}
_SHORTS = {
    "waiting": N_("A text message to the shopper waits: {about}"),
    "sent": N_("Text message to the shopper: {about}"),
    "failed": N_("A text message to the shopper was refused: {about}"),
    "dropped": N_("A text message to the shopper was not sent: {about}"),
}


def _answered(facts: Facts, words: Words) -> Told:
    reasons = ", ".join(reason_named(reason, words.locale) for reason in facts["reasons"])
    call = say(words.locale, N_("Asked to be called")) if facts["wants_call"] else ""
    lines = tuple(filter(None, (reasons, facts["words"], call)))
    return Told(say(words.locale, N_("The shopper gave it {score} of 5"), score=facts["score"]), lines)


def _goods(lines: Iterable[Sequence[Any]]) -> str:
    return ", ".join(f"{quantity} × {sku}" for sku, quantity in lines)


_TELLERS: Mapping[str, Callable[[Facts, Words], Told]] = {
    "asked": _asked,
    "promised": _promised,
    "held": _held,
    "extended": _extended,
    "ordered": _ordered,
    "paid": _paid,
    "changed": _changed,
    "chosen": _chosen,
    "default_failed": _default_failed,
    "cancelled": _cancelled,
    "handed": _handed,
    "tried": _tried,
    "seen_to": _seen_to,
    "came": counter_stories.came,
    "at_counter": counter_stories.at_counter,
    "reported": _reported,
    "told": _told,
    "answered": _answered,
}
