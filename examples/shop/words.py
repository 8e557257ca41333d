"""The shop's own words, in four languages, and how it writes money and days. German and French have files of their own."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_currency

from examples.shop import french, german

LOCALES = {"en": "en-GB", "nl": "nl-NL", "de": "de-DE", "fr": "fr-FR"}
NAMES = {"en": "English", "nl": "Nederlands", "de": "Deutsch", "fr": "Français"}
"""Of the languages, in themselves."""
_DAYS = {"de": "EEEE, d. MMMM"}

WORDS: dict[str, dict[str, str]] = {
    "tagline": {"en": "Light and wool for long evenings", "nl": "Licht en wol voor lange avonden"},
    "skip": {"en": "Skip to content", "nl": "Naar de inhoud"},
    "home": {"en": "All products", "nl": "Alle producten"},
    "basket": {"en": "Basket", "nl": "Winkelmand"},
    "language": {"en": "Language", "nl": "Taal"},
    "add": {"en": "Add to basket", "nl": "In winkelmand"},
    "added": {"en": "Added to your basket.", "nl": "Toegevoegd aan je winkelmand."},
    "postcode_question": {"en": "Your postcode", "nl": "Jouw postcode"},
    "postcode_show": {"en": "Show delivery", "nl": "Toon levering"},
    "estimate_fallback": {"en": "Usually 1–3 working days", "nl": "Meestal 1–3 werkdagen"},
    "empty": {"en": "Your basket is empty.", "nl": "Je winkelmand is leeg."},
    "quantity": {"en": "Quantity", "nl": "Aantal"},
    "quantity_of": {"en": "Quantity of {name}", "nl": "Aantal van {name}"},
    "update": {"en": "Update", "nl": "Bijwerken"},
    "update_of": {"en": "Update {name}", "nl": "{name} bijwerken"},
    "remove": {"en": "Remove", "nl": "Verwijder"},
    "remove_of": {"en": "Remove {name}", "nl": "{name} verwijderen"},
    "goods": {"en": "Goods", "nl": "Artikelen"},
    "delivery": {"en": "Delivery", "nl": "Levering"},
    "total": {"en": "Total", "nl": "Totaal"},
    "free": {"en": "free", "nl": "gratis"},
    "delivery_later": {"en": "chosen in the next step", "nl": "kies je in de volgende stap"},
    "checkout": {"en": "To checkout", "nl": "Afrekenen"},
    "steps": {"en": "Steps of your order", "nl": "Stappen van je bestelling"},
    "step_address": {"en": "Address", "nl": "Adres"},
    "step_delivery": {"en": "Delivery", "nl": "Levering"},
    "step_payment": {"en": "Payment", "nl": "Betaling"},
    "address_title": {"en": "Where may we bring it?", "nl": "Waar mogen we het brengen?"},
    "name": {"en": "Name", "nl": "Naam"},
    "email": {"en": "E-mail", "nl": "E-mail"},
    "phone": {"en": "Phone (for the courier, if you like)", "nl": "Telefoon (voor de koerier, als je wilt)"},
    "street": {"en": "Street and number", "nl": "Straat en huisnummer"},
    "postal_code": {"en": "Postcode", "nl": "Postcode"},
    "city": {"en": "City", "nl": "Plaats"},
    "country": {"en": "Country", "nl": "Land"},
    "NL": {"en": "Netherlands", "nl": "Nederland"},
    "BE": {"en": "Belgium", "nl": "België"},
    "DE": {"en": "Germany", "nl": "Duitsland"},
    "to_delivery": {"en": "Continue to delivery", "nl": "Verder naar levering"},
    "needed": {"en": "{field}: please fill this in.", "nl": "{field}: vul dit nog in."},
    "delivery_title": {"en": "When and where?", "nl": "Wanneer en waar?"},
    "to_address": {"en": "Change the address", "nl": "Adres wijzigen"},
    "notes": {"en": "A note for whoever brings it", "nl": "Een berichtje voor de bezorger"},
    "show_parts": {"en": "Show what fits", "nl": "Toon wat past"},
    "part_ship": {"en": "Delivered", "nl": "Wordt bezorgd"},
    "part_collect": {"en": "Collected by you", "nl": "Haal je zelf op"},
    "fallback_title": {"en": "Standard delivery", "nl": "Standaard bezorging"},
    "fallback_text": {
        "en": "Usually within 1–3 working days. You hear by e-mail on which day it comes.",
        "nl": "Meestal binnen 1–3 werkdagen. Je hoort per e-mail op welke dag het komt.",
    },
    "to_payment": {"en": "Order and pay", "nl": "Bestellen en betalen"},
    "payment_title": {"en": "Pay", "nl": "Betalen"},
    "payment_note": {
        "en": "This is a demo: no money moves. Choose how the payment ends.",
        "nl": "Dit is een demo: er gaat geen geld om. Kies hoe de betaling afloopt.",
    },
    "pay": {"en": "Pay {amount}", "nl": "Betaal {amount}"},
    "fail": {"en": "Let the payment fail", "nl": "Laat de betaling mislukken"},
    "failed_title": {"en": "The payment did not succeed", "nl": "De betaling is niet gelukt"},
    "failed_text": {
        "en": "Nothing was charged, and the time that was kept for you is free again. Your basket is still here.",
        "nl": "Er is niets afgeschreven, en het moment dat voor je werd vrijgehouden is weer vrij. Je mand is er nog.",
    },
    "again": {"en": "Try again", "nl": "Probeer opnieuw"},
    "thanks": {"en": "Thank you, {name}", "nl": "Dankjewel, {name}"},
    "order_number": {"en": "Order", "nl": "Bestelling"},
    "promise_title": {"en": "What we promise", "nl": "Wat we beloven"},
    "promise_day": {"en": "Delivered on {day}", "nl": "Bezorgd op {day}"},
    "promise_days": {"en": "Delivered from {first} to {last}", "nl": "Bezorgd van {first} tot en met {last}"},
    "promise_window": {
        "en": "Delivered on {day} between {start} and {end}",
        "nl": "Bezorgd op {day} tussen {start} en {end}",
    },
    "promise_pickup": {
        "en": "Ready to collect on {day} at {time}, at {place}",
        "nl": "Klaar om op te halen op {day} om {time}, bij {place}",
    },
    "promise_pickup_day": {
        "en": "Ready to collect on {day}, at {place}",
        "nl": "Klaar om op te halen op {day}, bij {place}",
    },
    "promise_dateless": {
        "en": "We will tell you by e-mail on which day it comes.",
        "nl": "We laten je per e-mail weten op welke dag het komt.",
    },
    "promise_open": {
        "en": "Standard delivery. By e-mail you can still choose another moment.",
        "nl": "Standaard bezorging. Per e-mail kun je nog een ander moment kiezen.",
    },
    "promise_trouble": {
        "en": "We have your order and will contact you about the delivery.",
        "nl": "We hebben je bestelling en nemen contact op over de levering.",
    },
    "follow": {"en": "Follow your delivery", "nl": "Volg je bezorging"},
    "goes_to": {"en": "Goes to", "nl": "Gaat naar"},
    "collect_at": {"en": "Collect it at", "nl": "Af te halen bij"},
    "more_shopping": {"en": "Back to the shop", "nl": "Terug naar de winkel"},
    "problem_choice_gone": {
        "en": "Somebody else was just ahead of you for that moment. Please choose another one.",
        "nl": "Iemand was je net voor bij dat moment. Kies een ander moment.",
    },
    "problem_choice_stale": {
        "en": "Your address or basket changed since you chose. Please choose once more.",
        "nl": "Je adres of winkelmand is veranderd sinds je koos. Kies nog een keer.",
    },
    "problem_choice_lost": {
        "en": "Your choice is no longer kept. Please choose once more.",
        "nl": "Je keuze wordt niet meer vastgehouden. Kies nog een keer.",
    },
    "problem_no_choice": {
        "en": "Please choose how you would like to receive your order.",
        "nl": "Kies hoe je je bestelling wilt ontvangen.",
    },
    "not_found": {"en": "This page does not exist", "nl": "Deze pagina bestaat niet"},
    "demo_note": {
        "en": "A demo of Stoep. Nothing here is for sale.",
        "nl": "Een demo van Stoep. Niets hier is te koop.",
    },
}

for _language, _words in (("de", german.WORDS), ("fr", french.WORDS)):
    for _word, _said in _words.items():
        WORDS[_word][_language] = _said


class Speech:
    """One language: its words, and how it writes money and days."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LOCALES else "en"
        self.locale = LOCALES[self.language]
        self._babel = self.locale.replace("-", "_")

    def __call__(self, word: str, **facts: object) -> str:
        return WORDS[word][self.language].format(**facts)

    def money(self, cents: int, currency: str = "EUR") -> str:
        return format_currency(cents / 100, currency, locale=self._babel)

    def fee(self, cents: int) -> str:
        return self.money(cents) if cents else self("free")

    def day(self, text: str) -> str:
        """Of a day "2026-11-24" or an instant that begins so."""
        pattern = _DAYS.get(self.language, "EEEE d MMMM")
        return format_date(date.fromisoformat(text[:10]), pattern, locale=self._babel)

    def promise(self, order: dict[str, Any]) -> str:
        """What Stoep promised for an order, in a sentence."""
        booking = order["booking"]
        if "refused" in order or (booking and booking["state"] == "cancelled"):
            return self("promise_trouble")
        promise = booking["promise"] if booking else None
        if booking is None or promise is None:
            return self("promise_open")
        if booking["type"] == "pickup":
            return self._pickup(booking, promise)
        if promise.get("window"):
            return self._window(promise)
        first, last = promise["earliest"], promise["latest"]
        if not last:
            return self("promise_dateless")
        if first == last or not first:
            return self("promise_day", day=self.day(last))
        return self("promise_days", first=self.day(first), last=self.day(last))

    def _window(self, promise: dict[str, Any]) -> str:
        zone = ZoneInfo(promise["time_zone"])
        start, end = (datetime.fromisoformat(promise["window"][name]).astimezone(zone) for name in ("start", "end"))
        day = self.day(start.date().isoformat())
        return self("promise_window", day=day, start=self._time(start), end=self._time(end))

    def _pickup(self, booking: dict[str, Any], promise: dict[str, Any]) -> str:
        place = booking["location"]["name"]
        ready_by = promise.get("ready_by")
        if not ready_by:
            return self("promise_pickup_day", day=self.day(promise["latest"]), place=place)
        ready = datetime.fromisoformat(ready_by).astimezone(ZoneInfo(promise["time_zone"]))
        return self("promise_pickup", day=self.day(ready.date().isoformat()), time=self._time(ready), place=place)

    def _time(self, at: datetime) -> str:
        return format_time(at.time(), "HH:mm", locale=self._babel)
