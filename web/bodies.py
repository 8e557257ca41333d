"""Bodies read by their schema."""

from typing import Any

from flask import request
from marshmallow import Schema, ValidationError

from delivery.faults import faults_in
from delivery.problems import InvalidInput


def read_body(schema: Schema) -> Any:
    """The JSON body of this request as the schema makes it. Raises InvalidInput with the place of each fault."""
    return loaded(schema, request.get_json(silent=True) if request.content_length else {})


def loaded(schema: Schema, data: Any, pointer: str = "") -> Any:
    """Data as the schema makes it. Raises InvalidInput; `pointer` says where the data stands."""
    try:
        return schema.load(data)
    except ValidationError as error:
        raise InvalidInput("The input is not valid.", faults_in(error.messages, pointer)) from error
