"""Sentences that are made where nobody knows the reader's language yet, and said in it later."""

from collections.abc import Mapping

from delivery.texts.catalogues import say


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "to be translated later"
    """Mark a message id that is said elsewhere."""
    return message


class Sentence(str):
    """An English sentence that still knows the message and the facts it was made of."""

    message: str
    facts: Mapping[str, object]


def sentence(message: str, **facts: object) -> Sentence:
    """The message with its `{names}` filled in. Mark the message for translation as you would for `say`."""
    made = Sentence(message.format(**facts) if facts else message)
    made.message, made.facts = message, facts
    return made


def said(locale: str | None, text: str) -> str:
    """The sentence in the reader's language; any other text is taken for a message without facts."""
    if isinstance(text, Sentence):
        return say(locale, text.message, **text.facts)
    return say(locale, text)
