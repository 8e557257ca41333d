"""The picker: an offer as an accessible HTML fragment, native radio groups that work as a plain form too."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby, zip_longest

from markupsafe import escape

from delivery.appearance import OUR_TEXTS, OwnTexts
from delivery.options import Offer, PickupOption, ShippingOption, SlotOption
from delivery.texts.catalogues import reader, say_number
from delivery.texts.offers import heading, problem_note
from web.picker_cache import (
    Look,
    day_html,
    frame_html,
    iso,
    pickup_parts,
    reasons_html,
    safe_ids,
    section_html,
    shipping_parts,
    slot_parts,
)

# More than this is folded away: the list stays short enough to be read, also at 320 px.
DAYS_IN_SIGHT = 5
CENTRES_IN_SIGHT = 4


def render_picker(
    offer: Offer,
    *,
    name: str = "delivery_choice",
    heading_level: int = 3,
    texts: OwnTexts = OUR_TEXTS,
    look_css: str = "",
) -> str:
    """The fragment for an offer, in its locale. Radios are named `{name}_option`, their value is the option's id.

    `texts` are the merchant's own words in that language, `look_css` its looks as CSS custom properties.

    Nothing is checked but what is held or, failing that, what the offer preselects. A hold whose option is not among
    the offer's is not shown: there would be nothing to show it on.
    """
    ids = {option.id for option in offer.options}
    held = offer.held if offer.held is not None and offer.held.option_id in ids else None
    checked = held.option_id if held else offer.preselected
    speech = reader(offer.locale)
    # From here on the tag that we understood: made-up variants of it must not fill the caches.
    look = Look(speech.tag, name, heading_level)
    sections = [
        *_shipping(offer, look, checked, texts.shipping),
        *_slots(offer, look, checked, texts.local_delivery),
        *_pickups(offer, look, checked, texts.pickup),
    ]
    notes = tuple(note for note in (problem_note(code, look.locale) for code in offer.problems) if note)
    own = (texts.note, look_css)
    parts = frame_html(look, speech.direction, offer.time_zone, notes, bool(sections), held, own)
    fresh = (str(escape(offer.id)), iso(offer.expires_at), "".join(sections))
    # Every piece has come out of a template that escapes.
    return "".join([said for pair in zip_longest(parts, fresh[: len(parts) - 1], fillvalue="") for said in pair])


def _shipping(offer: Offer, look: Look, checked: str | None, own: str) -> list[str]:
    options = [option for option in offer.options if isinstance(option, ShippingOption)]
    if not options:
        return []
    shown = [
        option_id.join(
            shipping_parts(look, option.id == checked, option.title, option.earliest_day, option.latest_day, option.fee)
        )
        for option, option_id in zip(options, safe_ids(options), strict=True)
    ]
    if offer.estimate is not None:
        shown.append(reasons_html(offer.estimate, offer.time_zone, look.locale))
    return _section("shipping", own or heading("shipping", look.locale), look, shown)


def _slots(offer: Offer, look: Look, checked: str | None, own: str) -> list[str]:
    slots = [option for option in offer.options if isinstance(option, SlotOption)]
    if not slots:
        return []
    with_ids = zip(slots, safe_ids(slots), strict=True)
    days = [(day, list(of_day)) for day, of_day in groupby(with_ids, key=lambda pair: pair[0].day)]
    open_day = next((slot.day for slot in slots if slot.id == checked), days[0][0])
    shown = [_day(day, of_day, look, checked, day == open_day) for day, of_day in days]
    later = [day for day, _ in days[DAYS_IN_SIGHT:]]
    return _section(
        "local_delivery",
        own or heading("local_delivery", look.locale),
        look,
        shown[:DAYS_IN_SIGHT],
        shown[DAYS_IN_SIGHT:],
        say_number(look.locale, "{number} more day", "{number} more days", len(later)) if later else "",
        open_day in later,
    )


def _day(day: date, slots: Sequence[tuple[SlotOption, str]], look: Look, checked: str | None, is_open: bool) -> str:
    windows = [
        option_id.join(
            slot_parts(
                look,
                slot.id == checked,
                slot.window.start,
                slot.window.end,
                slot.time_zone,
                slot.fee.amount,
                slot.fee.currency,
                slot.places_left,
                slot.is_near,
            )
        )
        for slot, option_id in slots
    ]
    fees = [slot.fee.amount for slot, _ in slots]
    currency = slots[0][0].fee.currency
    return "\n".join(windows).join(day_html(day, len(slots), min(fees), max(fees), currency, is_open, look.locale))


def _pickups(offer: Offer, look: Look, checked: str | None, own: str) -> list[str]:
    centres = [option for option in offer.options if isinstance(option, PickupOption)]
    if not centres:
        return []
    shown = [
        option_id.join(pickup_parts(look, option.id == checked, option))
        for option, option_id in zip(centres, safe_ids(centres), strict=True)
    ]
    rest = centres[CENTRES_IN_SIGHT:]
    return _section(
        "pickup",
        own or heading("pickup", look.locale),
        look,
        shown[:CENTRES_IN_SIGHT],
        shown[CENTRES_IN_SIGHT:],
        say_number(look.locale, "{number} more pick-up centre", "{number} more pick-up centres", len(rest))
        if rest
        else "",
        any(option.id == checked for option in rest),
    )


def _section(
    kind: str,
    words: str,
    look: Look,
    in_sight: Sequence[str],
    rest: Sequence[str] = (),
    more_words: str = "",
    more_open: bool = False,
) -> list[str]:
    parts = section_html(kind, words, look, more_words, more_open)
    if not rest:
        before, after = parts
        return [before, *in_sight, after]
    before, between, after = parts
    return [before, *in_sight, between, *rest, after]
