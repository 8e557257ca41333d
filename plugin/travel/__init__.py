"""Who knows how long driving takes, a file for each: map servers, and files that are brought along. Never asked by an offer."""

from collections.abc import Mapping

from plugin.travel import osrm, valhalla
from plugin.travel.asking import Asker

SERVERS: Mapping[str, Asker] = {"osrm": osrm.ask, "valhalla": valhalla.ask}
"""The map servers, by the name that the setting `source` has for them."""
