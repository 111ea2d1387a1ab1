"""What a probe takes is in the ledger and under the caps of the run that asks; prices are looked up before it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from neuronview.errors import BadInput, BudgetReached, EndpointRefused
from neuronview.jobs import endpoints
from neuronview.jobs.accounts import TRY_TOKENS, Accounts
from neuronview.jobs.endpoints import Keys, open_endpoints
from neuronview.jobs.plan import RunPlan
from neuronview.llm.calls import ChatAnswer, ChatRequest, DecisionRequest
from neuronview.llm.ledger import Ledger
from tests.support.fake_endpoint import FakeEndpoint
from tests.support.scripted_server import CHAT, MODEL, ScriptedServer, chat_reply, scripted_server, status

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")

FAR = "https://models.example/v1"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as server:
        yield server


def plan(**options: Any) -> RunPlan:
    asked = {"explainer": "pairs", "simulator": "auto", "explainer_model": MODEL, "explainer_url": FAR}
    return RunPlan("", "runs", ("0:0",), **(asked | options))


def opened(plan: RunPlan, home: Path, keys: Keys | None = None) -> Accounts:
    """Open the models of a plan as a run does; the accounts afterwards."""

    async def work() -> Accounts:
        accounts = Accounts.open(plan, home / "run")
        try:
            found = await open_endpoints(plan, home, keys=keys or Keys(), accounts=accounts)
            await found.close()
        finally:
            accounts.close()
        return accounts

    return asyncio.run(work())


def totals_of(accounts: Accounts) -> Any:
    return Ledger(accounts.ledger.path.parent).totals()


def test_a_probe_is_in_the_ledger_and_counts_to_the_caps(tmp_path: Path, server: ScriptedServer) -> None:
    usage = {"prompt_tokens": 60, "completion_tokens": 4, "total_tokens": 64}
    server.play(CHAT, chat_reply("fine", usage=usage))
    accounts = opened(plan(explainer_url=server.base_url, price="1,10", max_tokens=100_000, max_cost=1.0), tmp_path)
    totals = totals_of(accounts)
    chats = len(server.asked(CHAT))
    assert chats >= 3
    assert totals.tokens >= 64 * chats
    assert (totals.paid, totals.failed) == (1, 0)
    assert totals.attempts == len([request for request in server.requests if request.method == "POST"])
    assert accounts.budget.spent_tokens == totals.tokens
    assert accounts.budget.reserved.tokens == 0
    assert accounts.budget.spent == pytest.approx(totals.cost)
    assert totals.cost >= chats * (60 * 1 + 4 * 10) / 1e6
    assert '"kind": "probe"' in accounts.ledger.path.read_text()
    # What is known is not asked, nor paid for, again.
    assert totals_of(opened(plan(explainer_url=server.base_url), tmp_path)).tokens == totals.tokens


def test_tries_of_a_probe_that_may_have_been_billed_are_counted_apart(tmp_path: Path, server: ScriptedServer) -> None:
    server.play(CHAT, status(503, headers={"retry-after": "0"}), chat_reply("fine"))
    accounts = opened(plan(explainer_url=server.base_url), tmp_path)
    totals = totals_of(accounts)
    assert totals.unfinished_tokens == sum(TRY_TOKENS)
    assert accounts.budget.spent_tokens == totals.tokens + sum(TRY_TOKENS)


def test_a_cap_without_room_for_a_probe_ends_before_anybody_is_asked(tmp_path: Path, server: ScriptedServer) -> None:
    with pytest.raises(BudgetReached, match="cap of 1,000 tokens"):
        opened(plan(explainer_url=server.base_url, max_tokens=1000), tmp_path)
    assert server.requests == []


def talks(request: Any) -> Any:
    return ChatAnswer("hi") if isinstance(request, ChatRequest) else EndpointRefused("No.")


class Closing(FakeEndpoint):
    """Counts its closings; one that is `stuck` cannot be closed."""

    def __init__(self, name: str, reply: Any = talks, *, stuck: bool = False) -> None:
        super().__init__(reply)
        self.identity, self.model = f"{FAR} {name}", name  # type: ignore[misc]
        self.closed, self.stuck = 0, stuck

    async def close(self) -> None:
        self.closed += 1
        if self.stuck:
            raise OSError(f"{self.model} is stuck")


def connects(monkeypatch: pytest.MonkeyPatch, *made: Closing) -> None:
    by_name = {endpoint.model: endpoint for endpoint in made}
    monkeypatch.setattr(endpoints, "connect", lambda chosen, **_: by_name[chosen.model])


@pytest.mark.parametrize("unpriced", ["a", "b"])
def test_a_cap_on_money_without_a_price_is_refused_before_anybody_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unpriced: str
) -> None:
    made = Closing("a"), Closing("b")
    connects(monkeypatch, *made)
    prices = {"price": "" if unpriced == "a" else "1,2", "simulator_price": "" if unpriced == "b" else "1,2"}
    asked = plan(explainer_model="a", simulator_model="b", max_cost=1.0, **prices)
    with pytest.raises(BadInput, match=f"no (list )?price of “{unpriced}”"):
        opened(asked, tmp_path, Keys(explainer="one", simulator="two"))
    assert [endpoint.history for endpoint in made] == [[], []]
    assert [endpoint.closed for endpoint in made] == [1, 1]


def test_a_cap_on_money_with_prices_lets_the_probe_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = Closing("a")
    connects(monkeypatch, endpoint)
    opened(plan(explainer_model="a", max_cost=1.0, price="1,2"), tmp_path, Keys(explainer="one"))
    assert any(isinstance(request, DecisionRequest) for request in endpoint.history)


def test_what_cannot_be_closed_neither_hides_the_error_nor_keeps_the_rest_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Closing("b", stuck=True), Closing("a", EndpointRefused("The key is wrong."))
    connects(monkeypatch, *made)
    with pytest.raises(EndpointRefused, match="The key is wrong") as caught:
        opened(plan(explainer_model="a", simulator_model="b"), tmp_path, Keys(explainer="one", simulator="two"))
    assert [endpoint.closed for endpoint in made] == [1, 1]
    assert caught.value.__notes__ == ["While closing: OSError: b is stuck"]


def test_all_models_of_a_run_are_closed_and_the_first_error_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Closing("b", stuck=True), Closing("a", stuck=True)
    connects(monkeypatch, *made)
    with pytest.raises(OSError, match="b is stuck"):
        opened(plan(explainer_model="a", simulator_model="b"), tmp_path, Keys(explainer="one", simulator="two"))
    assert [endpoint.closed for endpoint in made] == [1, 1]
