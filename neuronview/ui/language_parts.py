"""How a language model simulates and what is scored: simulator, scorers, calibration and amounts.

Each control is a field of the plan; what has no effect on the chosen run is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from neuronview.jobs.choices import (
    CALIBRATIONS,
    LANGUAGE_EXPLAINERS,
    LANGUAGE_SIMULATORS,
    MOST_CANDIDATES,
    MOST_CONCURRENCY,
    MOST_LEVELS,
    MOST_OTHERS,
    SCORERS,
    SEES,
    Chosen,
    asks_explainer,
    chooses,
    explainer_of,
    simulates,
    simulator_of,
)
from neuronview.jobs.plan import RunPlan
from neuronview.llm.probe import Capabilities
from neuronview.store import Dataset
from neuronview.ui import endpoint_parts
from neuronview.ui.panels import kept_open
from neuronview.ui.plain import markdown_safe
from neuronview.ui.problems import say

__all__ = ["SCORER_NAMES", "can_simulate", "models", "simulation"]

SCORER_NAMES: Mapping[str, str] = {
    "simulation": "Simulation",
    "detection": "Detection",
    "fuzzing": "Fuzzing",
    "ablation": "Ablation",
}
SPLIT_NAMES: Mapping[str, str] = {
    "held_out": "Held-out excerpts",
    "valid": "Published split",
    "test": "Test split",
}
NEEDS: Mapping[str, str] = {
    "all-at-once": "prompt_logprobs",
    "decisions": "decisions",
    "digits": "chat",
    "structured": "chat",
}
"""The ability that each simulator cannot do without."""


# --- which models ----------------------------------------------------------------------------------------------------


def models(dataset: Dataset, plan: RunPlan) -> tuple[RunPlan, Capabilities | None] | None:
    """The plan with its models, and what the one that simulates can do; None while none is named."""
    with st.container(border=True):
        st.markdown("##### Language model")
        st.caption(_what_it_does(plan))
        explainer = endpoint_parts.language_model("explainer")
        if explainer is None:
            return None
        found = endpoint_parts.abilities(dataset, explainer, "explainer")
        plan = replace(plan, explainer_model=explainer.model, explainer_url=explainer.base_url)
        if not asks_explainer(plan):
            return plan, found
        if not st.toggle("Another model simulates", key="llm_two", persist_state="session"):
            return plan, found
        return _second(dataset, plan)


def _second(dataset: Dataset, plan: RunPlan) -> tuple[RunPlan, Capabilities | None] | None:
    st.markdown("##### Model that simulates")
    simulator: Chosen | None = endpoint_parts.language_model("simulator")
    if simulator is None:
        return None
    found = endpoint_parts.abilities(dataset, simulator, "simulator")
    return replace(plan, simulator_model=simulator.model, simulator_url=simulator.base_url), found


def _what_it_does(plan: RunPlan) -> str:
    if asks_explainer(plan):
        return "It writes the explanation, then reads it alone and says what each token of unseen excerpts should do."
    return "It reads the explanation alone and says what each token of unseen excerpts should do."


# --- simulator and scorers -------------------------------------------------------------------------------------------


def simulation(plan: RunPlan, found: Capabilities | None) -> RunPlan | None:
    """The plan with simulator, scorers and amounts; None, having said why, where it could only fail."""
    with st.container(border=True):
        st.markdown("##### Simulator and scorers")
        above = st.container()
        scorers = _scorers()
        plan = replace(plan, scorers=scorers, **_amounts(plan, scorers))
        with above:
            simulator: str | None = plan.simulator
            if simulates(plan) or chooses(plan):
                simulator = _simulator(found)
                plan = replace(plan, **_typed_decisions(plan, found, simulator))
    if simulator is None or not scorers:
        return None
    return replace(plan, simulator=simulator)


def _simulator(found: Capabilities | None) -> str | None:
    def words(name: str) -> str:
        lacking = found is not None and name != "auto" and not can_simulate(found, name)
        return f"{LANGUAGE_SIMULATORS[name]}{' (not possible there)' if lacking else ''}"

    chosen = str(
        st.selectbox(
            "Simulator",
            list(LANGUAGE_SIMULATORS),
            format_func=words,
            key="explain_simulator",
            persist_state="session",
            help="What turns the explanation and a text into a value a token, 0 to 10.",
        )
    )
    if found is None:
        st.caption("Which one that is, and whether it works there, is known once it has been checked.")
        return chosen
    if chosen == "auto":
        name, why = endpoint_parts.simulator_that_follows(found)
        if not name:
            say(why)
            return None
        st.caption(f"**{LANGUAGE_SIMULATORS[name]}.** {markdown_safe(why)}")
        return chosen
    if not can_simulate(found, chosen):
        say(f"That cannot work there: {found.why_not.get(NEEDS[chosen], 'it was not found able')}")
        return None
    if chosen == "digits" and not found.generated_logprobs:
        st.caption("There are no log-probabilities there: each digit counts as it was written, without a spread.")
    return chosen


def _typed_decisions(plan: RunPlan, found: Capabilities | None, simulator: str | None) -> dict[str, Any]:
    """What typed decisions are asked, where they may run; whether other simulators' bias is measured, likewise."""
    if simulator == "auto" and found is not None:
        simulator = endpoint_parts.simulator_that_follows(found)[0]
    chosen: dict[str, Any] = {}
    if simulator in ("auto", "decisions"):
        left, right = st.columns(2)
        chosen["sees"] = left.selectbox(
            "A typed decision sees",
            list(SEES),
            format_func=SEES.__getitem__,
            index=list(SEES).index(plan.sees),
            key="explain_sees",
            persist_state="session",
            help="Asked about a whole excerpt, a decision about a token sees what comes after it, which the neuron "
            "does not. Up to the token is fairer, and takes a request a token instead of a few an excerpt.",
        )
        with right:
            chosen["levels"] = _number(
                "Levels of its scale",
                plan.levels,
                2,
                MOST_LEVELS,
                "levels",
                help="Steps from no activation to the strongest. Fewer are easier to tell apart, and coarser.",
            )
    if simulator == "decisions":
        st.caption("What typed decisions answer when told nothing, their label bias, is measured and said.")
    elif simulator:
        chosen["label_bias"] = st.toggle(
            "Measure the label bias",
            value=plan.label_bias,
            key="explain_label_bias",
            persist_state="session",
            help="Asks for values with an explanation that says nothing. What comes back is the simulator's own leaning"
            ", which is said with the results. It costs an excerpt more. Typed decisions are always measured.",
        )
    return chosen


