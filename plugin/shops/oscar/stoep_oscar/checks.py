"""`manage.py check`: what is missing before Stoep can work."""

from typing import Any

from django.apps import apps
from django.core import checks

from stoep_oscar.configuration import configuration
from stoep_oscar.progress import CANCEL


def register() -> None:
    """Once, when Django is ready."""
    checks.register(_settings)
    checks.register(_place)


def _settings(**_options: Any) -> list[checks.CheckMessage]:
    try:
        events = configuration().events
    except ValueError as error:
        return [checks.Error(str(error), id="stoep_oscar.E001")]
    wrong = sorted(event for event in events.values() if not _can_be(event))
    return [
        checks.Error(f"STOEP_EVENTS: {event!r} cannot be an event of Stoep's", id="stoep_oscar.E002") for event in wrong
    ]


def _can_be(event: str) -> bool:
    return event == CANCEL or (event.replace("_", "a").isalnum() and event.islower() and len(event) <= 30)


def _place(**_options: Any) -> list[checks.CheckMessage]:
    names = [app.name for app in apps.get_app_configs()]
    before = names[: names.index("stoep_oscar")]
    ahead = [name for name in before if name.startswith("oscar.") or name == "oscar"]
    if not ahead:
        return []
    hint = 'INSTALLED_APPS = ["stoep_oscar", *oscar.INSTALLED_APPS]'
    return [
        checks.Error("stoep_oscar is to stand before Oscar's apps in INSTALLED_APPS", hint=hint, id="stoep_oscar.E003")
    ]
