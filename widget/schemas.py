"""What the shopper's browser sends, and what it gets beside the offer."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf, Range

from web.fields import LARGEST_QUANTITY, LONGEST_HANDLING_DAYS, Country, PostalCode, Text, moment, whole
from web.schemas import BasketSchema, Body, DestinationSchema, EstimateSchema, LocationSchema, OptionSchema

LONGEST_TOKEN = 8000
OPTION_TYPES = ("shipping", "local_delivery", "pickup")


def token(**options: Any) -> Text:
    """One of our opaque values."""
    return Text(LONGEST_TOKEN, **options)


def types() -> fields.List[str]:
    """Of which types options are wanted."""
    return fields.List(
        fields.String(validate=OneOf(OPTION_TYPES)),
        load_default=None,
        allow_none=True,
        validate=Length(1, len(OPTION_TYPES)),
        metadata={"description": "Only options of these types; all when it is left out.", "examples": [["pickup"]]},
    )


class QuestionBody(Body):
    """A basket and where it goes."""

    shop = Text(100, required=True, metadata={"description": "The publishable key."})
    destination = fields.Nested(DestinationSchema, required=True)
    basket = fields.Nested(BasketSchema, required=True)
    locale = Text(64, load_default=None, allow_none=True, metadata={"examples": ["nl-NL"]})
    checkout = Text(
        100,
        load_default=None,
        allow_none=True,
        metadata={"description": "The shop's own unguessable id of this checkout: whose hold it is."},
    )
    types = types()


class FragmentBody(Body):
    """The same as an offer, or an offer asked again."""

    shop = Text(100, required=True)
    offer = token(load_default=None)
    destination = fields.Nested(DestinationSchema, load_default=None)
    basket = fields.Nested(BasketSchema, load_default=None)
    locale = Text(64, load_default=None, allow_none=True)
    checkout = Text(100, load_default=None, allow_none=True)
    types = types()
    name = Text(60, load_default="delivery_choice", metadata={"description": "The radios are called <name>_option."})

    @validates_schema
    def _question_or_offer(self, data: dict[str, Any], **_options: object) -> None:
        if data.get("offer") is None:
            for name in ("destination", "basket"):
                if data.get(name) is None:
                    raise ValidationError("Send a destination and a basket, or an offer.", name)


class SplitLineSchema(Body):
    sku = Text(100, required=True)
    quantity = whole(1, LARGEST_QUANTITY, required=True)
    name = Text(200, least=0, load_default="", metadata={"description": "What the shopper knows it by; else the sku."})


class SplitBasketSchema(Body):
    lines = fields.List(fields.Nested(SplitLineSchema), required=True, validate=Length(1, 200))


class SplitBody(Body):
    """A basket whose lines have names, and what has been chosen so far."""

    shop = Text(100, required=True)
    basket = fields.Nested(SplitBasketSchema, required=True)
    locale = Text(64, load_default=None, allow_none=True)
    collected = fields.List(Text(100), load_default=list, validate=Length(max=200), metadata={"description": "Skus."})
    choices = fields.List(token(), load_default=list, validate=Length(max=2))
    name = Text(60, load_default="delivery_choice", metadata={"description": "The ticks are called <name>_collected."})


class HoldBody(Body):
    shop = Text(100, required=True)
    offer = token(required=True)
    option = token(required=True)
    checkout = Text(100, load_default=None, allow_none=True)


class HoldSchema(Schema):
    hold = fields.String(required=True)
    expires_at = fields.String(required=True, metadata={"format": "date-time"})
    extendable_until = fields.String(required=True, metadata={"format": "date-time"})
    choice = fields.String(required=True)
    option = fields.Nested(OptionSchema, required=True)


class EstimateQuery(Body):
    shop = Text(100, required=True)
    country = Country(required=True)
    postal_code = PostalCode(load_default=None)
    sku = Text(100, load_default=None)
    handling_days = fields.Integer(
        load_default=0,
        validate=Range(0, LONGEST_HANDLING_DAYS),
        metadata={"description": "Working days the product itself needs, as in a basket's line."},
    )
    locale = Text(64, load_default=None)


class EstimateAnswer(Schema):
    estimate = fields.Nested(EstimateSchema, required=True, allow_none=True)
    time_zone = fields.String(required=True)
    text = fields.String(required=True)
    json_ld = fields.Dict(required=True, allow_none=True)


class PointsQuery(Body):
    shop = Text(100, required=True)
    country = Country(required=True)
    postal_code = PostalCode(load_default=None)
    latitude = fields.Float(load_default=None, validate=Range(-90, 90))
    longitude = fields.Float(load_default=None, validate=Range(-180, 180))
    limit = fields.Integer(load_default=10, validate=Range(1, 50))
    open_at = moment(load_default=None)

    @validates_schema
    def _both_or_neither(self, data: dict[str, Any], **_options: object) -> None:
        if (data.get("latitude") is None) != (data.get("longitude") is None):
            raise ValidationError("Give both, or neither.", "latitude")


class PointSchema(LocationSchema):
    time_zone = fields.String(required=True)


class PointsAnswer(Schema):
    points = fields.List(fields.Nested(PointSchema), required=True)
