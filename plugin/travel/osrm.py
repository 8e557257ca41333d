"""OSRM: its table service, HTTP API v1 (https://project-osrm.org/docs/v5.24.0/api/#table-service)."""

from collections.abc import Sequence

from delivery.rules.known_roads import Cell
from delivery.texts.sentences import N_
from plugin.travel.asking import NotTold, Seconds, Server, answer_of, table_of


def ask(server: Server, starts: Sequence[Cell], ends: Sequence[Cell]) -> Seconds:
    """Seconds from each start to each end. Coordinates are longitude first; the profile is whatever the server has."""
    places = list(dict.fromkeys((*starts, *ends)))
    row = {place: number for number, place in enumerate(places)}
    coordinates = ";".join(f"{place.point.longitude:.3f},{place.point.latitude:.3f}" for place in places)
    asked = "&".join(
        (
            "sources=" + ";".join(str(row[start]) for start in starts),
            "destinations=" + ";".join(str(row[end]) for end in ends),
            "annotations=duration",
        )
    )
    answer = answer_of(server, "GET", server.address(f"/table/v1/driving/{coordinates}", asked))
    if not isinstance(answer, dict) or answer.get("code") != "Ok":
        raise NotTold(N_("The map server refused to answer."))
    return table_of(answer.get("durations"), starts, ends)
