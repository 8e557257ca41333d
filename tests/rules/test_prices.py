import pytest

from delivery.rules.prices import Fee, Money

BY_WEIGHT = ((1000, 495), (5000, 795), (10000, 1295))


@pytest.mark.parametrize(
    ("weight_g", "amount"), [(0, 495), (1000, 495), (1001, 795), (10000, 1295), (10001, 1295), (10**9, 1295)]
)
def test_a_fee_by_weight_includes_its_upper_end_and_the_heaviest_pays_the_last(weight_g: int, amount: int):
    assert Fee(300, "EUR", by_weight=BY_WEIGHT).of(weight_g, None) == Money(amount, "EUR")


@pytest.mark.parametrize(("value", "amount"), [(None, 495), (4999, 495), (5000, 0), (5001, 0)])
def test_delivery_is_free_from_a_value_that_is_known(value: int | None, amount: int):
    assert Fee(495, "JPY", free_from=5000).of(0, value) == Money(amount, "JPY")


def test_impossible_fees_are_refused():
    for wrong in (
        lambda: Fee(-1, "EUR"),
        lambda: Fee(1, "eur"),
        lambda: Fee(1, "EURO"),
        lambda: Fee(1, "EUR", free_from=-1),
        lambda: Fee(1, "EUR", by_weight=((1000, 5), (1000, 6))),
        lambda: Fee(1, "EUR", by_weight=((0, 5),)),
        lambda: Fee(1, "EUR", by_weight=((1000, -5),)),
        lambda: Money(1, ""),
    ):
        with pytest.raises(ValueError):
            wrong()


def test_a_difference_to_pay_back_may_be_negative():
    assert Money(-300, "EUR").amount == -300
