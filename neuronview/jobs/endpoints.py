"""The language models of a run: connected, asked once what they can do, and the simulator that follows from it.

Keys come from the process's environment and go to the endpoint alone. A model in this process is loaded by an injected
function; the demo's model and a dataset's own are refused there. Puts no cache and no budget in front: a run does;
its probes are counted to it here.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from neuronview.errors import BadInput, MissingKey, NotSupported
from neuronview.explain.prompts import Counter, estimate_tokens
from neuronview.explain.simulators import (
    SIMULATORS,
    AllAtOnce,
    Decisions,
    Digits,
    LanguageSimulator,
    PromptOptions,
    Structured,
)
from neuronview.explain.simulators.decisions import MOST_LEVELS, Sees
from neuronview.jobs.accounts import Accounts, check_prices
from neuronview.jobs.choices import Chosen, asks_explainer, explainer_of, simulator_of
from neuronview.jobs.measured import Measured
from neuronview.jobs.plan import RunPlan
from neuronview.llm.calls import Endpoint
from neuronview.llm.closing import close_all
from neuronview.llm.local import LocalEndpoint
from neuronview.llm.probe import Capabilities, CapabilityStore, choose_simulator, probe
from neuronview.llm.retry import OnRetry
from neuronview.llm.wire_address import LOCAL_KEY, Address

__all__ = ["Keys", "Opened", "Route", "capability_store", "connect", "open_endpoints", "probe_cached"]

SIMULATOR_KEY = "NEURONVIEW_SIMULATOR_KEY"
TYPED = "NEURONVIEW_KEYS_TYPED"
"""Set by `launch` for a run's own process: names of the keys that a person typed, each for one address."""
LoadRunner = Callable[..., Any]
LOCAL_QUESTIONS = 64
ROOM_FOR_TEMPLATE = 96
"""Tokens of a model's context that its chat template may take beyond what is counted for each turn."""
SEEN: Mapping[str, Sees] = {"whole": "whole excerpt", "up-to-token": "up to the token"}
"""What a plan calls it, as the simulator does."""
REMEMBERED = 1 << 12
"""Texts whose tokens are remembered: the examples of a prompt are the same ones every time."""


@dataclass(frozen=True)
class Keys:
    """What the environment says of addresses and keys; never stored, never shown."""

    explainer: str | None = field(default=None, repr=False)
    simulator: str | None = field(default=None, repr=False)
    base_url: str = field(default="", repr=False)
    typed: tuple[str, ...] = field(default=(), repr=False)
    """Those of them that a person typed for their address."""
    local: str | None = field(default=None, repr=False)
    """For a server on this machine, which gets no other key unless it was typed."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Keys:
        """OPENAI_API_KEY, NEURONVIEW_SIMULATOR_KEY, NEURONVIEW_LOCAL_KEY and OPENAI_BASE_URL."""
        values = os.environ if environment is None else environment
        return cls(
            values.get("OPENAI_API_KEY") or None,
            values.get(SIMULATOR_KEY) or None,
            values.get("OPENAI_BASE_URL") or "",
            typed=tuple(values[name] for name in values.get(TYPED, "").split() if name in values),
            local=values.get(LOCAL_KEY) or None,
        )

    def address(self, chosen: Chosen) -> str | None:
        """Where a model is; with what the environment's address holds besides, where that is the same place."""
        if not chosen.base_url:
            return self.base_url or None
        same = self.base_url and Address.parse(self.base_url).shown == Address.parse(chosen.base_url).shown
        return self.base_url if same else chosen.base_url


@dataclass(frozen=True)
class Route:
    """A language model that is connected, and what is known of it."""

    endpoint: Endpoint
    capabilities: Capabilities
    context_tokens: int
    count: Counter
    """Tokens of a text: exact for a model in this process."""
    counted: str
    """How, in words."""

    @property
    def runner(self) -> Any | None:
        """The loaded model, where it is in this process."""
        return self.endpoint.runner if isinstance(self.endpoint, LocalEndpoint) else None

    @property
    def reads_input_often(self) -> bool:
        """Whether typed decisions read the input once a question, as System One does."""
        return self.capabilities.decisions in ("systemone", "local")


