"""What a process remembers between requests: setups by their version, coordinates of postcodes."""

from datetime import datetime

from sqlalchemy import bindparam, or_, select

from delivery.places import find_place
from delivery.problems import HoldNotFound, UnknownShop
from delivery.rules.places import Destination, Point
from delivery.setups import Setup, load_setup
from delivery.signing import Signer
from delivery.store.engine import Session
from delivery.store.prepared import Prepared
from delivery.store.tables import holds, keys, merchants

POINTS_REMEMBERED = 20_000

_key_owner = Prepared(
    select(merchants.c.id, merchants.c.settings_version)
    .join(keys, keys.c.merchant_id == merchants.c.id)
    .where(
        keys.c.hash == bindparam("hash"),
        keys.c.kind == bindparam("kind"),
        or_(keys.c.expires_at.is_(None), keys.c.expires_at > bindparam("now", type_=keys.c.expires_at.type)),
    )
    .execution_options(across_merchants="asks whose key it is")
)

_merchant = Prepared(select(merchants.c.id, merchants.c.settings_version).where(merchants.c.id == bindparam("id")))
_hold_owner = Prepared(
    select(merchants.c.id, merchants.c.settings_version)
    .join(holds, holds.c.merchant_id == merchants.c.id)
    .where(holds.c.id == bindparam("id"))
    .execution_options(across_merchants="asks whose hold it is")
)


class Memory:
    """Shared by the threads of a process; a race costs at most a second reading of the same rows."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._setups: dict[str, Setup] = {}
        self._points: dict[tuple[str, str], Point] = {}

    def setup_of(self, session: Session, now: datetime, api_key: str, kind: str) -> Setup:
        """The setup of the merchant whose "publishable" or "secret" key this is. Raises UnknownShop. One query when known."""
        for key_hash in self._signer.key_hashes(api_key):
            owner = _key_owner.first(session, {"hash": key_hash, "kind": kind, "now": now})
            if owner is not None:
                return self._at_version(session, *owner)
        raise UnknownShop("No shop has this key.")

    def setup_of_merchant(self, session: Session, merchant_id: str) -> Setup:
        """The setup of a merchant known by id. Raises UnknownShop."""
        return self._owner(session, _merchant, {"id": merchant_id})

    def setup_of_hold(self, session: Session, hold_id: str) -> Setup:
        """The setup of the merchant whose hold this is. Raises HoldNotFound."""
        try:
            return self._owner(session, _hold_owner, {"id": hold_id})
        except UnknownShop as error:
            raise HoldNotFound("There is no such hold.") from error

    def _owner(self, session: Session, statement: Prepared, asked: dict[str, str]) -> Setup:
        owner = statement.first(session, asked)
        if owner is None:
            raise UnknownShop("There is no such shop.")
        return self._at_version(session, *owner)

    def _at_version(self, session: Session, merchant_id: str, version: int) -> Setup:
        known = self._setups.get(merchant_id)
        if known is None or known.version != version:
            known = load_setup(session, merchant_id)
            self._setups[merchant_id] = known
        return known

    def point_of(self, session: Session, destination: Destination) -> Point | None:
        """Where the destination lies: as given, or by its postcode. Only what was found is remembered."""
        if destination.point is not None:
            return destination.point
        postal_code = destination.normal_postal_code
        if postal_code is None:
            return None
        asked = (destination.country, postal_code)
        point = self._points.get(asked)
        if point is None:
            point = find_place(session, *asked)
            if point is not None and len(self._points) < POINTS_REMEMBERED:
                self._points[asked] = point
        return point
