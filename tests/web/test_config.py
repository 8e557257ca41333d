"""Configuration: cast once, and refused by name."""

from pathlib import Path

import pytest

from web.config import BadConfig, Config, read_config


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("STOEP_")]:
        monkeypatch.delenv(name)


def test_nothing_set_means_the_defaults() -> None:
    assert read_config() == Config()


def test_what_is_set_is_cast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOEP_LIMIT_PER_MINUTE", "50")
    monkeypatch.setenv("STOEP_ALLOW_PRIVATE_TARGETS", "true")
    monkeypatch.setenv("STOEP_SECRET_KEY", "first-key-of-16-letters,second-key-of-16-letters")
    monkeypatch.setenv("STOEP_PUBLIC_URL", "https://stoep.example/")
    config = read_config()
    assert config.limit_per_minute == 50
    assert config.allow_private_targets
    assert config.secret_keys == ("first-key-of-16-letters", "second-key-of-16-letters")
    assert config.public_url == "https://stoep.example"


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("a key in a file of its own\n")
    monkeypatch.setenv("STOEP_SECRET_KEY_FILE", str(tmp_path / "key"))
    assert read_config().secret_keys == ("a key in a file of its own",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STOEP_LIMIT_PER_MINUTE", "many"),
        ("STOEP_LIMIT_PER_MINUTE", "0"),
        ("STOEP_ALLOW_PRIVATE_TARGETS", "perhaps"),
        ("STOEP_LOG_LEVEL", "LOUD"),
        ("STOEP_TRUSTED_PROXIES", "-1"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadConfig, match=name):
        read_config()
