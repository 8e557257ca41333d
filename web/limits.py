"""Limits for each client address, told in the RateLimit fields (IETF draft, September 2025)."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, g, request
from limits import RateLimitItem, parse
from limits.storage import StorageTypes, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from delivery.problems import Problem
from web.limit_storage import InProcess
from web.problems import problem_response
from web.service import now, service

IN_PROCESS = "memory://"
POLICY = "door-1"
WINDOW_S = 60


class TooManyRequests(Problem):
    code, status, title = "too_many_requests", 429, "Too many calls from this address"


def storage_of(storage: str, clock: Callable[[], datetime]) -> StorageTypes:
    """Where calls are counted, by its address."""
    return InProcess(clock) if storage == IN_PROCESS else storage_from_string(storage)


class Limits:
    """So many calls a minute for each address. The store is this process, or Redis when there are several."""

    def __init__(self, storage: str, per_minute: int, clock: Callable[[], datetime]) -> None:
        self._window = FixedWindowRateLimiter(storage_of(storage, clock))
        self._item: RateLimitItem = parse(f"{per_minute}/minute")
        self.per_minute = per_minute

    def apply_to(self, blueprint: Blueprint) -> None:
        """Count every call of the blueprint, preflights left out."""
        blueprint.before_request(self._count)
        blueprint.after_request(self._tell)

    def _count(self) -> Response | None:
        if request.method == "OPTIONS":
            return None
        address = request.remote_addr or ""
        allowed = self._window.hit(self._item, POLICY, address)
        reset_at, left = self._window.get_window_stats(self._item, POLICY, address)
        g.limit_left, g.limit_seconds = left, max(1, round(reset_at - now().timestamp()))
        if allowed:
            return None
        response = problem_response(TooManyRequests(f"At most {service().config.limit_per_minute} calls a minute."))
        response.headers["Retry-After"] = str(g.limit_seconds)
        return response

    def _tell(self, response: Response) -> Response:
        if "limit_left" in g:
            policy, left = f"q={self.per_minute};w={WINDOW_S}", f"r={g.limit_left};t={g.limit_seconds}"
            response.headers.extend([("RateLimit-Policy", f'"{POLICY}";{policy}'), ("RateLimit", f'"{POLICY}";{left}')])
        return response
