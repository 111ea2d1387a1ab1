"""The cap on money and tokens: never exceeded, together or alone, and said in words."""

from __future__ import annotations

import asyncio
import random

import pytest

from neuronview.errors import BadInput, BudgetReached
from neuronview.llm.budget import Budget, Reservation


def test_a_call_that_fits_exactly_is_made_and_the_next_is_not() -> None:
    budget = Budget(money=0.3)
    for _ in range(3):
        budget.settle(budget.try_reserve(0, 0.1) or pytest.fail("does not fit"), 0, 0.1)
    with pytest.raises(BudgetReached, match=r"cap of \$0.3 is reached: \$0.3 spent.*raise the cap"):
        budget.try_reserve(0, 0.01)


def test_tokens_are_capped_too() -> None:
    budget = Budget(tokens=100, spent_tokens=60)
    assert budget.try_reserve(40, None) == Reservation(40, 0.0)
    with pytest.raises(BudgetReached, match=r"100 tokens is reached: 60 spent.*up to 41"):
        budget.try_reserve(41, None)


def test_what_does_not_fit_now_but_may_later_is_not_refused() -> None:
    budget = Budget(tokens=100)
    first = budget.try_reserve(80, None)
    assert first is not None
    assert budget.try_reserve(30, None) is None
    budget.settle(first, 20, None)
    assert budget.try_reserve(30, None) is not None


def test_without_caps_everything_fits() -> None:
    budget = Budget()
    assert budget.try_reserve(10**12, None) is not None
    assert budget.try_reserve(1, 1e9) is not None


def test_an_unknown_price_and_a_cap_on_money_are_refused_up_front_with_what_to_do() -> None:
    with pytest.raises(BadInput, match=r"no list price of “m”.*cap on tokens"):
        Budget(money=1.0).check_price("m", known=False)
    with pytest.raises(BudgetReached, match="cap on tokens"):
        Budget(money=1.0).try_reserve(10, None)
    Budget(tokens=10).check_price("m", known=False)
    Budget(money=1.0).check_price("m", known=True)


@pytest.mark.parametrize("caps", [{"money": 0.0}, {"tokens": -1}, {"money": float("nan")}])
def test_a_cap_that_allows_nothing_is_refused(caps: dict[str, float]) -> None:
    with pytest.raises(BadInput, match="above 0"):
        Budget(**caps)  # type: ignore[arg-type]


def test_calls_at_once_never_exceed_the_cap_together_and_use_what_others_left() -> None:
    budget, drawn = Budget(money=1.0, tokens=1000), random.Random(0)
    highest = [0.0, 0]
    done, refused = 0, 0

    async def call() -> None:
        nonlocal done, refused
        tokens = drawn.randint(1, 60)
        try:
            reservation = await budget.reserve(tokens, tokens / 800)
        except BudgetReached:
            refused += 1
            return
        held = budget.reserved
        highest[:] = max(highest[0], budget.spent + held.cost), max(highest[1], budget.spent_tokens + held.tokens)
        for _ in range(drawn.randint(1, 4)):
            await asyncio.sleep(0)
        used = drawn.randint(0, tokens)
        budget.settle(reservation, used, used / 800)
        done += 1

    async def main() -> None:
        await asyncio.gather(*(call() for _ in range(200)))

    asyncio.run(main())
    assert done + refused == 200
    assert highest[0] <= 1.0 + 1e-9
    assert highest[1] <= 1000
    # Half of each reservation is given back on average, and what is left at the end is less than one call.
    assert budget.spent > 1.0 - 60 / 800
    assert budget.reserved == Reservation(0, 0.0)


def test_a_call_that_waits_and_is_cancelled_leaves_nothing_behind() -> None:
    async def main() -> None:
        budget = Budget(tokens=10)
        first = await budget.reserve(10, None)
        waiting = asyncio.create_task(budget.reserve(5, None))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        budget.settle(first, 0, None)
        assert budget.reserved == Reservation(0, 0.0)
        assert not budget._waiting

    asyncio.run(main())
