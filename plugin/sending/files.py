"""GET and POST /plugin/to-send/file: many steps from a CSV file, all of them or, when one row is wrong, none."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from delivery.booking_rows import find
from delivery.booking_states import STEPS
from delivery.problems import ImpossibleStep
from delivery.progress import Event
from delivery.rules.wallclock import instant_of
from delivery.store.engine import Session
from delivery.texts.catalogues import say, say_number
from delivery.texts.sentences import N_, said, sentence
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import shop, visitor
from plugin.sending.marking import UNKNOWN, read_facts, report, signed, why
from plugin.sending.worklist import PATH
from web.service import now, service

COLUMNS = ("order", "part", "event", "at", "carrier", "tracking_url")
NEEDED = ("order", "event")
MOST_ROWS = 5000


class CannotRead(Exception):
    """The file as a whole cannot be read: why, in words."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file. Its number counts from 1, as spreadsheets show it."""

    number: int
    said: Mapping[str, str]
    mark: str
    """The same for the same line of the same file, so that sending it again does nothing."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong in a line."""

    number: int
    words: str


class _Refused(Exception):
    """Rolls everything back."""


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""
    blueprint.register_error_handler(RequestEntityTooLarge, _too_large)

    @blueprint.get("/to-send/file")
    def choose_file() -> Response:
        """Where to send a file from, and what stands in it."""
        return _shown()

    @blueprint.post("/to-send/file")
    def apply_file() -> Response:
        """Apply the file, or say what is wrong in which line."""
        sent = request.files.get("file")
        try:
            rows = read_rows(sent.read() if sent else b"")
        except CannotRead as error:
            return _shown(str(error))
        wrong = _apply(rows)
        if wrong:
            return _shown(wrong=wrong)
        tell(say_number(locale(), "{number} row was applied.", "{number} rows were applied.", len(rows)))
        return see_other(PATH)

    @blueprint.get("/to-send/template.csv")
    def template() -> Response:
        """A file to fill in."""
        example = ["1001", "", "dispatched", now().astimezone(shop().time_zone).strftime("%Y-%m-%d %H:%M"), "PostNL"]
        text = io.StringIO()
        csv.writer(text).writerows([COLUMNS, [*example, "https://track.example/3SABC123"]])
        return Response(
            text.getvalue(),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="to-send.csv"'},
        )


def read_rows(content: bytes) -> list[Row]:
    """The lines of a file with commas or semicolons, in any order of columns. Raises CannotRead."""
    try:
        text = content.decode("utf-8-sig")
        if "\0" in text:
            raise csv.Error("no text has such a sign")
        lines = list(csv.reader(io.StringIO(text), delimiter=_delimiter(text), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise CannotRead(
            say(locale(), N_("The file is not CSV in UTF-8. Save it as “CSV UTF-8” and try again."))
        ) from error
    head = [name.strip().lower() for name in lines[0]] if lines else []
    unknown = [name for name in head if name not in COLUMNS]
    if unknown or not set(NEEDED) <= set(head) or len(set(head)) < len(head):
        names = ", ".join(COLUMNS)
        raise CannotRead(say(locale(), N_("The first line has to name the columns, each once: {names}."), names=names))
    rows = [
        Row(number, dict(zip(head, (cell.strip() for cell in line), strict=False)), _mark(content, number))
        for number, line in enumerate(lines[1:], 2)
        if any(cell.strip() for cell in line)
    ]
    if not 0 < len(rows) <= MOST_ROWS:
        raise CannotRead(say(locale(), N_("A file has between 1 and {most} rows."), most=MOST_ROWS))
    return rows


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return ";" if ";" in head else ","


def _mark(content: bytes, number: int) -> str:
    return f"file {sha256(content).hexdigest()[:24]} {number}"


def _apply(rows: Sequence[Row]) -> list[Wrong]:
    """Everything in one transaction; when a row is wrong, what is wrong in each, and nothing was done."""
    wrong: list[Wrong] = []

    def work(session: Session) -> None:
        wrong.clear()
        for row in rows:
            wrong.extend(Wrong(row.number, words) for words in _apply_row(session, row))
        if wrong:
            raise _Refused

    try:
        service().database.write(work)
    except _Refused:
        return wrong
    return []


def _apply_row(session: Session, row: Row) -> list[str]:
    faults = list(_faults(row))
    order, part = row.said.get("order", ""), row.said.get("part", "")
    booking = find(session, merchant_id=visitor().merchant_id, order=order, part=part)
    if booking is None:
        faults.insert(0, sentence(UNKNOWN, order=f"{order} {part}".strip()[:100]))
    if faults or booking is None:
        return [said(locale(), fault) for fault in faults]
    try:
        report(session, booking, _event(row))
    except ImpossibleStep as problem:
        return [why(problem)]
    return []


def _event(row: Row) -> Event:
    at = _moment(row.said.get("at", ""))
    facts, _ = read_facts(row.said.get("carrier", ""), row.said.get("tracking_url", ""))
    # Without a moment it is that of the upload, which another upload would not have: then the line speaks for itself.
    return Event(row.said["event"], at or now(), None if at else row.mark, signed(facts))


def _faults(row: Row) -> Iterator[str]:
    event, at = row.said.get("event", ""), row.said.get("at", "")
    if event not in STEPS:
        yield sentence(N_("“{text}” is no step. Write one of these: {steps}."), text=event[:40], steps=", ".join(STEPS))
    if at and _moment(at) is None:
        yield sentence(N_("“{text}” is no moment. Write it like 2026-11-24 14:30."), text=at[:40])
    yield from read_facts(row.said.get("carrier", ""), row.said.get("tracking_url", ""))[1].values()


def _moment(text: str) -> datetime | None:
    """With an offset as it says, without one by the shop's clock. None for what is no moment."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 2000 <= at.year <= 2100:
        return None
    return at if at.tzinfo else instant_of(at.date(), at.time(), shop().time_zone)


def _too_large(_error: RequestEntityTooLarge) -> Response:
    return _shown(
        say(locale(), N_("The file is too large. Split it and send the parts one after the other.")), status=413
    )


def _shown(problem: str = "", wrong: Sequence[Wrong] = (), status: int | None = None) -> Response:
    status = status or (422 if problem or wrong else 200)
    return page("sending/file.html", status, problem=problem, wrong=wrong, columns=COLUMNS, steps=STEPS)
