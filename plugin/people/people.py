"""/plugin/people: look for one person, see what is kept, take it along as a file, erase it.

What is looked for travels in forms, never in an address: addresses are remembered by browsers and servers.
"""

from typing import Any

import orjson
from flask import Blueprint, Response, request

from delivery import privacy
from delivery.privacy import EMAIL, ORDER, PHONE, Erased, Person
from delivery.problems import Fault, InvalidInput
from delivery.store.engine import Session
from delivery.texts.catalogues import say, say_number
from delivery.texts.deliveries import state_word
from delivery.texts.sentences import N_
from delivery.texts.stories import address_lines
from plugin.pages.forms import Form, typed
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import by, visitor
from web.service import now, service

HOME = "/plugin/people"
LONGEST = 254
ALSO_KEPT = (
    ("changes", N_("Changes")),
    ("events", N_("Reports of the delivery")),
    ("messages", N_("Mails to the shopper")),
    ("handovers", N_("Messages to fulfilment")),
    ("answers", N_("Answers about the delivery")),
)
"""What is counted on the page; all of it is in the file."""
_NOT_THE_SAME = N_("This is not what was looked for.")
_TOO_LONG = N_("At most 254 characters can be looked for.")


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/people")
    def people() -> Response:
        """The form, filled in with an order when the address names one."""
        order = request.args.get("order", "")
        return _asking(Form({"way": [ORDER if order else EMAIL], "text": [order]}))

    @blueprint.post("/people")
    def look() -> Response:
        """What is kept about whoever is looked for."""
        try:
            return _found(_wanted())
        except InvalidInput as problem:
            return _asking(_refused(problem), problem.status)

    @blueprint.post("/people/file")
    def take_along() -> Response:
        """All of it as a JSON file."""
        try:
            found = _export(_wanted())
        except InvalidInput as problem:
            return _asking(_refused(problem), problem.status)
        written = orjson.dumps({"exported_at": now(), "bookings": found}, option=orjson.OPT_INDENT_2)
        response = Response(written, content_type="application/json")
        response.headers["Content-Disposition"] = 'attachment; filename="personal-data.json"'
        return response

    @blueprint.post("/people/erase")
    def erase() -> Response:
        """Erase, when what was looked for is typed once more."""
        try:
            who = _wanted()
        except InvalidInput as problem:
            return _asking(_refused(problem), problem.status)
        if request.form.get("again", "").strip().casefold() != who.text.casefold():
            return _found(who, typed(request.form, (Fault("/again", _NOT_THE_SAME),)), 422)
        _say_what_was_done(service().database.write(lambda session: _erase(session, who)))
        return see_other(HOME)


def _wanted() -> Person:
    text = request.form.get("text", "").strip()
    if len(text) > LONGEST:
        raise InvalidInput(_TOO_LONG)
    return Person(request.form.get("way", ""), text)


def _refused(problem: InvalidInput) -> Form:
    return typed(request.form, (Fault("/text", problem.detail),))


def _asking(form: Form, status: int = 200) -> Response:
    return page("people/people.html", status, form=form, ways=_ways())


def _ways() -> list[tuple[str, str]]:
    names = {EMAIL: N_("E-mail address"), PHONE: N_("Phone"), ORDER: N_("Order number")}
    return [(way, say(locale(), name)) for way, name in names.items()]


def _export(who: Person) -> list[dict[str, Any]]:
    with service().database.reading() as session:
        return privacy.export(session, now(), visitor().merchant_id, who)


def _found(who: Person, form: Form | None = None, status: int = 200) -> Response:
    with service().database.reading() as session:
        found = privacy.find(session, now(), visitor().merchant_id, who)
        told = privacy.export(session, now(), visitor().merchant_id, who)
    kept = {one["booking"]: one["kept"] for one in told}
    return page(
        "people/found.html",
        status,
        who=who,
        form=form or Form({}),
        found=[(one, state_word(one.state, locale()), _shown(kept[one.id])) for one in found],
        left=any(one.erased_at is None for one in found),
    )


def _shown(kept: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """What a booking holds about the person, in words; the rest as numbers."""
    [booking] = kept["bookings"]
    recipient = booking["recipient"]
    return {
        "lines": [
            line
            for line in (
                *(recipient.get(name) for name in ("name", "email", "phone")),
                *address_lines(booking["address"]),
                booking["notes"],
                *(str(value) for value in booking["instructions"].values() if isinstance(value, str)),
                *(answer["words"] for answer in kept["answers"]),
            )
            if line
        ],
        "also": [(say(locale(), name), len(kept[table])) for table, name in ALSO_KEPT if kept[table]],
    }


def _erase(session: Session, who: Person) -> Erased:
    return privacy.erase(session, now(), service().signer, visitor().merchant_id, by(), who)


def _say_what_was_done(done: Erased) -> None:
    erased, waiting = len(done.erased), len(done.kept_until_done)
    if erased:
        tell(
            say_number(
                locale(),
                "The person was erased from {number} order.",
                "The person was erased from {number} orders.",
                erased,
            )
        )
    if waiting:
        tell(
            say_number(
                locale(),
                "{number} order is still under way: the person is erased from it when it is over.",
                "{number} orders are still under way: the person is erased from them when they are over.",
                waiting,
            )
        )
    if not erased and not waiting:
        tell(say(locale(), "Nothing was found."))
