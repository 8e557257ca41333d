"""Pieces of code ready to copy, with the merchant's own key and this service's address. One function for each platform."""

from collections.abc import Callable, Mapping
from html import escape

from delivery.setups import Setup
from delivery.texts.sentences import N_
from plugin.install.pieces import Facts, Snippet
from plugin.install.self_check import script_tag
from plugin.install.stripe_snippets import stripe

FIELD = "delivery_choice"
NO_KEY = "pk_…"
SECRET = "sk_…"  # noqa: S105 - a placeholder


def facts_of(setup: Setup, service_url: str, key: str | None, postal_code: str) -> Facts:
    """The facts of one merchant; without a key its place is marked."""
    return Facts(service_url, key or NO_KEY, setup.country, postal_code, setup.currency, setup.language)


def plain_html(facts: Facts) -> list[Snippet]:
    """For a shop of one's own making: the element in the checkout's form, and the order on the server."""
    return [
        Snippet(N_("Into the head of the checkout page"), script_tag(facts.service_url)),
        Snippet(N_("Into the form of the checkout, where the delivery is chosen"), _element(facts)),
        Snippet(N_("On your server, when the order is placed (Python)"), _python(facts)),
        Snippet(N_("The same with curl, to try it out"), _curl(facts)),
    ]


def oscar(facts: Facts) -> list[Snippet]:
    """For django-oscar: an app of its own does the rest."""
    return [
        Snippet(
            N_("On the server of your shop, in the folder of this service's source"), "pip install ./plugin/shops/oscar"
        ),
        Snippet(N_("Into the settings of your shop, the app before Oscar's own"), _oscar_settings(facts)),
        Snippet(N_("Once, and whenever you update"), _OSCAR_COMMANDS),
        Snippet(
            N_("Every minute, from cron: what could not be told at once is told then"), "python manage.py stoep_send"
        ),
    ]


_OSCAR_COMMANDS = """python manage.py migrate stoep_oscar
python manage.py collectstatic
python manage.py check"""


def _oscar_settings(facts: Facts) -> str:
    return f"""INSTALLED_APPS = ["stoep_oscar", *INSTALLED_APPS]

STOEP_URL = "{facts.service_url}"
STOEP_KEYS = ("{facts.shop}", "{SECRET}")"""


PLATFORMS: Mapping[str, Callable[[Facts], list[Snippet]]] = {
    "html": plain_html,
    "stripe": lambda facts: stripe(facts, script_tag(facts.service_url)),
    "oscar": oscar,
}
"""By the name of the platform, as `delivery.settings.shop.PLATFORMS` has it."""


def _element(facts: Facts) -> str:
    basket = f'{{"lines": [{{"sku": "LAMP-1", "quantity": 1}}], "currency": "{facts.currency}"}}'
    return f"""<stoep-delivery shop="{escape(facts.shop)}"
                country="{facts.country}" postal-code="{escape(facts.postal_code)}"
                locale="{escape(facts.language)}"
                basket='{basket}'
                name="{FIELD}" required>
  Standard delivery
</stoep-delivery>"""


def _python(facts: Facts) -> str:
    return f"""import requests

response = requests.post(
    "{facts.service_url}/v1/orders",
    headers={{"Authorization": "Bearer {SECRET}"}},
    json={{
        "order": "1001",
        "choice": form.get("{FIELD}") or None,
        "recipient": {{"name": "A. Jansen", "email": "a.jansen@example.org"}},
        "address": {{"country": "{facts.country}", "postal_code": "{facts.postal_code}", "city": "…", "lines": ["…"]}},
        "basket": {{"lines": [{{"sku": "LAMP-1", "quantity": 1}}], "currency": "{facts.currency}"}},
    }},
    timeout=10,
)
response.raise_for_status()"""


def _curl(facts: Facts) -> str:
    return f"""curl {facts.service_url}/v1/orders \\
  -H 'Authorization: Bearer {SECRET}' -H 'Content-Type: application/json' \\
  -d '{{"order": "1001", "choice": "ch_…",
       "recipient": {{"name": "A. Jansen"}},
       "address": {{"country": "{facts.country}", "postal_code": "{facts.postal_code}", "city": "…", "lines": ["…"]}},
       "basket": {{"lines": [{{"sku": "LAMP-1", "quantity": 1}}], "currency": "{facts.currency}"}}}}'"""
