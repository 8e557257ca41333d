"""A file of driving times that a merchant brings along: CSV with from, to and seconds."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite

from delivery.places import find_places
from delivery.rules.known_roads import cell_of
from delivery.rules.places import Point
from delivery.store.engine import Session
from delivery.texts.sentences import N_, Sentence, sentence
from delivery.travel_times import Pair
from plugin.travel.asking import LONGEST_DRIVE

HEAD = ("from", "to", "seconds")
MOST_ROWS = 100_000
MOST_FAULTS = 20
SEPARATORS = ",;\t"


class BadMatrix(ValueError):
    """A file that is not taken: some of the sentences that say why, and the rows that they are about (0: the file)."""

    def __init__(self, faults: list[tuple[int, Sentence]]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults[:MOST_FAULTS]


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    start: str
    end: str
    seconds: float


def read_matrix(session: Session, country: str, content: bytes) -> dict[Pair, float]:
    """The driving times of a file. A place is "52.0907,5.1214" (latitude, longitude; also with a space between) or a postcode of
    the country. Of what stands there twice the last counts. Raises BadMatrix, and then nothing of it is taken."""
    faults: list[tuple[int, Sentence]] = []
    rows = list(_rows(content, faults))
    postcodes = {text for row in rows for text in (row.start, row.end) if _point(text) is None}
    known = find_places(session, ((country, text) for text in sorted(postcodes)))
    told = dict(_told(rows, {text: known.get((country, text)) for text in postcodes}, faults))
    if faults:
        raise BadMatrix(sorted(faults, key=lambda fault: fault[0]))
    if not told:
        raise BadMatrix([(0, sentence(N_("There is no driving time in this file.")))])
    return told


def _rows(content: bytes, faults: list[tuple[int, Sentence]]) -> Iterator[_Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadMatrix([(0, sentence(N_("Please save the sheet as CSV with UTF-8.")))]) from error
    head = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(SEPARATORS, key=head.count))
    try:
        for number, cells in enumerate(lines, start=1):
            if number == 1:
                _check_head(cells)
            elif number > MOST_ROWS + 1:
                raise BadMatrix([(0, sentence(N_("At most {most} of them."), most=MOST_ROWS))])
            elif any(cell.strip() for cell in cells):
                yield from _row(number, [cell.strip() for cell in cells], faults)
    except csv.Error as error:
        raise BadMatrix([(lines.line_num, sentence(N_("This row cannot be read.")))]) from error


def _check_head(cells: Iterable[str]) -> None:
    if tuple(cell.strip().lower() for cell in cells) != HEAD:
        raise BadMatrix([(1, sentence(N_("The first row has to be: from, to, seconds.")))])


def _row(number: int, cells: list[str], faults: list[tuple[int, Sentence]]) -> Iterator[_Row]:
    if len(cells) != len(HEAD):
        faults.append((number, sentence(N_("This row cannot be read."))))
        return
    seconds = _seconds(cells[2])
    if seconds is None:
        faults.append((number, sentence(N_("Seconds are a number from 0 to {most}."), most=LONGEST_DRIVE)))
    else:
        yield _Row(number, cells[0], cells[1], seconds)


def _seconds(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if isfinite(found) and 0 <= found <= LONGEST_DRIVE else None


def _told(
    rows: Iterable[_Row], known: Mapping[str, Point | None], faults: list[tuple[int, Sentence]]
) -> Iterator[tuple[Pair, float]]:
    for row in rows:
        start, end = (_point(text) or known.get(text) for text in (row.start, row.end))
        if start is not None and end is not None:
            yield (cell_of(start), cell_of(end)), row.seconds
        else:
            missing = row.start if start is None else row.end
            faults.append((row.number, sentence(N_("It is not known where “{place}” lies."), place=missing[:40])))


def _point(text: str) -> Point | None:
    parts = text.replace(",", " ").split()
    if len(parts) != 2:
        return None
    try:
        return Point(*map(float, parts))
    except ValueError:
        return None
