"""Which messages shoppers get, and in which words. Read by `delivery.messages`."""

from typing import Any, cast

from marshmallow import Schema
from marshmallow.fields import Field

from delivery.messages import KINDS, USUALLY_SENT
from delivery.settings.collections import Group
from delivery.settings.fields import SettingsSchema, Switch, Text, refused
from delivery.texts.catalogues import languages
from delivery.texts.messages import FACTS, LooseBrace, UnknownFact, check_words
from delivery.texts.sentences import N_

LONGEST_SUBJECT, LONGEST_TEXT, LONGEST_SHORT = 150, 2000, 400
KNOWN = " ".join("{" + name + "}" for name in FACTS)


class Words(Text):
    """Text with named facts in braces."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        # Browsers end lines of a textarea in two signs.
        text = value.replace("\r\n", "\n") if isinstance(value, str) else value
        return super()._deserialize(text, attr, data, **options)

    def read(self, text: str) -> str:
        try:
            check_words(text)
        except UnknownFact as error:
            raise refused(N_("{wrong} is not known here. You can use: {known}"), wrong=error, known=KNOWN) from error
        except LooseBrace as error:
            raise refused(
                N_("A brace stands alone: to show one, write it twice. Between braces you can use: {known}"),
                known=KNOWN,
            ) from error
        return text


class Subject(Words):
    """The same on one line."""

    def read(self, text: str) -> str:
        return super().read(" ".join(text.split()))


class OwnWordsSchema(SettingsSchema):
    """A merchant's own words in one language. Null: ours."""

    subject = Subject(LONGEST_SUBJECT, nullable=True)
    text = Words(LONGEST_TEXT, nullable=True)
    short = Words(LONGEST_SHORT, nullable=True)


def _kind(name: str) -> type[Schema]:
    """One kind of message: whether it is sent, by mail and to the telephone, and own words by language."""
    words = {language: Group(OwnWordsSchema, nullable=True) for language in languages()}
    sent = Switch(default=name in USUALLY_SENT)
    known: dict[str, Field[Any]] = {"sent": sent, "by_phone": Switch(default=False), **words}
    return SettingsSchema.from_dict(known, name=f"Message{name.title().replace('_', '')}Schema")


MessagesSchema = cast(
    "type[SettingsSchema]",
    SettingsSchema.from_dict(
        {"enabled": Switch(default=False), **{kind: Group(_kind(kind), default=dict) for kind in KINDS}},
        name="MessagesSchema",
    ),
)
"""No mail is sent until they are `enabled`: most shops mail already. Text messages need a gateway: delivery/gateways.py."""
