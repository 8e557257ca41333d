"""What a rehearsal says: why something is not on offer, and on which days nothing is left."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from delivery.texts.catalogues import say, say_number
from delivery.texts.formats import day, moment, short_moment
from delivery.texts.sentences import N_

SENTENCES: Mapping[str, str] = {
    "clock_change": N_("The clocks go forward over this window, so it does not exist that day"),
    "closed": N_("Closed: it has no places that day"),
    "does_not_go_there": N_("This address lies in none of its zones"),
    "full": N_("Full: all {capacity} places are taken"),
    "hours_unreadable": N_("Its opening hours cannot be read: {said}"),
    "never_opens": N_("It does not open in the coming weeks"),
    "no_origin": N_("There is no place for it to leave from"),
    "no_stock": N_("{origin} does not have everything in stock"),
    "no_van": N_("No van can come by any more: their routes of that day are full"),
    "no_van_out": N_("Vans keep it, and none of them is out then"),
    "no_work_day": N_("No working day is found to send it from {origin}"),
    "not_counted": N_("Nobody counted these goods at {origin}, and nothing brings them there"),
    "not_open_in_time": N_("It does not open soon enough after the parcel comes in"),
    "not_ready": N_("The parcel is packed on {ready_day} at the earliest"),
    "shelf_full": N_("Its shelf is full: all {capacity} places for parcels are taken"),
    "not_supplied": N_("Nothing brings parcels there: give it a service, or a stock of its own"),
    "past_cut_off": N_("Too late: it could be chosen until {closed_at}"),
    "zone": N_("This address does not lie in the zone {zone}"),
}
"""By the reasons of `delivery.rehearsing.reasons`."""

DAYS: Mapping[str, str] = {
    "holiday": N_("public holiday"),
    "closed_day": N_("closed that day"),
    "full": N_("full"),
    "past_cut_off": N_("past the cut-off"),
    "not_ready": N_("not packed in time"),
    "no_stock": N_("not in stock"),
    "no_van": N_("no van can come by"),
    "no_van_out": N_("no van is out"),
    "no_work_day": N_("no working day found"),
    "no_origin": N_("no place to leave from"),
    "clock_change": N_("the clocks change"),
}
"""Why nothing is left on a day, in a word or two."""


def reason_sentence(reason: str, facts: Mapping[str, object], time_zone: str, locale: str) -> str:
    """Why something is not on offer. Days and instants among the facts are said in the reader's way."""
    return say(locale, SENTENCES[reason], **{name: _said(fact, time_zone, locale) for name, fact in facts.items()})


def _said(fact: object, time_zone: str, locale: str) -> object:
    if isinstance(fact, datetime):
        return moment(fact, time_zone, locale)
    return day(fact, locale) if isinstance(fact, date) else fact


def slot_said(reason: str, facts: Mapping[str, object], times: str, time_zone: str, locale: str) -> tuple[str, str]:
    """Why a window is not on offer, in words that windows share; and its times, with what is its own about them."""
    until = facts.get("closed_at")
    if isinstance(until, datetime):
        said = say(locale, "{times} (until {moment})", times=times, moment=short_moment(until, time_zone, locale))
        return say(locale, "Too late: the time to choose these has passed"), said
    return reason_sentence(reason, facts, time_zone, locale), times


def zone_sentence(zone: str, windows: int, locale: str) -> str:
    """A zone that the address does not lie in, and how many windows it misses by that."""
    lies = reason_sentence("zone", {"zone": zone}, "", locale)
    missed = say_number(locale, "{number} window a week", "{number} windows a week", windows)
    return f"{lies} ({missed})"


def warning(on: date, reasons: Sequence[str], locale: str) -> str:
    """ "No delivery left on Friday 25 December: public holiday"."""
    because = ", ".join(say(locale, DAYS[reason]) for reason in reasons)
    return say(locale, "No delivery left on {day}: {because}", day=day(on, locale), because=because)


def windows_said(free: int, full: int, closed: int, gone: int, locale: str) -> str:
    """How the windows of a day stand: "3 free, 1 full". Empty for a day without any."""
    counted = (
        (free, say(locale, "{number} free", number=free)),
        (full, say(locale, "{number} full", number=full)),
        (closed, say(locale, "{number} closed", number=closed)),
        (gone, say(locale, "{number} not in time", number=gone)),
    )
    return ", ".join(words for number, words in counted if number)
