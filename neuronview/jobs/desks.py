"""The desks of a run: one in front of each language model, over one cache, one ledger and one budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from neuronview.jobs.accounts import KIND_OF_SIMULATOR, Accounts, stated_prices
from neuronview.jobs.choices import explainer_of, simulator_of
from neuronview.jobs.endpoints import Opened, Route
from neuronview.jobs.measured import Measured, Meter, bytes_read
from neuronview.jobs.plan import RunPlan
from neuronview.llm.booking import at_most_tokens
from neuronview.llm.cache import Cache, kind_of
from neuronview.llm.calls import DecisionRequest, Request
from neuronview.llm.closing import close_all
from neuronview.llm.desk import Desk
from neuronview.llm.ledger import Totals
from neuronview.llm.prices import PriceTable

__all__ = ["Desks", "kinds_asked", "prices_of"]


@dataclass
class Desks:
    """Open desks of a run. Belongs to one event loop."""

    opened: Opened
    simulator: Desk
    explainer: Desk | None
    accounts: Accounts
    cache: Cache
    before: Totals
    concurrency: int
    meters: Mapping[str, Meter] = field(default_factory=dict)

    @classmethod
    def open(
        cls, plan: RunPlan, opened: Opened, accounts: Accounts, cache: Cache, *, should_stop: Callable[[], bool]
    ) -> Desks:
        """Desks for the models of a run; models, accounts and cache are theirs to close then.

        BadInput when money is capped and a price is not known; RecordsError.
        """
        before = accounts.ledger.totals()
        desks: dict[int, Desk] = {}
        meters: dict[str, Meter] = {}
        kinds = kinds_asked(plan, opened)
        for route in opened.routes:
            meter = Meter(route.endpoint, often=route.reads_input_often)
            meters[route.endpoint.identity] = meter
            desks[id(route)] = Desk(
                meter,
                cache=cache,
                ledger=accounts.ledger,
                budget=accounts.budget,
                concurrency=plan.concurrency,
                should_stop=should_stop,
                estimate_tokens=_at_most(route),
                prices=prices_of(plan, opened, accounts.prices),
                kinds=kinds if len(opened.routes) == 1 else kinds if route is opened.simulator else ("chat",),
            )
        explainer = None if opened.explainer is None else desks.get(id(opened.explainer), desks[id(opened.simulator)])
        return cls(opened, desks[id(opened.simulator)], explainer, accounts, cache, before, plan.concurrency, meters)

    @property
    def all(self) -> list[Desk]:
        """Each desk once."""
        return list({id(desk): desk for desk in (self.simulator, self.explainer) if desk is not None}.values())

    def counted(self) -> dict[str, Any]:
        """Fields of a run's progress: what was asked and spent so far, earlier parts included."""
        now, before = [desk.progress for desk in self.all], self.before
        rates = [one.rate for one in now if one.rate is not None]
        return {
            "calls": before.paid + sum(one.calls for one in now),
            "cached": before.cached + sum(one.cached for one in now),
            "failed_calls": before.failed + sum(one.failed for one in now),
            "in_flight": sum(one.in_flight for one in now),
            "rate": sum(rates) if rates and any(one.in_flight for one in now) else None,
            "tokens": before.tokens + sum(one.usage.input_tokens + one.usage.output_tokens for one in now),
            "money": before.cost + sum(one.money for one in now),
            "unpriced": before.unpriced + sum(one.unpriced for one in now),
        }

    def untold(self) -> str:
        """What calls and tries without an answer may have taken, in words, earlier parts included; or nothing."""
        now, before = [desk.progress for desk in self.all], self.before
        tokens = before.unfinished_tokens + sum(one.untold_tokens for one in now)
        money = before.unfinished_cost + sum(one.untold_cost for one in now)
        if not tokens:
            return ""
        dollars = f" (${money:.2g})" if money else ""
        return (
            f"Tries that ended without an answer may have used up to {tokens:,} tokens more{dollars}. The caps count "
            "them, the sums do not."
        )

    def guessed(self) -> str:
        """How many calls' tokens the endpoint did not tell, in words, earlier parts included; or nothing."""
        calls = self.accounts.ledger.totals().estimated
        if not calls:
            return ""
        return (
            f"For {calls:,} call{'' if calls == 1 else 's'} the endpoint told no number of tokens that can be true, so "
            "it is estimated, in the sums and for the caps."
        )

    def refused(self) -> str:
        """What models did not accept, so that it is not sent any more, in words; or nothing."""
        told = {route.endpoint.model: getattr(route.endpoint, "adjustments", ()) for route in self.opened.routes}
        return " ".join(f"{model}: {'; '.join(left_out)}." for model, left_out in told.items() if left_out)

    def answers(self) -> int:
        """Calls of this part of the run that an answer came of."""
        return sum(desk.progress.calls for desk in self.all)

    def forget(self, request: Request) -> bool:
        """Drop what is cached of a request, at whichever desk it was asked before this part of the run."""
        return any([desk.forget(request) for desk in self.all])

    async def close(self, home: Path) -> None:
        """Wait for calls under way, note what they took, and let go of everything."""

        def remember() -> None:
            for identity, meter in self.meters.items():
                Measured(home).ran(identity, meter.rates, concurrency=self.concurrency)

        await close_all([*(desk.close for desk in self.all), self.accounts.close, self.cache.close, remember])


def prices_of(plan: RunPlan, opened: Opened, table: PriceTable) -> PriceTable:
    """The table with what the plan says that its models cost."""
    endpoints = {} if opened.explainer is None else {explainer_of(plan): opened.explainer.endpoint}
    return table.giving(stated_prices(plan, endpoints | {simulator_of(plan): opened.simulator.endpoint}))


def kinds_asked(plan: RunPlan, opened: Opened) -> tuple[str, ...]:
    """Kinds of request that a run makes, by which its prices are looked up."""
    kinds = {KIND_OF_SIMULATOR[opened.simulator_name]}
    if opened.explainer is not None:
        kinds.add("chat")
    if {"detection", "fuzzing"} & set(plan.scorers):
        kinds.add("decision" if opened.simulator.capabilities.decisions else "chat")
    return tuple(sorted(kinds))


def _at_most(route: Route) -> Callable[[Request], int]:
    """Upper estimates of a request's tokens: one a byte, and for System One the input once a question."""

    def estimate(request: Request) -> int:
        if route.reads_input_often and kind_of(request) == "decision" and isinstance(request, DecisionRequest):
            return max(at_most_tokens(request), bytes_read(request, often=True) + 256 * len(request.questions))
        return at_most_tokens(request)

    return estimate