def can_simulate(found: Capabilities, simulator: str) -> bool:
    """Whether a simulator can work with a model of these abilities."""
    return bool(getattr(found, NEEDS[simulator]))


def _scorers() -> tuple[str, ...]:
    chosen = st.pills(
        "Scorers",
        list(SCORERS),
        selection_mode="multi",
        default=["simulation"],
        format_func=SCORER_NAMES.__getitem__,
        key="explain_scorers",
        wrap=True,
        persist_state="session",
    )
    scorers = tuple(name for name in SCORERS if name in (chosen or ()))
    if not scorers:
        st.error("Choose at least one scorer.")
    for name in scorers:
        st.caption(f"{SCORER_NAMES[name]}: {SCORERS[name][0].lower()}{SCORERS[name][1:]}.{_scorer_needs(name)}")
    return scorers


def _scorer_needs(name: str) -> str:
    return {
        "detection": " Area under the ROC curve; chance gives 0.5.",
        "fuzzing": " Area under the ROC curve; chance gives 0.5.",
        "ablation": " It runs the dataset's model; leaving the neuron at its mean gives 0, its true values 1.",
    }.get(name, "")


# --- amounts ---------------------------------------------------------------------------------------------------------


def _amounts(plan: RunPlan, scorers: tuple[str, ...]) -> dict[str, Any]:
    simulates = bool({"simulation", "ablation"} & set(scorers))
    found: dict[str, Any] = {}
    with kept_open("Calibration, candidates and other amounts", "explain_amounts"):
        left, right = st.columns(2)
        if plan.explainer in LANGUAGE_EXPLAINERS:
            with left:
                found |= _of_explainer(plan)
        with right if plan.explainer in LANGUAGE_EXPLAINERS else left:
            found |= _of_scores(plan, simulates=simulates)
    return found


