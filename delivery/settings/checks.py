"""Whether what a merchant wants to set can be: by its schema, with the items it names, and as a whole."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select

from delivery.faults import faults_in
from delivery.places import find_place
from delivery.problems import Fault, InvalidInput
from delivery.settings.areas import Area, Document
from delivery.setups import load_setup
from delivery.store.engine import Session
from delivery.store.tables import merchants
from delivery.texts.sentences import N_, sentence

PLACE_NOT_KNOWN = N_("We do not know where this postcode lies. Please give latitude and longitude.")
_NOT_VALID = N_("Some of it cannot be kept as it is.")


def refuse(faults: tuple[Fault, ...]) -> None:
    """Raises InvalidInput when there are any."""
    if faults:
        raise InvalidInput(sentence(_NOT_VALID), faults)


def read(session: Session, merchant_id: str, area: Area, data: Mapping[str, Any]) -> Document:
    """What was sent as it will be kept: checked by the schema, what may be left out filled in from the shop and the
    postcodes known. Raises InvalidInput with a fault for each field that is wrong."""
    try:
        document: Document = area.schema.load(data)
    except ValidationError as error:
        raise InvalidInput(sentence(_NOT_VALID), faults_in(error.messages)) from error
    if "time_zone" in document and document["time_zone"] is None:
        shops = select(merchants.c.time_zone).where(merchants.c.id == merchant_id)
        document["time_zone"] = session.execute(shops).scalar_one()
    if "latitude" in document and document["latitude"] is None:
        _find(session, document)
    return document


def check_whole(session: Session, merchant_id: str, pointer: str = "") -> None:
    """Offers can be made of the rows as they stand now. Raises InvalidInput at this pointer."""
    try:
        load_setup(session, merchant_id)
    except (ValueError, TypeError, KeyError) as error:
        detail = sentence(N_("This cannot be: {reason}"), reason=str(error))
        raise InvalidInput(sentence(_NOT_VALID), (Fault(pointer, detail),)) from error


def _find(session: Session, document: Document) -> None:
    address = document["address"]
    point = find_place(session, address["country"], address["postal_code"])
    if point is None:
        raise InvalidInput(sentence(_NOT_VALID), (Fault("/latitude", sentence(PLACE_NOT_KNOWN)),))
    document["latitude"], document["longitude"] = point.latitude, point.longitude
