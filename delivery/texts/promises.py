"""What merchants read of kept and broken promises."""

from collections.abc import Mapping

from babel.numbers import format_percent

from delivery.texts.catalogues import reader, say
from delivery.texts.deliveries import type_word
from delivery.texts.sentences import N_

_REASONS: Mapping[str, str] = {
    "late_out": N_("Left too late"),
    "late_in_transit": N_("Late on the way"),
    "nobody_home": N_("Nobody at home"),
    "late_ready": N_("Ready too late"),
    "early": N_("Came before the window"),
}
_NO_ZONE = N_("A centre, or in no zone")


def reason_word(reason: str, locale: str | None) -> str:
    """By which step a promise was broken, in a few words."""
    return say(locale, _REASONS[reason])


def way_word(kind: str, service: str | None, locale: str | None) -> str:
    """How it went: by which service, and that it was collected when it was."""
    if service is None:
        return type_word(kind, locale)
    return f"{type_word(kind, locale)}: {service}" if kind == "pickup" else service


def zone_word(name: str | None, locale: str | None) -> str:
    """A zone by its name."""
    return name if name is not None else say(locale, _NO_ZONE)


def share_said(share: float | None, locale: str | None) -> str:
    """A part of all as a percentage, rounded down so that only all is 100; a dash of nothing."""
    if share is None:
        return "–"
    return format_percent(int(share * 1000) / 1000, "#,##0.#%", locale=reader(locale).formats)
