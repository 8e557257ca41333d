"""What a shop's tables hold when it has sold so many windows: the rows an offer must look through or past."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, text

from benchmarks import merchant
from delivery.store.engine import Database
from delivery.store.tables import bookings, counters, holds

BATCH = 500
LIVE_SHARE = 20
"""Every so many-eth place sold is still a hold that lives: a checkout under way."""

Window = tuple[str, date]


def sell(database: Database, count: int) -> None:
    """Sell `count` places in the windows on offer, evenly; and let the shop have sold as many in windows of the past,
    each of which left a counter row. Called again with a larger count, only the difference is added."""
    before = _already(database)
    ahead, past = list(_ahead()), list(_past(count))
    taken = [ahead[number % len(ahead)] for number in range(before, count)]
    live = Counter(window for number, window in enumerate(taken, before) if number % LIVE_SHARE == 0)
    booked = Counter(taken)
    booked.subtract(live)
    _keep(database, holds, (_hold(number, window) for number, window in enumerate(taken, before)))
    _keep(
        database,
        bookings,
        (_booking(number, window) for number, window in enumerate(taken, before) if number % LIVE_SHARE),
    )
    with_rows = ahead[:before]
    _keep(database, counters, (_counter(window, 0, 0) for window in ahead[:count] if window not in with_rows))
    _keep(database, counters, (_counter(window, 0, 1) for window in past[before:]))
    for window in ahead[:count]:
        _count(database, window, live[window], booked[window])
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as session:
        session.execute(text("ANALYZE"))


def _already(database: Database) -> int:
    with database.reading() as session:
        count = text("SELECT count(*) FROM holds").execution_options(across_merchants="a benchmark counts its own rows")
        return int(session.execute(count).scalar_one())


def _ahead() -> Iterator[Window]:
    today = merchant.TUESDAY_MORNING.date()
    return _windows(today + timedelta(days=day) for day in range(merchant.DAYS))


def _past(count: int) -> Iterator[Window]:
    today, days = merchant.TUESDAY_MORNING.date(), count // merchant.WINDOWS_A_DAY + 1
    windows = _windows(today - timedelta(days=day) for day in range(1, days + 1))
    return (window for window, _ in zip(windows, range(count), strict=False))


def _windows(days: Iterator[date]) -> Iterator[Window]:
    return (
        (merchant.pattern_id(day.isoweekday(), window), day) for day in days for window in range(merchant.WINDOWS_A_DAY)
    )


def _keep(database: Database, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    all_rows = list(rows)
    for first in range(0, len(all_rows), BATCH):
        batch = all_rows[first : first + BATCH]
        database.write(lambda session, batch=batch: session.execute(insert(table), batch))  # type: ignore[misc]


def _count(database: Database, window: Window, held: int, booked: int) -> None:
    here = (
        (counters.c.merchant_id == merchant.MERCHANT_ID)
        & (counters.c.kind == "slot")
        & (counters.c.ref == window[0])
        & (counters.c.day == window[1])
    )
    more = counters.update().where(here).values(held=counters.c.held + held, booked=counters.c.booked + booked)
    database.write(lambda session: session.execute(more))


def _counter(window: Window, held: int, booked: int) -> dict[str, Any]:
    return {**_place(window), "held": held, "booked": booked}


def _place(window: Window) -> dict[str, Any]:
    return {"merchant_id": merchant.MERCHANT_ID, "kind": "slot", "ref": window[0], "day": window[1]}


def _hold(number: int, window: Window) -> dict[str, Any]:
    now = merchant.TUESDAY_MORNING
    return {
        **_place(window),
        "id": f"hd_sold_{number}",
        "checkout": f"sold-{number}",
        "client": f"client-{number}",
        "state": "live" if number % LIVE_SHARE == 0 else "confirmed",
        "option": _option(window),
        "country": "NL",
        "postal_code": "1016GV",
        "basket": "0" * 64,
        "created_at": now,
        "expires_at": now + timedelta(minutes=10),
        "extendable_until": now + timedelta(minutes=30),
    }


def _booking(number: int, window: Window) -> dict[str, Any]:
    now: datetime = merchant.TUESDAY_MORNING
    return {
        **_place(window),
        "id": f"bk_sold_{number}",
        "order_number": f"sold-{number}",
        "part": "",
        "state": "confirmed",
        "type": "local_delivery",
        "hold_id": f"hd_sold_{number}",
        "option": _option(window),
        "fee_amount": 595,
        "currency": "EUR",
        "recipient": {"name": "A. Jansen"},
        "address": {"lines": ["Prinsengracht 263"], "postal_code": "1016 GV", "city": "Amsterdam", "country": "NL"},
        "lines": [{"sku": "LAMP-1", "quantity": 1}],
        "notes": "",
        "created_at": now,
        "updated_at": now,
        "page_version": 1,
        "version": 1,
    }


def _option(window: Window) -> Mapping[str, Any]:
    day = window[1].isoformat()
    return {
        "type": "local_delivery",
        "title": day,
        "ref": window[0],
        "first": day,
        "last": day,
        "fee": {"amount": 595, "currency": "EUR"},
        "time_zone": "Europe/Amsterdam",
    }
