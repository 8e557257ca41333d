"""The picker of the shipping step: the element, and inside it the same as a plain form, for browsers that run no script and for
those that cannot reach Stoep."""

import json
import logging
import re
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe

from stoep_oscar import service
from stoep_oscar.chosen import CHOSEN, NAMESPACE, question
from stoep_oscar.configuration import configuration
from stoep_oscar.questions import digest

log = logging.getLogger(__name__)

FIELD = "delivery_choice"
SECONDS_KEPT = 45
"""So long a picker is shown again without asking, as long as nothing has changed: going back and forth asks once."""
_OFFER = re.compile(r'data-offer="([^"]+)"')


@dataclass(frozen=True)
class Picker:
    """What the template needs. `plain`: the picker as HTML, whose radios are called `delivery_choice_option`."""

    url: str
    shop: str
    question: dict[str, Any]
    plain: SafeString
    offer: str

    @property
    def basket(self) -> str:
        """The element's attribute."""
        return json.dumps(self.question["basket"], separators=(",", ":"))


def picker_for(session: Any, basket: Any, address: Any) -> Picker | None:
    """The picker for this checkout; None while Stoep is away, or when it has nothing to choose there.

    Asks Stoep once for each change of the basket, the address, the language or the choice. Writes nothing there.
    """
    asked = question(session, basket, address) | {"name": FIELD}
    key = _key(session, asked)
    html = cache.get(key)
    if html is None:
        html = _asked(asked)
        if html is not None:
            cache.set(key, html, SECONDS_KEPT)
    offer = _OFFER.search(html or "")
    if html is None or offer is None or f'name="{FIELD}_option"' not in html:
        return None
    ours = configuration()
    # Stoep escapes what it writes; it is the one other site whose HTML this page trusts.
    return Picker(ours.url, ours.publishable_key, asked, mark_safe(html), offer[1])  # noqa: S308


def ask_anew(session: Any, basket: Any, address: Any) -> None:
    """What was shown is no longer true: the next picker is a fresh one."""
    cache.delete(_key(session, question(session, basket, address) | {"name": FIELD}))


def _key(session: Any, asked: dict[str, Any]) -> str:
    return f"stoep-picker-{digest([asked, session._get(NAMESPACE, CHOSEN)])}"


def _asked(asked: dict[str, Any]) -> str | None:
    try:
        return service.picker(asked)
    except (service.Away, service.Lost, service.Refused) as problem:
        log.warning("the shop's own shipping methods are shown instead of Stoep's: %s", problem)
        return None
