"""What the shop's server is told of a day of vans."""

from typing import Any

from marshmallow import Schema, fields

from delivery.longer_stops import MOST_MINUTES
from plugin.orders.schemas import InstructionsSchema
from web.schemas import WindowSchema


def _moment(**more: Any) -> fields.String:
    return fields.String(metadata={"format": "date-time"}, **more)


class VisitSchema(Schema):
    """Whom a stop is for; without a booking it is kept for a shopper who is checking out."""

    booking = fields.String(required=True, allow_none=True)
    order = fields.String(required=True, allow_none=True)
    part = fields.String(required=True)
    state = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    phone = fields.String(required=True)
    address = fields.Dict(required=True, allow_none=True)
    latitude = fields.Float(required=True, allow_none=True)
    longitude = fields.Float(required=True, allow_none=True)
    is_exact = fields.Boolean(required=True, metadata={"description": "false: its postcode alone says where it is."})
    window = fields.Nested(WindowSchema, required=True, allow_none=True)
    parcels = fields.Integer(required=True)
    notes = fields.String(required=True)
    instructions = fields.Nested(InstructionsSchema, required=True)


class StopSchema(VisitSchema):
    """A stop of a van's route."""

    position = fields.Integer(required=True)
    arrives_at = _moment(required=True)
    begins_at = _moment(required=True)
    leaves_at = _moment(required=True)
    minutes = fields.Integer(required=True, metadata={"description": "At the door."})
    longer_minutes = fields.Integer(
        required=True, metadata={"description": f"How many of them were asked for, at most {MOST_MINUTES}."}
    )


class VanSchema(Schema):
    """A van of the day, with its stops in their order."""

    van = fields.String(required=True)
    name = fields.String(required=True)
    shift = fields.Nested(WindowSchema, required=True)
    leaves_at = _moment(required=True, allow_none=True)
    back_at = _moment(required=True, allow_none=True)
    drive_minutes = fields.Integer(required=True)
    door_minutes = fields.Integer(required=True)
    parcels = fields.Integer(required=True)
    is_kept = fields.Boolean(required=True, metadata={"description": "false: as vans drive now, a window is missed."})
    stops = fields.List(fields.Nested(StopSchema), required=True)


class DayOfVansSchema(Schema):
    """The plan of a day; `version` is higher whenever its routes changed."""

    origin = fields.String(required=True)
    day = fields.String(required=True, metadata={"format": "date"})
    time_zone = fields.String(required=True)
    version = fields.Integer(required=True)
    planned_at = _moment(required=True, allow_none=True)
    vans = fields.List(fields.Nested(VanSchema), required=True)
    left_over = fields.List(
        fields.Nested(VisitSchema), required=True, metadata={"description": "Their van is not out any more."}
    )
    unplaced = fields.List(
        fields.Nested(VisitSchema), required=True, metadata={"description": "Without a place on the map."}
    )
