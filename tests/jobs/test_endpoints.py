"""Which key goes where, which simulator is chosen, and what a run refuses before it asks anybody."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from neuronview.errors import EndpointError, MissingKey, NotSupported
from neuronview.jobs.choices import Chosen
from neuronview.jobs.endpoints import Keys, capability_store, connect, open_endpoints, probe_cached
from neuronview.jobs.plan import RunPlan
from neuronview.llm.calls import ChatAnswer, ChatRequest, DecisionAnswer, DecisionRequest
from neuronview.llm.probe import Capabilities
from neuronview.llm.wire_address import Address
from tests.support.fake_endpoint import FakeEndpoint

HERE, THERE = "https://one.example/v1", "https://two.example/v1"


def know(home: Path, url: str, model: str, **able: Any) -> None:
    """Let it be known what an endpoint can do, so that nobody is asked."""
    from neuronview.llm.probe import _library

    found = {"chat": True, "tokens_per_byte": 0.25, "library": _library()} | able
    capability_store(home).put(Capabilities(f"{Address.parse(url).shown} {model}", model, **found))


def opened(plan: RunPlan, home: Path, keys: Keys) -> Any:
    async def work() -> Any:
        found = await open_endpoints(plan, home, keys=keys)
        await found.close()
        return found

    return asyncio.run(work())


def plan(**options: Any) -> RunPlan:
    asked = {"explainer": "pairs", "simulator": "auto", "explainer_model": "a", "explainer_url": HERE}
    return RunPlan("", "runs", ("0:0",), **(asked | options))


def test_a_key_is_not_sent_to_another_address(tmp_path: Path) -> None:
    know(tmp_path, HERE, "a")
    know(tmp_path, THERE, "b")
    apart = plan(simulator_model="b", simulator_url=THERE)
    with pytest.raises(MissingKey, match=r"different addresses.*two\.example"):
        opened(apart, tmp_path, Keys(explainer="one"))
    found = opened(apart, tmp_path, Keys(explainer="one", simulator="two"))
    sent = {route.endpoint.identity: route.endpoint._credentials._key for route in found.routes}
    assert sent == {f"{HERE} a": "one", f"{THERE} b": "two"}


def test_one_key_serves_both_models_of_one_address(tmp_path: Path) -> None:
    know(tmp_path, HERE, "a")
    know(tmp_path, HERE, "b")
    assert len(opened(plan(simulator_model="b"), tmp_path, Keys(explainer="one")).routes) == 2


def test_a_simulator_of_this_machine_needs_no_key(tmp_path: Path) -> None:
    know(tmp_path, HERE, "a")
    know(tmp_path, "http://127.0.0.1:9/v1", "b")
    found = opened(plan(simulator_model="b", simulator_url="http://127.0.0.1:9/v1"), tmp_path, Keys(explainer="one"))
    assert found.simulator.endpoint.identity.startswith("http://127.0.0.1:9")


def test_keys_are_in_no_repr() -> None:
    keys = Keys.from_environment({"OPENAI_API_KEY": "sk-secret", "OPENAI_BASE_URL": "https://me:pw@host/v1"})
    endpoint = connect(Chosen("a"), keys=keys, key=keys.explainer)
    assert "secret" not in repr(keys) + repr(endpoint)
    assert "pw" not in repr(keys) + repr(endpoint)


def test_an_address_of_the_environment_keeps_what_belongs_to_it() -> None:
    keys = Keys(base_url="https://host/v1?api-version=2024-10-21")
    assert keys.address(Chosen("a", "https://host/v1")) == "https://host/v1?api-version=2024-10-21"
    assert keys.address(Chosen("a", "https://other/v1")) == "https://other/v1"
    assert keys.address(Chosen("a")) == "https://host/v1?api-version=2024-10-21"
    assert Keys().address(Chosen("a")) is None


@pytest.mark.parametrize(
    ("able", "name"),
    [
        ({"prompt_logprobs": "echo", "decisions": "openai"}, "all-at-once"),
        ({"decisions": "openai", "generated_logprobs": 5}, "decisions"),
        ({"generated_logprobs": 5}, "digits"),
        ({}, "structured"),
    ],
)
def test_the_simulator_follows_from_what_the_endpoint_can_do(tmp_path: Path, able: dict[str, Any], name: str) -> None:
    know(tmp_path, HERE, "a", **able)
    found = opened(plan(), tmp_path, Keys(explainer="one"))
    assert (found.simulator_name, found.make_simulator(found.simulator.endpoint).name) == (name, name)


def test_a_simulator_that_cannot_work_there_is_refused_with_the_reason(tmp_path: Path) -> None:
    know(tmp_path, HERE, "a", why_not={"prompt_logprobs": "It does not echo."})
    with pytest.raises(NotSupported, match=r"all-at-once.*It does not echo"):
        opened(plan(simulator="all-at-once"), tmp_path, Keys(explainer="one"))


@pytest.mark.parametrize(("reads", "fits"), [(None, 8192), (100_000, 8192), (4096, 4000)])
def test_prompts_are_kept_to_what_the_model_reads(tmp_path: Path, reads: int | None, fits: int) -> None:
    know(tmp_path, HERE, "a", context_tokens=reads)
    found = opened(plan(context_tokens=8192), tmp_path, Keys(explainer="one"))
    assert found.simulator.context_tokens == fits


def test_a_format_of_decisions_that_was_found_is_used(tmp_path: Path) -> None:
    know(tmp_path, HERE, "a", decisions="systemone", most_questions=64)
    found = opened(plan(), tmp_path, Keys(explainer="one"))
    assert found.simulator.endpoint.decisions == "systemone"
    assert found.simulator.reads_input_often


@pytest.mark.parametrize(
    ("error", "asked_again"),
    [(EndpointError("Too many requests (429)."), True), (NotSupported("It does not decide."), False)],
)
def test_a_fault_is_asked_about_again_and_a_no_is_remembered(
    tmp_path: Path, error: EndpointError, asked_again: bool
) -> None:
    def decides(request: Any) -> Any:
        return DecisionAnswer(()) if isinstance(request, DecisionRequest) else NotSupported("Only typed decisions.")

    def fails(request: Any) -> Any:
        if isinstance(request, DecisionRequest):
            return error
        return ChatAnswer("hi") if isinstance(request, ChatRequest) else NotSupported("Only chats.")

    first = asyncio.run(probe_cached(FakeEndpoint(fails), tmp_path))
    assert first.decisions is None
    assert str(error) in first.why_not["decisions"]
    later = FakeEndpoint(decides)
    second = asyncio.run(probe_cached(later, tmp_path))
    assert (bool(later.history), second.decisions) == ((True, "local") if asked_again else (False, None))
