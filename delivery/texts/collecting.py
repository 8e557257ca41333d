"""What a shopper reads of the counter: who collected which parcels, what was refused or brought back."""

from delivery.texts.catalogues import say, say_number


def collected(who: str, count: int, of: int, locale: str) -> str:
    """That parcels were given out, to whom, and how many of how many where that is not all."""
    if count >= of:
        return say(locale, "{name} collected it.", name=who) if who else say(locale, "It was collected.")
    if who:
        return say(locale, "{name} collected {number} of {all} parcels.", name=who, number=count, all=of)
    return say_number(
        locale,
        "{number} of {all} parcels was collected.",
        "{number} of {all} parcels were collected.",
        count,
        all=of,
    )


def refused(count: int, of: int, locale: str) -> str:
    """That parcels were refused at the counter."""
    if count >= of:
        return say(locale, "You did not take it: it goes back to the shop.")
    return say_number(
        locale,
        "You did not take {number} of {all} parcels: it goes back to the shop.",
        "You did not take {number} of {all} parcels: they go back to the shop.",
        count,
        all=of,
    )


def taken_in(place: str, locale: str) -> str:
    """That something was brought back."""
    return say(locale, "It was brought back at {place}.", place=place)


def left(count: int, of: int, locale: str) -> str:
    """How many parcels still wait, once some are gone."""
    return say_number(
        locale,
        "{number} of {all} parcels still waits for you.",
        "{number} of {all} parcels still wait for you.",
        count,
        all=of,
    )
