"""The safe default: how a shop sends an order when nobody chose in time. It is promised as of now, by the rules of any offer."""

from datetime import datetime

from delivery.booking_rows import Booking, get
from delivery.links import PageLinks
from delivery.memory import Memory
from delivery.offers import make_offer
from delivery.open_choices import THE_DEFAULT
from delivery.options import ShippingOption
from delivery.pages import Page, choose_later, question_of
from delivery.problems import OptionGone
from delivery.signing import Signer
from delivery.store.engine import Session


def take_default(
    session: Session,
    now: datetime,
    memory: Memory,
    signer: Signer,
    links: PageLinks,
    *,
    merchant_id: str,
    booking_id: str,
    service_id: str,
) -> Booking:
    """Choose this service for an order that came without a choice; the booking as it is then.

    Raises OptionGone when the service does not go there now, and whatever `choose_later` does; then the transaction must
    be rolled back.
    """
    setup = memory.setup_of_merchant(session, merchant_id)
    page = Page(setup, get(session, merchant_id=merchant_id, booking_id=booking_id))
    question = question_of(page, setup.locale_for(page.booking.recipient.get("locale")))
    offer = make_offer(session, now, memory, signer, setup, question)
    of_service = (
        option for option in offer.options if isinstance(option, ShippingOption) and option.service_id == service_id
    )
    option = next(of_service, None)
    if option is None:
        raise OptionGone("The service does not go there at the moment.")
    made = choose_later(
        session, now, memory, signer, links, page, offer_id=offer.id, option_id=option.id, who=THE_DEFAULT
    )
    return made.booking
