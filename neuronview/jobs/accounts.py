"""What a run may spend and has spent: its ledger and its caps, which its probes count to like every other call.

Prices are looked up before anybody is asked. What earlier parts of the run spent counts against its caps, calls and
tries of unknown end included.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from neuronview.errors import BudgetReached
from neuronview.jobs.choices import Chosen, asks_explainer, explainer_of, simulator_of
from neuronview.jobs.plan import RunPlan
from neuronview.llm.budget import Budget, Reservation
from neuronview.llm.calls import Endpoint
from neuronview.llm.ledger import CallNotes, Ended, Ledger, taking_notes
from neuronview.llm.prices import Price, PriceTable, given_price, list_prices

__all__ = ["KIND_OF_SIMULATOR", "PROBE", "Accounts", "check_prices", "stated_prices"]

KIND_OF_SIMULATOR: Mapping[str, str] = {
    "all-at-once": "echo",
    "decisions": "decision",
    "digits": "chat",
    "structured": "chat",
}
KINDS = ("chat", "echo", "decision")
PROBE = "probe"
"""Kind of a probe's line in the ledger: its calls together."""
PROBE_TOKENS = (1536, 640)
"""Most input and output tokens of a probe whose calls are each answered at once, a token a byte."""
TRY_TOKENS = (512, 512)
"""Most of one of its calls, for tries that may have been billed without an answer."""


@dataclass(frozen=True)
class Accounts:
    """The ledger of a run, and the budget that all its models share."""

    ledger: Ledger
    budget: Budget
    prices: PriceTable

    @classmethod
    def open(cls, plan: RunPlan, folder: Path) -> Accounts:
        """The accounts in a run's folder; RecordsError where they cannot be kept. `close` is the caller's."""
        ledger = Ledger(folder)
        before = ledger.totals()
        budget = Budget(
            money=plan.max_cost,
            tokens=plan.max_tokens,
            calls=plan.max_calls,
            spent=before.cost + before.unfinished_cost,
            spent_tokens=before.tokens + before.unfinished_tokens,
            spent_calls=before.paid + before.failed,
        )
        return cls(ledger, budget, list_prices())

    def close(self) -> None:
        """Let go of the ledger."""
        self.ledger.close()

    @contextmanager
    def probing(self, endpoint: Endpoint, plan: RunPlan, chosen: Chosen) -> Iterator[None]:
        """A block in which an endpoint is probed. BudgetReached where the caps have no room for it."""
        price = _dearest(self.prices.giving(stated_prices(plan, {chosen: endpoint})), endpoint)
        held = [self._reserved(PROBE_TOKENS, price)]
        call = self.ledger.begin("", PROBE, endpoint.model, tokens=held[0].tokens, cost=_cost(PROBE_TOKENS, price))
        begun, failure = time.monotonic(), ""
        with taking_notes() as notes:
            notes.before_another = lambda: held.append(self._reserved(TRY_TOKENS, price))
            try:
                yield
            except BaseException as error:
                failure = type(error).__name__
                raise
            finally:
                ended = _ended(call, endpoint, price, notes, time.monotonic() - begun, failure)
                tokens = ended.input_tokens + ended.output_tokens + ended.untold_tokens
                self.budget.settle(held[0], tokens, (ended.cost or 0.0) + ended.untold_cost)
                for reservation in held[1:]:
                    self.budget.settle(reservation, 0, 0.0)
                self.ledger.end(ended)

    def _reserved(self, tokens: tuple[int, int], price: Price | None) -> Reservation:
        found = self.budget.try_reserve(sum(tokens), _cost(tokens, price))
        if found is None:
            raise BudgetReached(
                "The caps have no room for finding out what the endpoint can do. Raise them and start again to go on."
            )
        return found


def stated_prices(plan: RunPlan, endpoints: Mapping[Chosen, Endpoint]) -> dict[str, Price]:
    """What the plan says that models cost, by the endpoint's identity."""
    said = {
        endpoint.identity: plan.price if chosen == explainer_of(plan) else plan.simulator_price
        for chosen, endpoint in endpoints.items()
    }
    return {identity: given_price(text) for identity, text in said.items() if text}


def check_prices(plan: RunPlan, endpoints: Mapping[Chosen, Endpoint]) -> None:
    """Refuse a cap on money, before anybody is asked, where a model has no price. Raises BadInput.

    Which simulator `auto` comes to is not known yet: then any price of the model lets it pass, and the desk decides.
    """
    if plan.max_cost is None:
        return
    prices = list_prices().giving(stated_prices(plan, endpoints))
    for chosen, endpoint in endpoints.items():
        kinds = {"chat"} if asks_explainer(plan) and chosen == explainer_of(plan) else set[str]()
        if chosen == simulator_of(plan) and plan.simulator in KIND_OF_SIMULATOR:
            kinds.add(KIND_OF_SIMULATOR[plan.simulator])
        known = not prices.unknown(endpoint.model, kinds, identity=endpoint.identity)
        known = known and _dearest(prices, endpoint) is not None
        Budget(money=plan.max_cost).check_price(endpoint.model, known=known)


def _dearest(prices: PriceTable, endpoint: Endpoint) -> Price | None:
    """The highest price of a model, whatever it is asked; None where there is none."""
    found = [prices.price(endpoint.model, kind, identity=endpoint.identity) for kind in KINDS]
    return max(filter(None, found), key=lambda price: price.input + price.output, default=None)


def _cost(tokens: tuple[int, int], price: Price | None) -> float | None:
    return None if price is None else price.at_most(*tokens)


def _ended(call: str, endpoint: Endpoint, price: Price | None, notes: CallNotes, seconds: float, error: str) -> Ended:
    usage = notes.usage
    return Ended(
        call,
        "",
        PROBE,
        endpoint.model,
        input_tokens=usage.input_tokens,
        cached_tokens=usage.cached_tokens,
        output_tokens=usage.output_tokens,
        reported=usage.reported,
        cost=None if price is None else price.cost(usage),
        attempts=notes.attempts,
        seconds=round(seconds, 3),
        error=error,
        untold_tokens=notes.unknown * sum(TRY_TOKENS),
        untold_cost=notes.unknown * (_cost(TRY_TOKENS, price) or 0.0),
    )
