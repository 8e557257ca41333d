"""/plugin/settings/files: the settings as files, out and in. What a file would change is shown before it does."""

import base64
import binascii
import json
from codecs import BOM_UTF8
from datetime import datetime
from typing import NamedTuple

import orjson
from flask import Blueprint, Response, abort, request

from delivery.accounts import Role
from delivery.audit import By
from delivery.problems import EditedMeanwhile, Fault, InvalidInput
from delivery.settings import documents, sheets
from delivery.settings.areas import AREAS
from delivery.settings.documents import Plan
from delivery.settings.sheets import SHEETS, RowFault, WrongRows
from delivery.store.engine import Session
from delivery.texts.catalogues import say
from delivery.texts.sentences import N_, sentence
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import by, shop, visitor, visitor_or_none
from plugin.settings.areas import area_words_of
from web.service import now, service

HOME = "/plugin/settings/files"
EVERYTHING = "everything"
LARGEST_FILE = 4 * 1024 * 1024
COMMA_COUNTRIES = {"GB", "IE", "US", "CA", "AU", "NZ", "JP", "KR", "CN", "IN", "MX", "TH"}
"""Where spreadsheets expect commas between cells, because numbers have a point; elsewhere it is semicolons."""


class Change(NamedTuple):
    """What a file would do to one area."""

    label: str
    single: bool
    added: int
    changed: int
    removed: int


def allow_large_files() -> None:
    """Files of settings are larger than other forms. Before anything reads the form."""
    if request.path.startswith(HOME) and visitor_or_none():
        request.max_content_length = LARGEST_FILE
        request.max_form_memory_size = LARGEST_FILE


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/settings/files")
    def files() -> Response:
        """What can be taken and brought."""
        return _files()

    @blueprint.get("/settings/files/settings.json")
    def everything_as_json() -> Response:
        """All settings as one file."""
        with service().database.reading() as session:
            document = documents.export(session, visitor().merchant_id)
        return _download(json.dumps(document, ensure_ascii=False, indent=2), "application/json", "settings.json")

    @blueprint.get("/settings/files/<string:area>.csv")
    def sheet(area: str) -> Response:
        """One area as a spreadsheet."""
        if area not in SHEETS:
            abort(404)
        separator = "," if shop().country in COMMA_COUNTRIES else ";"
        with service().database.reading() as session:
            text = sheets.write_sheet(session, visitor().merchant_id, area, separator)
        return _download(text, "text/csv", f"{area}.csv")

    @blueprint.post("/settings/files")
    def look() -> Response:
        """What the file would change, or what is wrong with it. Nothing is changed yet."""
        what, content = _what(), _uploaded()
        if not content:
            return _files(what, [RowFault(0, "", sentence(N_("Please choose a file.")))])
        with service().database.reading() as session:
            return _look(session, what, content)

    @blueprint.post("/settings/files/apply")
    def apply() -> Response:
        """Do what was shown."""
        what, content, seen = _what(), _content(), request.form.get("seen")
        merchant_id, moment, who, is_owner = visitor().merchant_id, now(), by(), visitor().role is Role.OWNER

        def work(session: Session) -> None:
            _carry_out(session, moment, who, merchant_id, what, content, seen, is_owner)

        try:
            service().database.write(work)
        except EditedMeanwhile as problem:
            with service().database.reading() as session:
                return _look(session, what, content, problem)
        except InvalidInput as problem:
            return _files(what, _rows(problem))
        tell(say(locale(), "The settings of the file are in place."))
        return see_other(HOME)


def _carry_out(
    session: Session,
    moment: datetime,
    who: By,
    merchant_id: str,
    what: str,
    content: bytes,
    seen: str | None,
    is_owner: bool,
) -> None:
    if what in SHEETS:
        sheets.replace_sheet(session, moment, who, merchant_id, what, content, seen)
        return
    made = documents.replace_all(session, moment, who, merchant_id, _json(content), seen)
    _check_role(made, is_owner)


def _look(session: Session, what: str, content: bytes, problem: EditedMeanwhile | None = None) -> Response:
    merchant_id, is_owner = visitor().merchant_id, visitor().role is Role.OWNER
    try:
        if what in SHEETS:
            made = sheets.plan_sheet(session, merchant_id, what, content)
        else:
            made = documents.plan(session, merchant_id, _json(content))
            _check_role(made, is_owner)
    except InvalidInput as refusal:
        return _files(what, _rows(refusal))
    return page(
        "settings/file_changes.html",
        200 if problem is None else problem.status,
        problem=problem,
        what=what,
        content=base64.b64encode(content).decode(),
        seen=made.seen,
        changes=_changes(made),
    )


def _check_role(made: Plan, is_owner: bool) -> None:
    """How long personal data is kept is for owners to say. Raises InvalidInput."""
    retention = made.differences().get("retention")
    if retention and retention.changed and not is_owner:
        detail = sentence(N_("Only an owner can change how long personal data is kept."))
        raise InvalidInput(detail, (Fault("/settings/retention", detail),))


def _json(content: bytes) -> object:
    """Raises InvalidInput."""
    try:
        # Strict: neither half a sign, which no page could show, nor any depth.
        return orjson.loads(content.removeprefix(BOM_UTF8))
    except ValueError as error:
        detail = sentence(N_("This is not a file of settings made by Stoep, or one of another version."))
        raise InvalidInput(detail, (Fault("", detail),)) from error


def _what() -> str:
    what = request.form.get("what", EVERYTHING)
    return what if what in SHEETS else EVERYTHING


def _uploaded() -> bytes:
    """The file that was sent; nothing when none was."""
    sent = request.files.get("file")
    if sent is None:
        return b""
    with sent.stream as stream:
        content: bytes = stream.read()
    return content


def _content() -> bytes:
    """The file as the page that showed its changes kept it: in base64, because forms rewrite the ends of lines."""
    try:
        return base64.b64decode(request.form.get("content", ""), validate=True)
    except binascii.Error:
        abort(400)


def _rows(refusal: InvalidInput) -> list[RowFault]:
    """What is wrong, for sheets by row, for JSON by pointer."""
    if isinstance(refusal, WrongRows):
        return list(refusal.rows)
    return [RowFault(0, fault.pointer, fault.detail) for fault in refusal.faults]


def _files(what: str = EVERYTHING, faults: list[RowFault] | None = None) -> Response:
    areas = [(name, area_words_of(name)["label"]) for name in SHEETS]
    return page("settings/files.html", 422 if faults else 200, what=what, sheets=areas, faults=faults or [])


def _changes(made: Plan) -> list[Change]:
    return [
        Change(area_words_of(name)["label"], AREAS[name].single, *found)
        for name, found in made.differences().items()
        if any(found)
    ]


def _download(text: str, kind: str, name: str) -> Response:
    response = Response(text, content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
