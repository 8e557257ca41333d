"""What stoep-oscar is made of goes along when it is installed, and what it stands on is all there in somebody else's shop.

In the other tests it runs from where it lies, beside all of ours, so they would not miss anything.
"""

import ast
import sys
import tomllib

from tests.test_house import HOUSE

APP = HOUSE / "plugin" / "shops" / "oscar"


def test_whatever_the_app_needs_is_installed_with_it() -> None:
    said = tomllib.loads((APP / "pyproject.toml").read_text())
    package = APP / "stoep_oscar"
    taken = {
        path for pattern in said["tool"]["setuptools"]["package-data"]["stoep_oscar"] for path in package.glob(pattern)
    }
    files = {path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert sorted(path for path in files - taken if path.suffix != ".py") == []
    folders = {path.parent for path in files if path.suffix == ".py"}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_it_asks_for_nothing_but_django_and_requests() -> None:
    project = tomllib.loads((APP / "pyproject.toml").read_text())["project"]
    assert project["name"] == "stoep-oscar"
    assert sorted(need.split(">")[0] for need in project["dependencies"]) == ["Django", "requests"]


def test_it_imports_nothing_of_ours() -> None:
    trees = [ast.parse(path.read_text()) for path in APP.rglob("stoep_oscar/**/*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    others = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)
    # urllib3 comes with requests.
    assert others == {"stoep_oscar", "django", "oscar", "requests", "urllib3"}
