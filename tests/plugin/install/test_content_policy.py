"""Content policies that let the element work, and those that block it."""

import pytest

from plugin.install.content_policy import lines_to_add, usual_lines, wants_nonce

SERVICE = "https://stoep.example"
SHOP = "https://shop.example/checkout"


def lines(*policies: str, nonce: str | None = None, service: str = SERVICE, page: str = SHOP) -> list[str]:
    return lines_to_add(policies, service, page, nonce)


@pytest.mark.parametrize(
    "policy",
    [
        "",
        "img-src 'none'; style-src 'none'; font-src 'none'; frame-src 'none'",
        "default-src 'self' https://stoep.example",
        "default-src 'none'; script-src stoep.example; connect-src stoep.example",
        "default-src *",
        "default-src https:",
        "default-src HTTPS://STOEP.EXAMPLE",
        "default-src http://stoep.example",
        "default-src https://*.example",
        "default-src https://stoep.example:443",
        "default-src https://stoep.example:*",
        "script-src https://stoep.example/static/; connect-src https://stoep.example/",
        "script-src 'none'; script-src-elem https://stoep.example",
        "trusted-types stoep other; require-trusted-types-for 'script'",
        "trusted-types *",
    ],
)
def test_a_policy_that_lets_the_element_work_needs_nothing(policy: str) -> None:
    assert lines(policy) == []


@pytest.mark.parametrize(
    ("policy", "needed"),
    [
        (
            "default-src 'self'",
            ["script-src 'self' https://stoep.example;", "connect-src 'self' https://stoep.example;"],
        ),
        ("default-src 'none'", ["script-src https://stoep.example;", "connect-src https://stoep.example;"]),
        ("script-src 'self'", ["script-src 'self' https://stoep.example;"]),
        (
            "script-src 'unsafe-inline' 'unsafe-eval'",
            ["script-src 'unsafe-inline' 'unsafe-eval' https://stoep.example;"],
        ),
        ("script-src-elem 'self'; script-src *", ["script-src-elem 'self' https://stoep.example;"]),
        ("connect-src https://api.shop.example", ["connect-src https://api.shop.example https://stoep.example;"]),
        ("connect-src https://example", ["connect-src https://example https://stoep.example;"]),
        ("connect-src https://*.stoep.example", ["connect-src https://*.stoep.example https://stoep.example;"]),
        ("connect-src https://stoep.example:8443", ["connect-src https://stoep.example:8443 https://stoep.example;"]),
        (
            "connect-src https://stoep.example/widget/v1/holds",
            ["connect-src https://stoep.example/widget/v1/holds https://stoep.example;"],
        ),
        ("script-src data: blob:", ["script-src data: blob: https://stoep.example;"]),
        ("trusted-types 'none'", ["trusted-types stoep;"]),
        ("trusted-types shop", ["trusted-types shop stoep;"]),
    ],
)
def test_a_policy_that_blocks_the_element_is_answered_with_the_lines_it_needs(policy: str, needed: list[str]) -> None:
    assert lines(policy) == needed
    assert lines("; ".join([policy, *needed]).replace(policy, "")) == []


def test_several_policies_must_all_agree() -> None:
    blocking = ["connect-src https://stoep.example;"]
    assert lines("default-src *", "connect-src 'none'") == blocking
    assert lines("default-src *, connect-src 'none'") == blocking


def test_a_nonce_on_our_script_is_enough_for_it_and_what_it_imports() -> None:
    assert lines("script-src 'nonce-abc'", nonce="abc") == []
    assert lines("script-src 'nonce-abc'", nonce="other") != []


def test_a_policy_that_goes_by_nonces_alone_wants_one_and_no_line() -> None:
    policy = "script-src 'nonce-abc' 'strict-dynamic' https://stoep.example"
    assert [wants_nonce([policy], nonce) for nonce in ("abc", "other", None)] == [False, True, True]
    assert not wants_nonce(["script-src 'nonce-abc'"], None)
    assert lines(policy) == []


def test_self_is_the_service_when_the_shop_stands_at_the_same_address() -> None:
    assert lines("default-src 'self'", page="https://stoep.example/shop") == []
    assert lines("default-src 'self'", page="http://stoep.example/shop") != []


def test_ports_and_other_addresses_are_told_as_they_are() -> None:
    assert usual_lines("http://127.0.0.1:8000") == [
        "script-src http://127.0.0.1:8000;",
        "connect-src http://127.0.0.1:8000;",
    ]
    assert lines("default-src http://127.0.0.1:8000", service="http://127.0.0.1:8000") == []
    assert lines("default-src http://127.0.0.1:8001", service="http://127.0.0.1:8000") != []
