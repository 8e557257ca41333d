"""The guide's screens, a file for each: what stands in its form at first, and how its answers are kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from delivery.store.engine import Session
from plugin.pages.forms import Form


@dataclass(frozen=True, slots=True)
class Begun:
    """A screen before anything is typed: its form, what else its template needs, and the mark of what would be changed."""

    form: Form
    facts: Mapping[str, Any] = field(default_factory=dict)
    seen: str = ""


class Answers(NamedTuple):
    """What was typed, and for whom."""

    merchant_id: str
    form: MultiDict[str, str]

    @property
    def seen(self) -> str | None:
        """The mark of what stood there when the screen was shown."""
        return self.form.get("seen") or None


class Screen(NamedTuple):
    """`begin` only reads; `keep` writes in the transaction it is given, and raises InvalidInput or EditedMeanwhile."""

    begin: Callable[[Session, str], Begun]
    keep: Callable[[Session, Answers], None]
