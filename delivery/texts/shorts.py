"""Short messages in words: ours, cut to what one message of a telephone holds, or a merchant's own as they are."""

from delivery.rules.septets import parts, plain
from delivery.texts.catalogues import say
from delivery.texts.message_words import OURS
from delivery.texts.messages import Facts, filled, with_when
from delivery.texts.short_words import SHORT


def our_short(kind: str, locale: str) -> str:
    """Our short words for a kind of message, facts still in braces; the subject of its mail for one that has none."""
    if kind in SHORT:
        return say(locale, SHORT[kind])
    return say(locale, OURS[kind].subject) + "\n{link}"


def render_short(kind: str, facts: Facts, locale: str, own: str = "") -> str:
    """The message in these words, ours where there are none or where nothing is left of them.

    Letters that telephones lack are written alike where that can be. Ours take one message if they can; a merchant's own
    take what they need.
    """
    facts = with_when(facts)
    return plain(filled(own, facts)) or _fitting(plain(filled(our_short(kind, locale), facts)).splitlines())


def _fitting(lines: list[str]) -> str:
    """The lines in one, without the last of those that can go as long as it is too much for one message."""
    kept = [line for line in lines if line]
    while parts(" ".join(kept)) > 1 and (spare := [line for line in kept[1:] if "://" not in line]):
        kept.remove(spare[-1])
    return " ".join(kept)