def _of_explainer(plan: RunPlan) -> dict[str, Any]:
    found: dict[str, Any] = {
        "candidates": _number(
            "Candidates",
            plan.candidates,
            1,
            MOST_CANDIDATES,
            "candidates",
            help="Explanations that are asked for; the best on the calibration split is kept.",
        )
    }
    if plan.explainer != "token-space":
        found["shown"] = _number(
            "Excerpts shown to the explainer", plan.shown, 0, 20, "shown", help="0: as many as there are and fit."
        )
    found["answer_tokens"] = _number(
        "Tokens for its answer",
        plan.answer_tokens,
        16,
        32_000,
        "answer",
        help="A model that thinks first needs some thousand; else its answer is cut off before it begins.",
    )
    found["context_tokens"] = _number(
        "Tokens of prompt and answer together", plan.context_tokens, 512, 1_000_000, "context"
    )
    if plan.explainer == "revision":
        found["counter_examples"] = st.toggle(
            "Try sentences on the dataset's model",
            value=plan.counter_examples,
            key="explain_counter",
            persist_state="session",
            help="The language model proposes counter-examples; the dataset's model says what the neuron does on them.",
        )
    return found


def _of_scores(plan: RunPlan, *, simulates: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if simulates:
        found["calibration"] = st.selectbox(
            "Calibration",
            list(CALIBRATIONS),
            format_func=CALIBRATIONS.__getitem__,
            key="explain_calibration",
            persist_state="session",
            help="Brings 0 to 10 into units of the activation, fitted on the calibration split alone. A correlation is "
            "the same with a linear one and without.",
        )
        found["excerpts"] = _number(
            "Held-out excerpts, top and random each",
            plan.excerpts,
            1,
            20,
            "excerpts",
            help="Fewer cost less and give wider intervals.",
        )
        splits = st.pills(
            "Scored on",
            list(SPLIT_NAMES),
            selection_mode="multi",
            default=list(plan.splits),
            format_func=SPLIT_NAMES.__getitem__,
            key="explain_splits",
            wrap=True,
            persist_state="session",
        )
        found["splits"] = tuple(name for name in SPLIT_NAMES if name in (splits or plan.splits))
    found["others"] = _number(
        "Other neurons' explanations as a baseline",
        plan.others,
        0,
        MOST_OTHERS,
        "others",
        help="Each is simulated like the neuron's own, and costs as much.",
    )
    found["seed"] = _number("Seed", plan.seed, 0, 2**31 - 1, "seed")
    found["concurrency"] = _number("Calls at the same time", plan.concurrency, 1, MOST_CONCURRENCY, "concurrency")
    return found | _prices(plan)


def _prices(plan: RunPlan) -> dict[str, str]:
    """What a person says that the models cost, each where there are two."""
    found = {"price": _price("Price of the model", plan.price, "price")}
    apart = simulator_of(plan) != explainer_of(plan)
    price = _price("Price of the model that simulates", plan.simulator_price, "simulator_price") if apart else ""
    return found | {"simulator_price": price}


def _price(label: str, value: str, name: str) -> str:
    return st.text_input(
        label,
        value=value,
        key=f"explain_{name}",
        placeholder="0.5,2",
        persist_state="session",
        help="Dollars per million input tokens, a comma, and dollars per million output tokens. Empty: the list price, "
        "and $0 for an address on this computer.",
    ).strip()


def _number(label: str, value: int, low: int, high: int, name: str, *, help: str | None = None) -> int:
    found = st.number_input(
        label,
        min_value=low,
        max_value=high,
        value=value,
        key=f"explain_{name}",
        persist_state="session",
        help=help,
    )
    return value if found is None else int(found)
