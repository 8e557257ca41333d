"""Forms as a browser without a script would send them, read from the page itself."""

from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict


class _Forms(HTMLParser):
    """Collects each form's fields with the values the page gives them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[MultiDict[str, str]] = []
        self._select: str | None = None
        self._first: str | None = None
        self._chosen = False
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(MultiDict())
        elif tag == "input":
            self._input(found)
        elif tag == "select":
            self._select, self._first, self._chosen = found.get("name"), None, False
        elif tag == "option" and self._select:
            self._option(found)
        elif tag == "textarea":
            self._area = found.get("name")
            self._add(self._area or "", "")

    def handle_data(self, data: str) -> None:
        if self._area and self.forms:
            self.forms[-1].setlist(self._area, [data.removeprefix("\n")])

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            if self._select and not self._chosen and self._first is not None:
                self._add(self._select, self._first)
            self._select = None

    def _input(self, found: dict[str, str]) -> None:
        kind = found.get("type", "text")
        if "name" not in found or kind in ("submit", "button", "file"):
            return
        if kind not in ("checkbox", "radio"):
            self._add(found["name"], found.get("value", ""))
        elif "checked" in found:
            self._add(found["name"], found.get("value", "on"))

    def _option(self, found: dict[str, str]) -> None:
        self._first = found["value"] if self._first is None else self._first
        if "selected" in found:
            self._chosen = True
            self._add(self._select or "", found["value"])

    def _add(self, name: str, value: str) -> None:
        if self.forms:
            self.forms[-1].add(name, value)


def form_of(html: str, having: str) -> MultiDict[str, str]:
    """The first form of a page that has a field of this name."""
    reader = _Forms()
    reader.feed(html)
    return next(form for form in reader.forms if having in form)
