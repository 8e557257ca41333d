"""What the shop begins with: the goods of examples/shop, where it sends to, a customer, and who runs it."""

from decimal import Decimal

from django.contrib.auth import get_user_model
from django.core.management import call_command

from examples.shop.catalogue import PRODUCTS
from examples.shop.catalogue import Product as Item
from oscar.core.loading import get_model

CUSTOMER = "sanne@example.org"
OWNER = "owner@example.org"
PASSWORD = "only-for-the-demo"  # noqa: S105 - a shop that sells nothing
COUNTRIES = {"NL": "Netherlands", "BE": "Belgium", "DE": "Germany"}
AT_HAND = 100
"""Of each thing, as the shop itself counts it."""


def fill() -> None:
    """Into an empty database: goods that can be bought and found, and two people."""
    for place, (code, name) in enumerate(COUNTRIES.items()):
        get_model("address", "Country").objects.create(
            iso_3166_1_a2=code,
            printable_name=name,
            name=name,
            is_shipping_country=True,
            display_order=len(COUNTRIES) - place,
        )
    _put_on_shelves()
    people = get_user_model().objects
    people.create_user(CUSTOMER.split("@")[0], CUSTOMER, PASSWORD, first_name="Sanne", last_name="de Vries")
    people.create_superuser(OWNER.split("@")[0], OWNER, PASSWORD)
    call_command("rebuild_index", interactive=False, verbosity=0)


def _put_on_shelves() -> None:
    partner = get_model("partner", "Partner").objects.create(name="Magazijn Houten", code="houten")
    category = get_model("catalogue", "Category").add_root(name="Light and wool")
    kind = get_model("catalogue", "ProductClass").objects.create(name="Thing", track_stock=True)
    kind.attributes.create(code="weight", name="Weight in kg", type="float")
    kind.attributes.create(code="handling_days", name="Days to make", type="integer")
    for item in PRODUCTS.values():
        product = kind.products.create(
            title=item.name["en"], upc=item.sku, description=item.about["en"], slug=item.sku.lower()
        )
        _describe(product, item)
        product.categories.add(category)
        product.stockrecords.create(
            partner=partner,
            partner_sku=item.sku,
            price=Decimal(item.price) / 100,
            price_currency="EUR",
            num_in_stock=AT_HAND,
        )


def _describe(product: object, item: Item) -> None:
    product.attr.weight = item.weight_g / 1000
    if item.handling_days:
        product.attr.handling_days = item.handling_days
    product.save()
