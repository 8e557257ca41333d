"""What a merchant sets once for the whole shop: columns of its own row."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from delivery.rules.origins import OriginRule
from delivery.rules.pickup import CentresOrder
from delivery.settings.collections import Lines
from delivery.settings.fields import (
    Choice,
    Country,
    Currency,
    Language,
    Percent,
    Ref,
    SettingsSchema,
    Switch,
    Text,
    TimeZone,
    WebAddress,
    WebOrigin,
    Whole,
)
from delivery.texts.sentences import N_

PLATFORMS = ("html", "stripe", "oscar")


class ShopSchema(SettingsSchema):
    """Who the shop is, and how its offers are made."""

    name = Text(200)
    country = Country()
    language = Language()
    currency = Currency()
    time_zone = TimeZone()
    origin_rule = Choice(*(rule.value for rule in OriginRule), default=OriginRule.EARLIEST.value)
    preselected_service = Ref("services", nullable=True)
    horizon_days = Whole(1, 90, default=14)
    hold_minutes = Whole(1, 120, default=10)
    hold_limit_minutes = Whole(1, 240, default=30)
    payment_minutes = Whole(1, 20_160, default=60)
    few_left = Whole(0, 1000, default=3)
    centres_shown = Whole(0, 50, default=10)
    centres_order = Choice(*(order.value for order in CentresOrder), default=CentresOrder.DISTANCE.value)
    tracks_stock = Switch(default=True)

    @validates_schema
    def _the_limit_is_no_shorter(self, data: dict[str, Any], **_options: object) -> None:
        if data["hold_limit_minutes"] < data["hold_minutes"]:
            raise ValidationError(
                [N_("This cannot be shorter than how long a place is kept at first.")], "hold_limit_minutes"
            )


class FeesSchema(SettingsSchema):
    """The tax on delivery fees."""

    tax_rate = Percent(default=0)
    fees_include_tax = Switch(default=True)


class RetentionSchema(SettingsSchema):
    """How long personal data is kept after the delivery."""

    retention_days = Whole(1, 3650, default=90)


class InstallSchema(SettingsSchema):
    """What the shop runs on, and whose pages may call."""

    platform = Choice(*PLATFORMS, default="html")
    checkout_url = WebAddress(nullable=True)
    allowed_origins = Lines(WebOrigin(), most=50)
