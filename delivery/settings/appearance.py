"""What shoppers see of the shop: its words, its looks, where they find help. Read by `delivery.appearance`."""

import re
from typing import Any

from marshmallow import ValidationError, validates_schema

from delivery.appearance import looks_of
from delivery.rules.contrast import is_colour
from delivery.rules.looks import FONTS, LARGEST_RADIUS, contrasts
from delivery.settings.collections import Group, Several
from delivery.settings.fields import Choice, SettingsSchema, Text, WebAddress, Whole, refused
from delivery.texts.catalogues import languages
from delivery.texts.looks import contrast_sentence
from delivery.texts.sentences import N_

LONGEST_HEADING, LONGEST_NOTE = 120, 300
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@.<>,;:\\\"]+(\.[^\s@.<>,;:\\\"]+)+")
_PHONE = re.compile(r"\+?[0-9 ()./-]{5,30}", re.ASCII)
_FEWEST_DIGITS = 5


class Colour(Text):
    """A colour, `#rrggbb`, kept in small letters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(20, **options)

    def read(self, text: str) -> str:
        if not is_colour(text.lower()):
            raise refused(N_("A colour is written as #0b6b53: a hash and six digits or letters from a to f."))
        return text.lower()


class Email(Text):
    """An e-mail address, as far as one can tell by looking at it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(254, **options)

    def read(self, text: str) -> str:
        if not _EMAIL.fullmatch(text):
            raise refused(N_("This is not an e-mail address, such as help@shop.example."))
        return text


class Phone(Text):
    """A telephone number, written as its owner likes to read it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(31, **options)

    def read(self, text: str) -> str:
        if not _PHONE.fullmatch(text) or sum(map(str.isdigit, text)) < _FEWEST_DIGITS:
            raise refused(N_("This is not a telephone number, such as +31 20 123 4567."))
        return text


class SafeAddress(WebAddress):
    """The address of a page, https only: shoppers follow it."""

    def read(self, text: str) -> str:
        if not super().read(text).lower().startswith("https://"):
            raise refused(N_("The address must begin with https://."))
        return text


class OwnTextsSchema(SettingsSchema):
    """Own words in one language: headings of the three kinds of option, and a note above them. Null: ours."""

    shipping = Text(LONGEST_HEADING, nullable=True)
    local_delivery = Text(LONGEST_HEADING, nullable=True)
    pickup = Text(LONGEST_HEADING, nullable=True)
    note = Text(LONGEST_NOTE, nullable=True)


TextsByLanguage = SettingsSchema.from_dict(
    {language: Group(OwnTextsSchema, nullable=True) for language in languages()}, name="TextsByLanguageSchema"
)
"""Own words for each language that there are words for."""


class TextsSchema(SettingsSchema):
    """The languages shoppers may get (none: all that there are words for), and own words."""

    languages = Several(Choice(*languages()))
    texts = Group(TextsByLanguage, default=dict)


class SchemeSchema(SettingsSchema):
    """Colours for light or for dark. Null: ours."""

    accent = Colour(nullable=True)
    on_accent = Colour(nullable=True)
    text = Colour(nullable=True)
    surface = Colour(nullable=True)
    line = Colour(nullable=True)


class TriedLooksSchema(SettingsSchema):
    """The picker's colours, corners (px) and font, as they may be tried: nobody has looked yet whether they can be seen."""

    light = Group(SchemeSchema, nullable=True)
    dark = Group(SchemeSchema, nullable=True)
    radius = Whole(0, LARGEST_RADIUS, nullable=True)
    font = Choice(*FONTS, default="page")


class LooksSchema(TriedLooksSchema):
    """The same as they may be kept: what cannot be read is refused."""

    @validates_schema
    def _can_be_seen(self, data: dict[str, Any], **_options: object) -> None:
        wrong: dict[str, dict[str, list[str]]] = {}
        for found in contrasts(looks_of(data)):
            if not found.is_enough:
                wrong.setdefault(found.scheme, {}).setdefault(found.field, []).append(contrast_sentence(found))
        if wrong:
            raise ValidationError(wrong)


class ContactSchema(SettingsSchema):
    """Where shoppers find help."""

    email = Email(nullable=True)
    phone = Phone(nullable=True)
    url = SafeAddress(nullable=True)
