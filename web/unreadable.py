"""Signs that are no text, refused early: PostgreSQL fails on a NUL, a header on the end of a line.

Whatever else cannot be read becomes a readable sign while it is decoded; the fields of JSON bodies look for themselves.
"""

import re

from flask import Flask, request
from werkzeug.exceptions import NotFound

from delivery.problems import InvalidInput
from delivery.texts.sentences import N_

NUL = "\0"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NO_TEXT = N_("Something in it is no text.")


def register(app: Flask) -> None:
    """Nothing is at an address with such a sign, and nothing is answered to a question with one."""
    app.before_request(_check_address)


def check_form() -> None:
    """Raises InvalidInput for a form with such a sign in it. For pages, once they have read the form."""
    if any(NUL in text for name, texts in request.form.lists() for text in (name, *texts)):
        raise InvalidInput(_NO_TEXT)


def _check_address() -> None:
    if _CONTROL.search(request.path):
        raise NotFound
    query = request.environ.get("QUERY_STRING", "")
    if query and ("%00" in query or NUL in query):
        raise InvalidInput(_NO_TEXT)
