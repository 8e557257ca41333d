"""The shop's side of Stoep's HTTP interface: every call has a time-out, and every answer a meaning."""

from typing import Any

import requests

from examples.shop.settings import Settings

SECONDS_TO_CONNECT = 1.0


class StoepAway(Exception):
    """No answer, or none that can be used: go on without, and ask again later."""


class ChoiceLost(Exception):
    """What was chosen cannot be had any more: choose again. `code` is Stoep's own."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Refused(Exception):
    """Stoep will not take this however often it is asked: somebody must look at it."""


LOST_CHOICES = {
    "choice_gone",
    "choice_stale",
    "choice_used",
    "hold_expired",
    "invalid_token",
    "offer_expired",
    "option_gone",
    "option_unknown",
    "slot_full",
}
"""The codes after which choosing again helps."""


class Stoep:
    """Calls with the secret key, so from this server only."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.stoep_url
        self._shop = settings.publishable_key
        # A checkout that waits longer loses the sale.
        self._timeouts = (SECONDS_TO_CONNECT, settings.seconds_to_answer)
        self._headers = {"Authorization": f"Bearer {settings.secret_key}"}

    def place_order(self, order: dict[str, Any]) -> dict[str, Any]:
        """The booking made for an order; sending the same order number again gives the same booking."""
        return self._json("POST", "/v1/orders", order)

    def report_paid(self, booking: str) -> dict[str, Any]:
        return self._json("POST", f"/v1/bookings/{booking}/paid", {})

    def report_payment_failed(self, booking: str) -> dict[str, Any]:
        return self._json("POST", f"/v1/bookings/{booking}/payment_failed", {})

    def picker(self, question: dict[str, Any]) -> str:
        """The picker as HTML, for browsers that run no script."""
        return self._call("POST", "/widget/v1/fragments/choices", {"shop": self._shop, **question}).text

    def ticks(self, basket: dict[str, Any], collected: list[str], locale: str) -> str:
        """What of the basket is collected, as HTML, for browsers that run no script."""
        asked = {"shop": self._shop, "basket": basket, "collected": collected, "locale": locale}
        return self._call("POST", "/widget/v1/fragments/split", asked).text

    def choose(self, offer: str, option: str) -> str:
        """Keeps the option for this checkout; returns the signed choice to order with."""
        held = self._json("POST", "/widget/v1/holds", {"shop": self._shop, "offer": offer, "option": option})
        return str(held["choice"])

    def _json(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self._call(method, path, body).json()
        except requests.JSONDecodeError as error:
            raise StoepAway(f"{path}: the answer is not JSON") from error
        return answer

    def _call(self, method: str, path: str, body: dict[str, Any]) -> requests.Response:
        try:
            # allow_redirects: the key must not follow to another address.
            response = requests.request(
                method,
                self._url + path,
                json=body,
                headers=self._headers,
                timeout=self._timeouts,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise StoepAway(f"{path}: {error}") from error
        if response.ok and not response.is_redirect:
            return response
        code = _code_of(response)
        if code in LOST_CHOICES:
            raise ChoiceLost(code)
        if response.status_code in {400, 404, 409, 413, 422} and code != "request_in_progress":
            raise Refused(f"{path}: {response.status_code} {code}")
        # Also a wrong key: once it is put right, what waits goes out.
        raise StoepAway(f"{path}: {response.status_code} {code}")


def _code_of(response: requests.Response) -> str:
    try:
        return str(response.json().get("code", ""))
    except (requests.JSONDecodeError, AttributeError):
        return ""
