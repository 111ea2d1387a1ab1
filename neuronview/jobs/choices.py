"""What a run can be made of, by name, and which of it goes together. Knows no endpoint and asks nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from neuronview.errors import BadInput
from neuronview.jobs.plan import EXPLAINERS, RunPlan
from neuronview.llm.prices import given_price
from neuronview.llm.wire_address import Address

__all__ = [
    "ALL_EXPLAINERS",
    "CALIBRATIONS",
    "LANGUAGE_EXPLAINERS",
    "LANGUAGE_SIMULATORS",
    "SCORERS",
    "SEES",
    "SIMULATORS",
    "Chosen",
    "asks_explainer",
    "check_plan",
    "chooses",
    "explainer_of",
    "simulates",
    "simulator_of",
    "uses_language_model",
]

LANGUAGE_EXPLAINERS: Mapping[str, str] = {
    "pairs": "Token-activation pairs",
    "summary": "Summary: excerpts with their active tokens",
    "token-space": "Token space: the tokens with the highest mean activation",
    "revision": "Revision of an explanation",
}
PERSON: Mapping[str, str] = {"person": "Your own sentence"}
ALL_EXPLAINERS: Mapping[str, str] = {**EXPLAINERS, **LANGUAGE_EXPLAINERS, **PERSON}
LANGUAGE_SIMULATORS: Mapping[str, str] = {
    "auto": "The best that the endpoint can do",
    "all-at-once": "All at once, from log-probabilities of the prompt",
    "decisions": "Typed decisions, a question a token",
    "digits": "Generated digits",
    "structured": "Structured answer",
}
SIMULATORS: Mapping[str, str] = {"rule": "By rule, no language model", **LANGUAGE_SIMULATORS}
SCORERS: Mapping[str, str] = {
    "simulation": "Correlation of simulated with real activations",
    "detection": "Which excerpts the neuron fires on",
    "fuzzing": "Which marked tokens the neuron fires on",
    "ablation": "How much of the neuron's effect the simulation keeps",
}
CALIBRATIONS: Mapping[str, str] = {"linear": "Linear", "percentile": "By percentile", "none": "None"}
SEES: Mapping[str, str] = {"whole": "The whole excerpt", "up-to-token": "The excerpt up to the token"}
SPLITS = ("held_out", "valid", "test")
MOST_CANDIDATES, MOST_CONCURRENCY, MOST_LEVELS, MOST_OTHERS = 20, 256, 10, 20


@dataclass(frozen=True)
class Chosen:
    """A model and where it is: behind an address, or in this process."""

    model: str
    base_url: str = ""

    @property
    def local(self) -> str | None:
        """The folder or hub name of a model in this process; None for one behind an address."""
        kind, separator, name = self.model.partition(":")
        return name if kind == "local" and separator else None


def uses_language_model(plan: RunPlan) -> bool:
    """Whether anything of the run is asked of a language model."""
    return plan.explainer in LANGUAGE_EXPLAINERS or plan.simulator != "rule"


def asks_explainer(plan: RunPlan) -> bool:
    """Whether the explanation itself is asked of a language model."""
    return plan.explainer in LANGUAGE_EXPLAINERS


def simulates(plan: RunPlan) -> bool:
    """Whether a score of the run is of a simulation; detection and fuzzing are judged instead."""
    return bool({"simulation", "ablation"} & set(plan.scorers))


def chooses(plan: RunPlan) -> bool:
    """Whether explanations are simulated to choose one of them, whatever is scored."""
    return asks_explainer(plan) and (plan.candidates > 1 or plan.explainer == "revision")


def explainer_of(plan: RunPlan) -> Chosen:
    """The explainer's model; the simulator's where only that is named."""
    if plan.explainer_model:
        return _chosen(plan.explainer_model, plan.explainer_url)
    return simulator_of(plan)


def simulator_of(plan: RunPlan) -> Chosen:
    """The simulator's model and address; the explainer's where none is named."""
    return _chosen(plan.simulator_model or plan.explainer_model, plan.simulator_url or plan.explainer_url)


def _chosen(model: str, base_url: str) -> Chosen:
    found = Chosen(model, base_url)
    return found if found.local is None else Chosen(model)


def check_plan(plan: RunPlan) -> None:
    """Raise BadInput, in words, for a plan that could only fail. Knows nothing of dataset and endpoints."""
    _require("explainer", plan.explainer, ALL_EXPLAINERS)
    _require("simulator", plan.simulator, SIMULATORS)
    _require("calibration", plan.calibration, CALIBRATIONS)
    _require("view of the excerpt", plan.sees, SEES)
    for scorer in plan.scorers:
        _require("scorer", scorer, SCORERS)
    for split in plan.splits:
        _require("split", split, dict.fromkeys(SPLITS))
    _check_together(plan)
    _check_number("candidates", plan.candidates, 1, MOST_CANDIDATES)
    _check_number("levels", plan.levels, 2, MOST_LEVELS)
    _check_number("calls at the same time", plan.concurrency, 1, MOST_CONCURRENCY)
    _check_number("other neurons", plan.others, 0, MOST_OTHERS)
    _check_number("excerpts a side", plan.excerpts, 1, 20)
    for price in (plan.price, plan.simulator_price):
        if price:
            given_price(price)
    if plan.simulator_price and simulator_of(plan) == explainer_of(plan):
        raise BadInput("Explainer and simulator are one model, which has one price: give it as that of the explainer.")
    for url in (plan.explainer_url, plan.simulator_url):
        _check_address(url)


def _check_together(plan: RunPlan) -> None:
    if not plan.scorers:
        raise BadInput(f"Choose at least one scorer: {', '.join(SCORERS)}.")
    if plan.simulator == "rule":
        if plan.explainer in LANGUAGE_EXPLAINERS or plan.explainer in PERSON:
            raise BadInput(
                f"A sentence of the explainer “{plan.explainer}” has no rule to simulate it by. "
                f"Choose one of the simulators {', '.join(LANGUAGE_SIMULATORS)}."
            )
        if set(plan.scorers) - {"simulation"}:
            raise BadInput("By rule there is the scorer simulation alone. Choose a simulator by language model.")
    if plan.explainer == "person" and not plan.sentence.strip():
        raise BadInput("Write the sentence that is to be scored.")
    if uses_language_model(plan) and not (plan.explainer_model or plan.simulator_model):
        raise BadInput("Name the language model: as its endpoint names it, or local: and a folder or hub name.")


def _check_address(url: str) -> None:
    if not url:
        return
    address = Address.parse(url)
    if address.user or address.password or address.secrets():
        raise BadInput(
            "An address with a user, a password or a key in it would be written to the disk with the plan. Give the "
            "address alone, and the key as OPENAI_API_KEY."
        )


def _require(what: str, name: str, known: Mapping[str, object]) -> None:
    if name not in known:
        raise BadInput(f"There is no {what} “{name}”. Choose one of: {', '.join(known)}.")


def _check_number(what: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise BadInput(f"{value} {what}: choose {low} to {high}.")
