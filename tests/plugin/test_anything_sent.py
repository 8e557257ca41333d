"""Whatever is sent to a page, it is never our fault: forms and questions at random, by somebody who may do everything."""

import re
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict

from plugin.rehearsal.questions import QuestionSchema
from tests.plugin.desk import CSRF
from tests.plugin.planted import Call, Planted, every_call, form_for
from tests.plugin.test_other_merchants import seat_again

ROOM = Path(__file__).parents[2] / "plugin"
READ = re.compile(r'(?:args|form|values)\.(?:get|getlist)\(\s*"([\w-]+)"')
AWKWARD = (
    *(
        "",
        " ",
        "0",
        "-1",
        "1.5",
        "9" * 30,
        "1e999",
        "NaN",
        "Infinity",
        "٣",
        "x" * 3000,
        "\r\n",
        "\u202e",
        "🦔",
        "'\"<%",
    ),
    *("0001-01-01", "9999-12-31", "9999-12-27", "2026-02-30", "20261124", "2026-W48-2", "-2026-01-01", "2026-11-24"),
    *(
        "24:00",
        "99:99",
        "07:00",
        "0001-01-01T00:00",
        "9999-12-31T23:59",
        "2026-11-24T09:00:00Z",
        "2026-03-29 02:30+14:00",
    ),
    *(
        "sh_demo",
        "amsterdam",
        "houten",
        "by-hand",
        "settings",
        "__class__",
        "{0.__class__}",
        "%s",
        "../..",
        "//evil.test",
    ),
    *("Mo-Su 00:00-48:00", "NL", "XX", "nl-NL", "Europe/Amsterdam", "../etc/passwd", "=1+1", "#000000", "https://["),
)


@cache
def names() -> tuple[str, ...]:
    """What pages read from addresses and forms."""
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(ROOM.rglob("*.py")))
    found = {*READ.findall(code), *QuestionSchema().fields, "state", "type", "from", "to", "day", "q"}
    assert len(found) > 30
    return tuple(sorted(found))


values = st.one_of(st.sampled_from(AWKWARD), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))


def questions() -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(names()), values, max_size=4)


def ask(shop: Planted, call: Call, query: dict[str, Any], changed: dict[str, Any], numbers: list[int]) -> int:
    """The call with some of its form's fields changed, by their number, and others added. What it was answered."""
    seat_again(shop.owner)
    options: dict[str, Any] = {"query_string": query}
    if call.method == "POST":
        form = form_for(shop, call) | changed
        fields = sorted(form)
        form |= {fields[number % len(fields)]: value for number, value in zip(numbers, query.values(), strict=False)}
        content = "\n".join(query.values()).encode(errors="replace")
        options["data"] = form | {CSRF: shop.owner.token(), "file": (BytesIO(content), "file.csv")}
    answer = shop.owner.client.open(call.path, method=call.method, **options)
    assert answer.status_code < 500, (str(call), options, answer.text)
    return answer.status_code


def test_whatever_is_sent_is_answered(planted: Planted) -> None:
    calls = [call for call in every_call(planted, "/plugin") if call.endpoint != "staff.entrance.logout"]
    met = set()

    @settings(suppress_health_check=list(HealthCheck))
    @given(
        call=st.sampled_from(calls),
        query=questions(),
        changed=questions(),
        numbers=st.lists(st.integers(0, 100), max_size=4),
    )
    def sent(call: Call, query: dict[str, Any], changed: dict[str, Any], numbers: list[int]) -> None:
        met.add(ask(planted, call, query, changed, numbers))

    sent()
    assert {200, 303, 422} <= met


class Noted(ImmutableMultiDict[str, str]):
    """Notes what is read of it."""

    read: ClassVar[set[str]] = set()

    def get(self, key: str, *others: Any, **named: Any) -> Any:
        self.read.add(key)
        return super().get(key, *others, **named)

    def getlist(self, key: str, *others: Any, **named: Any) -> Any:
        self.read.add(key)
        return super().getlist(key, *others, **named)

    def to_dict(self, *others: Any, **named: Any) -> Any:
        self.read.update(self)
        return super().to_dict(*others, **named)

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return super().__getitem__(key)


def reads(shop: Planted, call: Call) -> frozenset[str]:
    """What the page reads of its question."""
    Noted.read.clear()
    ask(shop, call, dict.fromkeys(names(), ""), {}, [])
    return frozenset(Noted.read)


def test_every_page_takes_every_awkward_value(plainly_planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    """One value at a time, in all that the page may read. Of the pages that read nothing of their own one stands for all."""
    shop = plainly_planted
    monkeypatch.setattr(shop.app.request_class, "parameter_storage_class", Noted)
    calls = [call for call in every_call(shop, "/plugin") if call.method == "GET"]
    pages = {call.endpoint: call for call in calls}.values()
    read = {call: reads(shop, call) for call in pages}
    assert len(set(read.values())) > 10
    by_all = frozenset.intersection(*read.values())
    asked = [call for call in pages if read[call] > by_all]
    others = [call for call in pages if read[call] == by_all]
    for value in AWKWARD:
        for call in [*asked, others[0]]:
            ask(shop, call, dict.fromkeys(names(), value), {}, [])
