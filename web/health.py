"""For operators: is it alive, is it ready, how much is waiting."""

from collections.abc import Iterator

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from delivery.store.migrate import is_current
from delivery.watch import Figures, figures
from web.service import now, service

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> ResponseReturnValue:
    """200 when the database answers and its tables are those of this version, else 503."""
    if not is_current(service().database):
        return jsonify(status="tables are not up to date: run `stoep migrate`"), 503
    return jsonify(status="ok")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus's text format, read from the tables. For operators: keep it from the public at the proxy."""
    with service().database.reading() as session:
        found = figures(session, now())
    registry = CollectorRegistry()
    registry.register(_Gauges(found))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Gauges(Collector):
    """One reading of the figures, in Prometheus's words."""

    def __init__(self, found: Figures) -> None:
        self._found = found

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _by_state("stoep_handovers", "Messages not passed on", self._found.handovers)
        yield _by_state("stoep_messages", "Messages to shoppers of the last two days, not sent", self._found.messages)
        yield _by_state("stoep_bookings", "Bookings", self._found.bookings)
        yield GaugeMetricFamily("stoep_live_holds", "Places kept for a checkout", self._found.live_holds)
        waits = "How long the oldest message that has an endpoint has waited"
        yield GaugeMetricFamily("stoep_handover_oldest_seconds", waits, self._found.oldest_waiting_seconds)
        yield GaugeMetricFamily("stoep_workers", "Workers heard of lately", self._found.workers_alive)


def _by_state(name: str, what: str, counts: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, f"{what}, by state", labels=["state"])
    for state, count in sorted(counts.items()):
        family.add_metric([state], count)
    return family
