"""What the pages of changes say: names of changes, what they cost, why one cannot be made, what is wrong with a field."""

from collections.abc import Mapping

from delivery.texts.catalogues import reader, say
from delivery.texts.formats import money
from delivery.texts.sentences import N_

_HEADINGS: Mapping[str, str] = {
    "correct": N_("Correct the address"),
    "redirect": N_("Send it elsewhere"),
    "move": N_("Choose another day or window"),
    "notes": N_("Leave a note for the courier"),
    "note": N_("Leave a note for the courier"),
    "cancel": N_("Cancel the delivery"),
    "choice": N_("Choose your delivery"),
    "details": N_("Changed by the shop"),
    "longer": N_("Keep it longer for me"),
    "return": N_("Sent back"),
    "collector": N_("Let somebody else collect it"),
}
_STATES: Mapping[str, str] = {
    "made": N_("Changed."),
    "asked": N_("It is packed already: the shop has to agree. You will hear."),
    "accepted": N_("The shop agreed."),
    "refused": N_("It was too late: everything is as it was."),
    "undone": N_("It was put back."),
}
_STATES_OF: Mapping[str, str] = {
    "longer.made": N_("It is kept longer."),
    "return.made": N_("It was not collected in time."),
    "return.undone": N_("It was collected after all."),
}
_NOT_NOW: Mapping[str, str] = {
    "too_late": N_("It is too late for this change."),
    "change_waiting": N_("An earlier change still waits for the shop's answer. Please try again after that."),
    "too_many_changes": N_("It was changed very often today. Please try again tomorrow, or ask the shop."),
    "wrong_state": N_("This cannot be done any more."),
    "choice_gone": N_("The place from before has been taken meanwhile. Please choose another one, or ask the shop."),
}
_FAULTS: Mapping[str, str] = {
    "lines.missing": N_("Please fill in street and house number."),
    "lines.long": N_("That is too long for a label: six lines at most."),
    "lines.same": N_("This is the address we have. What should be different?"),
    "postal_code.missing": N_("Please fill in the postcode."),
    "postal_code.unknown": N_("That is not a postcode of this country."),
    "postal_code.long": N_("That is not a postcode of this country."),
    "city.missing": N_("Please fill in the town."),
    "city.long": N_("That is too long."),
    "region.missing": N_("Please fill in the state or province."),
    "region.long": N_("That is too long."),
    "country.unknown": N_("The shop does not deliver to this country."),
    "collector.long": N_("That is too long for a name."),
    "note.long": N_("That is too long: the courier has little time to read."),
    "leave.unknown": N_("Please choose one of these."),
    "where.missing": N_("Please say where, or with whom."),
    "where.long": N_("That is too long."),
}
_LEAVE: Mapping[str, str] = {
    "": N_("As usual"),
    "safe_place": N_("In a safe place"),
    "neighbour": N_("With a neighbour"),
    "nobody_else": N_("Only to me"),
}


def heading(kind: str, locale: str) -> str:
    """What a change is called, as a page or a line of a list."""
    return say(locale, _HEADINGS[kind])


def state(name: str, locale: str, kind: str = "") -> str:
    """What became of a change, by its kind where that says more."""
    return say(locale, _STATES_OF.get(f"{kind}.{name}") or _STATES[name])


def why_not_now(code: str, locale: str) -> str:
    """Why nothing can be changed, by the code of the problem."""
    return say(locale, _NOT_NOW[code])


def fault(field: str, reason: str, locale: str) -> str:
    """What is wrong with a field of a form."""
    return say(locale, _FAULTS[f"{field}.{reason}"])


def leave(choice: str, locale: str) -> str:
    """Where or with whom a parcel may be left."""
    return say(locale, _LEAVE[choice])


def difference(amount: int, currency: str, locale: str) -> str:
    """What a change costs, in minor units; negative: it is given back."""
    if amount == 0:
        return say(locale, "The price stays the same.")
    said = money(abs(amount), currency, locale)
    if amount > 0:
        return say(locale, "It costs {money} more. The shop settles that with you.", money=said)
    return say(locale, "You get {money} back. The shop settles that with you.", money=said)


def asked_first(state_now: str, locale: str) -> str:
    """That somebody has to agree, when it is packed; else nothing."""
    if state_now != "packed":
        return ""
    return say(
        locale, "It is packed already, so the shop has to agree first. Until then your old day and place are kept."
    )


def country_name(code: str, locale: str) -> str:
    """A country in the reader's language."""
    return str(reader(locale).formats.territories.get(code, code))
