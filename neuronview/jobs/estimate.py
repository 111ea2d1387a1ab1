"""What a run will take: calls, tokens, money and time, from a dry run on its real prompts before anything is asked.

Every step of a run is gone through for a few neurons with an endpoint that only counts, so calibration and baselines
are in it; longer lists are scaled up. Tokens are counted by the model's own tokenizer where it is in this process,
else at the rates that prompts and answers of real calls had, else from the words. A price that is not known is
None, never 0.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from neuronview.errors import BadInput, EndpointError, NotFound, ScoringError, UnparsableAnswer
from neuronview.explain.explainers.revision import LONGEST_SENTENCE
from neuronview.explain.scorers import ITEM_SCORERS, judge_requests
from neuronview.jobs.accounts import KIND_OF_SIMULATOR
from neuronview.jobs.asking import Asking, sets_of
from neuronview.jobs.bias import bias_words
from neuronview.jobs.choices import LANGUAGE_EXPLAINERS, check_plan, chooses, simulates
from neuronview.jobs.counting import Tokens
from neuronview.jobs.desks import prices_of
from neuronview.jobs.dry import Asked, DryEndpoint, Tally
from neuronview.jobs.endpoints import Keys, Opened, Route, open_endpoints
from neuronview.jobs.language import provenance_of, stored_of
from neuronview.jobs.measured import PROBE, Judging, Measured, Meter, measure_of
from neuronview.jobs.others import Others
from neuronview.jobs.plan import RunPlan
from neuronview.jobs.tools import judge_of
from neuronview.llm.cache import Cache, kind_of
from neuronview.llm.calls import Endpoint, Request, Usage
from neuronview.llm.prices import PriceTable, is_local, list_prices
from neuronview.llm.wrapper import ask
from neuronview.records import ActivationRecord, Explanation, NeuronId, NeuronRecord
from neuronview.store import Dataset

__all__ = ["Estimate", "StepEstimate", "estimate", "estimate_run"]

SAMPLED = 8
"""Neurons that are gone through, prompt by prompt."""
MOST_READ = 200
"""Neurons whose excerpts are counted."""
PILOT = "Words that name a thing"
STEPS: Mapping[str, str] = {
    "explain": "Explanations",
    "simulate": "Simulation, with calibration and baselines",
    "judge": "Judging excerpts",
    "bias": "Label bias, once",
}


@dataclass(frozen=True)
class StepEstimate:
    """One part of the work."""

    name: str
    calls: int
    cached: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Estimate:
    """What a run will take, as far as that is known before."""

    neurons: int
    sampled: int
    """Neurons that were gone through; the others are taken to be like them."""
    calls: int
    """Calls to be made, without those whose answers are there already."""
    cached: int
    """Answers that are there already and cost nothing."""
    input_tokens: int
    output_tokens: int
    money: float | None
    """Dollars at list prices; None where a price is not known."""
    price: str
    """The price in words, or that there is none."""
    seconds: float | None
    """None where nothing is known of the endpoint's speed."""
    speed: str
    counted: str
    """How tokens were counted."""
    simulator: str
    model: str
    why: str
    """Why it is that simulator."""
    steps: tuple[StepEstimate, ...]
    notes: tuple[str, ...] = ()

    @property
    def tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens


def estimate_run(
    plan: RunPlan,
    dataset: Dataset,
    home: Path,
    *,
    keys: Keys | None = None,
    finished: Sequence[str] = (),
    open_models: Callable[..., Coroutine[Any, Any, Opened]] = open_endpoints,
) -> Estimate:
    """The estimate of a plan. Sends the probe's short calls where an endpoint is not known yet, and nothing else but
    one call of a simulator and of a judge to a model on this machine that had none.

    `finished`: neurons that an earlier part of the run did. Raises BadInput, EndpointError or ModelError.
    """
    check_plan(plan)

    async def work() -> Estimate:
        subjects = tuple(filter(None, [dataset.manifest.model.fingerprint]))
        opened = await open_models(plan, home, keys=keys or Keys.from_environment(), subjects=subjects)
        try:
            return await estimate(plan, dataset, opened, home, finished=finished)
        finally:
            await opened.close()

    return asyncio.run(work())


