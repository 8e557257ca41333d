"""Where a page of rows ended: a moment and an id, written so that it can be sent around."""

import base64
import binascii
from datetime import datetime, timedelta

from delivery.problems import InvalidInput


def write_cursor(at: datetime, row_id: str) -> str:
    """The cursor of the row that a page ended with."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{row_id}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """The moment and the id in a cursor. Raises InvalidInput for one that is not ours."""
    try:
        said = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, _, row_id = said.partition("|")
        instant = datetime.fromisoformat(at)
    except (ValueError, binascii.Error) as error:
        raise InvalidInput("The cursor is not one of ours.") from error
    if instant.utcoffset() != timedelta(0) or not row_id.isprintable() or not row_id:
        raise InvalidInput("The cursor is not one of ours.")
    return instant, row_id
