"""PUT /v1/stock: quantities per place and sku, as JSON or CSV."""

import csv
import io
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from delivery.problems import Fault, InvalidInput
from delivery.stock import Count, put_stock
from plugin.orders.schemas import CountSchema, StockAnswer, StockBody
from web.bodies import loaded, read_body
from web.shops import merchant_of
from web.writes import write

COLUMNS = ["place", "sku", "quantity"]


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.route("/stock", methods=["PUT"])
    @blueprint.doc(
        requestBody={
            "required": True,
            "content": {
                "application/json": {"schema": StockBody},
                "text/csv": {"schema": {"type": "string", "examples": ["place,sku,quantity\nshop,LAMP-1,4\n"]}},
            },
        }
    )
    @blueprint.response(200, StockAnswer)
    @blueprint.alt_response(401, "UNAUTHORIZED")
    def put() -> Response:
        """Set quantities. A sku that was never counted counts as there; nothing is set when any row is wrong."""
        counts = _csv_counts() if request.mimetype == "text/csv" else _json_counts()
        return write(merchant_of, lambda session, setup: (200, {"updated": put_stock(session, setup, counts)}))


def _json_counts() -> list[Count]:
    rows = read_body(StockBody())["stock"]
    return [Count(**row, where=f"/stock/{position}") for position, row in enumerate(rows)]


def _csv_counts() -> list[Count]:
    try:
        lines = list(csv.reader(io.StringIO(request.get_data().decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput("The body is not CSV in UTF-8.", (Fault("", str(error)[:200]),)) from error
    if not lines or lines[0] != COLUMNS:
        raise InvalidInput("The first line names the columns.", (Fault("/0", ",".join(COLUMNS)),))
    return [_csv_row(number, line) for number, line in enumerate(lines[1:], 2) if line]


def _csv_row(number: int, line: list[str]) -> Count:
    if len(line) != len(COLUMNS):
        raise InvalidInput(f"Line {number} has {len(line)} columns.", (Fault(f"/{number}", "Three are needed."),))
    row: dict[str, Any] = dict(zip(COLUMNS, line, strict=True))
    quantity = row["quantity"].strip()
    row["quantity"] = int(quantity) if quantity.isdecimal() and len(quantity) < 10 else quantity or None
    return Count(**loaded(CountSchema(), row, f"/{number}"), where=f"/{number}")
