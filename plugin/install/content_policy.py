"""Whether a page's Content-Security-Policy lets the element work, and which lines to add (CSP Level 3).

The element needs: its script and the modules that this one imports (script-src), calls to the service and its style sheet,
which is fetched (connect-src), and a Trusted Types policy named "stoep" where a page demands those. A style sheet that a
script constructs is under no style-src.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import SplitResult, urlsplit

Directives = dict[str, list[str]]

SCRIPTS = ("/static/stoep.js", "/static/stoep/service.js")
FETCHED = ("/static/stoep/picker.css", "/widget/v1/fragments/choices", "/widget/v1/holds")
TRUSTED_TYPES_POLICY = "stoep"

_USUAL_PORTS = {"http": 80, "https": 443}
_FOR_SCRIPTS = ("script-src-elem", "script-src", "default-src")
_STRICT = "'strict-dynamic'"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?P<host>\*|(?:\*\.)?[\w.-]+|\[[0-9A-Fa-f:]+\])"
    r"(?::(?P<port>\d{1,5}|\*))?(?P<path>/.*)?"
)


def lines_to_add(policies: Iterable[str], service_url: str, page_url: str, nonce: str | None = None) -> list[str]:
    """The directives that block the element, each with what must stand in it besides; empty when nothing blocks it.

    `policies` are the values of headers and of `<meta>`: all of them must agree. `nonce` is that of our script tag, which
    its imports inherit.
    """
    lines: dict[str, None] = {}
    for policy in _split(policies):
        lines.update(dict.fromkeys(_blocking(_directives(policy), urlsplit(service_url), urlsplit(page_url), nonce)))
    return list(lines)


def wants_nonce(policies: Iterable[str], nonce: str | None) -> bool:
    """Whether a policy goes by nonces alone ('strict-dynamic'), and our script tag has none that it knows."""
    found = (_first(_directives(policy), *_FOR_SCRIPTS) for policy in _split(policies))
    return any(by and _STRICT in by[1] and f"'nonce-{nonce}'" not in by[1] for by in found)


def usual_lines(service_url: str) -> list[str]:
    """What a page with a policy adds to it."""
    return [f"script-src {_origin(service_url)};", f"connect-src {_origin(service_url)};"]


def _split(policies: Iterable[str]) -> Iterator[str]:
    """A header may hold several, separated by commas."""
    for header in policies:
        yield from header.split(",")


def _directives(policy: str) -> Directives:
    found: Directives = {}
    for directive in policy.split(";"):
        name, *values = directive.split() or [""]
        found.setdefault(name.lower(), values)
    return found


def _blocking(policy: Directives, service: SplitResult, page: SplitResult, nonce: str | None) -> Iterator[str]:
    origin = _origin(service.geturl())
    scripts = _first(policy, *_FOR_SCRIPTS)
    if scripts and not _may_run(scripts[1], service, page, nonce):
        yield _line("script-src-elem" if scripts[0] == "script-src-elem" else "script-src", scripts, origin)
    fetched = _first(policy, "connect-src", "default-src")
    if fetched and not _allows_all(fetched[1], service, FETCHED, page):
        yield _line("connect-src", fetched, origin)
    types = policy.get("trusted-types")
    if types is not None and not {TRUSTED_TYPES_POLICY, "*"} & set(types):
        yield " ".join(["trusted-types", *(name for name in types if name != "'none'"), TRUSTED_TYPES_POLICY]) + ";"


def _line(name: str, directive: tuple[str, Sequence[str]], origin: str) -> str:
    """The directive as it should be: a new one repeats what default-src allowed, which no longer counts beside it."""
    kept = [value for value in directive[1] if value != "'none'"]
    return " ".join([name, *kept, origin]) + ";"


def _first(policy: Directives, *names: str) -> tuple[str, Sequence[str]] | None:
    return next(((name, policy[name]) for name in names if name in policy), None)


def _may_run(sources: Sequence[str], service: SplitResult, page: SplitResult, nonce: str | None) -> bool:
    # With 'strict-dynamic' addresses count for nothing, so no line helps: `wants_nonce` says what does.
    return f"'nonce-{nonce}'" in sources or _STRICT in sources or _allows_all(sources, service, SCRIPTS, page)


def _allows_all(sources: Sequence[str], service: SplitResult, paths: Iterable[str], page: SplitResult) -> bool:
    wanted = [service._replace(path=path) for path in paths]
    return all(any(_matches(source, target, page) for source in sources) for target in wanted)


def _matches(source: str, target: SplitResult, page: SplitResult) -> bool:
    """Whether one source expression lets `target` through."""
    if source == "*":
        return target.scheme in _USUAL_PORTS
    if source.lower() == "'self'":
        return _origin(target.geturl()) == _origin(page.geturl())
    if scheme := _SCHEME.fullmatch(source):
        return _scheme_matches(scheme[1].lower(), target.scheme)
    host = _HOST.fullmatch(source)
    return host is not None and _host_matches(host, target, page)


def _host_matches(source: re.Match[str], target: SplitResult, page: SplitResult) -> bool:
    scheme = (source["scheme"] or page.scheme).lower()
    host, path = source["host"].lower().strip("[]"), source["path"] or "/"
    return (
        _scheme_matches(scheme, target.scheme)
        and ((target.hostname or "").endswith(host[1:]) if host.startswith("*.") else host in {"*", target.hostname})
        and _port_matches(source["port"], scheme, target)
        and (path in {"/", target.path} or (path.endswith("/") and target.path.startswith(path)))
    )


def _scheme_matches(allowed: str, scheme: str) -> bool:
    return allowed == scheme or (allowed, scheme) == ("http", "https")


def _port_matches(port: str | None, scheme: str, target: SplitResult) -> bool:
    actual = target.port or _USUAL_PORTS.get(target.scheme)
    if port is None:
        return actual in {_USUAL_PORTS.get(scheme), _USUAL_PORTS.get(target.scheme)}
    return port in {"*", str(actual)} or (port, actual) == ("80", 443)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    usual = parts.port is None or parts.port == _USUAL_PORTS.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" if usual else f"{parts.scheme}://{host}:{parts.port}"
