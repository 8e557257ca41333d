"""What the install page says of a merchant's account at Stripe."""

from collections.abc import Mapping

from delivery.texts.sentences import N_

KEY_REFUSED, KEY_LACKS, KEY_UNREADABLE, STRIPE_AWAY = "key_refused", "key_lacks", "key_unreadable", "stripe_away"
BAD_KEY, NOT_RESTRICTED, BAD_SECRET = "bad_key", "not_restricted", "bad_secret"

FAULTS: Mapping[str, str] = {
    BAD_KEY: N_("A restricted key begins with rk_test_ or rk_live_."),
    NOT_RESTRICTED: N_(
        "This key may do everything. Make a restricted one at Stripe, which may do only what is listed here."
    ),
    KEY_REFUSED: N_("Stripe does not know this key, or it was revoked."),
    KEY_LACKS: N_("Stripe knows this key, but it may not do all that is listed here."),
    KEY_UNREADABLE: N_("The key cannot be read with the signing keys in use. Give it to us once more."),
    STRIPE_AWAY: N_("Stripe could not be reached. Try again in a moment; nothing was changed."),
    BAD_SECRET: N_("The secret of a webhook begins with whsec_."),
}
"""What is wrong with what was typed, by its code."""

TAX_BEHAVIORS: Mapping[str, str] = {
    "inclusive": N_("The fee has its tax in it"),
    "exclusive": N_("Stripe puts the tax on top of the fee"),
    "unspecified": N_("Stripe is told nothing about tax"),
}
