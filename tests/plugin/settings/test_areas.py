"""The areas of the settings, as forms."""

import pytest

from delivery.settings.areas import AREAS
from tests.plugin.desk import Desk

SINGLE = [area.name for area in AREAS.values() if area.single]
MANY = [area.name for area in AREAS.values() if not area.single]


def test_the_overview_leads_to_every_area(plain_desk: Desk) -> None:
    page = plain_desk.get("/plugin/settings").text
    assert all(f'href="/plugin/settings/{area}"' in page for area in AREAS)


@pytest.mark.parametrize("area", AREAS)
def test_every_area_has_a_page(plain_desk: Desk, area: str) -> None:
    assert plain_desk.get(f"/plugin/settings/{area}").status_code == 200


@pytest.mark.parametrize("area", MANY)
def test_an_item_can_be_added(plain_desk: Desk, area: str) -> None:
    assert plain_desk.get(f"/plugin/settings/{area}/add").status_code == 200
