"""When a message to an endpoint is due: at once, or, for a daily list, at its time by the merchant's clock."""

from datetime import datetime, time, timedelta

from delivery.rules.wallclock import instant_of, local_day, zone_named


def due_at(now: datetime, send_at: time | None, time_zone: str) -> datetime:
    """The next moment at which clocks in `time_zone` show `send_at`, which may be `now`; `now` without such a time.

    A time that the spring change skips means the moment of the change; one that the autumn change repeats its first.
    """
    if send_at is None:
        return now
    zone = zone_named(time_zone)
    today = local_day(now, zone)
    moment = instant_of(today, send_at, zone)
    return moment if moment >= now else instant_of(today + timedelta(days=1), send_at, zone)
