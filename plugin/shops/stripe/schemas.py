"""What a shopper's page sends for a payment at Stripe, and gets. The address is in Stripe's words, as its forms give it."""

from typing import Any

from marshmallow import Schema, fields, post_load

from delivery.rules.places import Destination
from web.fields import Country, PostalCode, Text
from web.schemas import Body, MoneySchema

LONGEST_TOKEN = 8000


class StripeAddressSchema(Body):
    line1 = Text(200, required=True)
    line2 = Text(200, least=0, load_default=None, allow_none=True)
    city = Text(100, least=0, load_default=None, allow_none=True)
    state = Text(100, least=0, load_default=None, allow_none=True)
    postal_code = PostalCode(load_default=None, allow_none=True)
    country = Country(required=True, metadata={"examples": ["NL"]})

    @post_load
    def _without_what_is_empty(self, data: dict[str, Any], **_options: object) -> dict[str, str]:
        return {name: value for name, value in data.items() if value}


class ShippingDetailsSchema(Body):
    name = Text(200, required=True)
    address = fields.Nested(StripeAddressSchema, required=True)


class DeliveryBody(Body):
    shop = Text(100, required=True, metadata={"description": "The publishable key of the shop here, not Stripe's."})
    client_secret = Text(
        300, required=True, metadata={"description": "Of this session or intent: the page has it from the shop."}
    )
    shipping_details = fields.Nested(ShippingDetailsSchema, required=True)
    choice = Text(
        LONGEST_TOKEN,
        load_default=None,
        allow_none=True,
        metadata={"description": "The signed choice; null as long as nothing was chosen."},
    )
    locale = Text(64, load_default=None, allow_none=True, metadata={"examples": ["nl-NL"]})


class ToldSchema(Schema):
    title = fields.String(required=True)
    fee = fields.Nested(MoneySchema, required=True)


class DeliveryAnswer(Schema):
    payment = fields.String(required=True)
    delivery = fields.Nested(ToldSchema, required=True, allow_none=True)
    total = fields.Nested(MoneySchema, required=True, metadata={"description": "What is to be paid now for all."})
    expires_at = fields.String(
        required=True,
        allow_none=True,
        metadata={"format": "date-time", "description": "Until when the place is kept; null without a choice."},
    )


def destination_of(address: dict[str, str]) -> Destination:
    """Where it goes, as far as an offer needs it."""
    lines = tuple(address[name] for name in ("line1", "line2") if name in address)
    return Destination(address["country"], address.get("postal_code"), address.get("city"), lines)
