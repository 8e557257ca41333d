"""The list of where personal data lies leaves nothing out."""

from sqlalchemy import JSON, String

from delivery.personal_data import GOES_BY_ITSELF, NOT_ABOUT_SHOPPERS, PLACES
from delivery.store.tables import metadata


def test_every_table_stands_in_one_list() -> None:
    listed = [place.table.name for place in PLACES] + sorted(NOT_ABOUT_SHOPPERS | GOES_BY_ITSELF)
    assert sorted(listed) == sorted(set(metadata.tables)), "a new table: see the head of delivery/personal_data.py"


def test_every_column_that_could_hold_a_text_is_judged() -> None:
    for place in PLACES:
        texts = {column.name for column in place.table.c if isinstance(column.type, String | JSON)}
        judged = set(place.person) | place.goods
        assert sorted(texts - judged) == [], f"{place.table.name}: see the head of delivery/personal_data.py"
        assert not set(place.person) & place.goods, place.table.name


def test_every_table_that_names_a_booking_is_searched() -> None:
    naming = {table.name for table in metadata.tables.values() if "booking_id" in table.c or "handover_id" in table.c}
    assert naming <= {place.table.name for place in PLACES}
