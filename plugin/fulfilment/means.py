"""What sending a message needs besides the message."""

from dataclasses import dataclass
from datetime import datetime

from delivery.leases import Claimed
from delivery.signing import Signer
from web.config import Config


@dataclass(frozen=True, slots=True)
class Means:
    """The operator's configuration, the keys, and the moment of this try (aware)."""

    config: Config
    signer: Signer
    now: datetime

    def secrets_of(self, claimed: Claimed) -> tuple[str, ...]:
        """What to sign with: the secret, and the one before it as long as both count. Raises InvalidToken."""
        kept = [claimed.secret]
        if claimed.old_secret and claimed.old_secret_until and self.now < claimed.old_secret_until:
            kept.append(claimed.old_secret)
        return tuple(self.signer.decrypt(secret) for secret in kept)
