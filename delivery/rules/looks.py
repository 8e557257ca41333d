"""How the picker looks: the few colours a merchant chooses, and all the others that follow from them.

A merchant chooses five colours at most, for light and for dark. What else the picker needs is worked out so that it
stays readable on whatever was chosen; what a choice does not touch stays as it was.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Literal

from delivery.rules.contrast import READABLE, VISIBLE, contrast, is_colour, mixed

LARGEST_RADIUS = 24
FONTS: Mapping[str, str | None] = {
    "page": None,
    "system": "system-ui, sans-serif",
    "serif": "ui-serif, Georgia, serif",
}
"""What a merchant can choose; "page" takes the font of the page around."""

OURS: Mapping[str, Mapping[str, str]] = {
    "light": {
        "text": "#1d2430",
        "muted": "#566072",
        "surface": "#ffffff",
        "raised": "#f5f7fa",
        "line": "#d5dbe4",
        "control": "#79859a",
        "accent": "#0b6b53",
        "link": "#0b6b53",
        "on_accent": "#ffffff",
        "chosen": "#e8f5f0",
        "warning": "#8a4b00",
        "alert": "#fff4e2",
    },
    "dark": {
        "text": "#e9edf3",
        "muted": "#a9b3c2",
        "surface": "#171c24",
        "raised": "#1f2630",
        "line": "#39424f",
        "control": "#8390a3",
        "accent": "#5fd0ac",
        "link": "#5fd0ac",
        "on_accent": "#08231b",
        "chosen": "#16322b",
        "warning": "#f3b564",
        "alert": "#35280f",
    },
}
"""The colours of static/stoep/picker.css."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The colours a merchant chose for light or for dark, `#rrggbb` each; None: ours."""

    accent: str | None = None
    on_accent: str | None = None
    text: str | None = None
    surface: str | None = None
    line: str | None = None

    def __post_init__(self) -> None:
        for colour in self.chosen().values():
            if not is_colour(colour):
                raise ValueError(f"{colour[:20]!r} is not a colour such as #0b6b53")

    def chosen(self) -> dict[str, str]:
        """What is not left to us."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: colour for name, colour in values.items() if colour is not None}


COLOURS = tuple(each.name for each in fields(Scheme))


@dataclass(frozen=True, slots=True)
class Looks:
    """What a merchant chose. `radius` in px; `font` one of FONTS."""

    light: Scheme = field(default_factory=Scheme)
    dark: Scheme = field(default_factory=Scheme)
    radius: int | None = None
    font: str = "page"

    def __post_init__(self) -> None:
        if self.font not in FONTS or not (self.radius is None or 0 <= self.radius <= LARGEST_RADIUS):
            raise ValueError("no such font or radius")


@dataclass(frozen=True, slots=True)
class Contrast:
    """How well one chosen colour is seen on another; `field` is the one to change."""

    scheme: Literal["light", "dark"]
    field: str
    pair: tuple[str, str]
    ratio: float
    least: float

    @property
    def is_enough(self) -> bool:
        """Whether everybody can see it."""
        return self.ratio >= self.least


_PAIRS = (("text", "surface", READABLE), ("accent", "surface", VISIBLE), ("on_accent", "accent", READABLE))


def contrasts(looks: Looks) -> tuple[Contrast, ...]:
    """Every pair of which the merchant chose a colour, measured against what it will stand on."""
    return (*_contrasts("light", looks.light), *_contrasts("dark", looks.dark))


def _contrasts(scheme: Literal["light", "dark"], own: Scheme) -> list[Contrast]:
    chosen, all_colours = own.chosen(), palette(own, scheme)
    found = []
    for front, back, least in _PAIRS:
        # The text on the accent finds its own colour unless it is chosen.
        if front in chosen or (back in chosen and front != "on_accent"):
            ratio = contrast(all_colours[front], all_colours[back])
            found.append(Contrast(scheme, front if front in chosen else back, (front, back), ratio, least))
    return found


def palette(own: Scheme, scheme: Literal["light", "dark"]) -> dict[str, str]:
    """All colours by name: the chosen ones, those that follow from them, and ours."""
    made = {**OURS[scheme], **own.chosen()}
    if own.text or own.surface:
        _ground(made, own)
    if own.text or own.surface or own.accent:
        _accents(made, own)
    return made


def _ground(made: dict[str, str], own: Scheme) -> None:
    """What lies on or beside a background of the merchant's own."""
    text, surface = made["text"], made["surface"]
    made["raised"] = _shade(made, mixed(text, surface, 0.05))
    made["alert"] = made["raised"]
    made["line"] = own.line or mixed(text, surface, 0.2)
    made["control"] = _first(lambda colour: contrast(colour, surface) >= VISIBLE, mixed(text, surface, 0.6), text)


def _accents(made: dict[str, str], own: Scheme) -> None:
    """What takes its colour from the accent, or stands on what does."""
    text, surface, accent = made["text"], made["surface"], made["accent"]
    made["chosen"] = _shade(made, mixed(accent, surface, 0.1))
    grounds = (surface, made["raised"], made["chosen"])

    def can_be_read(colour: str) -> bool:
        return all(contrast(colour, ground) >= READABLE for ground in grounds)

    quiet = mixed(text, surface, 0.75) if own.text or own.surface else made["muted"]
    made["muted"] = _first(can_be_read, quiet, text)
    made["warning"] = _first(can_be_read, made["warning"], text)
    made["link"] = _first(can_be_read, accent, text)
    if own.on_accent is None:
        made["on_accent"] = _first(
            lambda colour: contrast(colour, accent) >= READABLE, made["on_accent"], "#ffffff", "#000000"
        )


def _shade(made: Mapping[str, str], shade: str) -> str:
    """A background a little apart from the surface, if everything is still seen on it."""
    is_safe = contrast(made["text"], shade) >= READABLE and contrast(made["accent"], shade) >= VISIBLE
    return shade if is_safe else made["surface"]


def _first(is_good: Callable[[str], bool], *colours: str) -> str:
    """The first that will do, else the last."""
    return next((colour for colour in colours if is_good(colour)), colours[-1])


def declarations(looks: Looks) -> str:
    """The looks as CSS custom properties, `--look-…`; nothing for what is ours. Made of checked values only."""
    light, dark = palette(looks.light, "light"), palette(looks.dark, "dark")
    own = {
        name: f"light-dark({light[name]}, {dark[name]})"
        for name in OURS["light"]
        if light[name] != OURS["light"][name] or dark[name] != OURS["dark"][name]
    }
    if looks.radius is not None:
        own["radius"] = f"{looks.radius}px"
    font = FONTS[looks.font]
    if font is not None:
        own["font"] = font
    return "; ".join(f"--look-{name.replace('_', '-')}: {value}" for name, value in own.items())