async def estimate(
    plan: RunPlan,
    dataset: Dataset,
    opened: Opened,
    home: Path,
    *,
    finished: Sequence[str] = (),
    prices: PriceTable | None = None,
) -> Estimate:
    """The estimate of a plan whose models are connected. BadInput for a cap on money where a price is not known."""
    done = set(finished)
    left = [neuron for neuron in plan.neuron_ids if str(neuron) not in done]
    chosen = _sample(left, SAMPLED, plan.seed)
    cache = Cache.in_home(home)
    try:
        tally, skipped = await _gone_through(plan, dataset, opened, home, chosen, cache)
    finally:
        cache.close()
    scale = _scale(plan, dataset, left, chosen)
    steps = tuple(_step(label, [a for a in tally.asked if a.step == name], scale) for name, label in STEPS.items())
    steps = tuple(step for step in steps if step.calls or step.cached)
    money, price = _money(tally.asked, opened, scale, prices_of(plan, opened, prices or list_prices()))
    seconds, speed = _seconds(plan, tally.asked, opened, scale, Measured(home))
    found = Estimate(
        neurons=len(left),
        sampled=len(chosen),
        calls=sum(step.calls for step in steps),
        cached=sum(step.cached for step in steps),
        input_tokens=sum(step.input_tokens for step in steps),
        output_tokens=sum(step.output_tokens for step in steps),
        money=money,
        price=price,
        seconds=seconds,
        speed=speed,
        counted=_counted(opened, Measured(home)),
        simulator=opened.simulator_name,
        model=opened.simulator.endpoint.model,
        why=opened.why,
        steps=steps,
    )
    if plan.max_cost is not None and found.money is None:
        raise BadInput(
            f"{found.price} So a cap of ${plan.max_cost:g} cannot be kept: state the price (--price), or give "
            "a cap on tokens instead."
        )
    return replace(found, notes=tuple(_notes(plan, found, skipped)))


# --- going through ---------------------------------------------------------------------------------------------


async def _gone_through(
    plan: RunPlan, dataset: Dataset, opened: Opened, home: Path, chosen: Sequence[NeuronId], cache: Cache
) -> tuple[Tally, list[str]]:
    """What these neurons would ask, and why some of them could not be gone through."""
    tally, skipped = Tally(), list[str]()
    measured = Measured(home)
    await _pilot(plan, opened, dataset, chosen, measured)
    tokens = {id(route): Tokens(route, measured.rates(route.endpoint.identity)) for route in opened.routes}

    def dry(route: Route, step: str) -> DryEndpoint:
        endpoint, count = route.endpoint, tokens.get(id(route)) or tokens[id(opened.simulator)]
        judges = step == "judge"
        return DryEndpoint(
            endpoint.identity,
            endpoint.model,
            step,
            tally,
            tokens=partial(count, judges=judges),
            written=partial(count.written, judges=judges),
            cache=cache,
        )

    asking = Asking(
        plan,
        opened.make_simulator(dry(opened.simulator, "simulate")),
        provenance_of(plan, dataset),
        explainer=None if opened.explainer is None else dry(opened.explainer, "explain"),
        count=(opened.explainer or opened.simulator).count,
        context_tokens=(opened.explainer or opened.simulator).context_tokens,
        judge=judge_of(plan, opened, dry(opened.simulator, "judge")),
        activations=_made_up_activations if plan.explainer == "revision" and plan.counter_examples else None,
    )
    others = Others(dataset, plan.explainer, plan.others, seed=plan.seed, created=plan.created)
    for neuron in chosen:
        try:
            await asking.neuron(stored_of(dataset, neuron, others), now="")
        except (NotFound, ScoringError, UnparsableAnswer) as error:
            skipped.append(f"{neuron}: {error}")
        # The bars and buttons of a page that waits for this want their turn.
        await asyncio.sleep(0)
    if chosen:
        await bias_words(plan, opened.make_simulator(dry(opened.simulator, "bias")))
    return tally, skipped


