"""One mail a day with all that came in since the last: as text, as a table, and as CSV for a spreadsheet."""

import csv
import hashlib
import io
from collections.abc import Sequence

import orjson

from delivery.endpoint_kinds import mailbox
from delivery.leases import Claimed
from delivery.rules.wallclock import local_day, zone_named
from delivery.texts import handed
from delivery.texts.catalogues import merchant_locale, reader, say
from delivery.texts.handed import Entry
from delivery.texts.sentences import N_
from delivery.tries import Outcome
from plugin.fulfilment.mail import TEMPLATES, posted
from plugin.fulfilment.means import Means
from plugin.notify.mail import Attachment, Mail

_HEAD = (
    N_("Order"),
    N_("State"),
    N_("How"),
    N_("Must leave on"),
    N_("When"),
    N_("Pick-up centre"),
    N_("For"),
    N_("Address"),
    N_("To pack"),
    N_("Notes"),
)

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would compute: an order's notes are not to do that."""


def hand_over(claimed: Claimed, means: Means) -> Outcome:
    """Send the list of this message and those that left with it, once.

    The same messages give the same Message-ID; another list of the same day has its own.
    """
    messages = [claimed, *claimed.with_it]
    bodies = [orjson.loads(message.body) for message in messages]
    entries = handed.merged([Entry(body["type"], body["data"]) for body in bodies])
    locale = merchant_locale(claimed.language)
    day = local_day(means.now, zone_named(claimed.time_zone))
    subject, heading = handed.list_subject(day, len(entries), locale), handed.list_heading(claimed.shop_name, locale)
    head, rows = [say(locale, title) for title in _HEAD], [_row(entry, locale) for entry in entries]
    html = TEMPLATES.get_template("daily_list.html").render(
        subject=subject, heading=heading, head=head, rows=rows, language=reader(locale).tag
    )
    return posted(
        means,
        Mail(
            id=_name(messages),
            to=mailbox(claimed.url),
            subject=subject,
            text=_text(heading, head, rows),
            html=html,
            attachments=(Attachment(f"{day.isoformat()}.csv", "text/csv", _csv(head, rows)),),
        ),
    )


def _name(messages: Sequence[Claimed]) -> str:
    ids = "\n".join(sorted(message.id for message in messages))
    return f"list_{hashlib.sha256(ids.encode()).hexdigest()[:32]}"


def _row(entry: Entry, locale: str) -> list[str]:
    data = entry.data
    return [
        handed.order_name(data),
        handed.what(entry.type, locale, entry.data),
        handed.how(data, locale),
        handed.ship_by(data, locale),
        handed.when(data, locale),
        handed.centre(data),
        handed.recipient(data),
        handed.address(data),
        handed.goods(data),
        str(data.get("notes") or ""),
    ]


def _text(heading: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    blocks = (
        "\n".join(f"{title}: {', '.join(value.splitlines())}" for title, value in zip(head, row, strict=True) if value)
        for row in rows
    )
    return "\n\n".join((heading, *blocks)) + "\n"


def _csv(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """With a byte order mark, without which a well-known spreadsheet takes it for another encoding."""
    written = io.StringIO()
    csv.writer(written).writerows([head, *([_harmless(value) for value in row] for row in rows)])
    return written.getvalue().encode("utf-8-sig")


def _harmless(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA) else value
