"""What is set aside for a call and booked after it, where the desk around it does not show."""

import asyncio
from pathlib import Path

import pytest

from neuronview.errors import EndpointError
from neuronview.llm.booking import Books, at_most_tokens
from neuronview.llm.budget import Budget
from neuronview.llm.calls import DecisionRequest, Question, Usage
from neuronview.llm.ledger import Ledger, note_attempt, note_usage, taking_notes
from neuronview.llm.prices import list_prices
from tests.llm.fake_endpoint import FakeEndpoint, asked

IN, OUT = 0.15e-6, 0.6e-6  # dollars a token of gpt-4o-mini, which the fake endpoint calls itself


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "run")


def books(ledger: Ledger) -> Books:
    return Books(
        FakeEndpoint(),
        ledger=ledger,
        budget=Budget(),
        prices=list_prices(),
        estimate_tokens=at_most_tokens,
        clock=iter(range(100)).__next__,
    )


def test_of_a_call_that_was_begun_and_never_ended_the_ledger_knows_the_most_that_it_cost(ledger: Ledger) -> None:
    request = asked("a")
    asyncio.run(books(ledger).reserve("key", request)).begin()
    totals = ledger.totals()
    given, generated = at_most_tokens(request), request.max_tokens
    assert (totals.unfinished, totals.unfinished_tokens) == (1, given + generated)
    assert totals.unfinished_cost == pytest.approx(given * IN + generated * OUT)


def test_answered_parts_of_a_decision_are_in_what_was_set_aside_for_the_whole(ledger: Ledger) -> None:
    request = DecisionRequest("A long excerpt.", (Question("t0", "predicate", "Does it fire?"),))
    opened = books(ledger)
    booking = asyncio.run(opened.reserve("key", request))
    with taking_notes() as notes:
        booking.begin()
        for usage in (Usage(10, 0, 2), None):
            note_attempt()
            if usage is not None:
                note_usage(usage)
        booking.failed(EndpointError("timed out at its second part"), notes)
    totals = ledger.totals()
    assert (totals.tokens, totals.tokens + totals.unfinished_tokens) == (12, at_most_tokens(request))
    assert opened.budget.spent_tokens == at_most_tokens(request)
