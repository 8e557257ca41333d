"""The words for what happened at the counter of a pick-up centre, in a delivery's story."""

from collections.abc import Iterator, Mapping, Sequence

from delivery.texts.catalogues import say, say_number
from delivery.texts.sentences import N_
from delivery.texts.told import Facts, Told, Words

_WHAT: Mapping[str, str] = {
    "collected": N_("Given out at the counter"),
    "refused": N_("Refused at the counter"),
    "taken_in": N_("Brought back to the counter"),
}
_CONFLICTS: Mapping[str, str] = {
    "already_collected": N_("It had been collected already."),
    "cancelled": N_("It had been cancelled."),
    "gone_back": N_("It had gone back."),
    "another_centre": N_("It was for another pick-up centre."),
    "not_paid": N_("It had not been paid or chosen yet."),
    "wrong_code": N_("The collect code was not its own."),
}


def why(conflict: str, locale: str) -> str:
    """Why something could not be so, by the name of the conflict."""
    return say(locale, _CONFLICTS[conflict])


def came(facts: Facts, words: Words) -> Told:
    """Parcels were checked in."""
    where = (say(words.locale, "Shelf: {shelf}", shelf=facts["shelf"]),) if facts["shelf"] else ()
    return Told(say(words.locale, "Checked in at the counter"), (_parcels(facts["numbers"], words), *where))


def at_counter(facts: Facts, words: Words) -> Told:
    """Something was given out, refused or brought back; or a device said so, and it could not be."""
    what = _WHAT[facts["kind"]]
    heading = say(words.locale, what)
    if facts["conflict"]:
        heading = say(words.locale, "A device at the counter said: {what}", what=heading)
    return Told(heading, tuple(_lines(facts, words)))


def _lines(facts: Facts, words: Words) -> Iterator[str]:
    if facts["numbers"]:
        yield _parcels(facts["numbers"], words)
    if facts["conflict"]:
        yield why(facts["conflict"], words.locale)
    if facts["who"]:
        yield say(words.locale, "To or from: {name}", name=facts["who"])
    if facts["words"]:
        yield facts["words"]
    yield from _evidence(facts, words)
    if facts["staff"]:
        yield facts["staff"]


def _evidence(facts: Facts, words: Words) -> Iterator[str]:
    if facts["shown"] == "code":
        yield say(words.locale, "By collect code")
    if facts["shown"] == "id":
        yield say(words.locale, "An ID was seen")
    if facts["signed"]:
        yield say(words.locale, "Signed for")
    if facts["offline"] and not facts["verified"]:
        yield say(words.locale, "While the line was down: nobody checked it")


def _parcels(numbers: Sequence[int], words: Words) -> str:
    said = ", ".join(str(number) for number in numbers)
    return say_number(words.locale, "Parcel {numbers}", "Parcels {numbers}", len(numbers), numbers=said)
