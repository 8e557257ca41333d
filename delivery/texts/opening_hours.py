"""Why opening hours that a merchant typed are not taken."""

from delivery.texts.sentences import N_

_UNREADABLE = N_("“{piece}” is not understood as opening hours. An example: Mo-Fr 09:00-17:00; Sa off")

HOURS_FAULTS = {
    "school_holidays": N_("“{piece}”: school holidays are not known here. Write their dates instead."),
    "sun": N_("“{piece}”: sunrise and sunset are not taken. Write times of the clock instead."),
    "moment": N_("“{piece}”: a moment alone does not say how long it is open. An example: Mo 09:00-12:00"),
    "too_long": _UNREADABLE,
    "unreadable": _UNREADABLE,
}
"""By the kind of a fault in `delivery.rules.opening_faults`."""
