"""The areas of a merchant's settings, in the order in which they are shown. This is the one declaration: what is not
here is not a setting."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from delivery.settings.afterwards import AfterwardsSchema
from delivery.settings.appearance import ContactSchema, LooksSchema, TextsSchema
from delivery.settings.fields import SettingsSchema
from delivery.settings.messages import MessagesSchema
from delivery.settings.places import CentreSchema, OriginSchema, ZoneSchema
from delivery.settings.shop import FeesSchema, InstallSchema, RetentionSchema, ShopSchema
from delivery.settings.vans import DrivingSchema, VanSchema
from delivery.settings.ways import ServiceSchema, WindowSchema
from delivery.store.tables import centres, merchants, origins, services, slot_patterns, vans, zones

Document = dict[str, Any]
"""One item, as plain JSON: names are those of the schema."""


@dataclass(frozen=True, slots=True)
class Area:
    """Settings of one kind: one document for the shop (`single`), or many items in the merchant's order.

    A field of the schema is a column of the table; with `column`, the whole document is that one column.
    """

    name: str
    schema: SettingsSchema
    table: Table
    single: bool = False
    column: str | None = None


_AREAS = (
    Area("shop", ShopSchema(), merchants, single=True),
    Area("origins", OriginSchema(), origins),
    Area("zones", ZoneSchema(), zones),
    Area("services", ServiceSchema(), services),
    Area("windows", WindowSchema(), slot_patterns),
    Area("vans", VanSchema(), vans),
    Area("driving", DrivingSchema(), merchants, single=True, column="driving"),
    Area("centres", CentreSchema(), centres),
    Area("fees", FeesSchema(), merchants, single=True),
    Area("texts", TextsSchema(), merchants, single=True),
    Area("looks", LooksSchema(), merchants, single=True, column="looks"),
    Area("contact", ContactSchema(), merchants, single=True, column="contact"),
    Area("messages", MessagesSchema(), merchants, single=True, column="messages"),
    Area("afterwards", AfterwardsSchema(), merchants, single=True, column="afterwards"),
    Area("retention", RetentionSchema(), merchants, single=True),
    Area("install", InstallSchema(), merchants, single=True),
)
AREAS = {area.name: area for area in _AREAS}
