"""What the shop's server sends and gets."""

from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates, validates_schema
from marshmallow.validate import Length, OneOf, Range, Regexp

from delivery.booking_states import STATES, STEPS
from delivery.change_rows import ACCEPTED, REFUSED
from delivery.change_rows import STATES as CHANGE_STATES
from delivery.instructions import LEAVE
from delivery.progress import LONGEST_LINK, STEP_NAME, is_link
from delivery.rules.outcomes import BROKEN_BY
from delivery.rules.rounds import MOST_LATE, OUT, WindowCannotBe, arrival_of, late_minutes_of
from delivery.settlements import OPEN, PAYMENT_DUE, REFUND_DUE, SETTLED, VOID
from web.fields import LARGEST_QUANTITY, Country, PostalCode, Text, moment, whole
from web.schemas import BasketSchema, Body, LocationSchema, MoneySchema, StepSchema, WindowSchema


class RecipientSchema(Body):
    name = Text(200, required=True)
    email = fields.Email(load_default=None, allow_none=True, validate=Length(max=254))
    phone = Text(40, load_default=None, allow_none=True)
    locale = Text(64, load_default=None, allow_none=True)


class AddressSchema(Body):
    """The lines are kept as typed; nothing is parsed out of them."""

    country = Country(required=True)
    postal_code = PostalCode(load_default=None, allow_none=True)
    city = Text(100, least=0, load_default=None, allow_none=True)
    region = Text(100, least=0, load_default=None, allow_none=True)
    lines = fields.List(Text(200, least=0), required=True, validate=Length(1, 6))


class OrderBody(Body):
    order = Text(100, required=True, metadata={"description": "The shop's own number."})
    part = Text(40, least=0, load_default="")
    choice = Text(8000, load_default=None, allow_none=True)
    paid = fields.Boolean(load_default=True)
    recipient = fields.Nested(RecipientSchema, required=True)
    address = fields.Nested(AddressSchema, required=True)
    basket = fields.Nested(BasketSchema, required=True)
    notes = Text(1000, least=0, load_default="")


class ChangeBody(Body):
    """What is left out stays as it is."""

    address = fields.Nested(AddressSchema, load_default=None, allow_none=True)
    recipient = fields.Nested(RecipientSchema, load_default=None, allow_none=True)
    notes = Text(1000, least=0, load_default=None, allow_none=True)
    choice = Text(8000, load_default=None, allow_none=True, metadata={"description": "Another window, day or centre."})

    @validates_schema
    def _something(self, data: dict[str, Any], **_options: object) -> None:
        if all(data.get(name) is None for name in ("address", "recipient", "notes", "choice")):
            raise ValidationError("Say what is to change.")


class AnswerBody(Body):
    answer = fields.String(required=True, validate=OneOf([ACCEPTED, REFUSED]))
    reason = Text(300, least=0, load_default="", metadata={"description": "For the shop to read."})


class DetailValue(fields.Field[Any]):
    """A text, a number, true, false or null."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if isinstance(value, str):
            return Text(200, least=0).deserialize(value, attr, data, **options)
        if value is None or isinstance(value, bool) or (isinstance(value, int | float) and abs(value) <= 2**53):
            return value
        raise ValidationError("A text, a number of ordinary size, true, false or null.")


class WindowBody(Body):
    start = moment(required=True)
    end = moment(required=True)


class Detail(fields.Dict):
    """Small facts by name; and the courier's `window`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(keys=Text(40), values=DetailValue(allow_none=True), validate=Length(max=20), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if not isinstance(value, dict) or value.get("window") is None:
            return super()._deserialize(value, attr, data, **options)  # type: ignore[no-untyped-call]
        said = dict(value)
        try:
            window = fields.Nested(WindowBody).deserialize(said.pop("window"), "window", value)
        except ValidationError as error:
            raise ValidationError({"window": error.messages}) from error
        return super()._deserialize(said, attr, data, **options) | {"window": _as_kept(window)}  # type: ignore[no-untyped-call]


def _as_kept(window: dict[str, datetime]) -> dict[str, str]:
    return {end: at.isoformat() for end, at in window.items()}


class EventBody(Body):
    type = fields.String(
        required=True,
        validate=Regexp(STEP_NAME.pattern + r"\Z", error="A name in small letters, digits and _, at most 30."),
        metadata={"description": "One of ours: " + ", ".join(STEPS) + "; any other is a carrier's extra step."},
    )
    at = moment(required=True, metadata={"description": "When it happened."})
    id = Text(100, load_default=None, allow_none=True, metadata={"description": "Your own, to send it again safely."})
    carrier = Text(100, load_default=None, allow_none=True)
    tracking_url = Text(LONGEST_LINK, load_default=None, allow_none=True)
    status = Text(200, load_default=None, allow_none=True, metadata={"description": "The carrier's own word."})
    detail = Detail(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "With `out_for_delivery` only: `window` (start, end) is when the courier comes; `late_minutes`, by how"
            " much a van of the shop's own is later than planned."
        },
    )

    @validates("tracking_url")
    def _link(self, text: str | None, **_options: object) -> None:
        if text is not None and not is_link(text):
            raise ValidationError("A link begins with http:// or https://.")

    @validates_schema
    def _window(self, data: dict[str, Any], **_options: object) -> None:
        detail = data.get("detail") or {}
        if not detail.get("window"):
            return
        try:
            arrival_of(detail, data["at"])
        except WindowCannotBe as error:
            raise ValidationError({"detail": {"window": [str(error)]}}) from error
        if data["type"] != OUT:
            raise ValidationError({"detail": {"window": [f"Only {OUT} has a window."]}})

    @validates_schema
    def _late(self, data: dict[str, Any], **_options: object) -> None:
        detail = data.get("detail") or {}
        if data.get("type") == OUT and detail.get("late_minutes") is not None and late_minutes_of(detail) is None:
            raise ValidationError({"detail": {"late_minutes": [f"A whole number of 0 to {MOST_LATE}."]}})


