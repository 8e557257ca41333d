"""GET and POST /d/{token}/move: another day or window for the same address."""

from flask import Blueprint, Response

from delivery.change_rows import MOVE
from delivery.deadlines import MOVE as MOVED
from widget.pages.changes.frame import looked_at
from widget.pages.changes.options import chosen, options


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/d/<string:token>/move")
    def move(token: str) -> Response:
        """What can be chosen instead."""
        return looked_at(token, MOVED, lambda session, found: options(session, found, MOVE, None))

    @blueprint.post("/d/<string:token>/move")
    def moved(token: str) -> Response:
        """Look at another day, or take it."""
        return chosen(token, MOVE, None)
