"""What is said of a promise, in the language of whoever reads; and the settings, words and tables that hold together."""

import gettext
from importlib.resources import files
from pathlib import Path
from typing import Any

import stoep_oscar
from babel.messages.pofile import read_po
from django.apps import apps
from django.core.management import call_command
from django.test import SimpleTestCase, TestCase, override_settings
from django.utils import translation
from stoep_oscar.checks import _place, _settings
from stoep_oscar.configuration import configuration
from stoep_oscar.promises import name_of, news_of, sentence_of
from stoep_oscar.questions import in_major_units, minor_units

SHOP = {"id": "c", "name": "Boek & Blad", "address": {"lines": ["Dam 1"], "city": "Amsterdam"}}
ZONE = {"time_zone": "Europe/Amsterdam"}
WINDOW: dict[str, Any] = ZONE | {"window": {"start": "2026-11-23T07:00:00Z", "end": "2026-11-23T10:00:00+01:00"}}
OVER_THE_CHANGE: dict[str, Any] = ZONE | {"window": {"start": "2026-10-25T00:30:00Z", "end": "2026-10-25T02:30:00Z"}}
PICKUP: dict[str, Any] = ZONE | {
    "place": SHOP,
    "ready_by": "2026-12-31T17:30:00+01:00",
    "pickup_by": "2027-01-04T23:30:00Z",
}


