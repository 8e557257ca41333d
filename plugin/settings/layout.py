"""How the forms of the areas are laid out: headings, and the settings below each, in order."""

from collections.abc import Mapping, Sequence

from delivery.settings.areas import Area
from delivery.texts.sentences import N_

Section = tuple[str, tuple[str, ...]]
"""A heading, possibly empty, and the names of settings."""

_ADDRESS = ("name", "address")
_MAP = ("latitude", "longitude", "time_zone", "subdivision")

_LAYOUTS: Mapping[str, Sequence[Section]] = {
    "shop": (
        ("", ("name", "country", "language", "currency", "time_zone")),
        (
            N_("Offers"),
            (
                *("horizon_days", "few_left", "centres_shown", "centres_order"),
                *("origin_rule", "preselected_service", "tracks_stock"),
            ),
        ),
        (N_("While somebody checks out"), ("hold_minutes", "hold_limit_minutes", "payment_minutes")),
    ),
    "origins": (
        ("", _ADDRESS),
        (N_("Working days and cut-offs"), ("weekdays", "usual_cut_off", "handling_days", "keeps_holidays", "cut_offs")),
        (N_("Days that differ"), ("closed_days", "open_days", "cut_off_overrides")),
        (N_("When it is busy"), ("backlog",)),
        (N_("On the map"), _MAP),
    ),
    "services": (
        ("", ("name", "fee")),
        (N_("Where to, how long"), ("transits",)),
        (N_("The carrier's days"), ("collects", "delivers", "time_zone")),
        (N_("Dates learnt from what happened"), ("learning",)),
    ),
    "windows": (
        (
            "",
            ("zone_id", "origin_id", "weekday", "start_time", "end_time", "kept_by", "capacity", "lead_minutes", "fee"),
        ),
        (N_("Days that differ"), ("exceptions", "time_zone")),
    ),
    "vans": (
        ("", ("name", "origin_id", "number")),
        (N_("When it is out"), ("weekdays", "shift_start", "shift_end", "comes_back", "days_off")),
        (N_("What goes in"), ("most_parcels", "most_kg")),
    ),
    "driving": (
        (N_("Time at the door"), ("stop_minutes", "minutes_per_parcel", "pieces_per_parcel", "longer_minutes")),
        (N_("On the road"), ("kmh", "road_percent", "unsure_minutes", "paces", "source", "source_url")),
        (N_("What a detour costs"), ("near_minutes", "near_discount", "far_minutes", "far_fee")),
    ),
    "centres": (
        ("", _ADDRESS),
        (N_("When it is open"), ("opening_hours", "exceptions")),
        (N_("How parcels get there"), ("origin_id", "unknown_stock", "service_id", "arrival_time")),
        (N_("When they lie ready"), ("preparation_minutes", "same_day", "minutes_per_order", "people")),
        (N_("Collecting"), ("fee", "keep_days", "longer_days", "shelf_capacity", "asks_signature")),
        (N_("On the map"), _MAP),
    ),
    "afterwards": (
        (N_("What shoppers may change"), ("correct_until", "redirect_until", "notes_until", "move", "cancel")),
        (N_("Orders without a choice"), ("choice_hours", "choice_default", "open_share_alarm")),
        (N_("When it has arrived"), ("ask", "refund_broken", "uncollected_fee")),
    ),
}


def layout_of(area: Area) -> Sequence[Section]:
    """The sections of an area's form; one without a heading where nothing else is said."""
    return _LAYOUTS.get(area.name) or (("", tuple(area.schema.fields)),)
