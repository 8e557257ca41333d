"""Configuration: cast once, and refused by name."""

from pathlib import Path

import pytest

from web.config import BadConfig, Config, read_config
from web.mail_server import MailServer, parse_server


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
        ("STOEP_SMTP_URL", "mail.example"),
        ("STOEP_SMTP_URL", "http://mail.example"),
        ("STOEP_SMTP_URL", "smtp://mail.example:port"),
        ("STOEP_SMTP_URL", "smtp://mail.example?tls=1"),
        ("STOEP_SMTP_URL", "smtp://me:secret@mail.example"),
        ("STOEP_MAIL_FROM", "nobody"),
        ("STOEP_MAIL_FROM", "a@b.example, c@d.example"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadConfig, match=name):
        read_config()


def test_the_mail_server_and_its_sender_are_set_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOEP_SMTP_URL", "smtp://mail.example")
    with pytest.raises(BadConfig, match="STOEP_MAIL_FROM"):
        read_config()
    monkeypatch.setenv("STOEP_MAIL_FROM", " Stoep <delivery@shop.example> ")
    assert read_config().mail_from == "Stoep <delivery@shop.example>"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost", MailServer("localhost", 25, "", "", tls=False, starttls=False)),
        (
            "smtp://me:a%2Fb@mail.example?starttls=1",
            MailServer("mail.example", 587, "me", "a/b", tls=False, starttls=True),
        ),
        ("smtps://me:x@mail.example", MailServer("mail.example", 465, "me", "x", tls=True, starttls=False)),
        ("smtps://mail.example:4650/", MailServer("mail.example", 4650, "", "", tls=True, starttls=False)),
        ("smtp://[::1]:2525?starttls=0", MailServer("::1", 2525, "", "", tls=False, starttls=False)),
    ],
)
def test_a_mail_server_is_read_from_its_address(url: str, server: MailServer) -> None:
    assert parse_server(url) == server
