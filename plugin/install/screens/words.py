"""Countries and weekdays in the reader's language, for the screens that ask for them."""

from typing import Any

from delivery.settings.codes import countries
from delivery.texts.catalogues import reader
from plugin.pages.frame import locale


def place_words() -> dict[str, Any]:
    """`countries` by name, `weekdays` from Monday 1 to Sunday 7."""
    spoken = reader(locale())
    named = sorted(countries(spoken.language).items(), key=lambda country: country[1])
    days = spoken.formats.days["stand-alone"]["wide"]
    return {"countries": named, "weekdays": [(number, days[number - 1].capitalize()) for number in range(1, 8)]}
