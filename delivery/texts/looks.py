"""What is said about colours: how well they are seen."""

from collections.abc import Mapping

from delivery.rules.looks import Contrast
from delivery.texts.sentences import N_, Sentence, sentence

_GOOD: Mapping[tuple[str, str], str] = {
    ("text", "surface"): N_("Text on the background is easy to read: the contrast is {ratio} to 1."),
    ("accent", "surface"): N_("The accent is easy to see on the background: the contrast is {ratio} to 1."),
    ("on_accent", "accent"): N_("Text on the accent is easy to read: the contrast is {ratio} to 1."),
}
_POOR: Mapping[tuple[str, str], str] = {
    ("text", "surface"): N_(
        "Text on the background is hard to read: the contrast is {ratio} to 1, and {least} to 1 is needed."
    ),
    ("accent", "surface"): N_(
        "The accent is hard to see on the background: the contrast is {ratio} to 1, and {least} to 1 is needed."
    ),
    ("on_accent", "accent"): N_(
        "Text on the accent is hard to read: the contrast is {ratio} to 1, and {least} to 1 is needed."
    ),
}


def contrast_sentence(found: Contrast) -> Sentence:
    """How well it is seen. Rounded down: what is not enough must not look as if it were."""
    ratio = f"{int(found.ratio * 10) / 10:.1f}"
    if found.is_enough:
        return sentence(_GOOD[found.pair], ratio=ratio)
    return sentence(_POOR[found.pair], ratio=ratio, least=f"{found.least:g}")
