"""What is looked for: the search box and the filters, as they stand in the address of a page."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, fields
from marshmallow.validate import Length, OneOf
from werkzeug.datastructures import MultiDict

from delivery.booking_states import STATES
from delivery.deliveries import Wanted
from delivery.handovers import WORST_FIRST
from delivery.texts.deliveries import handover_word, state_word, type_word, types_said
from delivery.texts.sentences import N_
from plugin.pages.frame import locale
from plugin.pages.visitors import shop
from web.bodies import loaded

_NOT_A_CHOICE = N_("Please choose one of these.")
_NOT_A_DAY: dict[str, Any] = {"invalid": N_("This is not a day.")}
_TOO_LONG = N_("At most 200 characters can be looked for.")


class QuerySchema(Schema):
    """The fields of the form. Each may be left out."""

    class Meta:
        unknown = EXCLUDE

    text = fields.String(validate=Length(max=200, error=_TOO_LONG))
    state = fields.String(validate=OneOf(STATES, error=_NOT_A_CHOICE))
    type = fields.String(validate=OneOf(types_said(), error=_NOT_A_CHOICE))
    ship_by_from = fields.Date(error_messages=_NOT_A_DAY)
    ship_by_until = fields.Date(error_messages=_NOT_A_DAY)
    delivery_day = fields.Date(error_messages=_NOT_A_DAY)
    origin_id = fields.String(validate=Length(max=64, error=_NOT_A_CHOICE))
    service_id = fields.String(validate=Length(max=64, error=_NOT_A_CHOICE))
    handover = fields.String(validate=OneOf(WORST_FIRST, error=_NOT_A_CHOICE))


NAMES = tuple(QuerySchema().fields)


def asked() -> dict[str, str]:
    """What the address says, without what is empty."""
    return {name: text for name in NAMES if (text := request.args.get(name, "").strip())}


def wanted() -> Wanted:
    """The same as a value. Raises InvalidInput with a fault at the field."""
    return Wanted(**loaded(QuerySchema(), asked()))


def typed_again() -> MultiDict[str, str]:
    """What the address says, every name of the form in it."""
    return MultiDict({name: request.args.get(name, "") for name in NAMES})


def choices() -> Mapping[str, Sequence[tuple[str, str]]]:
    """The values of each filter that is a choice, with their words."""
    language = locale()
    setup: Any = shop()
    return {
        "state": [(state, state_word(state, language)) for state in STATES],
        "type": [(kind, type_word(kind, language)) for kind in types_said()],
        "handover": [(state, handover_word(state, language)) for state in WORST_FIRST],
        "origin_id": [(origin.id, origin.name) for origin in setup.origins.values()],
        "service_id": [(priced.service.id, priced.service.name) for priced in setup.services.values()],
    }
