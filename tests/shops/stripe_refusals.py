"""How Stripe says no."""

from dataclasses import dataclass
from typing import Any


@dataclass
class Refused(Exception):
    """An error answer: `error.type`, and where known `code`, `param` and a sentence."""

    status: int
    type: str
    message: str
    code: str | None = None
    param: str | None = None

    def body(self) -> dict[str, Any]:
        said = {"type": self.type, "message": self.message, "code": self.code, "param": self.param}
        return {"error": {name: value for name, value in said.items() if value is not None}}


def invalid(message: str, param: str | None = None, *, code: str | None = None) -> Refused:
    """400: the request itself is wrong."""
    return Refused(400, "invalid_request_error", message, code, param)


def missing(kind: str, object_id: str, param: str = "id") -> Refused:
    """404: this account has no such object."""
    return Refused(404, "invalid_request_error", f"No such {kind}: '{object_id}'", "resource_missing", param)
