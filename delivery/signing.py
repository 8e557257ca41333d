"""Signing, sealing and hashing with the operator's keys. The first key signs; all of them verify."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import orjson
from cryptography.fernet import Fernet, MultiFernet
from cryptography.fernet import InvalidToken as NotOurs
from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_encode

from delivery.problems import InvalidToken


class _Json:
    """orjson in the shape itsdangerous asks for."""

    @staticmethod
    def dumps(value: object, **_options: object) -> str:
        return orjson.dumps(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_options: object) -> Any:
        return orjson.loads(text)


class _Tokens(URLSafeSerializer):
    """Tokens that are not compressed: they are short, and the attempt takes longer than signing."""

    def dump_payload(self, obj: Any, *_args: Any, **_options: Any) -> bytes:
        return base64_encode(orjson.dumps(obj))


class Signer:
    """What the operator's secret keys are used for. Cheap to share between threads."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or not all(len(key) >= 16 for key in keys):
            raise ValueError("a signing key has at least 16 characters")
        self._newest_last = list(reversed(keys))
        self._serializers: dict[str, URLSafeSerializer] = {}
        self._derived = {key: _derive(key, "tag") for key in keys}
        self._for_api_keys = [_derive(key, "api-keys") for key in keys]
        self._newest = keys[0]
        self._boxes = MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(key, "box"))) for key in keys])

    def seal(self, purpose: str, facts: Mapping[str, object]) -> str:
        """A URL-safe token that carries `facts` readably and cannot be changed. One purpose's token is no good for another."""
        return self._serializer(purpose).dumps(facts)

    def open(self, purpose: str, token: str) -> dict[str, Any]:
        """What `seal` was given. Raises InvalidToken."""
        try:
            facts = self._serializer(purpose).loads(token)
        except (BadData, ValueError) as error:
            raise InvalidToken(f"The {purpose} is not one of ours.") from error
        if not isinstance(facts, dict):
            raise InvalidToken(f"The {purpose} is not one of ours.")
        return facts

    def tag(self, message: bytes) -> str:
        """A mark of the message, by the newest key: 32 letters."""
        return tagged(self._derived[self._newest], message)

    def keys_for(self, subject: bytes) -> list[bytes]:
        """A key for marking many messages about one subject, of each of our keys; the newest, which marks, first."""
        return [hmac.digest(key, subject, "sha256") for key in self._derived.values()]

    def key_hash(self, api_key: str) -> str:
        """How an API key is kept: SHA-256 keyed by the newest key. A fast hash, because the keys are long and random."""
        return self.key_hashes(api_key)[0]

    def key_hashes(self, api_key: str) -> list[str]:
        """Every hash under which this API key may be kept, newest first."""
        return [hmac.digest(key, api_key.encode(), "sha256").hex() for key in self._for_api_keys]

    def encrypt(self, text: str) -> str:
        """For secrets that must be read again (Fernet)."""
        return self._boxes.encrypt(text.encode()).decode()

    def decrypt(self, text: str) -> str:
        """Raises InvalidToken when none of our keys fits."""
        try:
            return self._boxes.decrypt(text.encode()).decode()
        except NotOurs as error:
            raise InvalidToken("A stored secret cannot be read with the signing keys given.") from error

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        serializer = self._serializers.get(purpose)
        if serializer is None:
            serializer = _Tokens(
                self._newest_last,
                salt=f"stoep.{purpose}",
                serializer=_Json,
                signer_kwargs={"digest_method": hashlib.sha256},
            )
            self._serializers[purpose] = serializer
        return serializer


def is_over(facts: Mapping[str, Any], now: datetime) -> bool:
    """Whether the token's own `exp` (whole UTC seconds) has passed."""
    return now >= datetime.fromtimestamp(int(facts["exp"]), UTC)


def tagged(key: bytes, message: bytes) -> str:
    """A mark of the message, 16 bytes in hex (keyed BLAKE2b, RFC 7693): cheaper than HMAC, and an offer makes a hundred."""
    return blake2b(message, digest_size=16, key=key).hexdigest()


def _derive(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), f"stoep {purpose}".encode(), "sha256")
