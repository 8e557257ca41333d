"""Loading a checkout: bounded in time, size and redirects, and never from the inside of the operator's network."""

import time

import pytest

from plugin.install.loading import MOST_BYTES, CannotLoad, Loaded, load
from tests.plugin.install.checkout import Website, drip, page, redirect, status


def loaded(url: str, seconds: float = 5) -> Loaded:
    return load(url, allow_private=True, seconds=seconds)


def trouble(url: str, *, allow_private: bool = True, seconds: float = 5) -> tuple[str, int | None]:
    with pytest.raises(CannotLoad) as caught:
        load(url, allow_private, seconds)
    return caught.value.reason, caught.value.status


def test_a_page_comes_with_its_policies() -> None:
    with Website() as shop:
        url = shop.serve("<h1>Kassa – één</h1>", Content_Security_Policy="default-src 'self'")
        assert loaded(url) == Loaded(url, "<h1>Kassa – één</h1>", ("default-src 'self'",))


def test_three_redirects_are_followed_and_a_fourth_is_not() -> None:
    with Website() as shop:
        shop.serve("here")
        for number, to in enumerate(("/checkout", "/hop0", "/hop1", "/hop2")):
            shop.pages[f"/hop{number}"] = redirect(to)
        assert loaded(shop.address("/hop2")).url == shop.address()
        assert trouble(shop.address("/hop3")) == ("redirects", None)


def test_a_private_address_is_refused_and_never_asked() -> None:
    with Website() as shop:
        assert trouble(shop.serve("inside"), allow_private=False) == ("private", None)
        assert shop.asked == []


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://shop.example/", "http://user:word@shop.example/"])
def test_a_redirect_to_something_else_is_not_followed(to: str) -> None:
    with Website({"/checkout": redirect(to)}) as shop:
        assert trouble(shop.address())[0] in {"address", "connection"}


@pytest.mark.parametrize("code", [204, 401, 404, 500])
def test_an_answer_that_is_no_page_says_its_status(code: int) -> None:
    with Website({"/checkout": status(code)}) as shop:
        assert trouble(shop.address()) == ("status", code)


def test_what_is_no_html_is_no_page() -> None:
    with Website({"/checkout": page("{}", Content_Type="application/json")}) as shop:
        assert trouble(shop.address()) == ("not_a_page", None)


def test_a_page_that_never_ends_is_left_in_time() -> None:
    with Website({"/checkout": drip}) as shop:
        began = time.perf_counter()
        assert trouble(shop.address(), seconds=0.5) == ("time", None)
        assert time.perf_counter() - began < 3


def test_of_a_large_page_the_first_million_bytes_are_read() -> None:
    with Website() as shop:
        assert len(loaded(shop.serve("x" * (MOST_BYTES + 5000))).html) == MOST_BYTES


def test_nobody_at_home_is_said() -> None:
    with Website() as shop:
        gone = shop.address()
    assert trouble(gone) == ("connection", None)
