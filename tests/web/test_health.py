"""Health and metrics, as an operator's tools read them."""

from delivery.endpoints import add
from delivery.store import migrate
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door


def test_a_migrated_database_is_healthy(door: Door) -> None:
    response = door.client.get("/health")
    assert (response.status_code, response.get_json()) == (200, {"status": "ok"})


def test_old_tables_are_not(plain_door: Door) -> None:
    migrate.downgrade(plain_door.database, "base")
    response = plain_door.client.get("/health")
    assert response.status_code == 503
    assert "stoep migrate" in response.get_json()["status"]


def test_the_figures_say_what_waits_and_since_when(door: Door) -> None:
    signer = door.service.signer
    door.database.write(lambda session: add(session, door.clock(), MERCHANT_ID, "https://warehouse.test/in", signer))
    door.take(checkout="someone-else")
    door.order(door.take()["choice"])
    door.clock.forward(seconds=90)
    said = door.client.get("/metrics").text.splitlines()
    assert 'stoep_handovers{state="waiting"} 1.0' in said
    assert 'stoep_handovers{state="parked"} 0.0' in said
    assert 'stoep_bookings{state="confirmed"} 1.0' in said
    assert "stoep_live_holds 1.0" in said
    assert "stoep_handover_oldest_seconds 90.0" in said
    assert "stoep_workers 0.0" in said
