"""/plugin/install: what goes into the shop, which websites may call, keys, the self-check and test handovers."""

from typing import Any

from flask import Blueprint, Response, abort, request

from delivery import endpoints, stripe_accounts
from delivery.accounts import Role
from delivery.keys import list_keys, shown_key
from delivery.problems import InvalidInput
from delivery.readiness import Finding
from delivery.settings import items
from delivery.settings.areas import AREAS
from delivery.settings.rows import ONLY
from delivery.store.engine import Session
from delivery.texts.catalogues import say
from delivery.texts.checks import Said, check_said
from delivery.texts.settings import CHOICES, help_for, label
from plugin.install import snippets
from plugin.install.content_policy import usual_lines
from plugin.install.self_check import check, origin_of, visit
from plugin.install.stripe_card import stripe_facts, try_again
from plugin.install.trying import try_out
from plugin.pages.forms import document_of, filled, typed
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import by, shop, visitor
from web.service import now, service

HOME = "/plugin/install"
INSTALL = AREAS["install"]

WHERE = {
    "publishable_key": "/plugin/install#keys",
    "secret_key": "/plugin/install#keys",
    "element_key": "/plugin/install#snippets",
    "element": "/plugin/install#snippets",
    "allowed_origins": "/plugin/install#websites",
    "origin_allowed": "/plugin/install#websites",
    "page": "/plugin/install#websites",
    "webhook": "/plugin/install#endpoints",
    "origin": "/plugin/guide",
    "ways": "/plugin/guide",
    "windows": "/plugin/settings/windows",
    "vans": "/plugin/settings/vans",
    "postcodes": "/plugin/settings/windows",
    "centres": "/plugin/settings/centres",
    "currency": "/plugin/settings/shop",
    "endpoint_enabled": "/plugin/handovers",
    "handovers_parked": "/plugin/handovers",
    "handovers_waiting": "/plugin/health",
    "order": "/plugin/deliveries",
    "adapter": "/plugin/install#snippets",
    "shop_called": "/plugin/install#snippets",
    "stripe_key": "/plugin/install#stripe",
    "stripe_webhook": "/plugin/install#stripe",
}
"""Where a finding that is not in order is put right."""


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/install")
    def install() -> Response:
        """Everything there is to do to get the shop going."""
        return install_page()

    @blueprint.post("/install")
    def save_websites() -> Response:
        """Platform, address of the checkout, websites; the checkout's own when none is named."""
        data = document_of(INSTALL.schema, request.form)
        if not data["allowed_origins"] and data["checkout_url"]:
            data["allowed_origins"] = [origin_of(data["checkout_url"]) or data["checkout_url"]]
        try:
            service().database.write(lambda session: _save(session, data))
        except InvalidInput as problem:
            return install_page(422, form=typed(request.form, problem.faults))
        tell(say(locale(), "Saved."))
        return see_other(HOME)

    @blueprint.post("/install/check")
    def check_now() -> Response:
        """Load the checkout, look at everything, and show what is missing."""
        setup, config = shop(), service().config
        with service().database.reading() as session:
            address = items.item(session, setup.merchant_id, "install")["checkout_url"]
            account = stripe_accounts.find(session, setup.merchant_id)
        try_again(account)
        visited = visit(address, config.allow_private_targets)
        with service().database.reading() as session:
            found = check(session, now(), service().signer, setup, config.public_url, visited)
        return install_page(findings=found)

    @blueprint.post("/install/try")
    def try_endpoint() -> Response:
        """Send a test handover to one endpoint, and show the receiver's answer."""
        tried = try_out(shop(), request.form.get("endpoint", ""))
        return abort(404) if tried is None else install_page(tried=tried)


def install_page(status: int = 200, **shown: Any) -> Response:
    """The page; `shown` is what one of its forms led to."""
    setup, ours = shop(), service()
    with ours.database.reading() as session:
        key = shown_key(session, ours.signer, setup.merchant_id)
        document = items.item(session, setup.merchant_id, INSTALL.name)
        facts: dict[str, Any] = {
            "keys": list_keys(session, now(), setup.merchant_id) if visitor().role.covers(Role.OWNER) else None,
            "endpoints": endpoints.list_all(session, setup.merchant_id),
            "stripe": stripe_facts(session, key),
            "postal_code": _example_postcode(session, setup.merchant_id, setup.country),
        }
    pieces = snippets.facts_of(setup, ours.config.public_url, key, facts.pop("postal_code"))
    usual = {"form": filled(INSTALL.schema, document), "findings": None, "tried": None, "new_key": None}
    if "stripe_form" in shown:
        facts["stripe"] |= {"form": shown.pop("stripe_form"), "was_tried": True}
    shown["findings"] = None if shown.get("findings") is None else [_told(one) for one in shown["findings"]]
    return page(
        "install/install.html",
        status,
        **facts,
        **usual | shown,
        **_words(),
        snippets=snippets.PLATFORMS[document["platform"]](pieces),
        platform=document["platform"],
        is_owner=visitor().role.covers(Role.OWNER),
        has_key=key is not None,
        policy=usual_lines(ours.config.public_url),
        is_new=not setup.origins,
    )


def _save(session: Session, data: dict[str, Any]) -> None:
    items.save(session, now(), by(), visitor().merchant_id, INSTALL.name, ONLY, data)


def _example_postcode(session: Session, merchant_id: str, country: str) -> str:
    """That of an origin in the shop's own country: an example which can be delivered to."""
    addresses = (origin["address"] for origin in items.items(session, merchant_id, "origins").values())
    return next((str(address["postal_code"]) for address in addresses if address["country"] == country), "…")


def _told(finding: Finding) -> tuple[Finding, Said, str]:
    said = check_said(locale(), shop().time_zone.key, finding.name, finding.standing.value, finding.facts)
    return finding, said, WHERE.get(finding.name, "")


def _words() -> dict[str, Any]:
    """The words that the settings have for the same fields."""
    tongue = locale()
    return {
        "label": lambda name: label(f"install.{name}", tongue),
        "help_for": lambda name: help_for(f"install.{name}", tongue),
        "platforms": [(name, say(tongue, CHOICES[f"platform.{name}"])) for name in snippets.PLATFORMS],
    }
