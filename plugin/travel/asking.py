"""Asking a map server: one question over HTTP, ended in time, to public addresses only, and what its answer has to be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from math import isfinite
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import orjson
import requests
import urllib3

from delivery.rules.known_roads import Cell
from delivery.texts.sentences import N_
from plugin.notify.targets import CONNECT_SECONDS, Deadline, TargetRefused, checked_session

ANSWER_SECONDS = 15.0
LARGEST_ANSWER = 4_000_000
LONGEST_DRIVE = 86_400
"""Seconds: what takes longer is no delivery."""

Seconds = list[list[float | None]]
"""How long it takes from each start to each end, row by row; None where no road leads."""


class NotTold(Exception):
    """The server did not say. The text is a plain sentence (a msgid) without anything of its own words."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a map server is. `allow_private`: it may be inside the operator's own network."""

    url: str
    allow_private: bool = False

    def address(self, path: str, query: str = "") -> str:
        """A path below its address; what its address asks for itself stays."""
        parts = urlsplit(self.url)
        asked = "&".join(filter(None, (parts.query, query)))
        return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") + path, asked, ""))


Asker = Callable[[Server, Sequence[Cell], Sequence[Cell]], Seconds]
"""From each of the starts to each of the ends. Raises NotTold."""


def answer_of(server: Server, method: str, address: str, body: Any = None) -> Any:
    """The JSON that the server answers with. Raises NotTold for everything else."""
    with Deadline(ANSWER_SECONDS) as deadline:
        try:
            return orjson.loads(_read(server, method, address, body, deadline))
        except orjson.JSONDecodeError as error:
            raise NotTold(N_("The map server's answer cannot be read.")) from error
        except TargetRefused as error:
            raise NotTold(str(error)) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError) as error:
            late = deadline.is_over or isinstance(error, requests.Timeout)
            raise NotTold(_LATE if late else N_("The map server could not be reached.")) from error


_LATE = N_("The map server did not answer in time.")


def _read(server: Server, method: str, address: str, body: Any, deadline: Deadline) -> bytes:
    with (
        checked_session(server.allow_private, deadline) as http,
        http.request(
            method,
            address,
            json=body,
            headers={"user-agent": "Stoep/1.0", "accept": "application/json", "accept-encoding": "identity"},
            timeout=(CONNECT_SECONDS, min(ANSWER_SECONDS, max(deadline.left, 0.1))),
            allow_redirects=False,
            stream=True,
        ) as response,
    ):
        read: bytes = response.raw.read(LARGEST_ANSWER + 1, decode_content=False)
        if response.status_code != 200:
            raise NotTold(N_("The map server refused to answer."))
        if len(read) > LARGEST_ANSWER:
            raise NotTold(N_("The map server's answer cannot be read."))
        return read


def table_of(rows: Any, starts: Sequence[Cell], ends: Sequence[Cell]) -> Seconds:
    """Rows of seconds as they have to be. Raises NotTold for any other shape."""
    if not isinstance(rows, list) or len(rows) != len(starts):
        raise NotTold(N_("The map server's answer cannot be read."))
    if not all(isinstance(row, list) and len(row) == len(ends) for row in rows):
        raise NotTold(N_("The map server's answer cannot be read."))
    return [[_seconds(value) for value in row] for row in rows]


def _seconds(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotTold(N_("The map server's answer cannot be read."))
    return float(value) if isfinite(value) and 0 <= value <= LONGEST_DRIVE else None
