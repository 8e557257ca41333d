"""What both doors read and write, said once: the schemas that also make the OpenAPI document."""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load
from marshmallow.validate import Length, OneOf, Range

from delivery.rules.parcels import Basket, Line
from delivery.rules.places import Destination, Point
from web.fields import (
    LARGEST_AMOUNT,
    LARGEST_QUANTITY,
    LARGEST_WEIGHT_G,
    LONGEST_HANDLING_DAYS,
    Country,
    PostalCode,
    Text,
    currency,
    whole,
)


class Body(Schema):
    """Fields that we do not know are passed over: a newer plug-in may send more."""

    class Meta:
        unknown = EXCLUDE


class MoneySchema(Body):
    amount = whole(0, LARGEST_AMOUNT, required=True, metadata={"description": "Minor units of the currency."})
    currency = currency(required=True)


class DestinationSchema(Body):
    country = Country(required=True, metadata={"description": "ISO 3166-1 alpha-2.", "examples": ["NL"]})
    postal_code = PostalCode(load_default=None, allow_none=True, metadata={"examples": ["1016 GV"]})
    city = Text(100, least=0, load_default=None, allow_none=True)
    lines = fields.List(Text(200, least=0), load_default=list, validate=Length(max=6))
    latitude = fields.Float(load_default=None, allow_none=True, validate=Range(-90, 90))
    longitude = fields.Float(load_default=None, allow_none=True, validate=Range(-180, 180))

    @post_load
    def _as_value(self, data: dict[str, Any], **_options: object) -> Destination:
        if (data["latitude"] is None) != (data["longitude"] is None):
            raise ValidationError("Give both, or neither.", "latitude")
        point = None if data["latitude"] is None else Point(data["latitude"], data["longitude"])
        return Destination(
            data["country"], data["postal_code"] or None, data["city"] or None, tuple(data["lines"]), point
        )


class LineSchema(Body):
    sku = Text(100, required=True)
    quantity = whole(1, LARGEST_QUANTITY, required=True)
    weight_g = whole(0, LARGEST_WEIGHT_G, load_default=0, metadata={"description": "Grams of one piece."})
    handling_days = whole(0, LONGEST_HANDLING_DAYS, load_default=0)
    value = fields.Nested(MoneySchema, load_default=None, allow_none=True)


class BasketSchema(Body):
    lines = fields.List(fields.Nested(LineSchema), required=True, validate=Length(1, 200))
    currency = currency(required=True)

    @post_load
    def _as_value(self, data: dict[str, Any], **_options: object) -> Basket:
        if any(line["value"] and line["value"]["currency"] != data["currency"] for line in data["lines"]):
            raise ValidationError("All values are in the basket's currency.", "lines")
        return Basket(tuple(_line(line) for line in data["lines"]), data["currency"])


def _line(line: dict[str, Any]) -> Line:
    value = line["value"]
    return Line(line["sku"], line["quantity"], line["weight_g"], line["handling_days"], value and value["amount"])


class WindowSchema(Schema):
    start = fields.String(required=True, metadata={"format": "date-time"})
    end = fields.String(required=True, metadata={"format": "date-time"})


class StepSchema(Schema):
    rule = fields.String(required=True)
    day = fields.String(required=True, metadata={"format": "date"})
    facts = fields.Dict(required=True)
    text = fields.String(required=True)


class EstimateSchema(Schema):
    earliest_day = fields.String(required=True, metadata={"format": "date"})
    latest_day = fields.String(required=True, metadata={"format": "date"})
    order_before = fields.String(required=True, metadata={"format": "date-time"})
    confidence = fields.Float(allow_none=True, metadata={"description": "null: by rule, not learned."})
    steps = fields.List(fields.Nested(StepSchema), required=True)


class DayHoursSchema(Schema):
    day = fields.String(required=True, metadata={"format": "date"})
    intervals = fields.List(fields.Nested(WindowSchema), required=True)


class LocationSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    address = fields.Dict(required=True)
    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)
    distance_m = fields.Integer(required=True, allow_none=True)
    opening_hours = fields.List(fields.Nested(DayHoursSchema), required=True)


class OptionSchema(Schema):
    """One thing the shopper can choose. Which of the optional fields are there follows from `type`."""

    id = fields.String(required=True)
    type = fields.String(required=True, validate=OneOf(["shipping", "local_delivery", "pickup"]))
    title = fields.String(required=True)
    time_zone = fields.String(required=True)
    fee = fields.Nested(MoneySchema, required=True)
    earliest_delivery_time = fields.String(allow_none=True, metadata={"format": "date"})
    latest_delivery_time = fields.String(allow_none=True, metadata={"format": "date"})
    delivery_window = fields.Nested(WindowSchema)
    places_left = fields.Integer()
    is_near = fields.Boolean(
        metadata={"description": "A van is in the street then anyway. Only there when it is true."}
    )
    location = fields.Nested(LocationSchema)
    ready_by = fields.String(metadata={"format": "date-time"})
    pickup_by = fields.String(metadata={"format": "date-time"})
    wait_for_message = fields.Boolean(
        metadata={"description": "The moment follows from the work there: come only once told that it is ready."}
    )


class HeldSchema(Schema):
    hold = fields.String(required=True)
    option = fields.String(required=True)
    expires_at = fields.String(required=True, metadata={"format": "date-time"})
    extendable_until = fields.String(required=True, metadata={"format": "date-time"})
    choice = fields.String(required=True)


class OfferSchema(Schema):
    offer = fields.String(required=True)
    expires_at = fields.String(required=True, metadata={"format": "date-time"})
    time_zone = fields.String(required=True)
    estimate = fields.Nested(EstimateSchema, required=True, allow_none=True)
    options = fields.List(fields.Nested(OptionSchema), required=True)
    preselected = fields.String(required=True, allow_none=True)
    held = fields.Nested(HeldSchema, required=True, allow_none=True)
    problems = fields.List(fields.String(), required=True)


class FaultSchema(Schema):
    pointer = fields.String(required=True)
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    errors = fields.List(fields.Nested(FaultSchema))
    offer = fields.Nested(OfferSchema)