async def _pilot(
    plan: RunPlan, opened: Opened, dataset: Dataset, chosen: Sequence[NeuronId], measured: Measured
) -> None:
    """One real call of each sort to a model on this machine that had none yet: they tell size and speed, and cost
    nothing unless the plan says that they do. Where one fails, what the probe measured stands in."""
    route = opened.simulator
    identity = route.endpoint.identity
    if identity in prices_of(plan, opened, list_prices()).given or not is_local(identity):
        return
    meter, known = Meter(route.endpoint, often=route.reads_input_often), measured.rates(identity)
    for neuron in chosen[:1]:
        with suppress(NotFound, ScoringError, EndpointError):
            for judges, request in _samples(plan, opened, dataset.neuron(neuron), meter):
                if measure_of(kind_of(request), judges=judges) not in known:
                    await ask(Judging(meter) if judges else meter, request)
    measured.ran(identity, meter.rates, concurrency=1)


def _samples(plan: RunPlan, opened: Opened, record: NeuronRecord, endpoint: Endpoint) -> Iterator[tuple[bool, Request]]:
    """A request of the simulator, and one of the judge unless the model's own tokenizer counts; whether it judges."""
    simulator, judge = opened.make_simulator(endpoint), judge_of(plan, opened, endpoint)
    if simulates(plan) or chooses(plan):
        for shown in record.top[:1]:
            yield from ((False, request) for request in simulator.requests(PILOT, shown.tokens)[:1])
    if judge is not None and opened.simulator.runner is None:
        for name in [name for name in ITEM_SCORERS if name in plan.scorers][:1]:
            items = ITEM_SCORERS[name](record, seed=plan.seed)
            yield from ((True, request) for request in judge_requests(Explanation(PILOT, ""), items, judge)[:1])


def _made_up_activations(_: NeuronId, text: str) -> ActivationRecord:
    words = tuple(text[:LONGEST_SENTENCE].split(" "))
    return ActivationRecord(words, np.zeros(len(words), dtype=np.float32))


# --- adding up -------------------------------------------------------------------------------------------------


def _sample(neurons: Sequence[NeuronId], n: int, seed: int) -> list[NeuronId]:
    """All neurons of a short list, else a seeded choice."""
    if len(neurons) <= n:
        return list(neurons)
    places = np.random.default_rng(seed).choice(len(neurons), n, replace=False)
    return [neurons[place] for place in sorted(places.tolist())]


def _scale(
    plan: RunPlan, dataset: Dataset, left: Sequence[NeuronId], chosen: Sequence[NeuronId]
) -> Mapping[str, float]:
    """By step, how many times as much all neurons ask as those that were gone through.

    The same other neuron's explanation of the same excerpt is asked about once, however many neurons it is compared
    with; so simulations are counted by what they are of, which takes reading the neurons, but no prompt.
    """
    by_number = len(left) / len(chosen) if chosen else 0.0
    scale = dict.fromkeys(STEPS, by_number) | {"bias": 1.0}
    if len(left) > len(chosen):
        read = _sample(left, MOST_READ, plan.seed)
        others = Others(dataset, plan.explainer, plan.others, seed=plan.seed, created=plan.created)
        few = _simulations(plan, dataset, chosen, others)
        if few:
            scale["simulate"] = _simulations(plan, dataset, read, others) / few * len(left) / len(read)
    return scale


def _simulations(plan: RunPlan, dataset: Dataset, neurons: Sequence[NeuronId], others: Others) -> int:
    """Excerpts to be simulated by these neurons' explanations, candidates included, and by different others."""
    own, compared = 0, set[tuple[str, tuple[str, ...]]]()
    for neuron in neurons:
        try:
            stored = stored_of(dataset, neuron, others)
            sets = sets_of(stored.record, plan)
        except (NotFound, ScoringError):
            continue
        tokens = {name: {record.tokens for record in chosen.records} for name, chosen in sets.items()}
        scored = set().union(*(each for name, each in tokens.items() if name != "calibration"))
        fitted = tokens["calibration"]
        more = plan.candidates - 1 if plan.explainer in LANGUAGE_EXPLAINERS else 0
        own += len(scored | fitted) + more * len(fitted)
        compared |= {(other.text, each) for other in stored.others for each in scored}
    return own + len(compared)


