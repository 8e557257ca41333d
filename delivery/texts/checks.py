"""What the self-check says: how it stands with each thing, and what to do about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from delivery.texts.catalogues import say
from delivery.texts.formats import moment
from delivery.texts.sentences import N_


class Said(NamedTuple):
    """A finding in words: a sentence, and what to do; nothing to do is an empty text."""

    sentence: str
    remedy: str


_OPEN_AND_LOOK = N_(
    "Many checkouts add it by script, or show it only when there is something in the basket. Open the page with something "
    "in the basket and look whether the delivery options are there."
)
_TRY_AGAIN = N_("Open it in a browser without being logged in. If it comes up there, run the check again.")
_ADD_KEY = N_("Copy the piece of HTML from this page once more: it has your key in it.")

SENTENCES: Mapping[str, tuple[str, str]] = {
    "publishable_key.ok": (N_("Your shop has a publishable key."), ""),
    "publishable_key.missing": (
        N_("Your shop has no publishable key that lasts."),
        N_("Make one under “Keys”, and put it into your checkout."),
    ),
    "secret_key.ok": (N_("Your server has a secret key."), ""),
    "secret_key.missing": (
        N_("There is no secret key that lasts."),
        N_("Make one under “Keys”, and put it on your server: orders need it."),
    ),
    "allowed_origins.ok": (N_("It is known which websites may show your delivery options."), ""),
    "allowed_origins.missing": (
        N_("No website may show your delivery options yet."),
        N_("Add the address of your shop under “Websites”."),
    ),
    "stripe_key.ok.test": (N_("Stripe is connected in test mode (key …{hint})."), ""),
    "stripe_key.ok.live": (N_("Stripe is connected (key …{hint})."), ""),
    "stripe_key.missing.none": (
        N_("Stripe is not connected yet."),
        N_("Give us a restricted key under “Stripe”."),
    ),
    "stripe_key.missing.refused": (
        N_("Stripe refuses the key that ends in {hint}."),
        N_("Make another one at Stripe, and give it to us under “Stripe”."),
    ),
    "stripe_key.missing.lacks": (
        N_("The key that ends in {hint} may not do all that is needed."),
        N_("Give it the permissions that are listed under “Stripe”."),
    ),
    "stripe_key.missing.unreadable": (
        N_("The key of Stripe that ends in {hint} cannot be read any more."),
        N_("The signing keys were changed. Give us a restricted key once more under “Stripe”."),
    ),
    "stripe_webhook.ok": (N_("Stripe last told us something on {at}."), ""),
    "stripe_webhook.missing.none": (
        N_("Stripe tells us nothing yet: no order comes in."),
        N_("Make an endpoint at Stripe, and give us its secret under “Stripe”."),
    ),
    "stripe_webhook.unknown": (
        N_("Stripe has not told us anything yet."),
        N_("Buy something in test mode, or send a test event from Stripe's dashboard."),
    ),
    "adapter.ok": (N_("The page loads the wires to Stripe."), ""),
    "adapter.unknown": (
        N_("We could not see whether the page loads the wires to Stripe."),
        N_("A script of yours may import them. Choose a delivery in your checkout, and see whether the total follows."),
    ),
    "shop_called.ok": (N_("The server of your shop last called us on {at}."), ""),
    "shop_called.unknown": (
        N_("The server of your shop has not called us with its secret key yet."),
        N_("Run “python manage.py check” in your shop, then go on to its shipping step with something in the basket."),
    ),
    "origin.ok": (N_("There is a place that your goods leave from."), ""),
    "origin.missing": (
        N_("There is no place yet that your goods leave from."),
        N_("The guide asks for it in a minute."),
    ),
    "ways.ok": (N_("There is a way to send or collect."), ""),
    "ways.missing": (
        N_("There is nothing a shopper could choose yet: no carrier, no home windows, no pick-up centre."),
        N_("Add one of them; the guide does it in a minute."),
    ),
    "windows.ok": (N_("Home windows of the coming week with a place left: {number}."), ""),
    "windows.missing": (
        N_("No home window is free in the coming week."),
        N_(
            "Add windows or raise their capacity. Look also whether days are closed and whether they can be chosen in time."
        ),
    ),
    "vans.ok": (N_("Vans are out in every home window that they keep."), ""),
    "vans.missing": (
        N_(
            "Home windows of the coming week that vans are to keep, though none is out then: {number}. The first is on {at}."
        ),
        N_("Look when your vans are out, and from where; or let these windows count places."),
    ),
    "postcodes.ok": (N_("It is known where postcodes lie that your vans drive to."), ""),
    "postcodes.missing": (
        N_("It is not known where any postcode of {countries} lies: vans can only count places there."),
        N_("Ask whoever runs this service to import the postcodes; or let your shop send coordinates along."),
    ),
    "routes.ok": (N_("The routes of your vans are made anew as orders come in."), ""),
    "routes.missing": (
        N_("The routes of your vans are not made anew as orders come in: windows close much too early."),
        N_("Ask whoever runs this service to install the part of it that plans routes (the extra “routes”)."),
    ),
    "centres.ok": (N_("A pick-up centre is open in the coming week."), ""),
    "centres.missing": (
        N_("No pick-up centre is open in the coming week."),
        N_("Look at the opening hours of your pick-up centres."),
    ),
    "endpoint.ok": (
        N_("No other system gets your orders: they wait on the page “To send”."),
        "",
    ),
    "endpoint_enabled.missing": (
        N_("Nothing is sent to {address} any more."),
        N_("When it works again, switch it on under “Handing over”."),
    ),
    "webhook.ok": (N_("{address} was verified on {at}."), ""),
    "webhook.missing": (
        N_("{address} has not accepted anything yet."),
        N_("Send a test handover with the button below, and look at the answer."),
    ),
    "handovers_parked.ok": (N_("No order is stuck on its way to your fulfilment."), ""),
    "handovers_parked.missing": (
        N_("Messages that did not reach your fulfilment: {number}. The oldest was last tried on {since}."),
        N_("Look at them under “Handing over”, and send them again."),
    ),
    "handovers_waiting.ok": (N_("What has to be sent is sent in time."), ""),
    "handovers_waiting.missing": (
        N_("A message has been waiting to be sent since {since}."),
        N_("Ask whoever runs this service whether its worker is running."),
    ),
    "order.ok": (N_("The first order came on {at}."), ""),
    "order.unknown": (
        N_("No order has come in yet."),
        N_("Buy something in your own shop, and see whether it turns up under “Deliveries”."),
    ),
    "page.ok": (N_("Your checkout at {address} can be loaded."), ""),
    "page.missing.none": (
        N_("It is not known where your checkout is."),
        N_("Fill in its address, and run the check again."),
    ),
    "page.missing.address": (
        N_("{address} leads to something that is not an address of a page."),
        N_("Look at the address, and where it leads on to."),
    ),
    "page.missing.private": (
        N_("{address} lies inside a private network, where this service does not look."),
        N_("Give an address that your shoppers can reach."),
    ),
    "page.missing.time": (N_("{address} did not answer in time."), _TRY_AGAIN),
    "page.missing.certificate": (
        N_("The certificate of {address} could not be trusted."),
        N_("Browsers refuse it as well: have the certificate renewed."),
    ),
    "page.missing.connection": (N_("{address} could not be reached."), _TRY_AGAIN),
    "page.missing.redirects": (
        N_("{address} leads on more than three times."),
        N_("Give the address at which the checkout ends up."),
    ),
    "page.missing.status": (N_("{address} answered {status} instead of a page."), _TRY_AGAIN),
    "page.missing.not_a_page": (
        N_("{address} is not an HTML page."),
        N_("Give the address of the page on which shoppers choose their delivery."),
    ),
    "script.ok": (N_("The page loads our script."), ""),
    "script.missing.none": (
        N_("The page does not load our script."),
        N_("Put this into the head of the page: {tag}"),
    ),
    "script.missing.elsewhere": (
        N_("The page loads the script from somewhere else: {address}"),
        N_("Put this in its place: {tag}"),
    ),
    "script.missing.not_a_module": (
        N_("The page loads our script, but not as a module, so it does not run."),
        N_("Put this in its place: {tag}"),
    ),
    "script.unknown": (N_("We could not see our script on the page."), _OPEN_AND_LOOK),
    "element.ok": (N_("The page has the delivery options, stoep-delivery."), ""),
    "element.missing": (
        N_("The page has no stoep-delivery."),
        N_("Put the piece of HTML from this page into the form of your checkout."),
    ),
    "element.unknown": (N_("We could not see stoep-delivery on the page."), _OPEN_AND_LOOK),
    "element_key.ok": (N_("It has your publishable key."), ""),
    "element_key.missing.none": (N_("stoep-delivery has no publishable key (shop)."), _ADD_KEY),
    "element_key.missing.other": (N_("stoep-delivery has a key that is not one of yours (shop)."), _ADD_KEY),
    "element_key.missing.secret": (
        N_("stoep-delivery has a secret key. Everybody can read it there!"),
        N_("Revoke that key at once under “Keys”, and put the publishable key in its place."),
    ),
    "element_key.missing.ending": (N_("stoep-delivery still has your older key, which ends on {at}."), _ADD_KEY),
    "element_name.ok": (N_("The form knows by which name the choice is sent."), ""),
    "element_name.missing": (
        N_("stoep-delivery has no name, so the form does not send the choice."),
        N_('Add name="delivery_choice" to it.'),
    ),
    "element_form.ok": (N_("It stands in a form."), ""),
    "element_form.missing": (
        N_("stoep-delivery stands in no form, so the choice is not sent."),
        N_("Move it into the form that sends the order, or name that form in its attribute “form”."),
    ),
    "content_policy.ok": (N_("No security policy of the page stands in the way."), ""),
    "content_policy.missing.nonce": (
        N_("The page's Content-Security-Policy runs only scripts that carry its nonce, and ours does not."),
        N_("Give our script the same attribute “nonce” as your other scripts have."),
    ),
    "content_policy.missing.lines": (
        N_("The page has a Content-Security-Policy that blocks the delivery options."),
        N_("These lines must read: {lines}"),
    ),
    "origin_allowed.ok": (N_("{address} may show your delivery options."), ""),
    "origin_allowed.missing": (
        N_("{address} is not among the websites that may show your delivery options."),
        N_("Add {address} under “Websites”."),
    ),
    "currency.ok": (N_("The basket is in your shop's currency."), ""),
    "currency.missing.other": (
        N_("The basket on the page is in {found}, your shop here is in {currency}: no fee can be shown."),
        N_("Change one of them, so that both are the same."),
    ),
    "currency.missing.unreadable": (
        N_("The basket of stoep-delivery cannot be read: it is not JSON with lines and a currency."),
        N_("Compare it with the piece of HTML on this page."),
    ),
}
"""By name, standing and, where there are several, why."""


def check_said(locale: str | None, time_zone: str, name: str, standing: str, facts: Mapping[str, object]) -> Said:
    """A finding in the reader's language. Instants among the facts are told in `time_zone`."""
    key = f"{name}.{standing}"
    sentence, remedy = SENTENCES[f"{key}.{facts['why']}" if "why" in facts else key]
    told = {
        fact: moment(value, time_zone, locale) if isinstance(value, datetime) else value
        for fact, value in facts.items()
    }
    return Said(say(locale, sentence, **told), say(locale, remedy, **told) if remedy else "")
