"""The documents are true: whatever they name exists, and whatever there is stands in them.

The examples of docs/api.md are played against the service, one after the other. In them "…" stands for something left
out: alone for any value, at the end of a text for its rest, in a list for any number of items, as a key for any others.
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import click
import pytest
from flask import Flask
from sqlalchemy import Table

from delivery.afterwards import Afterwards
from delivery.booking_states import STATES
from delivery.problems import Problem
from delivery.store.tables import metadata
from delivery.texts.offers import SENTENCES, problem_codes
from plugin.commands import stoep
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import SHOP_ORIGIN, Door
from tests.test_house import ROOMS, TOP_LEVEL
from web.config import DEFAULTS
from web.problems import CODES

HOUSE = Path(__file__).parent.parent
DOCS = HOUSE / "docs"
OSCAR = HOUSE / "plugin" / "shops" / "oscar"
OTHERS = [*HOUSE.glob("examples/*.md"), *HOUSE.glob("benchmarks/*.md"), OSCAR / "README.md"]
PAGES = sorted([HOUSE / "README.md", *DOCS.rglob("*.md"), *OTHERS])
NAMES = [str(page.relative_to(HOUSE)) for page in PAGES]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"`([^`\n]+)`")

every_page = pytest.mark.parametrize("page", PAGES, ids=NAMES)


@cache
def text(name: str) -> str:
    return (HOUSE / name).read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return [body for kind, body in FENCE.findall(page) if kind == language]


def spans(page: str) -> list[str]:
    """What stands in code, in a line or in a block of commands."""
    prose = FENCE.sub("", page)
    lines = [line.strip() for kind, body in FENCE.findall(page) if kind in {"", "sh"} for line in body.splitlines()]
    indented = [line.strip() for line in prose.splitlines() if line.startswith("    ")]
    return SPAN.findall(prose) + lines + indented


def rows_of(page: str, heading: str, number: int = 1) -> list[list[str]]:
    """The rows of the first table under a heading, or another by number, without its head."""
    part = f"\n{page}".split(f"\n{heading}\n", 1)[1]
    part = re.split(r"^#{1,3} ", part, maxsplit=1, flags=re.MULTILINE)[0]
    lines = re.split(r"\n\n(?=\|)", f"\n\n{part.lstrip()}")[number].splitlines()
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows[2:]


# --- links, paths, blocks ---


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@every_page
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = unquote(link).partition("#")
        found = (page.parent / target).resolve() if target else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            broken.append(link)
    assert broken == []


@every_page
def test_json_can_be_read(page: Path) -> None:
    for block in blocks(page.read_text(encoding="utf-8"), "json"):
        json.loads(block)


@every_page
def test_no_machine_is_named(page: Path) -> None:
    assert re.findall(r"(?<![\w.])/(?:work|tmp|home|root|opt|mnt)/\S*", page.read_text(encoding="utf-8")) == []


def paths_named(page: str) -> Iterator[str]:
    """What looks like a path of this project, `<kind>` and `…` as wildcards."""
    for span in spans(page):
        for word in re.split(r"[\s,;]+", span):
            path = word.strip("().:").removeprefix("./")
            top = path.split("/")[0]
            if "/" in path and "://" not in path and top in TOP_LEVEL | {"tests"}:
                yield re.sub(r"<[^>]+>|…", "*", path).split("::")[0]


@every_page
def test_every_path_exists(page: Path) -> None:
    named = set(paths_named(page.read_text(encoding="utf-8")))
    assert sorted(path for path in named if not list(HOUSE.glob(path.rstrip("/")))) == []


def test_the_map_names_every_room_and_folder() -> None:
    folders = {
        str(path.relative_to(HOUSE)) + "/"
        for room in (*ROOMS, "static", "examples")
        for path in (HOUSE / room, *(HOUSE / room).rglob("*"))
        if path.is_dir()
        and not {"__pycache__", "versions", "icons"} & set(path.relative_to(HOUSE).parts)
        # A project of its own, whose README speaks for what is in it.
        and OSCAR not in path.parents
    }
    said = text("docs/map.md")
    assert sorted(folder for folder in folders if f"`{folder}`" not in said) == []
    assert sorted(name for name in TOP_LEVEL if f"`{name}`" not in said and f"`{name}/`" not in said) == []


def test_every_folder_of_tests_is_explained() -> None:
    folders = {f"tests/{path.parent.name}/" for path in HOUSE.glob("tests/*/test_*.py")}
    assert sorted(folder for folder in folders if f"`{folder}`" not in text("docs/contributing.md")) == []


def test_every_decision_is_listed() -> None:
    listed = set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", text("docs/decisions/README.md")))
    assert listed == {path.name for path in DOCS.glob("decisions/0*.md")}


def test_the_picture_is_small_enough_for_a_readme() -> None:
    for picture in DOCS.glob("pictures/*"):
        assert picture.stat().st_size < 200_000, picture


def test_the_changelog_speaks_of_this_version() -> None:
    version = re.search(r"^version = (.+)$", text("setup.cfg"), re.MULTILINE)
    assert version
    assert f"## {version[1]}" in text("docs/changelog.md")


# --- words ---


def test_one_word_has_one_line() -> None:
    words = [row[0] for row in rows_of(text("docs/words.md"), "# Words")]
    assert len(words) == len(set(words)) > 20


# --- routes ---


ROUTE = re.compile(
    r"\b(GET|POST|PUT|DELETE|OPTIONS) (/(?:v1|widget|health|metrics|openapi|static|d|choose)\b[\w/{}.…-]*)"
)


def routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"}
    }


@pytest.fixture
def app(plain_door: Door) -> Flask:
    return plain_door.client.application


def test_every_call_that_is_named_exists_and_every_call_is_named(app: Flask) -> None:
    known = routes(app)
    patterns = {(method, re.sub(r"\{\w+\}", "*", path)) for method, path in known}
    unknown = [
        (name, method, path)
        for name in NAMES
        for method, path in ROUTE.findall(text(name))
        if not any(method == other and fnmatch(re.sub(r"\{\w+\}", "*", path), rule) for other, rule in patterns)
        and not path.startswith("/static/")
    ]
    assert unknown == []
    reference = text("docs/api.md") + text("docs/operations.md")
    assert sorted(f"{method} {path}" for method, path in known if f"`{method} {path}`" not in reference) == []


# --- errors, states, events ---


def kinds_of(problem: type[Problem]) -> Iterator[type[Problem]]:
    for kind in problem.__subclasses__():
        yield kind
        yield from kinds_of(kind)


def test_the_table_of_errors_is_that_of_the_code(app: Flask) -> None:
    web = "".join(path.read_text() for path in sorted(HOUSE.glob("web/*.py")))
    written = re.findall(r'document\("(\w+)", (\d+),', web)
    assert written
    real = {(kind.code, str(kind.status)) for kind in kinds_of(Problem)}
    real |= {(code, str(status)) for status, (code, _title) in CODES.items()} | set(written) | {("http_error", "other")}
    rows = rows_of(text("docs/api.md"), "## Errors")
    said = [(row[0].strip("`"), row[1]) for row in rows]
    assert sorted(said) == sorted(real)


def test_codes_that_other_pages_name_exist(app: Flask) -> None:
    real = {kind.code for kind in kinds_of(Problem)} | {code for code, _title in CODES.values()} | set(problem_codes())
    real |= {"busy", "internal_error", "http_error", "unreachable", "basket_invalid"}
    families = re.compile(
        r"^(?:offer|option|slot|hold|choice|booking|key|origin|idempotency|too|request|invalid|unknown)_[a-z_]+$"
    )
    columns = {column.name for table in metadata.tables.values() for column in table.c}
    fields = set(re.findall(r'"(\w+)"', text("docs/api.md"))) | columns | set(Afterwards.__dataclass_fields__)
    named = {(name, span) for name in NAMES for span in spans(text(name)) if families.match(span)}
    assert sorted((name, code) for name, code in named if code not in real | fields | set(STATES)) == []


def test_notes_in_an_offer_are_named() -> None:
    written = set(re.findall(r'found\.append\("(\w+)"\)', text("delivery/offers.py")))
    assert written
    assert sorted(code for code in written if f"`{code}`" not in text("docs/api.md")) == []


def test_every_state_of_a_booking_is_explained() -> None:
    said = [row[0].strip("`") for row in rows_of(text("docs/api.md"), "### States of a booking")]
    assert said == list(STATES)


def test_every_rule_of_an_estimate_is_explained() -> None:
    said = {row[0].strip("`") for row in rows_of(text("docs/api.md"), "### Steps of an estimate")}
    assert said == set(SENTENCES)


def test_every_message_to_fulfilment_is_explained() -> None:
    code = "".join(path.read_text() for room in ROOMS for path in sorted((HOUSE / room).rglob("*.py")))
    sent = set(re.findall(r'"((?:booking|promise)\.[a-z_]+)"', code))
    said = {row[0].strip("`") for row in rows_of(text("docs/handover.md"), "## What you get", 2)}
    assert said == sent


# --- settings ---


def variables() -> dict[str, str]:
    """Each variable of the service and its default, as web/config.py has them."""
    [made] = [
        node
        for node in ast.walk(ast.parse(text("web/config.py")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Config" and node.keywords
    ]
    read = {field.arg: re.search(r"env\.\w+\('(\w+)'", ast.unparse(field.value)) for field in made.keywords}
    assert set(read) == set(DEFAULTS.__slots__)
    return {f"STOEP_{name[1]}": _as_set(getattr(DEFAULTS, str(field))) for field, name in read.items() if name}


def _as_set(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value in ("", ()) else str(value)


def test_every_variable_stands_in_the_operators_page_with_its_default() -> None:
    rows = rows_of(text("docs/operations.md"), "## Settings")
    said = {row[0].strip("`"): row[1].strip("`").replace("none", "") for row in rows}
    assert said == variables()


def settings_of_oscar() -> set[str]:
    return set(re.findall(r'"(STOEP_[A-Z_]+)"', (OSCAR / "stoep_oscar" / "configuration.py").read_text()))


@pytest.mark.parametrize("page", ["docs/oscar.md", "plugin/shops/oscar/README.md"])
def test_every_setting_in_a_shop_of_oscar_is_explained(page: str) -> None:
    assert set(re.findall(r"\bSTOEP_[A-Z_]+", text(page))) == settings_of_oscar() != set()


def test_every_status_in_a_shop_of_oscar_is_explained() -> None:
    events = (OSCAR / "stoep_oscar" / "progress.py").read_text().split("EVENTS: ")[1].split("}")[0]
    known = set(re.findall(r'^    "([a-z ]+)":', events, re.MULTILINE)) - {"canceled"}
    rows = rows_of(text("docs/oscar.md"), "## What happens to an order")
    assert {name.strip().lower() for row in rows for name in row[0].split(",")} == known != set()


def test_no_page_names_a_variable_that_nobody_reads() -> None:
    examples = "".join(path.read_text() for path in HOUSE.glob("examples/**/*.py"))
    known = set(variables()) | {f"{name}_FILE" for name in variables()} | variables_of_tests()
    known |= set(re.findall(r"\b(?:SHOP|WAREHOUSE)_[A-Z_]+", examples)) | settings_of_oscar()
    named = {(name, each) for name in NAMES for each in re.findall(r"\b(?:STOEP|SHOP|WAREHOUSE)_[A-Z_]+", text(name))}
    assert sorted((name, each) for name, each in named if each.removesuffix("_") not in known) == []


def variables_of_tests() -> set[str]:
    code = "".join(path.read_text() for path in HOUSE.glob("tests/**/*.py"))
    return set(re.findall(r"environ\.get\(\"(STOEP_[A-Z_]+)", code))


def test_the_variables_of_the_tests_are_explained() -> None:
    rows = rows_of(text("docs/contributing.md"), "## Begin", 2)
    assert {row[0].strip("`") for row in rows} == variables_of_tests()


def settings_tables() -> list[Table]:
    return [
        metadata.tables[name]
        for name in ("merchants", "origins", "zones", "services", "slot_patterns", "centres", "stock")
    ]


NO_SETTINGS = {"merchant_id", "version", "created_at", "settings_version", "open_share_told_at"}


@pytest.mark.parametrize("table", settings_tables(), ids=lambda table: table.name)
def test_every_setting_of_a_merchant_is_explained(table: Table) -> None:
    rows = rows_of(text("docs/settings.md"), f"## {table.name}")
    said = {name.strip("` ") for row in rows for name in row[0].split(",")}
    assert said == {column.name for column in table.c} - NO_SETTINGS


def test_every_figure_for_the_operator_is_explained() -> None:
    rows = rows_of(text("docs/operations.md"), "## Health, metrics, logs")
    assert {row[0].strip("`") for row in rows} == set(re.findall(r'"(stoep_[a-z_]+)"', text("web/health.py")))


def test_the_log_lines_that_are_explained_are_written() -> None:
    rows = rows_of(text("docs/operations.md"), "## Health, metrics, logs", 2)
    said = {name.strip("` ") for row in rows for name in row[0].split(",")}
    code = "".join(path.read_text() for room in ROOMS for path in sorted((HOUSE / room).rglob("*.py")))
    assert said == set(re.findall(r'\blog\.\w+\(\s*"([\w ]+)"', code))


# --- commands ---


def commands(group: click.Group = stoep, prefix: str = "") -> dict[str, click.Command]:
    context = click.Context(group)
    found: dict[str, click.Command] = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        if isinstance(command, click.Group):
            found |= commands(command, f"{prefix}{name} ")
        else:
            found[prefix + name] = command
    return found


def test_every_command_that_is_named_exists_and_every_command_is_named() -> None:
    known = commands()
    groups = {name.split()[0] for name in known}
    wrong = []
    for name in NAMES:
        for span in spans(text(name)):
            match = re.match(r"(?:\.venv/bin/)?stoep ((?:[a-z-]+ ?)+)(.*)", span)
            if not match or match[1].split()[0] not in groups | {"db"}:
                continue
            words = match[1].split()
            command = known.get(" ".join(words[:2])) or known.get(words[0])
            options = set(re.findall(r"--[a-z-]+", span)) - {"--help"}
            real = {option for param in command.params for option in param.opts} if command else set()
            if not options <= real or (command is None and words[0:] != [words[0]]):
                wrong.append((name, span))
    assert wrong == []
    assert sorted(name for name in known if f"`stoep {name}" not in text("docs/operations.md")) == []


def test_every_make_target_that_is_named_exists_and_every_target_is_named() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", text("Makefile"), re.MULTILINE))
    named = {
        (name, match) for name in NAMES for span in spans(text(name)) for match in re.findall(r"^make ([a-z-]+)", span)
    }
    assert sorted(pair for pair in named if pair[1] not in targets) == []
    assert sorted(target for target in targets if f"`make {target}`" not in text("docs/contributing.md")) == []


# --- the element ---


def element_sources() -> str:
    files = [*HOUSE.glob("static/stoep/*"), *HOUSE.glob("web/templates/picker/**/*.*")]
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(files) if path.is_file())


def test_the_elements_looks_are_those_of_its_page() -> None:
    page, code = text("docs/embed.md"), element_sources()
    assert set(re.findall(r"--stoep-[a-z-]+", page)) == set(re.findall(r"--stoep-[a-z-]+", code))
    parts = {word for names in re.findall(r'part="([a-z -]+)"', code) for word in names.split()}
    parts |= set(re.findall(r'= line\("([a-z]+)"', code)) | set(re.findall(r'"part", "([a-z]+)"', code))
    listed = page.split("\nParts: ", 1)[1].split("\n\n", 1)[0]
    assert set(re.findall(r"`([a-z-]+)`", listed)) | {"text"} == parts
    assert set(re.findall(r"::part\(([a-z-]+)\)", page)) <= parts


def test_the_elements_attributes_and_events_are_those_of_its_page() -> None:
    page, code = text("docs/embed.md"), element_sources()
    rows = rows_of(page, "## Attributes of `<stoep-delivery>`")
    said = {name.strip("` ") for row in rows for name in row[0].split(",")}
    question = re.search(r"export const QUESTION = \[(.*?)\]", code)
    assert question
    assert said == set(re.findall(r'"([\w-]+)"', question[1])) | {"name", "required"}
    told = {f"stoep:{name}" for name in re.findall(r'tell\(\w+, "(\w+)"', code)}
    assert {row[0].strip("`") for row in rows_of(page, "## Events")} == told
    assert set(re.findall(r"stoep:[a-z]+", page)) == told


# --- the examples of docs/api.md ---


@dataclass
class Player:
    """Sends the requests of a page; remembers the tokens it got, so that `ch_…` means the last choice."""

    door: Door
    known: dict[str, str] = field(default_factory=dict)

    def fill(self, said: str) -> str:
        said = said.replace("https://shop.example", SHOP_ORIGIN)
        tokens = self.known | {"pk": self.door.shop, "sk": self.door.secret, "sh": MERCHANT_ID}
        return re.sub(r"\b([a-z]{2})_…", lambda match: tokens[match[1]], said)

    def learn(self, answer: Any) -> None:
        if isinstance(answer, Mapping):
            for name, short in (("offer", "of"), ("hold", "hd"), ("choice", "ch"), ("booking", "bk"), ("change", "cg")):
                if isinstance(answer.get(name), str):
                    self.known[short] = answer[name]
            windows = [option["id"] for option in answer.get("options", ()) if option["type"] == "local_delivery"]
            self.known |= {"op": windows[0]} if windows else {}
            for value in answer.values():
                self.learn(value)
        elif isinstance(answer, Sequence) and not isinstance(answer, str):
            for value in answer:
                self.learn(value)

    def play(self, request: str, answer: str) -> None:
        head, _, body = request.partition("\n\n")
        first, *headers = head.splitlines()
        method, path = first.split(" ")
        sent = dict(self.fill(line).split(": ", 1) for line in headers)
        if body and "Content-Type" not in sent:
            sent["Content-Type"] = "application/json"
        data = self.fill(body).strip() + "\n" if body else None
        response = self.door.client.open(self.fill(path), method=method, headers=sent, data=data)
        head, _, body = answer.partition("\n\n")
        first, *headers = head.splitlines()
        assert first == f"HTTP/1.1 {response.status_code}", response.text
        for line in headers:
            name, value = line.split(": ", 1)
            assert_like(value, response.headers[name], name)
        if "json" in response.content_type:
            real = json.loads(response.text)
            assert_like(json.loads(body), real, first)
            self.learn(real)
        else:
            assert_text(body.strip(), response.text, first)


def assert_like(said: Any, real: Any, where: str) -> None:
    """Whether what the page says is what the service answered; see the top of this file for "…"."""
    if isinstance(said, str) and "…" in said and isinstance(real, str):
        assert_text(said, real, where)
    elif said == "…":
        return
    elif isinstance(said, dict) and isinstance(real, dict):
        assert "…" in said or set(said) == set(real), f"{where}: {sorted(real)}"
        for name in set(said) - {"…"}:
            assert name in real, f"{where}: no {name}"
            assert_like(said[name], real[name], f"{where}/{name}")
    elif isinstance(said, list) and isinstance(real, list):
        assert_items(said, real, where)
    else:
        assert said == real, where


def assert_items(said: list[Any], real: list[Any], where: str) -> None:
    position, may_skip = 0, False
    for item in said:
        if item == "…":
            may_skip = True
            continue
        while may_skip and position < len(real) and not is_like(item, real[position]):
            position += 1
        assert position < len(real), f"{where}: {item} is missing"
        assert_like(item, real[position], f"{where}/{position}")
        position, may_skip = position + 1, False
    assert may_skip or position == len(real), f"{where}: {len(real)} items"


def is_like(said: Any, real: Any) -> bool:
    try:
        assert_like(said, real, "")
    except AssertionError:
        return False
    return True


def assert_text(said: str, real: str, where: str) -> None:
    pattern = "".join(".*" if part == "…" else re.escape(part) for part in re.split("(…)", said))
    assert re.fullmatch(pattern, real.strip(), re.DOTALL), f"{where}: {real[:300]}"


STORY = re.compile(r"^```http\n(.*?)^```|<!-- (\d+) minutes later -->", re.DOTALL | re.MULTILINE)


def test_every_example_of_the_reference_is_what_the_service_answers(plain_door: Door) -> None:
    player, request, played = Player(plain_door), None, set()
    for block, minutes in STORY.findall(text("docs/api.md")):
        if minutes:
            plain_door.clock.forward(minutes=int(minutes))
        elif not block.startswith("HTTP/1.1"):
            assert request is None, f"no answer to {request}"
            request = block
        elif request is not None:
            player.play(request, block)
            played.add(request.split("?")[0].split("\n")[0])
            request = None
    assert len(played) >= len(
        [route for route in routes(plain_door.client.application) if route[1][:3] in {"/v1", "/wi"}]
    )
