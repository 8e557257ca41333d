"""What a merchant sets: the areas of delivery/settings as pages, in a language and without a script."""

from flask import Blueprint

from plugin.pages.visitors import guard


def make_blueprint() -> Blueprint:
    """Everything under /plugin/settings."""
    from plugin.settings import (
        appearance,
        areas,
        calendar,
        centre_file,
        driving,
        files,
        gateway,
        messages,
        overview,
        windows,
    )

    blueprint = Blueprint("settings", __name__, url_prefix="/plugin")
    blueprint.before_request(files.allow_large_files)
    blueprint.before_request(centre_file.allow_large_files)
    blueprint.before_request(driving.allow_large_files)
    guard(blueprint)
    for room in (overview, calendar, windows, appearance, messages, gateway, files, centre_file, driving, areas):
        room.add_to(blueprint)
    return blueprint
