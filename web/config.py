"""Configuration: read once from the environment, cast, and refused loudly with its name and value."""

from dataclasses import dataclass

from environs import EnvError, FileAwareEnv
from marshmallow.validate import OneOf, Range


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
    log_level: str = "INFO"


DEFAULTS = Config()


def read_config() -> Config:
    """The configuration that the STOEP_… variables give; any may come from a file as STOEP_…_FILE. Raises BadConfig."""
    env = FileAwareEnv()
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
                log_level=env.str("LOG_LEVEL", DEFAULTS.log_level, validate=OneOf(_LEVELS)),
            )
    except EnvError as error:
        raise BadConfig(str(error)) from error


_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