@dataclass(frozen=True)
class Opened:
    """The models of a run."""

    explainer: Route | None
    simulator: Route
    simulator_name: str
    why: str
    """Why it is that simulator."""
    sees: Sees = "whole excerpt"
    levels: int = MOST_LEVELS
    """Of typed decisions."""

    @property
    def routes(self) -> list[Route]:
        """Each model once."""
        return [self.simulator, *([self.explainer] if self.explainer and self.explainer != self.simulator else [])]

    def make_simulator(self, endpoint: Endpoint) -> LanguageSimulator:
        """The simulator in front of `endpoint`: a desk, or a dry run's stand-in."""
        route, name = self.simulator, self.simulator_name
        options = PromptOptions(context_tokens=route.context_tokens, count=route.count)
        if name == AllAtOnce.name:
            return AllAtOnce(endpoint, options=options)
        if name == Decisions.name:
            most = route.capabilities.most_questions if route.runner is None else LOCAL_QUESTIONS
            return Decisions(endpoint, levels=self.levels, sees=self.sees, most_questions=most or LOCAL_QUESTIONS)
        if name == Digits.name:
            return Digits(endpoint, options=options, top_logprobs=route.capabilities.generated_logprobs)
        return Structured(endpoint, options=options, held=not route.capabilities.refuses_schema)

    async def close(self) -> None:
        """Let go of connections and threads, of all of them also where one cannot be closed."""
        await close_all([route.endpoint.close for route in self.routes])


def connect(
    chosen: Chosen,
    *,
    keys: Keys,
    key: str | None = None,
    device: str = "auto",
    subjects: tuple[str, ...] = (),
    on_retry: OnRetry | None = None,
    load_runner: LoadRunner | None = None,
) -> Endpoint:
    """An endpoint for a model; none is asked anything yet.

    Raises MissingKey where a key is needed, ModelError for a model that cannot be loaded or may not be one, such as
    the demo's; BadInput for an address that is none.
    """
    if chosen.local is not None:
        load = load_runner or _load_runner
        return LocalEndpoint(load(chosen.local, device=device, subjects=subjects))
    if not chosen.model:
        raise BadInput("Name the model, as its endpoint names it.")
    from neuronview.llm.openai_endpoint import OpenAIEndpoint  # its client takes long to import: not before it is used

    address = keys.address(chosen)
    key = keys.local if Address.parse(address).is_local and key not in keys.typed else key
    return OpenAIEndpoint(chosen.model, base_url=address, api_key=key, on_retry=on_retry)


async def open_endpoints(
    plan: RunPlan,
    home: Path,
    *,
    keys: Keys,
    subjects: tuple[str, ...] = (),
    on_retry: OnRetry | None = None,
    load_runner: LoadRunner | None = None,
    accounts: Accounts | None = None,
) -> Opened:
    """Connect what the plan needs, probe what is not known yet, and choose the simulator.

    `accounts`: of the run that pays for the probes. Raises EndpointError (NotSupported where the chosen simulator
    cannot work there), ModelError, BadInput (a cap on money and no price: nobody is asked then), BudgetReached.
    """
    wanted = simulator_of(plan)
    other = explainer_of(plan) if asks_explainer(plan) else wanted
    keys_of = _keys_of(keys, explainer_of(plan), wanted)
    connected: dict[Chosen, Endpoint] = {}
    opened: dict[Chosen, Route] = {}
    try:
        for chosen in dict.fromkeys((wanted, other)):
            connected[chosen] = connect(
                chosen,
                keys=keys,
                key=keys_of[chosen],
                device=plan.device,
                subjects=subjects,
                on_retry=on_retry,
                load_runner=load_runner,
            )
        check_prices(plan, connected)
        for chosen, endpoint in connected.items():
            counted = nullcontext if accounts is None else partial(accounts.probing, endpoint, plan, chosen)
            opened[chosen] = _route(endpoint, await probe_cached(endpoint, home, counted=counted), plan)
        name, why = _simulator(plan.simulator, opened[wanted].capabilities)
    except BaseException as error:
        await close_all([endpoint.close for endpoint in connected.values()], after=error)
        raise
    explainer = opened[other] if asks_explainer(plan) else None
    return Opened(explainer, opened[wanted], name, why, SEEN[plan.sees], plan.levels)


