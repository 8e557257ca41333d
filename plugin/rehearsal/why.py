"""A rehearsal in words, as a page shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from delivery.options import Option, PickupOption, ShippingOption, SlotOption
from delivery.rehearsal import Rehearsal
from delivery.rehearsing.differences import Difference
from delivery.rehearsing.reasons import MissingCentre, MissingSlot
from delivery.rehearsing.strip import StripDay
from delivery.texts import differences as texts
from delivery.texts.formats import clock_time, distance, short_day
from delivery.texts.offers import pickup_title, reasons, slot_title
from delivery.texts.rehearsal import reason_sentence, slot_said, warning, windows_said, zone_sentence


@dataclass(frozen=True, slots=True)
class Told:
    """Something by name, and what there is to say about it."""

    name: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """Each list in the order of the page. `windows` by reason: the reason, and the windows it holds for."""

    dates: tuple[Told, ...]
    ready: tuple[Told, ...]
    services: tuple[Told, ...]
    zones: tuple[str, ...]
    windows: tuple[tuple[Told, int], ...]
    centres: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A day of the strip. `total` windows, of which `free` can still be had; `words` say the rest."""

    day: date
    free: int
    total: int
    words: str
    services: str
    centres: str
    warning: str


def why(rehearsal: Rehearsal, zone_names: Mapping[str, str], locale: str) -> Why:
    """Why it is offered on these days, and why the rest is not."""
    zone = rehearsal.setup.time_zone.key
    return Why(
        dates=tuple(
            Told(f"{each.option.title}: {_days(each.option, locale)}", reasons(each.steps, locale))
            for each in rehearsal.dates
        ),
        ready=tuple(Told(_ready(each.option, locale), reasons(each.steps, locale)) for each in rehearsal.ready),
        services=tuple(
            Told(each.name, (reason_sentence(each.reason, each.facts, zone, locale),)) for each in rehearsal.services
        ),
        zones=tuple(
            zone_sentence(zone_names.get(each.zone_id, each.zone_id), each.windows, locale) for each in rehearsal.zones
        ),
        windows=tuple(_windows(rehearsal.slots, locale)),
        centres=tuple(_centre(each, zone, locale) for each in rehearsal.centres),
    )


def rows(rehearsal: Rehearsal, locale: str) -> list[Row]:
    """The coming days."""
    return [_row(each, locale) for each in rehearsal.strip]


def difference(each: Difference, locale: str) -> str:
    """One thing that a change makes other than before."""
    option = each.after or each.before
    name = _name(option, locale) if option else ""
    before, after = (_facts(each.kind, option, locale) for option in (each.before, each.after))
    return texts.difference_sentence(each.kind, name, before, after, locale)


def _days(option: ShippingOption, locale: str) -> str:
    return texts.days_said(option.earliest_day, option.latest_day, locale)


def _ready(option: PickupOption, locale: str) -> str:
    said = texts.ready_said(option.ready_by, option.pickup_by, option.time_zone, locale)
    return f"{option.location.name}: {said}"


def _windows(missing: tuple[MissingSlot, ...], locale: str) -> Iterator[tuple[Told, int]]:
    by_reason: dict[str, dict[date, list[str]]] = {}
    for slot in missing:
        times = f"{clock_time(slot.start_time, locale)}–{clock_time(slot.end_time, locale)}"
        sentence, said = slot_said(slot.reason, slot.facts, times, slot.time_zone, locale)
        by_reason.setdefault(sentence, {}).setdefault(slot.day, []).append(said)
    for sentence, days in by_reason.items():
        lines = tuple(f"{short_day(day, locale)}: {'; '.join(said)}" for day, said in days.items())
        yield Told(sentence, lines), sum(len(said) for said in days.values())


def _centre(each: MissingCentre, zone: str, locale: str) -> Told:
    away = "" if each.distance_m is None else f" ({distance(each.distance_m, locale)})"
    return Told(each.name + away, (reason_sentence(each.reason, each.facts, zone, locale),))


def _row(each: StripDay, locale: str) -> Row:
    return Row(
        day=each.day,
        free=each.free,
        total=each.free + each.full + each.closed + each.gone,
        words=windows_said(each.free, each.full, each.closed, each.gone, locale),
        services=", ".join(each.services),
        centres=", ".join(each.centres),
        warning=warning(each.day, each.warning, locale) if each.warning else "",
    )


def _name(option: Option, locale: str) -> str:
    if isinstance(option, SlotOption):
        return slot_title(option.day, option.window.start, option.window.end, option.time_zone, locale)
    return pickup_title(option.location.name, locale) if isinstance(option, PickupOption) else option.title


def _facts(kind: str, option: Option | None, locale: str) -> str:
    """What of the option differs; of one that comes or goes what it costs."""
    if option is None:
        return ""
    if kind == "name":
        return _name(option, locale)
    if kind != "day":
        return texts.fee_said((option.fee.amount, option.fee.currency), locale)
    if isinstance(option, ShippingOption):
        return _days(option, locale)
    if isinstance(option, SlotOption):
        return _name(option, locale)
    return texts.ready_said(option.ready_by, option.pickup_by, option.time_zone, locale)
