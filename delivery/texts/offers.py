"""What an offer says: titles of its options, reasons of its estimate, places left, notes on problems."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from delivery.rules.estimate import Estimate, Step
from delivery.texts.catalogues import say, say_number
from delivery.texts.formats import clock_time, day, day_range, local_day, moment, short_moment, time_at, window
from delivery.texts.sentences import N_ as N_

_NOTES: Mapping[str, str] = {
    "postal_code_unknown": N_("We do not know this postcode, so the dates are wider than usual."),
    "no_delivery": N_("We have not found a way to deliver to this address."),
    "slot_full": N_("Someone else just took the last place. Please choose another time."),
    "option_gone": N_("This option is no longer available. Please choose again."),
    "option_unknown": N_("This option is no longer available. Please choose again."),
    "offer_expired": N_("These options were out of date. Here are the current ones; please choose again."),
    "hold_expired": N_("Your place was kept until now and has been released. Please choose again."),
    "hold_not_found": N_("Your place was kept until now and has been released. Please choose again."),
    "too_many_holds": N_("Too many places are being kept at the moment. Please try again in a minute."),
}


_HEADINGS: Mapping[str, str] = {
    "shipping": N_("Delivered to your address"),
    "local_delivery": N_("At a time you choose"),
    "pickup": N_("Collect it nearby"),
}


def heading(kind: str, locale: str) -> str:
    """What stands above the options of a kind."""
    return say(locale, _HEADINGS[kind])


def problem_note(code: str, locale: str) -> str | None:
    """A sentence for the shopper about a problem's code; None for a code that says nothing to a shopper."""
    message = _NOTES.get(code)
    return None if message is None else say(locale, message)


def problem_codes() -> tuple[str, ...]:
    """The codes that have a note."""
    return tuple(_NOTES)


def shipping_title(service_name: str, locale: str) -> str:
    """A dated delivery is called by its service; its day stands beside the title, not in it."""
    return service_name or say(locale, "Standard delivery")


@lru_cache(maxsize=8192)
def slot_title(slot_day: date, start: datetime, end: datetime, time_zone: str, locale: str) -> str:
    """A home window: "Tuesday 24 November, 18:00–20:00"."""
    return say(locale, "{day}, {time}", day=day(slot_day, locale), time=window(start, end, time_zone, locale))


def pickup_title(centre_name: str, locale: str) -> str:
    """A pick-up: "Collect at the bakery"."""
    return say(locale, "Collect at {name}", name=centre_name)


@lru_cache(maxsize=1024)
def places_left(number: int, locale: str) -> str:
    """ "2 places left"."""
    return say_number(locale, "{number} place left", "{number} places left", number)


def near_by(locale: str) -> str:
    """What is said of a window in which a van comes past anyway."""
    return say(locale, "We are in your street then")


def ready_by(instant: datetime, time_zone: str, locale: str) -> str:
    """When a parcel can be collected."""
    return say(locale, "Ready {moment}", moment=moment(instant, time_zone, locale))


def kept_until(instant: datetime, time_zone: str, locale: str) -> str:
    """Until when a parcel waits at the centre."""
    return say(locale, "Kept until {moment}", moment=short_moment(instant, time_zone, locale))


def wait_for_message(locale: str) -> str:
    """At a centre whose ready time follows from the work there."""
    return say(locale, "Please come only once you have heard that it is ready.")


def closed_word(locale: str) -> str:
    """Beside a day on which a centre does not open."""
    return say(locale, "Closed")


def estimate_text(estimate: Estimate, time_zone: str, locale: str, today: date | None = None) -> str:
    """The estimate in one line, for a product page. `time_zone`: the origin's, for the order time."""
    arrival = day_range(estimate.earliest_day, estimate.latest_day, locale)
    if today is not None and local_day(estimate.order_before, time_zone) == today:
        at = time_at(estimate.order_before, time_zone, locale)
        return say(locale, "Order before {time} today: arrives {days}", time=at, days=arrival)
    return say(
        locale,
        "Order before {moment}: arrives {days}",
        moment=moment(estimate.order_before, time_zone, locale),
        days=arrival,
    )


def order_zone(estimate: Estimate, otherwise: str) -> str:
    """The zone in which the estimate's order time is said: that of its cut-off step."""
    for step in estimate.steps:
        if step.rule == "cut_off" and "time_zone" in step.facts:
            return str(step.facts["time_zone"])
    return otherwise


def reasons(steps: Sequence[Step], locale: str, today: date | None = None) -> tuple[str, ...]:
    """Why this day, as a shopper reads it: without steps that add nothing to the one before."""
    said = zip(steps, step_sentences(steps, locale, today), strict=True)
    return tuple(text for step, text in said if text and not _goes_without_saying(step, steps))


def step_sentences(steps: Sequence[Step], locale: str, today: date | None = None) -> tuple[str, ...]:
    """Why this day, one sentence for each step. `today` lets them say "today" and "tomorrow"."""
    return tuple(step_sentence(step, locale, today, _is_packed_at_once(step, steps)) for step in steps)


