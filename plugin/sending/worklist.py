"""GET and POST /plugin/to-send: what has to leave, and marking what is ticked."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from delivery.booking_states import STEPS
from delivery.open_choices import how_many_open
from delivery.plans import Plan, Sending, plan
from delivery.problems import Fault
from delivery.texts import formats
from delivery.texts.catalogues import say, say_number
from delivery.texts.progress import step_name
from delivery.texts.sentences import N_
from plugin.pages.forms import Form, typed
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import shop
from plugin.sending.marking import Marked, mark, read_facts
from web.service import now, service

PATH = "/plugin/to-send"
BUTTONS = ("packed", "dispatched", "ready_for_pickup", "collected", "delivered")
SECTIONS = (
    ("overdue", N_("Should have left already")),
    ("today", N_("Leaves today")),
    ("tomorrow", N_("Leaves tomorrow")),
    ("undated", N_("Leaves some day: promised without a date")),
    ("to_collect", N_("Ready, waits to be collected")),
    ("on_the_way", N_("Sent, not delivered yet")),
)


class Section(NamedTuple):
    """A part of the list: its groups are those of one day and window, or of one day and service."""

    name: str
    title: str
    groups: Sequence[tuple[str, Sequence[Sending]]]


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/to-send")
    def to_send() -> Response:
        """What has to leave, by day and window."""
        return shown(typed(MultiDict()))

    @blueprint.post("/to-send")
    def mark_ticked() -> Response:
        """Mark everything that is ticked; what could not be marked stays ticked, with the reason."""
        ticked = request.form.getlist("booking")
        facts, faults = read_facts(request.form.get("carrier", ""), request.form.get("tracking_url", ""))
        step = request.form.get("step", "")
        if not ticked or step not in STEPS:
            faults["step"] = N_("Tick at least one order, then say what happened to it.")
        if faults:
            found = [Fault(f"/{name}", sentence) for name, sentence in faults.items()]
            return shown(typed(request.form, found), 422, ticked)
        once = request.form.get("once") or secrets.token_urlsafe(12)
        return _answer([mark(booking_id, step, once[:40], facts) for booking_id in dict.fromkeys(ticked)])


def shown(form: Form, status: int = 200, ticked: Collection[str] = (), marked: Sequence[Marked] = ()) -> Response:
    """The list as it stands now, of the origin that is asked for."""
    origin = request.values.get("origin") or None
    with service().database.reading() as session:
        found = plan(session, now(), shop(), origin)
        waiting = how_many_open(session, shop().merchant_id)
    return page(
        "sending/list.html",
        status,
        form=form,
        ticked=set(ticked),
        marked=marked,
        sections=list(_sections(found)),
        is_cut=found.is_cut,
        waiting=waiting,
        origin=origin,
        origins=[(one.id, one.name) for one in shop().origins.values()],
        buttons=[(step, step_name(step, locale())) for step in BUTTONS],
        step_name=lambda step: step_name(step, locale()),
        once=secrets.token_urlsafe(12),
    )


def _answer(marked: Sequence[Marked]) -> Response:
    refused = [one for one in marked if not one.is_done]
    if refused:
        return shown(typed(request.form), 422, {one.booking_id for one in refused}, marked)
    step = step_name(request.form["step"], locale())
    tell(
        say_number(
            locale(),
            "{number} order was marked: {step}.",
            "{number} orders were marked: {step}.",
            len(marked),
            step=step,
        )
    )
    return see_other(PATH, origin=request.form.get("origin") or None)


def _sections(found: Plan) -> Iterator[Section]:
    for name, title in SECTIONS:
        groups: dict[str, list[Sending]] = {}
        for sending in getattr(found, name):
            groups.setdefault(_heading(sending, name), []).append(sending)
        if groups:
            yield Section(name, say(locale(), title), list(groups.items()))


def _heading(sending: Sending, section: str) -> str:
    """Its window, centre or service; before it the day, where the section does not say it."""
    if sending.window:
        what = window_of(sending)
    elif sending.centre:
        what = sending.centre.name if section == "to_collect" else say(locale(), N_("To pick-up centres"))
    else:
        what = sending.service or say(locale(), N_("Without a service"))
    late = section == "overdue" and sending.ship_by
    return f"{formats.short_day(late, locale())}: {what}" if late else what


def window_of(sending: Sending) -> str:
    """When the shopper expects it: day and window."""
    if sending.window is None:
        return ""
    start, end, zone = sending.window.start, sending.window.end, sending.time_zone
    on_day = formats.short_day(formats.local_day(start, zone), locale())
    return say(locale(), "{day}, {time}", day=on_day, time=formats.window(start, end, zone, locale()))
