"""One account at the stand-in: its keys, its objects, its events. No account sees another's."""

import copy
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.shops.stripe_events import Post, Written
from tests.shops.stripe_refusals import Refused, invalid, missing

Object = dict[str, Any]

PREFIXES = {
    "checkout.session": "cs_test_",
    "shipping_rate": "shr_",
    "payment_intent": "pi_",
    "charge": "ch_",
    "refund": "re_",
    "dispute": "du_",
    "payment_link": "plink_",
    "price": "price_",
    "product": "prod_",
    "item": "li_",
    "event": "evt_",
}
WITHOUT_MODE = frozenset({"item", "refund"})
NAMES = {
    "checkout.session": "checkout.session",
    "shipping_rate": "shipping rate",
    "payment_link": "payment link",
    "payment_intent": "payment_intent",
}

EXPANDABLE = frozenset(
    {
        *(
            "payment_intent",
            "latest_charge",
            "charge",
            "shipping_rate",
            "payment_link",
            "line_items",
            "refunds",
            "customer",
        ),
        *("data", "shipping_cost", "shipping_options", "price", "product", "balance_transaction"),
    }
)
"""What an `expand` path may step over; the last step must be an id or a list."""


NEEDS = {
    "payment_intent": "payment_intents:read",
    "latest_charge": "charges:read",
    "charge": "charges:read",
    "shipping_rate": "shipping_rates:read",
    "refunds": "refunds:read",
    "payment_link": "payment_links:read",
}


@dataclass
class Kept:
    """The answer to an Idempotency-Key: of which request, since when, and what it was; None while it is at work."""

    request: tuple[str, str, str]
    since: int
    status: int | None = None
    body: str = ""


@dataclass
class Account:
    """An account in test mode. `secret_key` may do everything; see `restricted_key`."""

    clock: Callable[[], datetime]
    id: str = field(default_factory=lambda: f"acct_{secrets.token_hex(8)}")
    country: str = "NL"
    currency: str = "eur"
    secret_key: str = field(default_factory=lambda: f"sk_test_{secrets.token_hex(12)}")
    publishable_key: str = field(default_factory=lambda: f"pk_test_{secrets.token_hex(12)}")
    keys: dict[str, frozenset[str] | None] = field(default_factory=dict)
    objects: dict[str, Object] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    events: list[Written] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    request_key: str | None = None

    def __post_init__(self) -> None:
        self.keys[self.secret_key] = None

    def restricted_key(self, *permissions: str) -> str:
        """A key that may only do what is named: `checkout_sessions:write` includes reading them."""
        key = f"rk_test_{secrets.token_hex(12)}"
        granted = set(permissions) | {p.replace(":write", ":read") for p in permissions}
        self.keys[key] = frozenset(granted)
        return key

    @property
    def now(self) -> int:
        """Whole seconds, as Stripe counts."""
        return int(self.clock().timestamp())

    def add(self, kind: str, **facts: Any) -> Object:
        """A new object of this account."""
        made = {"id": PREFIXES[kind] + secrets.token_hex(12), "object": kind} | facts
        if kind not in WITHOUT_MODE:
            made["livemode"] = False
        self.objects[made["id"]] = made
        return made

    def get(self, kind: str, object_id: Any, param: str = "id") -> Object:
        """The object of that kind. Refused for an id of another kind, of another account or of nothing."""
        prefix = PREFIXES[kind]
        if not isinstance(object_id, str) or not object_id.startswith(prefix):
            raise missing(NAMES.get(kind, kind), str(object_id), param)
        found = self.objects.get(object_id)
        if found is None or found["object"] != kind:
            raise missing(NAMES.get(kind, kind), object_id, param)
        return found

    def all(self, kind: str) -> list[Object]:
        """The objects of a kind, the newest first."""
        return [found for found in reversed(self.objects.values()) if found["object"] == kind]

    def tell(self, event_type: str, about: Object) -> Written:
        """Write an event with the object as it stands now; it waits at every post until it is delivered."""
        event = {
            "id": PREFIXES["event"] + secrets.token_hex(12),
            "object": "event",
            "type": event_type,
            "created": self.now,
            "livemode": False,
            "api_version": API_VERSION,
            "data": {"object": copy.deepcopy(about)},
            "pending_webhooks": 0,
            "request": {"id": None, "idempotency_key": self.request_key},
        }
        written = Written(event)
        self.events.append(written)
        for post in self.posts:
            if post.wants(event_type):
                post.take(written)
        return written

    def listed(self, objects: Iterable[Object], params: Object, url: str) -> Object:
        """A page of them: `limit`, `starting_after`, `ending_before`."""
        found = list(objects)
        limit = params.get("limit", 10)
        if not 1 <= limit <= 100:
            raise invalid("Invalid limit: between 1 and 100.", "limit")
        ids = [each["id"] for each in found]
        for name in ("starting_after", "ending_before"):
            if name in params and params[name] not in ids:
                raise missing("object", params[name], name)
        if "starting_after" in params:
            found = found[ids.index(params["starting_after"]) + 1 :]
        if "ending_before" in params:
            found = found[: ids.index(params["ending_before"])][-limit:]
        return {"object": "list", "data": found[:limit], "has_more": len(found) > limit, "url": url}

    def expanded(self, answer: Object, paths: list[str], granted: frozenset[str] | None) -> Object:
        """The answer with what was asked for in it instead of ids. Refused for what cannot be expanded, and for what the key may
        not read by itself."""
        answer = copy.deepcopy(answer)
        for path in paths:
            for step in path.split("."):
                needs = NEEDS.get(step)
                if granted is not None and needs and needs not in granted:
                    raise not_allowed("", needs)
            if len(path.split(".")) > 4:
                raise invalid("You cannot expand more than 4 levels of a property.", "expand")
            self._expand(answer, path.split("."), path)
        return answer

    def _expand(self, inside: Any, steps: list[str], path: str) -> None:
        if isinstance(inside, list):
            for each in inside:
                self._expand(each, steps, path)
            return
        step, *rest = steps
        if step not in EXPANDABLE or (inside is not None and not isinstance(inside, dict)):
            raise invalid(f"This property cannot be expanded ({path}).", "expand")
        if inside is None:
            return
        if step == "line_items":
            inside[step] = self._line_items(inside)
        if step not in inside:
            raise invalid(f"This property cannot be expanded ({path}).", "expand")
        if isinstance(inside[step], str):
            inside[step] = copy.deepcopy(self.objects[inside[step]])
        if rest:
            self._expand(inside[step], rest, path)

    def _line_items(self, owner: Object) -> Object:
        found = [item for item in self.all("item") if item.get("_of") == owner["id"]]
        return {"object": "list", "data": found[::-1], "has_more": False, "url": f"/v1/{owner['id']}/line_items"}


def shown(value: Any) -> Any:
    """Without what the stand-in keeps for itself."""
    if isinstance(value, dict):
        return {name: shown(inner) for name, inner in value.items() if not name.startswith("_")}
    return [shown(inner) for inner in value] if isinstance(value, list) else value


def not_allowed(key: str, needs: str) -> Refused:
    """403: a restricted key that lacks a permission."""
    return Refused(
        403,
        "invalid_request_error",
        f"The provided key '{key[:10]}…' does not have the permissions. Having '{needs}' would allow it.",
        "more_permissions_required",
    )


API_VERSION = "2026-10-28.endive"