def step_sentence(step: Step, locale: str, today: date | None = None, packed_at_once: bool = True) -> str:
    """One step's reason. Empty for a rule without words: a new rule must not break a checkout."""
    sentence = SENTENCES.get(step.rule)
    if sentence is None:
        return ""
    if step.rule == "cut_off" and not packed_at_once:
        sentence = _work_starts
    said = sentence(step, locale, _on_day(step.day, locale, today))
    if "parcel" in step.facts:
        return say(locale, "Parcel {number}: {reason}", number=step.facts["parcel"], reason=said)
    return said


def _on_day(value: date, locale: str, today: date | None) -> str:
    if today is not None and value == today:
        return say(locale, "today")
    if today is not None and value == today + timedelta(days=1):
        return say(locale, "tomorrow")
    return say(locale, "on {day}", day=day(value, locale))


def _is_packed_at_once(step: Step, steps: Sequence[Step]) -> bool:
    """Whether nothing else is to be done at the origin once the cut-off's day has come."""
    of_parcel = (other for other in steps if other.facts.get("parcel") == step.facts.get("parcel"))
    return not any(other.rule in ("backlog", "handling") and other.day > step.day for other in of_parcel)


def _goes_without_saying(step: Step, steps: Sequence[Step]) -> bool:
    return step.rule == "handling" and any(
        other.rule == "cut_off" and other.day == step.day and other.facts.get("parcel") == step.facts.get("parcel")
        for other in steps
    )


def _stock(step: Step, locale: str, _on_day: str) -> str:
    return say(locale, "{origin} does not have everything in stock", origin=step.facts.get("origin", ""))


def _cut_off(step: Step, locale: str, on_day: str) -> str:
    at = _cut_off_time(step, locale)
    if step.facts.get("met"):
        return say(locale, "Ordered before {time}, packed {on_day}", time=at, on_day=on_day)
    return say(locale, "Ordered after {time}, packed {on_day}", time=at, on_day=on_day)


def _work_starts(step: Step, locale: str, on_day: str) -> str:
    at = _cut_off_time(step, locale)
    if step.facts.get("met"):
        return say(locale, "Ordered before {time}, work starts {on_day}", time=at, on_day=on_day)
    return say(locale, "Ordered after {time}, work starts {on_day}", time=at, on_day=on_day)


def _cut_off_time(step: Step, locale: str) -> str:
    return clock_time(time.fromisoformat(str(step.facts["cut_off"])), locale)


def _closed(step: Step, locale: str, on_day: str) -> str:
    return say(locale, _CLOSED.get(str(step.facts.get("reason")), _CLOSED["closed"]), on_day=on_day)


_CLOSED: Mapping[str, str] = {
    "weekday": N_("No work {on_day}"),
    "holiday": N_("Public holiday {on_day}"),
    "closed_day": N_("Closed {on_day}"),
    "closed": N_("Closed {on_day}"),
}


def _backlog(step: Step, locale: str, _on_day: str) -> str:
    return say_number(
        locale,
        "It is busy: {number} extra working day",
        "It is busy: {number} extra working days",
        int(step.facts["days"]),
    )


def _waiting_work(step: Step, locale: str, _on_day: str) -> str:
    return say_number(
        locale,
        "{number} order is made ready there first",
        "{number} orders are made ready there first",
        int(step.facts["orders"]),
    )


def _handling(step: Step, locale: str, on_day: str) -> str:
    days = int(step.facts["days"])
    if days == 0:
        return say(locale, "Packed {on_day}", on_day=on_day)
    return say_number(
        locale,
        "{number} working day to get it ready: packed {on_day}",
        "{number} working days to get it ready: packed {on_day}",
        days,
        on_day=on_day,
    )


def _collection(_step: Step, locale: str, on_day: str) -> str:
    return say(locale, "The carrier collects it {on_day}", on_day=on_day)


def _transit(step: Step, locale: str, _on_day: str) -> str:
    least, most = int(step.facts["least"]), int(step.facts["most"])
    if least == most:
        return say_number(locale, "{number} day on the way", "{number} days on the way", most)
    return say(locale, "{least} to {most} days on the way", least=least, most=most)


def _experience(step: Step, locale: str, _on_day: str) -> str:
    if not step.facts["of"]:
        return ""
    return say_number(
        locale,
        "{longer} of the last {of} parcels to your region took longer than {number} working day",
        "{longer} of the last {of} parcels to your region took longer than {number} working days",
        int(step.facts["days"]),
        longer=step.facts["longer"],
        of=step.facts["of"],
    )


def _delivery_day(step: Step, locale: str, on_day: str) -> str:
    first = date.fromisoformat(str(step.facts.get("earliest", step.day)))
    last = date.fromisoformat(str(step.facts.get("latest", step.day)))
    if first == last:
        return say(locale, "Delivered {on_day}", on_day=on_day)
    return say(locale, "Delivered {days}", days=day_range(first, last, locale))


def _parcels(step: Step, locale: str, _on_day: str) -> str:
    return say_number(
        locale,
        "It comes in {number} parcel",
        "It comes in {number} parcels; the last one counts",
        int(step.facts["count"]),
    )


SENTENCES: Mapping[str, Callable[[Step, str, str], str]] = {
    "stock": _stock,
    "cut_off": _cut_off,
    "closed": _closed,
    "backlog": _backlog,
    "handling": _handling,
    "waiting_work": _waiting_work,
    "collection": _collection,
    "transit": _transit,
    "experience": _experience,
    "delivery_day": _delivery_day,
    "parcels": _parcels,
}
