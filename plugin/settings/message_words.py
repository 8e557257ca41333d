"""What the form of the messages shows: the kinds, our words for each, and the facts that own words may name."""

from collections.abc import Mapping
from typing import Any

from delivery import gateways
from delivery.messages import KINDS
from delivery.settings.areas import Document
from delivery.settings.messages import LONGEST_SHORT, LONGEST_SUBJECT, LONGEST_TEXT
from delivery.texts.catalogues import languages, reader, say
from delivery.texts.messages import FACTS, ours
from delivery.texts.sentences import N_
from delivery.texts.shorts import our_short
from plugin.notify.mail import is_set_up
from plugin.pages.frame import locale
from plugin.pages.visitors import visitor
from web.service import service

FACT_WORDS: Mapping[str, str] = {
    "name": N_("the shopper's name"),
    "order": N_("the order's number"),
    "shop": N_("the name of your shop"),
    "plan": N_("a sentence of ours about when and where"),
    "day": N_("the day or days that were promised"),
    "window": N_("the hours of a home window"),
    "when": N_("the day and the hours in short, as long as they lie ahead"),
    "place": N_("the pick-up centre, or the address"),
    "hours": N_("when the centre is open in the coming week"),
    "until": N_("until when the parcel is kept there, or a delivery can be chosen"),
    "service": N_("what it is sent with; for an order without a choice, what you set for when the time is over"),
    "carrier": N_("the carrier, once it was reported"),
    "tracking": N_("the carrier's page about the parcel"),
    "link": N_("the shopper's own page of this delivery, or where it can be chosen"),
    "change": N_("what was changed and by whom"),
    "undo": N_("where a change is put back"),
    "how": N_("where the shopper says how it went"),
    "move": N_("where another day or time can be chosen, after a parcel could not be delivered"),
    "elsewhere": N_("where it can be sent elsewhere, after a parcel could not be delivered"),
    "amount": N_("the delivery fee that is given back"),
    "code": N_("the collect code, as long as a parcel waits at a centre"),
}


def messages_facts(_document: Document) -> dict[str, Any]:
    """For each language its name as the visitor reads it and our own words; the facts in braces; whether mail can go, and
    where text messages go."""
    names = reader(locale()).formats.languages
    with service().database.reading() as session:
        gateway = gateways.find(session, visitor().merchant_id)
    return {
        "kinds": KINDS,
        "spoken": [(language, names[language].capitalize()) for language in languages()],
        "ours": {language: {kind: ours(kind, language) for kind in KINDS} for language in languages()},
        "facts": [("{" + name + "}", say(locale(), FACT_WORDS[name])) for name in FACTS],
        "our_shorts": {language: {kind: our_short(kind, language) for kind in KINDS} for language in languages()},
        "longest": {"subject": LONGEST_SUBJECT, "text": LONGEST_TEXT, "short": LONGEST_SHORT},
        "can_mail": is_set_up(service().config),
        "gateway": gateway,
    }
