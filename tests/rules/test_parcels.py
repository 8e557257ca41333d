from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.parcels import Basket, Line, can_serve, split_basket


def basket(*lines: tuple[str, int]) -> Basket:
    return Basket(tuple(Line(sku, quantity) for sku, quantity in lines), "EUR")


def shares(found):
    return [(parcel.origin_id, [(line.sku, line.quantity) for line in parcel.basket.lines]) for parcel in found]


def test_a_basket_adds_up_its_lines():
    lines = (Line("mug", 2, weight_g=300, handling_days=1, value=995), Line("pot", 1, 1200, 3, 2495))
    assert Basket(lines, "EUR").weight_g == 1800
    assert Basket(lines, "EUR").value == 4485
    assert Basket(lines, "EUR").handling_days == 3
    assert Basket((*lines, Line("pen", 1)), "EUR").value is None


def test_lines_of_the_same_sku_are_counted_together():
    assert not can_serve({"mug": 3}, basket(("mug", 2), ("mug", 2)))
    assert can_serve({"mug": 4}, basket(("mug", 2), ("mug", 2)))


def test_a_sku_that_is_not_named_counts_as_there():
    assert can_serve({}, basket(("mug", 1000)))
    assert can_serve({"pot": 0}, basket(("mug", 1)))
    assert not can_serve({"mug": 0}, basket(("mug", 1)))


def test_lines_go_to_the_first_origin_that_has_them():
    found = split_basket(basket(("mug", 1), ("pot", 1)), [("a", {"mug": 1, "pot": 0}), ("b", {"mug": 1, "pot": 1})])
    assert shares(found) == [("a", [("mug", 1)]), ("b", [("pot", 1)])]


def test_a_line_that_no_origin_has_whole_is_split():
    found = split_basket(basket(("mug", 3)), [("a", {"mug": 2}), ("b", {"mug": 2})])
    assert shares(found) == [("a", [("mug", 2)]), ("b", [("mug", 1)])]


def test_a_split_is_refused_when_all_together_have_too_few():
    assert split_basket(basket(("mug", 5)), [("a", {"mug": 2}), ("b", {"mug": -1})]) is None
    assert split_basket(basket(("mug", 1)), []) is None


stocks = st.lists(st.dictionaries(st.sampled_from("xyz"), st.integers(-1, 6)), max_size=4)
lines = st.lists(st.tuples(st.sampled_from("xyz"), st.integers(1, 5)), min_size=1, max_size=5)


@given(stocks, lines)
def test_nothing_is_promised_twice_and_nothing_is_lost(stock_of_each, wanted):
    origins = [(str(number), stock) for number, stock in enumerate(stock_of_each)]
    found = split_basket(basket(*wanted), origins)
    if found is None:
        needed = Counter()
        for sku, quantity in wanted:
            needed[sku] += quantity
        limited = {sku for sku in needed if all(sku in stock for stock in stock_of_each)}
        assert any(sum(max(stock[sku], 0) for stock in stock_of_each) < needed[sku] for sku in limited)
        return
    sent = Counter()
    for origin_id, taken in shares(found):
        from_here = Counter()
        for sku, quantity in taken:
            from_here[sku] += quantity
        sent += from_here
        assert all(quantity <= stock_of_each[int(origin_id)].get(sku, quantity) for sku, quantity in from_here.items())
    assert sent == sum((Counter({sku: quantity}) for sku, quantity in wanted), Counter())


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Line("", 1),
        lambda: Line("mug", 0),
        lambda: Line("mug", -1),
        lambda: Line("mug", 1, weight_g=-1),
        lambda: Line("mug", 1, handling_days=-1),
        lambda: Line("mug", 1, value=-1),
        lambda: Basket((), "EUR"),
        lambda: Basket((Line("mug", 1),), "euro"),
    ],
)
def test_impossible_baskets_are_refused(wrong):
    with pytest.raises(ValueError):
        wrong()