def _step(label: str, asked: Sequence[Asked], scale: Mapping[str, float]) -> StepEstimate:
    new = [entry for entry in asked if not entry.cached]
    return StepEstimate(
        label,
        round(sum(scale[entry.step] for entry in new)),
        round(sum(scale[entry.step] for entry in asked if entry.cached)),
        round(sum(entry.input_tokens * scale[entry.step] for entry in new)),
        round(sum(entry.output_tokens * scale[entry.step] for entry in new)),
    )


def _money(
    asked: Sequence[Asked], opened: Opened, scale: Mapping[str, float], prices: PriceTable
) -> tuple[float | None, str]:
    """Dollars, and the prices in words; None where one is not known and something is to be asked."""
    total, words = 0.0, dict[str, None]()
    for route in opened.routes:
        identity, model = route.endpoint.identity, route.endpoint.model
        mine = [entry for entry in asked if entry.identity == identity and not entry.cached]
        for kind in sorted({entry.kind for entry in mine}):
            price = prices.price(model, kind, identity=identity)
            for entry in (entry for entry in mine if entry.kind == kind):
                usage = Usage(round(entry.input_tokens), 0, round(entry.output_tokens))
                cost = None if price is None else price.cost(usage)
                if cost is None or price is None:
                    return None, f"There is no list price of “{model}” for these calls, so the cost is not known."
                total += cost * scale[entry.step]
            words[f"{model}: {price.described() if price else ''}"] = None
    return total, " ".join(words) or "Nothing is to be asked."


def _seconds(
    plan: RunPlan, asked: Sequence[Asked], opened: Opened, scale: Mapping[str, float], measured: Measured
) -> tuple[float | None, str]:
    """Time at the speed that was measured, and where that was."""
    total, words = 0.0, dict[str, None]()
    for route in opened.routes:
        identity = route.endpoint.identity
        rates = measured.rates(identity)
        new = [entry for entry in asked if entry.identity == identity and not entry.cached]
        for kind, judges in sorted({(entry.kind, entry.step == "judge") for entry in new}):
            known = rates.get(measure_of(kind, judges=judges)) or rates.get(kind)
            rate = known or rates.get(PROBE)
            if rate is None or not rate.calls:
                return None, "Nothing is known of the endpoint's speed yet; the run tells the time left."
            calls = sum(scale[e.step] for e in new if (e.kind, e.step == "judge") == (kind, judges))
            # A model on this machine is no faster for being asked more at a time.
            side_by_side = rate.at_once if is_local(identity) else plan.concurrency
            total += calls * rate.seconds / rate.calls / side_by_side
            words["measured on earlier calls" if known else "roughly, from the probe's short calls"] = None
    return total, ", ".join(words) or "nothing is to be asked"


def _counted(opened: Opened, measured: Measured) -> str:
    route = opened.simulator
    if route.runner is not None:
        return route.counted
    rates = measured.rates(route.endpoint.identity)
    judging = (measure_of(kind, judges=True) for kind in ("decision", "chat"))
    rate = next((rates[name] for name in (KIND_OF_SIMULATOR[opened.simulator_name], *judging) if name in rates), None)
    if rate is not None and rate.tokens_per_byte is not None:
        return f"at {rate.tokens_per_byte:.3g} tokens a byte, as in {rate.calls:,} earlier calls"
    if route.capabilities.tokens_per_byte is not None:
        return "from the words, on the scale on which the endpoint counted a typical prompt"
    return route.counted


def _notes(plan: RunPlan, found: Estimate, skipped: Sequence[str]) -> list[str]:
    notes = []
    if found.sampled < found.neurons:
        notes.append(f"Scaled up from {found.sampled} of {found.neurons} neurons.")
    if plan.candidates > 1 and any(step.name == STEPS["explain"] for step in found.steps):
        notes.append("Candidates that turn out the same sentence are simulated once, so it may take less.")
    if plan.max_cost is not None and found.money is not None and found.money > plan.max_cost:
        notes.append(f"The run will stop at its cap of ${plan.max_cost:g}, before it is through.")
    if plan.max_tokens is not None and found.tokens > plan.max_tokens:
        notes.append(f"The run will stop at its cap of {plan.max_tokens:,} tokens, before it is through.")
    return [*notes, *skipped]
