"""Configuration: read once from the environment, cast, and refused loudly with its name and value."""

from collections.abc import Callable
from dataclasses import dataclass

from environs import EnvError, FileAwareEnv
from marshmallow import ValidationError
from marshmallow.validate import OneOf, Range

from web.mail_server import parse_sender, parse_server


class BadConfig(ValueError):
    """A setting has a value that cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything an operator can set. docs/operations.md says what each means."""

    database_url: str = "sqlite:///var/stoep.sqlite"
    secret_keys: tuple[str, ...] = ()
    public_url: str = "http://127.0.0.1:8000"
    allow_private_targets: bool = False
    limit_per_minute: int = 600
    live_holds_per_address: int = 100
    limits_storage: str = "memory://"
    trusted_proxies: int = 0
    queue_url: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    sign_up: bool = False
    stripe_api: str = "https://api.stripe.com"
    log_level: str = "INFO"


DEFAULTS = Config()


def read_config() -> Config:
    """The configuration that the STOEP_… variables give; any may come from a file as STOEP_…_FILE. Raises BadConfig."""
    config = _read(FileAwareEnv())
    if bool(config.smtp_url) != bool(config.mail_from):
        raise BadConfig("STOEP_SMTP_URL and STOEP_MAIL_FROM are of use together only: set both, or neither")
    if config.sign_up and not config.smtp_url:
        raise BadConfig("STOEP_SIGN_UP needs a mail server (STOEP_SMTP_URL): who signs up gets a link by mail")
    return config


def _read(env: FileAwareEnv) -> Config:
    try:
        with env.prefixed("STOEP_"):
            return Config(
                database_url=env.str("DATABASE_URL", DEFAULTS.database_url).strip(),
                secret_keys=tuple(map(str.strip, env.list("SECRET_KEY", []))),
                public_url=env.str("PUBLIC_URL", DEFAULTS.public_url).strip().rstrip("/"),
                allow_private_targets=env.bool("ALLOW_PRIVATE_TARGETS", DEFAULTS.allow_private_targets),
                limit_per_minute=env.int("LIMIT_PER_MINUTE", DEFAULTS.limit_per_minute, validate=Range(min=1)),
                live_holds_per_address=env.int("LIVE_HOLDS", DEFAULTS.live_holds_per_address, validate=Range(min=1)),
                limits_storage=env.str("LIMITS_STORAGE", DEFAULTS.limits_storage).strip(),
                trusted_proxies=env.int("TRUSTED_PROXIES", DEFAULTS.trusted_proxies, validate=Range(min=0)),
                queue_url=env.str("QUEUE_URL", DEFAULTS.queue_url).strip(),
                smtp_url=env.str("SMTP_URL", DEFAULTS.smtp_url, validate=_is_server).strip(),
                mail_from=env.str("MAIL_FROM", DEFAULTS.mail_from, validate=_is_sender).strip(),
                sign_up=env.bool("SIGN_UP", DEFAULTS.sign_up),
                stripe_api=env.str("STRIPE_API", DEFAULTS.stripe_api, validate=_is_address).strip().rstrip("/"),
                log_level=env.str("LOG_LEVEL", DEFAULTS.log_level, validate=OneOf(_LEVELS)),
            )
    except EnvError as error:
        raise BadConfig(str(error)) from error


_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def _is_server(text: str) -> None:
    _refused_by(parse_server, text)


def _is_address(text: str) -> None:
    if not text.strip().startswith(("https://", "http://")):
        raise ValidationError("must begin with https:// or http://")


def _is_sender(text: str) -> None:
    _refused_by(parse_sender, text)


def _refused_by(parse: Callable[[str], object], text: str) -> None:
    try:
        if text.strip():
            parse(text.strip())
    except ValueError as error:
        raise ValidationError(str(error)) from error
