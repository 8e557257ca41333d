"""The picker: an offer as an accessible HTML fragment, native radio groups that work as a plain form too."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import groupby

from markupsafe import Markup

from delivery.options import Held, Offer, PickupOption, ShippingOption, SlotOption
from delivery.texts import formats
from delivery.texts.catalogues import reader, say, say_number
from delivery.texts.offers import problem_note
from web.picker_cache import (
    Look,
    day_html,
    element_words,
    option_html,
    pickup_parts,
    reasons_html,
    rendered,
    shipping_parts,
    slot_parts,
)

# More than this is folded away: the list stays short enough to be read, also at 320 px.
DAYS_IN_SIGHT = 5
CENTRES_IN_SIGHT = 4


def render_picker(offer: Offer, *, name: str = "delivery_choice", heading_level: int = 3) -> str:
    """The fragment for an offer, in its locale. Radios are named `{name}_option`, their value is the option's id.

    Nothing is checked but what is held or, failing that, what the offer preselects. A hold whose option is not among
    the offer's is not shown: there would be nothing to show it on.
    """
    ids = {option.id for option in offer.options}
    held = offer.held if offer.held is not None and offer.held.option_id in ids else None
    checked = held.option_id if held else offer.preselected
    speech = reader(offer.locale)
    # From here on the tag that we understood: made-up variants of it must not fill the caches.
    look = Look(speech.tag, name, heading_level)
    found = (
        _shipping(offer, look, checked),
        _slots(offer, look, checked),
        _pickups(offer, look, checked),
    )
    return rendered(
        "picker.html",
        look.locale,
        offer=offer,
        held=held,
        held_until=_held_until(held, offer.time_zone, look.locale),
        reader=speech,
        words=element_words(look.locale),
        notes=[note for note in (problem_note(code, look.locale) for code in offer.problems) if note],
        sections=[section for section in found if section],
        iso=_iso,
    )


def _shipping(offer: Offer, look: Look, checked: str | None) -> Markup | None:
    options = [option for option in offer.options if isinstance(option, ShippingOption)]
    if not options:
        return None
    shown = _joined(
        option_html(
            option.id,
            shipping_parts(
                look, option.id == checked, option.title, option.earliest_day, option.latest_day, option.fee
            ),
        )
        for option in options
    )
    reasons = reasons_html(offer.estimate, offer.time_zone, look.locale) if offer.estimate else Markup("")
    return _section("shipping", say(look.locale, "Delivered to your address"), look, shown, reasons=reasons)


def _slots(offer: Offer, look: Look, checked: str | None) -> Markup | None:
    slots = [option for option in offer.options if isinstance(option, SlotOption)]
    if not slots:
        return None
    days = [(day, list(of_day)) for day, of_day in groupby(slots, key=lambda option: option.day)]
    chosen_day = next((option.day for option in slots if option.id == checked), days[0][0])
    shown = [_day(day, of_day, look, checked, day == chosen_day) for day, of_day in days]
    later = [day for day, _ in days[DAYS_IN_SIGHT:]]
    return _section(
        "local_delivery",
        say(look.locale, "At a time you choose"),
        look,
        _joined(shown[:DAYS_IN_SIGHT]),
        more=_joined(shown[DAYS_IN_SIGHT:]),
        more_words=say_number(look.locale, "{number} more day", "{number} more days", len(later)),
        more_open=chosen_day in later,
    )


def _day(day: date, slots: Sequence[SlotOption], look: Look, checked: str | None, is_open: bool) -> str:
    windows = _joined(
        option_html(
            slot.id,
            slot_parts(
                look,
                slot.id == checked,
                slot.window.start,
                slot.window.end,
                slot.time_zone,
                slot.fee.amount,
                slot.fee.currency,
                slot.places_left,
            ),
        )
        for slot in slots
    )
    fees = [slot.fee.amount for slot in slots]
    before, after = day_html(day, len(slots), min(fees), max(fees), slots[0].fee.currency, is_open, look.locale)
    return f"{before}{windows}{after}"


def _pickups(offer: Offer, look: Look, checked: str | None) -> Markup | None:
    centres = [option for option in offer.options if isinstance(option, PickupOption)]
    if not centres:
        return None
    shown = [option_html(option.id, pickup_parts(look, option.id == checked, option)) for option in centres]
    rest = centres[CENTRES_IN_SIGHT:]
    return _section(
        "pickup",
        say(look.locale, "Collect it nearby"),
        look,
        _joined(shown[:CENTRES_IN_SIGHT]),
        more=_joined(shown[CENTRES_IN_SIGHT:]),
        more_words=say_number(look.locale, "{number} more place", "{number} more places", len(rest)),
        more_open=any(option.id == checked for option in rest),
    )


def _section(
    kind: str,
    heading: str,
    look: Look,
    options: Markup,
    *,
    more: Markup | None = None,
    more_words: str = "",
    more_open: bool = False,
    reasons: Markup | None = None,
) -> Markup:
    return Markup(  # noqa: S704 - the output of a template that escapes
        rendered(
            "section.html",
            look.locale,
            type=kind,
            heading=heading,
            level=look.heading_level,
            options=options,
            more=more,
            more_words=more_words,
            more_open=more_open,
            reasons=reasons or "",
        )
    )


def _joined(pieces: Iterable[str]) -> Markup:
    """Pieces that templates have escaped already, one after the other."""
    return Markup("\n".join(pieces))  # noqa: S704


def _held_until(held: Held | None, time_zone: str, locale: str) -> str:
    if held is None:
        return ""
    at = formats.time_at(held.expires_at, time_zone, locale)
    return say(locale, "Kept for you until {time}", time=at)


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
