"""A rehearsal as the pages show it: the picker as the checkout has it, why, and the coming days."""

from dataclasses import dataclass

from markupsafe import Markup

from delivery.rehearsal import Rehearsal, rehearse
from delivery.settings.items import items
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.texts.catalogues import reader
from plugin.pages.frame import locale
from plugin.rehearsal.look import sealed
from plugin.rehearsal.questions import Wanted
from plugin.rehearsal.why import Row, Why, rows, why
from web.picker import render_picker
from web.service import now, service


@dataclass(frozen=True, slots=True)
class Shown:
    """What a template needs of one rehearsal. `language` is the shopper's, `look` the sealed looks."""

    rehearsal: Rehearsal
    picker: Markup
    language: str
    look: str
    why: Why
    rows: list[Row]


def shown(session: Session, setup: Setup, wanted: Wanted) -> Shown:
    """Rehearse what is wanted with this setup."""
    at = wanted.moment.at if wanted.moment else now()
    found = rehearse(session, at, service().memory, setup, wanted.question(setup))
    names = {zone_id: zone["name"] for zone_id, zone in items(session, setup.merchant_id, "zones").items()}
    html = render_picker(found.offer, texts=setup.texts_in(found.offer.locale))
    return Shown(
        rehearsal=found,
        # The picker's templates escape everything.
        picker=Markup(html),  # noqa: S704
        language=reader(found.offer.locale).tag,
        look=sealed(setup),
        why=why(found, names, locale()),
        rows=rows(found, locale()),
    )
