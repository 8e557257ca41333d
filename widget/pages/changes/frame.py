"""What all pages of changes share: whose delivery it is, whether it can still be changed, and where they lead."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Response

from delivery.deadlines import until
from delivery.descriptions import promise
from delivery.pages import Page, open_page
from delivery.problems import ChangeWaiting, Problem, TooLate, TooManyChanges, WrongState
from delivery.store.engine import Session
from delivery.texts import changes as words
from delivery.texts import offers, pages
from web.service import now, service
from widget.pages.addresses import address_lines
from widget.pages.looks import locale_for, look_of, page, see_other

NOT_NOW = (TooLate, ChangeWaiting, TooManyChanges, WrongState)
"""Why nothing can be changed at the moment, however the form is filled in."""


def opened(session: Session, token: str) -> Page:
    """The delivery behind the link. Raises BookingNotFound for every link that is no good."""
    return open_page(session, service().memory, service().signer, "page", token)


def looked_at(token: str, what: str, show: Callable[[Session, Page], Response]) -> Response:
    """The page of a change (one of deadlines.CHANGES), or the one that says that it is too late. Writes nothing."""
    with service().database.reading() as session:
        found = opened(session, token)
        return too_late(found, what) or show(session, found)


def too_late(found: Page, what: str) -> Response | None:
    """The page that says so, when the moment for this change has passed."""
    ends = until(found.booking, found.setup, what)
    return not_now(found, TooLate()) if ends is None or now() >= ends else None


def done(token: str, work: Callable[[Session, Page], object], leads_to: str = "changes") -> Response:
    """Make the change in one transaction and lead to the list of changes, or to another page beside it."""
    try:
        service().database.write(lambda session: work(session, opened(session, token)))
    except NOT_NOW as problem:
        with service().database.reading() as session:
            return not_now(opened(session, token), problem)
    service().hasten()
    return see_other(leads_to)


def not_now(found: Page, problem: Problem) -> Response:
    """Why it cannot be changed."""
    return shown(found, "not_now.html", problem.status, why=words.why_not_now(problem.code, locale_for(found)))


def promised(option: Mapping[str, Any] | None, locale: str) -> list[str]:
    """When and where it comes, line by line, of an option as a booking keeps it; nothing for an open choice."""
    if not option:
        return []
    facts = promise(option)
    if option["type"] == "pickup":
        ready = offers.ready_by(datetime.fromisoformat(facts["ready_by"]), facts["time_zone"], locale)
        return [option["location"]["name"], *address_lines(option["location"]["address"]), ready]
    # A window's title says its day and times, which stand here already.
    service_name = option.get("title") if option["type"] == "shipping" else None
    said = (pages.days_promised(facts, locale), pages.window_promised(facts, locale), service_name)
    return [line for line in said if line]


def shown(found: Page, template: str, status: int = 200, *, up: str = "../", **facts: Any) -> Response:
    """A template of web/templates/pages/changes. `up` leads to where the delivery pages stand."""
    booking = found.booking
    link = service().links.page(booking.id, booking.page_version)
    return page(
        f"changes/{template}",
        locale_for(found),
        status,
        look=look_of(found),
        shop=found.setup.name,
        order=booking.order,
        part=booking.part,
        delivery=up + link.rsplit("/", 1)[1],
        **facts,
    )
