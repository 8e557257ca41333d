"""What stands for a signature: a path drawn on the screen, or a name that was typed."""

import re

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from delivery.evidence import LONGEST_SIGNATURE

_DRAWN = re.compile(r"M\d{1,3} \d{1,3}(?:[ML]\d{1,3} \d{1,3})*", re.ASCII)
LONGEST_NAME = 200


def is_signature(text: str) -> None:
    """A drawn path and nothing but, or a name. Raises ValidationError."""
    if text and not _DRAWN.fullmatch(text) and (len(text) > LONGEST_NAME or not text.isprintable()):
        raise ValidationError("This is no signature.")


def signature_in(form: MultiDict[str, str]) -> str | None:
    """What was drawn, else the name that was typed; None for neither, and for what is no signature."""
    drawn, typed = form.get("signature", ""), form.get("signed_name", "").strip()
    if len(drawn) <= LONGEST_SIGNATURE and _DRAWN.fullmatch(drawn):
        return drawn
    return typed[:LONGEST_NAME] if typed and typed.isprintable() else None


def is_drawn(signature: str) -> bool:
    """Whether it is a path, which can be shown as one."""
    return _DRAWN.fullmatch(signature) is not None
