"""A collect code as a QR code (ISO/IEC 18004), for a page and for a mail."""

import io

import segno

QUIET = 4
"""The white edge around it, in its own squares, as the standard wants it."""


def drawn(code: str) -> bytes:
    """As SVG, black on white whatever the page's colours are: a scanner wants dark on light."""
    return _saved(code, "svg", 8)


def pictured(code: str) -> bytes:
    """As PNG, large enough to be printed."""
    return _saved(code, "png", 10)


def _saved(code: str, kind: str, scale: int) -> bytes:
    out = io.BytesIO()
    segno.make(code, error="m", micro=False).save(out, kind=kind, scale=scale, border=QUIET, light="white")
    return out.getvalue()
