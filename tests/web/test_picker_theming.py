"""What docs/embed.md says can be themed is what can be themed."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
EMBED = (ROOT / "docs" / "embed.md").read_text(encoding="utf-8")
STYLES = (ROOT / "static" / "stoep" / "picker.css").read_text(encoding="utf-8")


def parts() -> set[str]:
    """The part names of the templates, and of the two lines that the element adds."""
    found = {"alert", "status"}
    for template in (ROOT / "web" / "templates" / "picker").rglob("*.*"):
        for names in re.findall(r'\bpart="([^"]+)"', template.read_text(encoding="utf-8")):
            found |= set(names.split())
    return found


def test_every_property_is_documented_and_exists() -> None:
    assert set(re.findall(r"--stoep-[a-z-]+", STYLES)) == set(re.findall(r"--stoep-[a-z-]+", EMBED))


def test_every_part_is_documented_and_exists() -> None:
    (listed,) = re.findall(r"^Parts: (.*?)\n\n", EMBED, flags=re.DOTALL | re.MULTILINE)
    assert set(re.findall(r"`([a-z-]+)`", listed)) == parts()


def test_every_attribute_is_documented() -> None:
    observed = (ROOT / "static" / "stoep" / "question.js").read_text(encoding="utf-8")
    (names,) = re.findall(r"QUESTION = \[(.*?)\]", observed)
    for name in (*re.findall(r'"([a-z-]+)"', names), "name", "required"):
        assert f"`{name}`" in EMBED


def test_the_style_sheet_imports_nothing() -> None:
    assert not re.search(r"@import|url\(", STYLES)
