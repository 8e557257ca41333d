"""What is usual in a country: a first guess that a merchant can begin with."""

import pytest

from delivery.rules.prices import check_currency
from delivery.rules.wallclock import zone_named
from delivery.settings.codes import countries
from delivery.texts.catalogues import parse_locale
from delivery.texts.countries import usual_in


@pytest.mark.parametrize(
    ("country", "usual"),
    [
        ("NL", ("nl-NL", "EUR", "Europe/Amsterdam")),
        ("BE", ("nl-BE", "EUR", "Europe/Brussels")),
        ("GB", ("en-GB", "GBP", "Europe/London")),
        ("JP", ("ja-JP", "JPY", "Asia/Tokyo")),
    ],
)
def test_the_language_currency_and_zone_are_those_of_the_country(country: str, usual: tuple[str, str, str]) -> None:
    assert usual_in(country) == usual


def test_every_country_that_can_be_chosen_makes_a_merchant() -> None:
    for country in countries():
        usual = usual_in(country)
        check_currency(usual.currency)
        zone_named(usual.time_zone)
        assert parse_locale(usual.language) is not None
