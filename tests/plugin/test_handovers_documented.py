"""What docs/handover.md shows a developer works against what we really send."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from delivery.tries import GAPS
from plugin.notify.signed_posts import signed_headers

PAGE = (Path(__file__).parents[2] / "docs" / "handover.md").read_text()
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"type":"booking.confirmed","data":{"recipient":"Zoë"}}'


def example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found, f"no example in {language}"
    return found.group(1)


def headers_now() -> dict[str, str]:
    return signed_headers("msg_1", BODY, (SECRET,), datetime.now(UTC))


def test_the_python_example_takes_ours_and_refuses_others() -> None:
    names: dict[str, Any] = {}
    exec(example("python"), names)
    read = names["read"]
    assert read(SECRET, BODY.encode(), headers_now()) == json.loads(BODY)
    assert read(SECRET, BODY.encode() + b" ", headers_now()) is None
    assert read("whsec_" + "A" * 44, BODY.encode(), headers_now()) is None


def test_the_node_example_takes_ours_and_refuses_others() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed, so the Node example was not run")
    old = signed_headers("msg_1", BODY, (SECRET,), datetime(2020, 1, 1, tzinfo=UTC))
    cases = [(BODY, headers_now()), (BODY + " ", headers_now()), (BODY, old)]
    script = (
        f"{example('javascript')}\n"
        f"for (const [body, headers] of {json.dumps(cases)})"
        f" console.log(JSON.stringify(read({json.dumps(SECRET)}, Buffer.from(body), headers)));"
    )
    run = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)
    assert [json.loads(line) for line in run.stdout.splitlines()] == [json.loads(BODY), None, None]


def test_the_schedule_in_the_page_is_the_one_that_is_kept() -> None:
    [row] = [line for line in PAGE.splitlines() if line.startswith("| after |")]
    words = [cell.strip() for cell in row.strip("|").split("|")][1:]
    seconds = {"s": 1, "min": 60, "h": 3600}
    told = [0 if word == "at once" else int(word.split()[0]) * seconds[word.split()[1]] for word in words]
    assert told == [gap.total_seconds() for gap in GAPS]
