"""Settings as Hypothesis makes them up: any that the schemas take, of a shop with an item or two of each kind."""

from datetime import date
from functools import partial
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError
from marshmallow.fields import Field

from delivery.settings import appearance, collections, fields
from delivery.settings.areas import AREAS
from delivery.settings.groups import AddressSchema, HolidaysSchema
from delivery.settings.places import ZoneSchema

Data = st.SearchStrategy[Any]

ODD = [
    "=1+1",
    "'=x",
    "a|b",
    "back\\slash",
    "-3",
    "+31",
    "@x",
    "'quoted'",
    'say "hi"; ok, yes',
    "two\nlines",
    "''",
    "1|",
]
TEXTS = st.sampled_from(ODD) | st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1)
DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 12, 31)).map(str)
POSTCODES = {
    "NL": (["1011 AB", "9999ZZ"], ["10", "1011-1109", "1016 GV"]),
    "GB": (["SW1A 1AA"], ["SW1", "E1-E9", "EC"]),
}
SPECIAL: dict[type[Field[Any]], Data] = {
    fields.Country: st.sampled_from(["NL", "GB", "de"]),
    fields.Language: st.sampled_from(["nl", "nl-NL", "en-GB"]),
    fields.Currency: st.sampled_from(["EUR", "JPY", "gbp"]),
    fields.TimeZone: st.sampled_from(["Europe/Amsterdam", "Asia/Tokyo", "UTC"]),
    fields.WebOrigin: st.sampled_from(["https://shop.example", "HTTP://LOCALHOST:8080/"]),
    fields.WebAddress: st.sampled_from(["https://shop.example/checkout?x=1", "http://localhost:5000"]),
    fields.Hours: st.sampled_from(["Mo-Fr 09:00-17:00", "24/7", "Mo-Sa 10:00-18:00; PH off"]),
    fields.WallTime: st.times().map(lambda at: at.isoformat("minutes")),
    fields.Day: DAYS,
    fields.Switch: st.booleans(),
    appearance.Colour: st.none(),
    appearance.Email: st.just("help@shop.example"),
    appearance.Phone: st.just("+31 20 123 4567"),
    appearance.SafeAddress: st.just("https://shop.example/help"),
}
IDS = {
    "origins": ["depot", "shop"],
    "zones": ["near", "far"],
    "services": ["post"],
    "windows": ["w1", "w2"],
    "vans": ["bus"],
    "centres": ["c"],
}


@st.composite
def addresses(draw: st.DrawFn) -> dict[str, Any]:
    country = draw(st.sampled_from(sorted(POSTCODES)))
    lines = draw(st.lists(TEXTS, max_size=2))
    code = draw(st.sampled_from(POSTCODES[country][0]))
    return {"lines": lines, "postal_code": code, "city": draw(TEXTS), "country": country}


@st.composite
def zones(draw: st.DrawFn) -> dict[str, Any]:
    country = draw(st.sampled_from(sorted(POSTCODES)))
    postcodes = draw(st.lists(st.sampled_from(POSTCODES[country][1]), max_size=3))
    return {"name": draw(TEXTS), "country": country, "postcodes": postcodes}


def of_schema(schema: Schema) -> Data:
    """Documents of a schema, some settings left out where they may be."""
    known: dict[type[Schema], Data] = {
        AddressSchema: addresses(),
        ZoneSchema: zones(),
        HolidaysSchema: st.just({"country": "NL", "subdivision": None}),
    }
    if type(schema) in known:
        return known[type(schema)]
    named = {name: of_field(field) for name, field in schema.fields.items()}
    needed = {name: made for name, made in named.items() if schema.fields[name].required}
    if isinstance(schema.fields.get("subdivision"), Field):
        named["subdivision"] = st.none()
    optional = {name: made for name, made in named.items() if name not in needed}
    return st.fixed_dictionaries(needed, optional=optional)


def of_field(field: Any) -> Data:
    """Values of a setting, null where that is one."""
    made = _of_field(field)
    return st.none() | made if field.allow_none else made


def _of_field(field: Any) -> Data:
    if type(field) in SPECIAL:
        return SPECIAL[type(field)]
    if isinstance(field, fields.Choice):
        return st.sampled_from(field.names)
    if isinstance(field, fields.Ref):
        return st.sampled_from(IDS[field.area])
    if isinstance(field, fields.Whole):
        return st.integers(field.least, field.most)
    if isinstance(field, fields.Number):
        return st.floats(field.least, field.most, allow_subnormal=False)
    if isinstance(field, collections.Rows):
        return st.lists(of_schema(field.schema), max_size=2)
    if isinstance(field, collections.Group):
        return of_schema(field.schema)
    if isinstance(field, collections.Several):
        return st.lists(of_field(field.inner), max_size=3)
    if isinstance(field, collections.ByWeekday):
        return st.dictionaries(st.sampled_from("1234567"), of_field(field.value_field), max_size=3)
    if isinstance(field, collections.ByDay):
        return st.dictionaries(DAYS, of_field(field.value_field), max_size=2)
    assert isinstance(field, fields.Text), field
    return TEXTS


@st.composite
def settings(draw: st.DrawFn) -> dict[str, Any]:
    """A document's settings that nothing is wrong with."""
    made: dict[str, Any] = {}
    for name, area in AREAS.items():
        document = partial(_that_can_be, draw, area.schema)
        made[name] = document() if area.single else [{"id": item_id} | document() for item_id in IDS[name]]
    return made


def _that_can_be(draw: st.DrawFn, schema: Schema) -> dict[str, Any]:
    document: dict[str, Any] = draw(of_schema(schema))
    if "latitude" in schema.fields:
        document |= {"latitude": draw(st.floats(-90, 90)), "longitude": draw(st.floats(-180, 180))}
    if "service_id" in schema.fields:
        document |= draw(
            st.sampled_from([{"origin_id": "depot", "service_id": None}, {"origin_id": None, "service_id": "post"}])
        )
    try:
        schema.load(document)
    except ValidationError:
        assume(False)
    return document