class Sentences(SimpleTestCase):
    def test_a_promise_is_said_in_each_language(self) -> None:
        for kind, facts, language, sentence in (
            ("local_delivery", WINDOW, "en", "Delivery on Monday 23 November, between 08:00 and 10:00."),
            ("local_delivery", WINDOW, "nl", "Bezorging op maandag 23 november, tussen 08:00 en 10:00."),
            ("local_delivery", WINDOW, "de", "Lieferung am Montag, 23. November, zwischen 08:00 und 10:00 Uhr."),
            ("local_delivery", WINDOW, "fr", "Livraison le lundi 23 novembre, entre 08:00 et 10:00."),
            ("local_delivery", OVER_THE_CHANGE, "en", "Delivery on Sunday 25 October, between 02:30 and 03:30."),
            ("shipping", {"earliest": "2026-11-24", "latest": "2026-11-24"}, "en", "Delivery: Tuesday 24 November."),
            (
                "shipping",
                {"earliest_delivery_time": "2026-11-24", "latest_delivery_time": "2026-11-26"},
                "en",
                "Delivery: Tuesday 24 November to Thursday 26 November.",
            ),
            ("shipping", {"earliest": None, "latest": None}, "en", ""),
            ("shipping", {}, "nl", ""),
            (
                "pickup",
                PICKUP,
                "en",
                "To be collected at Boek &amp; Blad, Dam 1, Amsterdam, from Thursday 31 December, 17:30, "
                "until Tuesday 5 January.",
            ),
            ("pickup", {"place": SHOP}, "nl", "Af te halen bij Boek &amp; Blad, Dam 1, Amsterdam."),
            ("pickup", WINDOW | {"time_zone": "Made/Up"}, "en", "To be collected at ."),
        ):
            with self.subTest(sentence), translation.override(language):
                self.assertEqual(sentence_of(kind, facts), sentence)

    def test_a_promise_that_could_not_be_kept_has_a_new_day_or_none(self) -> None:
        new = {"expected": {"earliest": "2026-11-27", "latest": "2026-11-27"}}
        unknown = {"expected": {"earliest": None, "latest": None}}
        for state, facts, sentence in (
            ("dispatched", new, "Now expected: Friday 27 November."),
            ("dispatched", unknown, "It comes later; the new day is not known yet."),
            ("dispatched", {}, ""),
            ("delivered", new, ""),
        ):
            with self.subTest(sentence):
                self.assertEqual(news_of(state, WINDOW | facts), sentence)

    def test_a_methods_name_has_the_day(self) -> None:
        day = {"title": "Parcel", "earliest_delivery_time": "2026-11-24", "latest_delivery_time": "2026-11-24"}
        self.assertEqual(name_of(day), "Parcel, Tuesday 24 November")
        self.assertEqual(
            name_of({"title": "Monday 23 November, 08:00–10:00"} | WINDOW), "Monday 23 November, 08:00–10:00"
        )
        self.assertEqual(name_of({}), "Delivery")

    def test_money_has_its_own_digits(self) -> None:
        for currency, amount, text in (
            ("EUR", 395, "3.95"),
            ("JPY", 395, "395"),
            ("KWD", 395, "0.395"),
            ("XYZ", 5, "0.05"),
        ):
            with self.subTest(currency):
                self.assertEqual(str(in_major_units(amount, currency)), text)
                self.assertEqual(minor_units(in_major_units(amount, currency), currency)["amount"], amount)

    def test_what_is_compiled_is_what_is_written(self) -> None:
        folder = Path(str(files(stoep_oscar))) / "locale"
        said = {}
        for language in ("nl", "de", "fr"):
            with (folder / language / "LC_MESSAGES" / "django.po").open("rb") as file:
                written = {(word.context, word.id): word.string for word in read_po(file) if word.id}
            with (folder / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
                compiled = gettext.GNUTranslations(file)
            for (context, sentence), translated in written.items():
                found = compiled.pgettext(context, sentence) if context else compiled.gettext(sentence)
                self.assertEqual(found, translated)
            self.assertEqual([word for word, string in written.items() if not string], [])
            said[language] = set(written)
        self.assertEqual(said["nl"], said["de"])
        self.assertEqual(said["nl"], said["fr"])


class Settings(SimpleTestCase):
    def test_what_cannot_be_is_named_and_no_key_is_told(self) -> None:
        for name, value in (
            ("STOEP_URL", None),
            ("STOEP_URL", "stoep.example"),
            ("STOEP_URL", "ftp://stoep.example"),
            ("STOEP_URL", "https://stoep.example/?a=1"),
            ("STOEP_URL", "https://[half"),
            ("STOEP_KEYS", None),
            ("STOEP_KEYS", ("sk_secret", "pk_x")),
            ("STOEP_KEYS", "sk_secret"),
            ("STOEP_SECONDS", 0),
            ("STOEP_SECONDS", "1"),
            ("STOEP_SECONDS", True),
            ("STOEP_TAX_RATE", "21"),
            ("STOEP_TAX_RATE", "a fifth"),
            ("STOEP_TAX_RATE", -0.1),
            ("STOEP_EVENTS", ["Shipped"]),
            ("STOEP_EVENTS", {"Shipped": 3}),
        ):
            with self.subTest(name=name, value=value), override_settings(**{name: value}):
                with self.assertRaisesMessage(ValueError, name) as raised:
                    configuration()
                self.assertNotIn("sk_secret", str(raised.exception))
                self.assertEqual([found.id for found in _settings()], ["stoep_oscar.E001"])

    @override_settings(STOEP_EVENTS={"Sent": "Dispatched!"}, STOEP_URL="https://stoep.example/")
    def test_an_event_that_cannot_be_is_named(self) -> None:
        self.assertEqual([found.id for found in _settings()], ["stoep_oscar.E002"])
        self.assertEqual(configuration().url, "https://stoep.example")

    def test_the_app_stands_before_oscars(self) -> None:
        self.assertEqual(_place(), [])
        ours, *others = list(apps.get_app_configs())
        with self.subTest("behind"), _in_order([*others, ours]):
            self.assertEqual([found.id for found in _place()], ["stoep_oscar.E003"])


class _in_order:  # noqa: N801 - reads as a word where it is used
    """Within, Django names its apps in this order."""

    def __init__(self, configs: list[Any]) -> None:
        self._configs = configs

    def __enter__(self) -> None:
        self._real = apps.get_app_configs
        apps.get_app_configs = lambda: self._configs  # type: ignore[method-assign]

    def __exit__(self, *_raised: object) -> None:
        apps.get_app_configs = self._real  # type: ignore[method-assign]


class Tables(TestCase):
    @override_settings(MIGRATION_MODULES={})
    def test_the_migrations_make_the_tables_as_they_are(self) -> None:
        call_command("makemigrations", "stoep_oscar", check=True, dry_run=True, verbosity=0)
