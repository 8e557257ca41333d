"""/plugin/settings/centres/import: many pick-up centres from a file, with what becomes of each row."""

import base64
import csv
import io
from typing import NamedTuple

from flask import Blueprint, Response, request

from delivery.problems import InvalidInput
from delivery.settings.areas import AREAS
from delivery.settings.centre_files import MOST_CENTRES, CentreRow, read_centres
from delivery.settings.centre_import import ACTIONS, Action, CentrePlan, Outcome, import_centres, plan_import
from delivery.settings.references import name_of
from delivery.settings.rows import read
from delivery.settings.sheets import BYTE_ORDER_MARK, RowFault, WrongRows, defused
from delivery.texts.catalogues import say
from delivery.texts.sentences import N_, said, sentence
from plugin.pages.frame import locale, page
from plugin.pages.visitors import by, visitor, visitor_or_none
from plugin.settings.areas import area_words_of
from web.service import now, service

HOME = "/plugin/settings/centres/import"
LARGEST_FILE = 24 * 1024 * 1024
MOST_SHOWN = 200
"""Rows of each kind on the page; all of them stand in the file of the report."""

_WORDS: dict[Action, str] = {
    "added": N_("added"),
    "changed": N_("changed"),
    "same": N_("as it was"),
    "refused": N_("refused"),
}


class Kind(NamedTuple):
    """The rows that end alike."""

    action: Action
    words: str
    number: int
    outcomes: list[Outcome]


def allow_large_files() -> None:
    """Before anything reads the form."""
    if request.path == HOME and visitor_or_none():
        request.max_content_length = LARGEST_FILE


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/settings/centres/import")
    def centre_file() -> Response:
        """What a file may be."""
        return _page()

    @blueprint.post("/settings/centres/import")
    def bring_centres() -> Response:
        """Check the file, or bring it in; either way say what becomes of each row."""
        try:
            rows = read_centres(_uploaded())
            plan = _done(rows, request.form.get("service") or None, "check" in request.form)
        except WrongRows as problem:
            return _page(422, faults=list(problem.rows))
        except InvalidInput as problem:
            return _page(422, faults=[RowFault(0, fault.pointer, fault.detail) for fault in problem.faults])
        return _page(200, kinds=_kinds(plan), report=_report(plan), only_checked="check" in request.form)


def _done(rows: list[CentreRow], service_id: str | None, only_check: bool) -> CentrePlan:
    merchant_id, moment, who = visitor().merchant_id, now(), by()
    with service().database.reading() as session:
        plan = plan_import(session, merchant_id, rows, service_id)
    if only_check or not plan.wanted:
        return plan
    return service().database.write(
        lambda session: import_centres(session, moment, who, merchant_id, rows, service_id, plan)
    )


def _uploaded() -> bytes:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise WrongRows(rows=(RowFault(0, "", sentence(N_("Please choose a file."))),))
    with sent.stream as stream:
        content: bytes = stream.read()
    return content


def _page(status: int = 200, **facts: object) -> Response:
    empty: dict[str, object] = {"faults": [], "kinds": [], "report": "", "only_checked": False}
    with service().database.reading() as session:
        services = read(session, visitor().merchant_id, AREAS["services"])
    return page(
        "settings/centre_file.html",
        status,
        area_words=area_words_of("centres"),
        services=[(each, name_of(AREAS["services"], each, document)) for each, document in services.items()],
        chosen=request.form.get("service", ""),
        most=MOST_CENTRES,
        most_shown=MOST_SHOWN,
        **(empty | facts),
    )


def _kinds(plan: CentrePlan) -> list[Kind]:
    """The refused first: somebody has to do something about them."""
    return [
        Kind(
            action,
            say(locale(), _WORDS[action]),
            plan.count(action),
            [outcome for outcome in plan.outcomes if outcome.action == action][:MOST_SHOWN],
        )
        for action in reversed(ACTIONS)
    ]


def _report(plan: CentrePlan) -> str:
    """Every row as CSV, in base64 for a link that carries it."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(["row", "outcome", "id", "name", "column", "why"])
    for outcome in plan.outcomes:
        for fault in outcome.faults or (RowFault(outcome.row, "", ""),):
            why = said(locale(), fault.detail) if fault.detail else ""
            cells = (outcome.row, outcome.action, outcome.item_id, outcome.name, fault.column, why)
            writer.writerow([defused(str(cell)) for cell in cells])
    return base64.b64encode(text.getvalue().encode()).decode()
