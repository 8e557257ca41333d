"""How well one colour is seen on another (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

import wcag_contrast_ratio

READABLE = 4.5
"""The least contrast of text on its background."""
VISIBLE = 3.0
"""The least contrast of edges, marks and large letters."""

_COLOUR = re.compile(r"#[0-9a-f]{6}")


def is_colour(text: str) -> bool:
    """Whether it is a colour as we keep it: `#rrggbb` in small letters."""
    return _COLOUR.fullmatch(text) is not None


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, from 1 (the same) to 21 (black on white)."""
    ratio: float = wcag_contrast_ratio.rgb(_channels(first), _channels(second))
    return ratio


def mixed(first: str, second: str, share: float) -> str:
    """A colour between two: `share` of the first, the rest of the second."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(255 * (one * share + other * (1 - share))):02x}" for one, other in pairs)


def _channels(colour: str) -> tuple[float, float, float]:
    if not is_colour(colour):
        raise ValueError(f"{colour[:20]!r} is not a colour such as #0b6b53")
    red, green, blue = bytes.fromhex(colour[1:])
    return red / 255, green / 255, blue / 255
