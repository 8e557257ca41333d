"""A shop with two things to buy, and somebody who buys in it without scripts."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from unittest import mock

from django.conf import settings
from django.contrib.sites.models import Site
from django.http import HttpResponse
from django.test import Client, TestCase, override_settings
from oscar.core.loading import get_model
from stoep_oscar import service
from stoep_oscar.models import Delivery

ADDRESS = {
    "first_name": "Sanne",
    "last_name": "de Vries",
    "line1": "Prinsengracht 263",
    "line4": "Amsterdam",
    "postcode": "1016 GV",
    "country": "NL",
}
NOWHERE = override_settings(STOEP_URL="http://127.0.0.1:9")
"""Nobody answers at this address."""


@contextmanager
def calls() -> Iterator[Counter[str]]:
    """What is asked of Stoep within, by method and path; ids are left out. The calls are made all the same."""
    made: Counter[str] = Counter()
    call = service._call

    def counted(method: str, path: str, body: dict[str, Any]) -> bytes:
        made[re.sub(r"/bk_[^/]+", "/…", path)] += 1
        return call(method, path, body)

    with mock.patch.object(service, "_call", counted):
        yield made


class Shop(TestCase):
    """Each test begins with an empty basket, and with what stands in the shop's tables here."""

    lamp: Any
    voucher: Any

    @classmethod
    def setUpTestData(cls) -> None:
        Site.objects.update_or_create(pk=1, defaults={"domain": "127.0.0.1", "name": "Schemer & Wol"})
        get_model("address", "Country").objects.create(
            iso_3166_1_a2="NL", printable_name="Netherlands", is_shipping_country=True
        )
        partner = get_model("partner", "Partner").objects.create(name="Magazijn", code="magazijn")
        classes = get_model("catalogue", "ProductClass").objects
        cls.lamp = _thing(classes.create(name="Thing", track_stock=False), partner, "LAMP-DESK", Decimal("69.00"))
        paper = classes.create(name="Paper", track_stock=False, requires_shipping=False)
        cls.voucher = _thing(paper, partner, "VOUCHER", Decimal("25.00"))

    def setUp(self) -> None:
        self.client = Client()
        self.page = ""
        # Oscar numbers its orders after their baskets, and Stoep remembers those of the tests before.
        get_model("basket", "Basket").objects.create(pk=time.time_ns() // 1000)

    def opens(self, path: str) -> HttpResponse:
        return self._seen(self.client.get(path, follow=True))

    def sends(self, path: str, **form: Any) -> HttpResponse:
        with self.captureOnCommitCallbacks(execute=True):
            return self._seen(self.client.post(path, form, follow=True))

    def comes_to_delivery(self, thing: Any = None, **other: str) -> HttpResponse:
        """With one thing in the basket, as a guest."""
        self.sends(f"/basket/add/{(thing or self.lamp).pk}/", quantity=1)
        self.sends("/checkout/", username="guest@example.org", options="anonymous")
        return self.gives_address(**other)

    def gives_address(self, **other: str) -> HttpResponse:
        return self.sends("/checkout/shipping-address/", **ADDRESS | other)

    def chooses(self, kind: str, number: int = 0) -> HttpResponse:
        """Sends the plain form of the shipping step that is shown."""
        options = re.findall(rf'data-type="{kind}".*?value="([^"]+)"', self.page, re.DOTALL)
        offer = re.findall(r'name="stoep_offer" value="([^"]+)"', self.page)
        form = {"stoep": 1, "stoep_offer": offer[0], "delivery_choice_option": options[number]}
        return self.sends("/checkout/shipping-method/", **form)

    def orders(self) -> HttpResponse:
        """Looks at the preview and places the order from there."""
        self.opens("/checkout/preview/")
        return self.orders_what_was_seen(self.seen())

    def orders_what_was_seen(self, seen: str) -> HttpResponse:
        return self.sends("/checkout/preview/", action="place_order", stoep_seen=seen)

    def seen(self) -> str:
        """Which choice the preview that is shown stands for."""
        return re.findall(r'name="stoep_seen" value="([^"]*)"', self.page)[0]

    def order(self) -> Any:
        """The only order of the shop."""
        return get_model("order", "Order").objects.get()

    def delivery(self) -> Delivery:
        return Delivery.objects.get(order_number=self.order().number)

    def bookings(self, order_number: str) -> list[dict[str, Any]]:
        """What Stoep has of an order, oldest first."""
        found = service._json("GET", f"/v1/bookings?order={order_number}", {})["bookings"]
        return sorted(found, key=lambda booking: booking["part"])

    def states(self, order_number: str) -> list[tuple[str, str, str]]:
        return [(booking["part"], booking["state"], booking["type"]) for booking in self.bookings(order_number)]

    def says(self, sentence: str) -> None:
        self.assertIn(sentence, " ".join(re.sub(r"<[^>]+>", " ", self.page).split()))

    def is_at(self, response: HttpResponse, path: str) -> None:
        self.assertEqual(response.request["PATH_INFO"], path)  # type: ignore[attr-defined]

    def _seen(self, response: HttpResponse) -> HttpResponse:
        self.page = response.content.decode()
        return response


def _thing(kind: Any, partner: Any, sku: str, price: Decimal) -> Any:
    product = kind.products.create(title=sku.title(), upc=sku, slug=sku.lower())
    product.stockrecords.create(
        partner=partner, partner_sku=sku, price=price, price_currency=settings.OSCAR_DEFAULT_CURRENCY
    )
    return product