class PromiseSchema(Schema):
    earliest = fields.String(allow_none=True)
    latest = fields.String(allow_none=True)
    window = fields.Nested(WindowSchema)
    ready_by = fields.String(metadata={"format": "date-time"})
    pickup_by = fields.String(metadata={"format": "date-time"})
    time_zone = fields.String()
    steps = fields.List(fields.Nested(StepSchema))


class ExpectedSchema(Schema):
    """The new day in the place of a promise that cannot hold; both days null: nobody knows yet."""

    earliest = fields.String(required=True, allow_none=True)
    latest = fields.String(required=True, allow_none=True)
    time_zone = fields.String(required=True)
    told_at = fields.String(required=True, metadata={"format": "date-time"})


class OutcomeSchema(Schema):
    arrived_at = fields.String(
        required=True,
        allow_none=True,
        metadata={"format": "date-time", "description": "Where it was to go, or back; null: the promise passed first."},
    )
    kept = fields.Boolean(required=True, allow_none=True, metadata={"description": "null: nothing was promised."})
    broken_by = fields.String(required=True, allow_none=True, validate=OneOf(BROKEN_BY))


class TaxSchema(Schema):
    rate = fields.String(required=True, metadata={"description": "Per cent.", "examples": ["21.00"]})
    amount = fields.Integer(required=True, metadata={"description": "Minor units, part of the fee."})


class HandoverStateSchema(Schema):
    state = fields.String(validate=OneOf(["waiting", "passed_on", "refused", "parked"]))
    tries = fields.Integer()


class SettlementSchema(Schema):
    settlement = fields.String(required=True)
    kind = fields.String(required=True, validate=OneOf([PAYMENT_DUE, REFUND_DUE]))
    amount = fields.Nested(MoneySchema, required=True)
    reason = fields.String(required=True)
    state = fields.String(required=True, validate=OneOf([OPEN, SETTLED, VOID]))


class InstructionsSchema(Schema):
    note = fields.String(metadata={"description": "For the courier."})
    leave = fields.String(validate=OneOf(LEAVE))
    where = fields.String(metadata={"description": "The safe place, or the neighbours."})
    collector = fields.String(metadata={"description": "Who else may collect it at a pick-up centre."})


class BookingSchema(Schema):
    booking = fields.String(required=True)
    order = fields.String(required=True)
    part = fields.String(required=True)
    state = fields.String(required=True, validate=OneOf(STATES))
    type = fields.String(allow_none=True)
    promise = fields.Nested(PromiseSchema, allow_none=True)
    expected = fields.Nested(ExpectedSchema, metadata={"description": "Only where the promise could not hold."})
    outcome = fields.Nested(OutcomeSchema, metadata={"description": "Only when it is over, or the promise has passed."})
    fee = fields.Nested(MoneySchema)
    tax = fields.Nested(TaxSchema, allow_none=True, metadata={"description": "null: the shop has set no tax."})
    location = fields.Nested(LocationSchema, allow_none=True)
    recipient = fields.Nested(RecipientSchema)
    address = fields.Nested(AddressSchema)
    delivery_page = fields.String()
    choose_page = fields.String(metadata={"description": "Only while the choice is open."})
    paid_until = fields.String(metadata={"format": "date-time", "description": "Only while the payment is awaited."})
    ready_at = fields.String(metadata={"format": "date-time", "description": "Only as long as it lies at a centre."})
    kept_until = fields.String(metadata={"format": "date-time", "description": "The same: until when it is kept."})
    going_back_at = fields.String(
        metadata={
            "format": "date-time",
            "description": "The same: since when it is to go back, as nobody collected it.",
        }
    )
    handover = fields.Nested(HandoverStateSchema)
    instructions = fields.Nested(InstructionsSchema, metadata={"description": "What the shopper wants at the door."})
    settlements = fields.List(
        fields.Nested(SettlementSchema), metadata={"description": "What is still to be taken or given back, and was."}
    )
    version = fields.Integer()


class DifferenceSchema(Schema):
    amount = fields.Integer(
        required=True, metadata={"description": "Minor units; negative: the new choice is cheaper."}
    )
    currency = fields.String(required=True)


class ChangeSchema(Schema):
    change = fields.String(required=True)
    state = fields.String(
        required=True,
        validate=OneOf(CHANGE_STATES),
        metadata={"description": "asked: the parcel is packed, fulfilment has to answer."},
    )
    difference = fields.Nested(DifferenceSchema, required=True)
    booking = fields.Nested(BookingSchema, required=True)


class BookingsQuery(Body):
    order = Text(100, load_default=None)
    state = fields.String(load_default=None, validate=OneOf(STATES))
    updated_after = moment(load_default=None)
    cursor = Text(200, load_default=None)
    limit = fields.Integer(load_default=50, validate=Range(1, 200))


class BookingsPage(Schema):
    bookings = fields.List(fields.Nested(BookingSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class CountSchema(Body):
    place = Text(64, required=True, metadata={"description": "An origin or a pick-up centre."})
    sku = Text(100, required=True)
    quantity = whole(
        0, LARGEST_QUANTITY * 10, required=True, allow_none=True, metadata={"description": "null: not counted."}
    )


class StockBody(Body):
    stock = fields.List(fields.Nested(CountSchema), required=True, validate=Length(1, 5000))


class StockAnswer(Schema):
    updated = fields.Integer(required=True)
