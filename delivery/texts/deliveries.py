"""What merchants read in the list of their deliveries: states, ways and handovers in a word or two."""

from collections.abc import Mapping

from delivery.texts.catalogues import say
from delivery.texts.progress import step_name
from delivery.texts.sentences import N_

_STATES: Mapping[str, str] = {
    "choice_open": N_("Nothing chosen yet"),
    "awaiting_payment": N_("Waiting for payment"),
    "confirmed": N_("To be packed"),
    "cancelled": N_("Cancelled"),
}
_TYPES: Mapping[str, str] = {
    "shipping": N_("By carrier"),
    "local_delivery": N_("Home window"),
    "pickup": N_("Pick-up centre"),
}
_HANDOVERS: Mapping[str, str] = {
    "waiting": N_("Waiting"),
    "passed_on": N_("Passed on"),
    "refused": N_("Refused"),
    "parked": N_("Parked"),
}


def state_word(state: str, locale: str | None) -> str:
    """A booking's state in a word or two. Those that a step leads to are called as the step is."""
    message = _STATES.get(state)
    return step_name(state, locale) if message is None else say(locale, message)


def type_word(kind: str | None, locale: str | None) -> str:
    """How it reaches the shopper; that nothing was chosen when `kind` is None."""
    message = _STATES["choice_open"] if kind is None else _TYPES[kind]
    return say(locale, message)


def handover_word(state: str, locale: str | None) -> str:
    """How far the handing over is."""
    return say(locale, _HANDOVERS[state])


def types_said() -> tuple[str, ...]:
    """The kinds of option that have words."""
    return tuple(_TYPES)
