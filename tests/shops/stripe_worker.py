"""The worker's part of a shop with Stripe, done when a test says so; and Stripe's post to the shop's door."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from delivery import stripe_events, stripe_sessions
from delivery.store.tables import bookings, counters, metadata
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from plugin.shops.stripe.work import StripeWork
from plugin.tools import Tools
from tests.shops.stripe_events import Post, through
from tests.shops.stripe_shop import WEBHOOK_SECRET, StripeShop


def work_of(shop: StripeShop) -> StripeWork:
    """What a worker has; it goes on as long as the shop does."""
    work: StripeWork = vars(shop).setdefault("_work", None) or StripeWork(tools_of(shop))
    vars(shop)["_work"] = work
    return work


def tools_of(shop: StripeShop) -> Tools:
    ours = shop.door.service
    return Tools(shop.door.database, shop.door.clock, ours.signer, ours.config)


def post_of(shop: StripeShop, *secrets: str) -> Post:
    """Stripe's webhook endpoint for this shop, for the events that the install page names."""
    path = f"/plugin/stripe/webhooks/{shop.door.shop}"
    post = Post(
        through(shop.door.client, path), list(secrets or [WEBHOOK_SECRET]), shop.door.clock, stripe_events.TYPES
    )
    shop.api.account.posts.append(post)
    return post


def hear(shop: StripeShop) -> None:
    """Do what was heard."""
    work_of(shop).do_due()


def chosen(
    shop: StripeShop, number: int = 0, checkout: str = "checkout-1", **session: Any
) -> tuple[Any, dict[str, Any]]:
    """A session with a window on it, ready to be paid, and the hold's answer."""
    hold = shop.door.take(number=number, checkout=checkout)
    made = shop.session(**session)
    response = shop.deliver(made, hold["choice"])
    assert response.status_code == 200, response.text
    return made, hold


def row(shop: StripeShop, payment: str) -> stripe_sessions.StripeSession | None:
    """Our row of it."""
    with shop.door.database.reading() as session:
        return stripe_sessions.find(session, MERCHANT_ID, payment)


def booked(shop: StripeShop) -> list[Any]:
    """The rows of all bookings, the oldest first."""
    return _rows(shop, "bookings")


def _rows(shop: StripeShop, name: str) -> list[Any]:
    table = metadata.tables[name]
    found = select(table).where(table.c.merchant_id == MERCHANT_ID).order_by(*table.primary_key)
    with shop.door.database.reading() as session:
        return list(session.execute(found))


def rows(shop: StripeShop, name: str) -> list[Any]:
    """All rows of the demo merchant in this table."""
    return _rows(shop, name)


def places(shop: StripeShop) -> tuple[int, int]:
    """How many places of windows are held, and how many booked."""
    found = select(counters.c.held, counters.c.booked).where(
        counters.c.merchant_id == MERCHANT_ID, counters.c.kind == "slot"
    )
    with shop.door.database.reading() as session:
        taken = session.execute(found).all()
    return sum(one.held for one in taken), sum(one.booked for one in taken)


def state_of(shop: StripeShop, booking_id: str | None) -> str:
    own = (bookings.c.merchant_id == MERCHANT_ID, bookings.c.id == booking_id)
    with shop.door.database.reading() as session:
        return str(session.execute(select(bookings.c.state).where(*own)).scalar_one())


def later(shop: StripeShop, **span: float) -> datetime:
    shop.door.clock.forward(**span)
    return shop.door.clock()
