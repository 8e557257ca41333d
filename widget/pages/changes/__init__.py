"""What the shopper can still change, below /d/{token}: a file for each change. Plain forms, no script.

A GET writes nothing. Each shows what it costs and when it comes before it is confirmed, and keeps what was typed.
"""

from flask import Blueprint


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint.

    The forms need no token against forgery, for the reason that widget/pages/choose.py gives.
    """
    from widget.pages.changes import address, cancel, collector, door, elsewhere, longer, move, note, overview, undo

    for room in (overview, address, elsewhere, move, note, cancel, longer, door, collector, undo):
        room.add_to(blueprint)
