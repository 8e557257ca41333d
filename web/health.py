"""For operators: is it alive, is it ready, how much is it doing."""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from delivery.store.migrate import is_current
from web.service import service

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> ResponseReturnValue:
    """200 when the database answers and its tables are those of this version, else 503."""
    database = service().database
    with database.reading() as session:
        session.execute(text("SELECT 1").execution_options(across_merchants="asks whether the database is there"))
    if not is_current(database):
        return jsonify(status="tables are not up to date: run `stoep migrate`"), 503
    return jsonify(status="ok")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus's text format. For operators: keep it from the public at the proxy."""
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
