"""What a device needs to go on when the line is down: its service worker, and where it sends what it kept."""

import json
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request
from marshmallow import Schema, fields, validate

from delivery import counter, evidence
from delivery.booking_rows import get
from delivery.collect_codes import code_of
from delivery.evidence import Collection
from delivery.problems import BookingNotFound, InvalidInput
from delivery.store.engine import Session
from delivery.texts.catalogues import say
from delivery.texts.sentences import N_
from plugin.counter import proofs
from plugin.counter.centres import PATH, centre_of
from plugin.counter.signing import is_signature
from plugin.pages.frame import locale
from plugin.pages.visitors import by, shop
from web.bodies import read_body
from web.service import now, service

WORKER = "/static/plugin/counter-worker.js"
GONE = N_("There is no such order any more.")
NOT_READ = N_("What this device kept cannot be read.")


class HandOverSchema(Schema):
    """A hand-over made while the line was down. `shown` "code" without `code`: it had been shown while the line was up."""

    id = fields.String(required=True, validate=validate.Regexp(r"^[\w-]{8,40}\Z"))
    booking = fields.String(required=True, validate=validate.Length(1, 40))
    parcels = fields.List(
        fields.Integer(validate=validate.Range(1, 99)), load_default=list, validate=validate.Length(0, 99)
    )
    shown = fields.String(required=True, validate=validate.OneOf(evidence.SHOWN))
    code = fields.String(load_default="", validate=validate.Length(0, 40))
    who = fields.String(load_default="", validate=validate.Length(0, evidence.LONGEST_WHO))
    signature = fields.String(load_default="", validate=[validate.Length(0, evidence.LONGEST_SIGNATURE), is_signature])
    at = fields.AwareDateTime(required=True)


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/counter/worker.js")
    def worker() -> Response:
        """The service worker, served where it may look after the counter's pages."""
        root = request.script_root
        script = f"self.stoepRoot = {json.dumps(root)};\nimportScripts({json.dumps(root + WORKER)});\n"
        response = Response(script, content_type="text/javascript; charset=utf-8")
        response.headers["Service-Worker-Allowed"] = root + PATH
        return response

    @blueprint.post("/counter/<string:centre>/queue")
    def keep(centre: str) -> Response:
        """Keep one hand-over that was made while the line was down; sent twice, it counts once."""
        here = centre_of(centre)
        try:
            said = read_body(HandOverSchema())
            done = service().database.write(lambda session: _keep(session, here.id, said))
        except (BookingNotFound, InvalidInput) as problem:
            return _refused(GONE if isinstance(problem, BookingNotFound) else NOT_READ, problem.status)
        service().hasten()
        return jsonify(id=done.kept.id, conflict=done.kept.conflict)


def _keep(session: Session, centre_id: str, said: dict[str, Any]) -> counter.Done:
    shown, code = said["shown"], said["code"]
    booking = get(session, merchant_id=shop().merchant_id, booking_id=said["booking"])
    if shown == evidence.CODE and not code:
        has_proof = proofs.holds(booking)
        shown, code = (evidence.CODE, code_of(service().signer, booking)) if has_proof else (evidence.NOTHING, "")
    at: datetime = said["at"]
    what = Collection(
        id=said["id"],
        booking_id=booking.id,
        centre_id=centre_id,
        kind=evidence.COLLECTED,
        shown=shown,
        staff=by().who,
        at=at,
        parcels=tuple(said["parcels"]),
        who=said["who"],
        signature=said["signature"] or None,
        offline=True,
        code=code,
    )
    return counter.collect(session, now(), shop(), service().links, what)


def _refused(words: str, status: int) -> Response:
    response = jsonify(words=say(locale(), words))
    response.status_code = status
    return response
