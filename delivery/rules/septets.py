"""How long a text message is, as telephones count: the alphabet of GSM, and what does not fit into it.

A message of letters of that alphabet (3GPP TS 23.038) holds 160 septets, where a few signs count twice; with any other
letter in it, 70 units of UTF-16. What is longer goes in parts, each a little shorter for the note that joins them (TS 23.040):
153 septets or 67 units.
"""

import unicodedata

_ONCE = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€")
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\t", " "),
        **dict.fromkeys("\N{EN DASH}\N{EM DASH}\N{NON-BREAKING HYPHEN}\N{MINUS SIGN}\N{HYPHEN}", "-"),
        **dict.fromkeys("\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}`´", "'"),
        **dict.fromkeys(
            "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}«»", '"'
        ),
        "\N{HORIZONTAL ELLIPSIS}": "...",
        "\N{MIDDLE DOT}": "-",
        "œ": "oe",
        "Œ": "OE",
        "\N{SOFT HYPHEN}": "",
        "\N{ZERO WIDTH SPACE}": "",
    }
)
ONE, ONE_OF_MANY = 160, 153
WIDE_ONE, WIDE_ONE_OF_MANY = 70, 67


def is_plain(text: str) -> bool:
    """Whether every letter is one of GSM's."""
    return all(sign in _ONCE or sign in _TWICE for sign in text)


def plain(text: str) -> str:
    """The text with what GSM's alphabet lacks written alike: "Zoë – café" becomes "Zoe - café". One with letters that cannot
    be written so, such as small Greek ones, stays as it is."""
    kept = unicodedata.normalize("NFC", text)
    alike = "".join(map(_plain, kept.translate(_ALIKE)))
    return alike if is_plain(alike) else kept


def _plain(sign: str) -> str:
    if sign in _ONCE or sign in _TWICE:
        return sign
    base = unicodedata.normalize("NFKD", sign)[0]
    return base if base in _ONCE and base.isascii() else sign


def length(text: str) -> int:
    """Septets of a plain text; else units of UTF-16."""
    if is_plain(text):
        return sum(2 if sign in _TWICE else 1 for sign in text)
    return len(text.encode("utf-16-le")) // 2


def parts(text: str) -> int:
    """How many messages it takes; one for an empty text."""
    one, of_many = (ONE, ONE_OF_MANY) if is_plain(text) else (WIDE_ONE, WIDE_ONE_OF_MANY)
    needed = length(text)
    return 1 if needed <= one else -(-needed // of_many)
