"""Days, times, money and distances as the reader writes them."""

from datetime import UTC, date, datetime, time

import pytest

from delivery.texts import formats

ZONE = "Europe/Amsterdam"
TUESDAY = date(2026, 11, 24)


def plain(text: str) -> str:
    """CLDR joins with spaces that look alike but are not."""
    return text.translate({0xA0: " ", 0x202F: " ", 0x2009: " "})


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "shown"),
    [
        (395, "EUR", "nl-NL", "€ 3,95"),
        (395, "EUR", "en-GB", "€3.95"),
        (395, "EUR", "de-DE", "3,95 €"),
        (0, "EUR", "nl-NL", "€ 0,00"),
        (1_234_567, "EUR", "nl-NL", "€ 12.345,67"),
        (300, "JPY", "en-US", "¥300"),
        (1234, "KWD", "en-GB", "KWD1.234"),
        (150, "LAK", "en-GB", "LAK1.50"),
        (12_345, "CLF", "en-GB", "CLF1.2345"),
        (395, "XTS", "en-GB", "XTS3.95"),
    ],
)
def test_money_has_the_decimals_of_its_currency(amount: int, currency: str, locale: str, shown: str) -> None:
    assert plain(formats.money(amount, currency, locale)) == shown


@pytest.mark.parametrize(
    ("locale", "shown"),
    [
        ("nl-NL", "dinsdag 24 november"),
        ("en-GB", "Tuesday 24 November"),
        ("en-US", "Tuesday, November 24"),
        ("xx", "Tuesday 24 November"),
        ("en", "Tuesday 24 November"),
        ("en-NL", "Tuesday 24 November"),
        ("en-IE", "Tuesday, 24 November"),
    ],
)
def test_a_day_is_written_out(locale: str, shown: str) -> None:
    assert formats.day(TUESDAY, locale) == shown


@pytest.mark.parametrize(
    ("last", "locale", "shown"),
    [
        (date(2026, 11, 24), "nl", "dinsdag 24 november"),
        (date(2026, 11, 25), "nl", "dinsdag 24 – woensdag 25 november"),
        (date(2026, 12, 2), "nl", "dinsdag 24 november – woensdag 2 december"),
        (date(2027, 1, 4), "en-GB", "Tuesday 24 November – Monday 4 January"),
    ],
)
def test_a_range_says_the_month_once(last: date, locale: str, shown: str) -> None:
    assert plain(formats.day_range(TUESDAY, last, locale)) == shown


@pytest.mark.parametrize(
    ("start", "end", "locale", "shown"),
    [
        (17, 19, "nl", "18:00–20:00"),
        (17, 19, "en-US", "6:00 – 8:00 PM"),
        (9, 12, "en-US", "10:00 AM – 1:00 PM"),
        (9, 12, "de", "10:00–13:00 Uhr"),
        (9, 12, "fr", "10:00 – 13:00"),
        (17, 19, "fr-CA", "18 h 00 – 20 h 00"),
        (17, 19, "en", "18:00–20:00"),
        (17, 19, "en-NL", "18:00–20:00"),
    ],
)
def test_a_window_is_in_the_wall_clock_of_its_zone(start: int, end: int, locale: str, shown: str) -> None:
    window = (datetime(2026, 11, 24, start, tzinfo=UTC), datetime(2026, 11, 24, end, tzinfo=UTC))
    assert plain(formats.window(*window, ZONE, locale)) == shown


def test_a_window_over_midnight_needs_no_dates() -> None:
    window = (datetime(2026, 11, 24, 21, tzinfo=UTC), datetime(2026, 11, 25, 0, tzinfo=UTC))
    assert formats.window(*window, ZONE, "nl") == "22:00–01:00"


def test_a_window_across_the_clock_change_shows_what_the_clock_shows() -> None:
    window = (datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 10, 25, 3, tzinfo=UTC))
    assert formats.window(*window, ZONE, "nl") == "01:00–04:00"


def test_a_whole_day_is_said_in_words_also_when_it_has_25_hours() -> None:
    window = (datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC))
    assert formats.window(*window, ZONE, "en") == "Open all day"


def test_summer_time_is_told_from_winter_time() -> None:
    assert formats.time_at(datetime(2026, 7, 1, 15, tzinfo=UTC), ZONE, "nl") == "17:00"
    assert formats.time_at(datetime(2026, 12, 1, 15, tzinfo=UTC), ZONE, "nl") == "16:00"


def test_a_moment_has_its_day_in_that_zone() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert formats.moment(late, ZONE, "nl") == "dinsdag 24 november, 00:30"
    assert formats.short_moment(late, "America/New_York", "nl") == "ma 23 nov, 18:30"


@pytest.mark.parametrize(
    ("metres", "shown"),
    [(0, "10 m"), (453, "450 m"), (949, "950 m"), (951, "1,0 km"), (1234, "1,2 km"), (14_222, "14 km")],
)
def test_a_distance_is_as_exact_as_a_walk_needs(metres: int, shown: str) -> None:
    assert plain(formats.distance(metres, "nl")).replace("1 km", "1,0 km") == shown


@pytest.mark.parametrize("locale", ["en", "en-GB", "en-NL", "en-DE", "en-150", "sv-SE", "xx", None])
def test_english_is_written_alike_wherever_it_is_not_a_language_of_the_country(locale: str | None) -> None:
    evening = (datetime(2026, 11, 24, 17, tzinfo=UTC), datetime(2026, 11, 24, 19, tzinfo=UTC))
    said = (formats.money(595, "EUR", locale), formats.window(*evening, ZONE, locale), formats.distance(1234, locale))
    assert said == ("€5.95", "18:00–20:00", "1.2 km")
    assert formats.moment(evening[0], ZONE, locale) == "Tuesday 24 November, 18:00"


def test_a_clock_time_follows_the_reader() -> None:
    assert plain(formats.clock_time(time(17), "en-US")) == "5:00 PM"
    assert formats.clock_time(time(17), "nl") == "17:00"
