"""Opening hours as people write them, turned into the words and signs that the syntax knows.

"Mo – Fr: 9 – 12 Uhr" becomes "Mo-Fr 09:00-12:00". Nothing is guessed: a word that is not listed stays and is refused.
A comment keeps its place only, as it never decides whether a door is open.
"""

import re
import unicodedata

COMMENT = '"c"'

_DAYS = {
    "Mo": (
        "mo mon mond monday mondays maandag ma montag montags lundi lun lu lunes lunedi lunedì seg segunda "
        "poniedziałek mandag måndag 月曜日 月曜"
    ),
    "Tu": (
        "tu tue tues tuesday tuesdays dinsdag di dienstag dienstags mardi martes martedi martedì ter terça "
        "wtorek tirsdag tisdag 火曜日 火曜"
    ),
    "We": (
        "we wed weds wednesday wednesdays woensdag wo mittwoch mittwochs mi mercredi mer mercoledi mercoledì "
        "miercoles miércoles mié qua quarta środa onsdag 水曜日 水曜"
    ),
    "Th": (
        "th thu thur thurs thursday thursdays donderdag donnerstag donnerstags do jeudi jeu jueves jue "
        "giovedi giovedì gio qui quinta czwartek torsdag 木曜日 木曜"
    ),
    "Fr": (
        "fr fri friday fridays vrijdag vr freitag freitags vendredi ven viernes vie venerdi venerdì sex sexta "
        "piątek fredag 金曜日 金曜"
    ),
    "Sa": (
        "sa sat saturday saturdays zaterdag za samstag samstags sonnabend samedi sam sabado sábado sáb sabato "
        "sab sobota lørdag lördag 土曜日 土曜"
    ),
    "Su": (
        "su sun sunday sundays zondag zo sonntag sonntags so dimanche dim domingo dom domenica niedziela "
        "søndag söndag 日曜日 日曜"
    ),
}
_MONTHS = {
    "Jan": "jan january januari januar jänner janvier janv enero ene gennaio gen janeiro",
    "Feb": "feb february februari februar février fevrier févr fév febrero febbraio fevereiro fev",
    "Mar": "mar march maart mrt märz maerz mrz mars marzo março",
    "Apr": "apr april avril avr abril abr aprile",
    "May": "may mei mai mayo maggio mag maio",
    "Jun": "jun june juni juin junio giugno giu junho",
    "Jul": "jul july juli juillet juil julio luglio lug julho",
    "Aug": "aug august augustus août aout agosto ago",
    "Sep": "sep sept september septembre septiembre settembre set setembro",
    "Oct": "oct october oktober okt octobre octubre ottobre ott outubro out",
    "Nov": "nov november novembre noviembre novembro",
    "Dec": "dec december dezember dez décembre decembre déc diciembre dic dicembre dezembro",
}
_OTHERS = {
    "off": "off geschlossen geschl gesloten dicht fermé ferme chiuso cerrado fechado ruhetag",
    "closed": "closed",
    "open": "open geöffnet geopend ouvert aperto abierto aberto",
    "unknown": "unknown",
    "PH": "ph holiday holidays feiertag feiertage feiertags feestdag feestdagen férié fériés",
    "SH": "sh schulferien schoolvakantie",
    "-": "till til until to through thru bis as á a ate à au al tot",
    ",": "and und en et e y",
    "": "uhr uur from von van",
    "week": "week kw woche",
    "easter": "easter ostern pasen",
    "days": "days",
    "day": "day",
    "sunrise": "sunrise",
    "sunset": "sunset",
    "dawn": "dawn",
    "dusk": "dusk",
    "h": "h",
}
_MEANING = {
    word: meaning for table in (_DAYS, _MONTHS, _OTHERS) for meaning, words in table.items() for word in words.split()
}
_ALWAYS = re.compile(
    r"^(?:everyday|daily|always|anytime|all ?day|nonstop(?: geöffnet)?|(?:rund um die uhr)|24 ?[x*] ?7|24/24|7 ?j/7|7/7"
    r"|7 days?/week|7 days a week|24 hours(?: a day)?,? 7 days a week)$",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^(?:opening[_ ]hours|öffnungszeiten|openingstijden|hours)\s*[:=]\s*", re.IGNORECASE)
_PHRASES = (
    (re.compile(r"\bopen end\b", re.IGNORECASE), "+"),
    (re.compile(r"\bpublic holidays?\b", re.IGNORECASE), "PH"),
    (re.compile(r"\bschool holidays?\b", re.IGNORECASE), "SH"),
    (re.compile(r"\bby appointment\b|\bon[_ ]appointment\b|\bop[_ ]afspraak\b", re.IGNORECASE), COMMENT),
    (re.compile(r"\bnach[_ ]vereinbarung\b|\bsur[_ ]rendez[-_ ]vous\b", re.IGNORECASE), COMMENT),
    (re.compile(r"\bday before PH\b", re.IGNORECASE), "PH -1 day"),
    (re.compile(r"\b(?:one )?day after PH\b", re.IGNORECASE), "PH +1 day"),
)
_QUOTED = re.compile(r'"[^"]*"|„[^“”"]*[“”"]|“[^”"]*”|«[^»"]*»')
_RAISED = re.compile(r"([0-9°]{1,2})([°⁰¹²³⁴⁵⁶⁷⁸⁹]{2})")
_DASHES = re.compile(r"\s*\bt/m\b\s*|\s*[‐‑‒–—−ー~→]\s*|(?<=\d)\s*=\s*(?=\d)")
_WORD = re.compile(r"[^\W\d_]+\.?")
_CLOCK = re.compile(
    r"(?<![\d:.])(\d{1,2})(?:[:.](\d{1,2}))?\s*(?:([ap])\.?m\b\.?)|(?<![\d:./])(\d{1,2})[.h](\d{2})(?![\d.])",
    re.IGNORECASE,
)
_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)"
_SHORT = re.compile(
    rf"((?:^|;|\|\||\b{_DAY}|\]|(?<=:\d\d),)\s*)(\d{{1,2}})(?::(\d\d))?(\s*-\s*)(\d{{1,2}})(?::(\d\d))?"
    r"(?=\s*h?\s*(?:$|[;,\"|+/]|off|open|closed|unknown))"
)
_TIDY = (
    (re.compile(r"(?<=\d:)(\d)(?!\d)"), r"0\1"),
    (re.compile(r"(?<=[A-Za-z\]\d])(?<!\d:\d\d)\s*:(?!\d)|(?<=[A-Za-z\]])\s*:(?=\d)"), " "),
    (re.compile(rf"\b({_DAY})(?=\d)"), r"\1 "),
    (re.compile(r"(?<=[\d+])(?=open|off|closed|unknown)"), " "),
    (re.compile(r'(?<=[\w+])(?="c")'), " "),
    (re.compile(r"\s*-\s*(?!\d+\s*days?)"), "-"),
    (re.compile(r"\s*,\s*"), ","),
    (re.compile(r"-\+"), "+"),
    (re.compile(r"(\d\d:\d\d-\d\d:\d\d\+?)\s+(?=\d\d?:\d\d)"), r"\1,"),
    (re.compile(r"(?<=[A-Za-z\]]) 24/7"), " 00:00-24:00"),
    (re.compile(r",week "), ","),
    (re.compile(r"\s*;\s*"), "; "),
    (re.compile(r"\s+"), " "),
)


