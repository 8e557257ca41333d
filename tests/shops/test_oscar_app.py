"""stoep-oscar inside Django, by Django's own runner, against a real Stoep."""

import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.browser.street import HOUSE
from tests.doors import Door
from tests.served import served

INSIDE = HOUSE / "tests" / "shops" / "inside_oscar"
PYTHON = HOUSE / ".venv-oscar" / "bin" / "python"


def test_what_is_tried_inside_django_holds(plain_door: Door, tmp_path: Path) -> None:
    if not PYTHON.exists():
        pytest.fail("django-oscar is not installed: `make test` does it by itself")
    # The shop's clock is the real one, and a step of an order's way cannot be older than the order.
    plain_door.clock.now = datetime.now(UTC)
    with served(plain_door.client.application) as url:
        variables = {
            "SHOP_STOEP_URL": url,
            "SHOP_KEY": plain_door.shop,
            "SHOP_SECRET": plain_door.secret,
            "SHOP_FOLDER": str(tmp_path),
            # This machine may have much else to do; what takes a second is tried by itself.
            "SHOP_ANSWER_SECONDS": "10",
            "DJANGO_SETTINGS_MODULE": "examples.oscar.settings",
            "PATH": os.environ["PATH"],
        }
        command = [str(PYTHON), "-W", "error::ResourceWarning", "-m", "django", "test", str(INSIDE), "-t", str(HOUSE)]
        run = subprocess.run(
            [*command, "-p", "[!_]*.py"], cwd=HOUSE, env=variables, capture_output=True, text=True, check=False
        )
    assert run.returncode == 0, run.stderr[-6000:]
    found = re.search(r"^Ran (\d+) tests", run.stderr, re.MULTILINE)
    # Not that nobody looked for them.
    assert found, run.stderr
    assert int(found[1]) >= 49, run.stderr
