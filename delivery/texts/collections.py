"""What merchants read of collecting: numbers, waits and places."""

from babel.numbers import format_decimal

from delivery.texts.catalogues import reader, say, say_number

_TWO_DAYS = 48


def decimal_said(number: float | None, locale: str) -> str:
    """A number with at most one decimal; a dash for none."""
    return "–" if number is None else format_decimal(round(number, 1), "#,##0.#", locale=reader(locale).formats)


def wait_said(hours: float | None, locale: str) -> str:
    """How long something waited: in hours up to two days, then in days; a dash for nothing."""
    if hours is None:
        return "–"
    if round(hours) < 1:
        return say(locale, "Less than an hour")
    if hours < _TWO_DAYS:
        return say_number(locale, "{number} hour", "{number} hours", round(hours))
    return say(locale, "{number} days", number=decimal_said(hours / 24, locale))


def limit_said(capacity: int, locale: str) -> str:
    """The line above which nothing fits."""
    return say(locale, "Room for {number}", number=capacity)
