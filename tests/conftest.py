"""What every test stands on: Hypothesis profiles, a network shut but for loopback, and seldom a look for garbage."""

import gc
import os

import hypothesis
import pytest
import pytest_socket

pytest_plugins = [
    *("tests.databases", "tests.doors", "tests.passwords", "tests.plugin.desk", "tests.plugin.planting"),
    *("tests.shops.stripe_shop", "tests.templates"),
]

hypothesis.settings.register_profile("test", max_examples=60, deadline=None, derandomize=True)
hypothesis.settings.register_profile("soak", max_examples=2000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))


@pytest.fixture(autouse=True)
def _loopback_only() -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end. To search it for garbage again and again took a twentieth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)
