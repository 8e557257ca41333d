"""What a checkout's HTML has of ours: scripts, the element, content policies."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

ELEMENT = "stoep-delivery"


@dataclass(frozen=True, slots=True)
class Script:
    """A `<script>`; `url` is resolved, None for one that stands in the page."""

    url: str | None
    type: str
    nonce: str | None


@dataclass(frozen=True, slots=True)
class Element:
    """A `<stoep-delivery>`: its attributes, and whether a form would send it."""

    attributes: dict[str, str]
    in_form: bool


@dataclass(slots=True)
class Seen:
    """What was found, in the order of the page."""

    scripts: list[Script] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    policies: list[str] = field(default_factory=list)


def look_through(html: str, url: str) -> Seen:
    """Read a page that came from `url`. Whatever stands in it, this ends with what could be recognised."""
    parser = _Parser(url)
    parser.feed(html)
    parser.close()
    return parser.seen


class _Parser(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.seen = Seen()
        self._base = url
        self._forms = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        # A browser keeps the first of two attributes with one name.
        attributes = {name: value or "" for name, value in reversed(attrs)}
        match tag:
            case "base" if "href" in attributes:
                self._base = self._resolved(attributes["href"]) or self._base
            case "script":
                url = self._resolved(attributes["src"]) if "src" in attributes else None
                kind = attributes.get("type", "").strip().lower()
                self.seen.scripts.append(Script(url, kind, attributes.get("nonce")))
            case "meta" if attributes.get("http-equiv", "").strip().lower() == "content-security-policy":
                self.seen.policies.append(attributes.get("content", ""))
            case "form":
                self._forms += 1
            case _ if tag == ELEMENT:
                self.seen.elements.append(Element(attributes, self._forms > 0 or "form" in attributes))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._forms = max(self._forms - 1, 0)

    def _resolved(self, address: str) -> str | None:
        try:
            return urljoin(self._base, address.strip())
        except ValueError:
            return None
