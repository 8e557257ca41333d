"""Passwords of tests are hashed cheaply: as dear as it has to be, hashing took most of the time of whatever logs in.

Registered as a pytest plugin in conftest.py. `dear_passwords` is for tests of the hashing itself.
"""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from delivery import passwords

_DEAR = passwords._hasher
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def _use(hasher: PasswordHasher) -> None:
    passwords._hasher = hasher
    passwords._nobodys_hash.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> None:
    _use(_CHEAP)


@pytest.fixture
def dear_passwords() -> Iterator[PasswordHasher]:
    """The hasher that is used outside of tests."""
    _use(_DEAR)
    yield _DEAR
    _use(_CHEAP)