def capability_store(home: Path) -> CapabilityStore:
    """Where it is remembered what endpoints can do."""
    return CapabilityStore(home / "llm" / "capabilities")


async def probe_cached(
    endpoint: Endpoint,
    home: Path,
    *,
    again: bool = False,
    counted: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Capabilities:
    """What an endpoint can do, asked once and remembered; asked anew with `again`. EndpointError passes through.

    What a fault kept from being found out is not remembered, so that the next call asks again. `counted`: what the
    calls are made within.
    """
    store = capability_store(home)
    known = None if again else store.get(endpoint.identity)
    if known is not None:
        return known
    begun = time.monotonic()
    with counted():
        found = await probe(endpoint)
    if not found.unsettled:
        store.put(found)
        Measured(home).probed(endpoint.identity, time.monotonic() - begun)
    return found


def _keys_of(keys: Keys, explainer: Chosen, simulator: Chosen) -> dict[Chosen, str | None]:
    """Each model's key. A key is for one address: it is not sent to another one that happens to be named, too."""
    places = {
        chosen: "" if chosen.local is not None else Address.parse(keys.address(chosen)).shown
        for chosen in (explainer, simulator)
    }
    if explainer == simulator:
        return {explainer: keys.explainer}
    same = places[explainer] == places[simulator] or not places[explainer]
    if same or keys.simulator or Address.parse(keys.address(simulator)).is_local or not places[simulator]:
        return {explainer: keys.explainer, simulator: keys.simulator or (keys.explainer if same else None)}
    raise MissingKey(
        f"Explainer and simulator are at different addresses, and there is no key for {places[simulator]}. "
        f"Set {SIMULATOR_KEY}, or type one on the page Explain."
    )


def _route(endpoint: Endpoint, found: Capabilities, plan: RunPlan) -> Route:
    if isinstance(endpoint, LocalEndpoint):
        tokenizer = endpoint.runner.tokenizer  # type: ignore[attr-defined]  # of CausalRunner
        holds = int(getattr(endpoint.runner, "n_context", plan.context_tokens))
        context = min(plan.context_tokens, holds - ROOM_FOR_TEMPLATE)

        @lru_cache(maxsize=REMEMBERED)
        def exact(text: str) -> int:
            return len(tokenizer.encode(text, add_special_tokens=False))

        return Route(endpoint, found, context, exact, "exactly, with the model's own tokenizer")
    from neuronview.llm.openai_endpoint import OpenAIEndpoint

    if isinstance(endpoint, OpenAIEndpoint) and found.decisions in ("openai", "systemone"):
        endpoint.decisions = found.decisions
    fits = plan.context_tokens
    if found.context_tokens is not None:
        fits = min(fits, found.context_tokens - ROOM_FOR_TEMPLATE)
    ratio = found.tokens_per_byte
    if ratio is None:
        words = "about, from the words: the endpoint does not say how many tokens it reads"
        counter = lru_cache(maxsize=REMEMBERED)(estimate_tokens)
        return Route(endpoint, found, fits, counter, words)

    def measured(text: str) -> int:
        return math.ceil(len(text.encode("utf-8", errors="surrogatepass")) * ratio)

    words = f"from {ratio:.3g} tokens a byte, as the endpoint counted a typical prompt"
    return Route(endpoint, found, fits, measured, words)


def _simulator(wanted: str, capabilities: Capabilities) -> tuple[str, str]:
    """The simulator's name and why it is that one. NotSupported, with the reason, where it cannot work."""
    if wanted in ("auto", "rule"):
        choice = choose_simulator(capabilities)
        return choice.name, choice.why
    able, ability = {
        AllAtOnce.name: (bool(capabilities.prompt_logprobs), "prompt_logprobs"),
        Decisions.name: (bool(capabilities.decisions), "decisions"),
        Digits.name: (capabilities.chat, "chat"),
        Structured.name: (capabilities.chat, "chat"),
    }[wanted]
    if wanted not in SIMULATORS or not able:
        reason = capabilities.why_not.get(ability, "It was not found able to.")
        raise NotSupported(f"The simulator “{wanted}” cannot work with {capabilities.identity}: {reason}")
    return wanted, "chosen by name"


def _load_runner(name: str, **options: Any) -> Any:
    from neuronview.model.causal import CausalRunner

    return CausalRunner.load(name, **options)
