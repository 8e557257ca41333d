"""What templates are compiled to is kept for the whole run: each process compiled it anew, for each language, in seconds.

Registered as a pytest plugin in conftest.py.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket


class Kept(FileSystemBytecodeCache):
    """Processes share its folder. Where an environment reads templates otherwise, other code comes of them."""

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        escaped = getattr(environment.autoescape, "__qualname__", environment.autoescape)
        how = (environment.trim_blocks, environment.lstrip_blocks, escaped, sorted(environment.extensions))
        return super().get_bucket(environment, f"{name} {how}", filename, source)


@pytest.fixture(scope="session", autouse=True)
def _templates_are_kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "templates"
    folder.mkdir(exist_ok=True)
    kept, make = Kept(str(folder)), Environment.__init__

    def make_keeping(environment: Environment, *given: Any, **options: Any) -> None:
        make(environment, *given, **{"bytecode_cache": kept} | options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Environment, "__init__", make_keeping)
        yield
