"""The house rules that a machine can hold: the top level, the floors, the drawers, the clock."""

import ast
import configparser
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
ROOMS = ("delivery", "web", "widget", "plugin")
TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "LICENSE",
    "Makefile",
    "README.md",
    "app.py",
    "benchmarks",
    "delivery",
    "docs",
    "examples",
    "plugin",
    "pyproject.toml",
    "requirements.lock",
    "setup.cfg",
    "static",
    "tests",
    "web",
    "widget",
}
MADE_BY_RUNNING = {".git", ".venv", ".venv-oscar", "var", "build", "__pycache__", ".coverage"}
DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc", "core", "manager", "managers"}
CLOCK_CALLS = {"now", "utcnow", "today"}


def sources(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in sorted((HOUSE / room).rglob("*.py"))] + [HOUSE / "app.py"]


def test_the_top_level_holds_what_the_plan_names_and_nothing_else() -> None:
    found = {path.name for path in HOUSE.iterdir()} - MADE_BY_RUNNING
    found = {name for name in found if not name.endswith((".egg-info", "_cache")) and name != ".hypothesis"}
    assert found == TOP_LEVEL


def test_imports_keep_to_the_floors_and_no_file_is_unplaced() -> None:
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as c; c()",
            "--config",
            "setup.cfg",
        ],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("room", [*ROOMS, "tests", "examples", "benchmarks"])
def test_there_is_no_drawer_file(room: str) -> None:
    assert [path for path in (HOUSE / room).rglob("*.py") if path.stem in DRAWERS] == []


def test_no_file_of_ours_is_longer_than_three_hundred_lines() -> None:
    scripts = [path for path in (HOUSE / "static").rglob("*.js") if "vendor" not in path.parts]
    files = [path for path in sources(*ROOMS) + scripts if "versions" not in path.parts]
    assert {str(path.relative_to(HOUSE)): n for path in files if (n := len(path.read_text().splitlines())) > 300} == {}


def test_only_app_reads_the_clock() -> None:
    readers = [str(path.relative_to(HOUSE)) for path in sources(*ROOMS) if reads_the_clock(path)]
    assert readers == ["app.py"]


def reads_the_clock(path: Path) -> bool:
    tree = ast.parse(path.read_text())
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (
            (node.func.value.id in {"datetime", "date"} and node.func.attr in CLOCK_CALLS)
            or (node.func.value.id == "time" and node.func.attr in {"time", "time_ns"})
        )
        for node in ast.walk(tree)
    )


def test_every_package_of_the_house_is_installed_with_it() -> None:
    config = configparser.ConfigParser()
    config.read(HOUSE / "setup.cfg")
    found = {line.strip("*") for line in config["options.packages.find"]["include"].split()}
    assert found == set(ROOMS)


def test_every_folder_with_python_is_a_package() -> None:
    folders = {path.parent for path in sources(*ROOMS) if path.name != "app.py"}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []
