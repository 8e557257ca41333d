"""The first screen: name and country; currency, language and time zone where they are not the usual ones."""

from delivery.guide import save_shop
from delivery.settings import items
from delivery.settings.shop import ShopSchema
from delivery.store.engine import Session
from delivery.texts.countries import usual_in
from plugin.install.screens import Answers, Begun, Screen
from plugin.install.screens.words import place_words
from plugin.pages.forms import document_of, filled
from plugin.pages.visitors import by
from web.service import now

ASKED = ShopSchema(only=("name", "country", "language", "currency", "time_zone"))


def _begin(session: Session, merchant_id: str) -> Begun:
    shop = items.item(session, merchant_id, "shop")
    usual = usual_in(shop["country"])._asdict()
    unusual = {name: shop[name] for name in ASKED.fields if shop[name] != usual.get(name)}
    return Begun(filled(ASKED, unusual), place_words() | {"is_usual": not usual.keys() & unusual}, items.mark(shop))


def _keep(session: Session, answers: Answers) -> None:
    save_shop(session, now(), by(), answers.merchant_id, document_of(ASKED, answers.form), answers.seen)


SCREEN = Screen(_begin, _keep)
