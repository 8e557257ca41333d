"""CORS for the shopper's door: any origin may ask, the call itself decides. No cookies, so no credentials."""

from flask import Blueprint, Response, request

HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key",
    "Access-Control-Expose-Headers": "Date, Retry-After, RateLimit, RateLimit-Policy",
    "Access-Control-Max-Age": "7200",
}

READABLE = [(name, HEADERS[name]) for name in ("Access-Control-Allow-Origin", "Access-Control-Expose-Headers")]


def preflight() -> Response | None:
    """Answer an OPTIONS request before anything is read."""
    if request.method != "OPTIONS":
        return None
    return Response(status=204, headers={**HEADERS, "Allow": HEADERS["Access-Control-Allow-Methods"]})


def allow(response: Response) -> Response:
    """Let the page read the answer, errors included."""
    if "Access-Control-Allow-Origin" not in response.headers:
        response.headers.extend(READABLE)
    return response


def open_to_pages(blueprint: Blueprint) -> None:
    """Apply to every route of a blueprint."""
    blueprint.before_request(preflight)
    blueprint.after_request(allow)