def plain(text: str) -> str:
    """The text in the syntax's own words, its comments emptied. Quotes that do not pair stay, and are refused later."""
    text = _QUOTED.sub(COMMENT, _RAISED.sub(_raised, text))
    text = unicodedata.normalize("NFKC", text).replace("°", "0").strip()
    text = _LABEL.sub("", text)
    if _ALWAYS.match(text):
        return "24/7"
    for phrase, meaning in _PHRASES:
        text = phrase.sub(meaning, text)
    text = _CLOCK.sub(_clock, _DASHES.sub("-", text))
    pieces = re.split(r'("c")', text)
    text = "".join(piece if piece == COMMENT else _WORD.sub(_meaning, piece) for piece in pieces)
    return _tidied(text)


def _raised(found: re.Match[str]) -> str:
    return f"{found[1]}:{found[2]}"


def _meaning(found: re.Match[str]) -> str:
    word = found[0].lower()
    meaning = _MEANING.get(word.removesuffix("."))
    if meaning is None:
        return found[0]
    return meaning


def _clock(found: re.Match[str]) -> str:
    hour, minute, half, dotted_hour, dotted_minute = found.groups()
    if not half:
        return f"{int(dotted_hour):02d}:{dotted_minute}"
    if not 1 <= int(hour) <= 12:
        return found[0]
    hours = int(hour) % 12 + (12 if half.lower() == "p" else 0)
    return f"{hours:02d}:{minute or '00':0>2}"


def _short(found: re.Match[str]) -> str:
    before, first, first_minute, _, last, last_minute = found.groups()
    return f"{before}{int(first):02d}:{first_minute or '00'}-{int(last):02d}:{last_minute or '00'}"


def _tidied(text: str) -> str:
    text = re.sub(r"(?<=\d)\s*h\b", "", text)
    for pattern, plainly in _TIDY:
        text = pattern.sub(plainly, text)
    text = re.sub(r"(?<=[A-Za-z\]]) (?=,)|(?<=,) ", "", text)
    before = ""
    while before != text:
        before, text = text, _SHORT.sub(_short, text)
    return text.strip(" ,")
