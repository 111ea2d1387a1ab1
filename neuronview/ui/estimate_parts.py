"""Before a run by language model: what it would ask, cost and take; caps; and only then the button that starts it.

The estimate comes from a dry run on the real prompts, sends nothing but the remembered check of the endpoint, and
holds for the plan that it was made for: another choice needs another one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.jobs.choices import check_plan, chooses, explainer_of, simulates, simulator_of
from neuronview.jobs.estimate import Estimate, estimate_run
from neuronview.jobs.launch import launch
from neuronview.jobs.limits import require_room
from neuronview.jobs.plan import RunFolder, RunPlan, new_run
from neuronview.store import Dataset
from neuronview.ui import cached, key_parts
from neuronview.ui.amounts import amount_words, facts_html, money_words, price_words, time_words
from neuronview.ui.plain import html_safe, html_table, markdown_safe
from neuronview.ui.problems import problem, say, solved

__all__ = ["estimate_then_run"]

_ESTIMATED = "nv_estimate"


def estimate_then_run(dataset: Dataset, plan: RunPlan) -> None:
    """The estimate of a plan, on request; then caps and the button that starts it."""
    with st.container(border=True):
        st.markdown("##### What it will cost")
        found = _estimated(dataset, plan)
        if found is None:
            return
        _tell(found, plan)
        capped = _caps(plan, found)
        if st.button("Run", type="primary", icon=":material/play_arrow:", key="explain_run"):
            _start(capped)


# --- the estimate ----------------------------------------------------------------------------------------------------


def _estimated(dataset: Dataset, plan: RunPlan) -> Estimate | None:
    """The estimate that was made for this very plan; None, with the button for one, where there is none."""
    identity = _identity(plan)
    kept: tuple[str, Estimate | str] | None = st.session_state.get(_ESTIMATED)
    if st.button(
        "Estimate",
        icon=":material/calculate:",
        key="explain_estimate",
        type="secondary" if kept and kept[0] == identity else "primary",
    ):
        kept = _estimate(dataset, plan, identity)
    if kept is not None and kept[0] == identity:
        if not isinstance(kept[1], str):
            return kept[1]
        say(kept[1])
        return None
    st.caption(
        "The choice has changed since it was estimated." if kept else "Counts calls and tokens on the real prompts."
    )
    return None


def _estimate(dataset: Dataset, plan: RunPlan, identity: str) -> tuple[str, Estimate | str]:
    try:
        check_plan(plan)
        require_room(cached.settings(), models={explainer_of(plan), simulator_of(plan)})
        with st.spinner("Going through the prompts …"):
            keys = key_parts.keys_of(plan)
            kept: tuple[str, Estimate | str] = identity, estimate_run(plan, dataset, cached.settings().home, keys=keys)
    except NeuronViewError as error:
        kept = identity, str(error)
    st.session_state[_ESTIMATED] = kept
    return kept


def _identity(plan: RunPlan) -> str:
    """What an estimate depends on: everything but caps."""
    return json.dumps(asdict(replace(plan, max_cost=None, max_tokens=None)), sort_keys=True)


def _tell(found: Estimate, plan: RunPlan) -> None:
    facts = [
        ("calls", f"{found.calls:,}"),
        ("answered already", f"{found.cached:,}"),
        ("tokens", amount_words(found.tokens)),
        ("money", "price unknown" if found.money is None else money_words(found.money)),
        ("time", "unknown" if found.seconds is None else time_words(found.seconds)),
    ]
    st.html(facts_html(facts))
    headers = ("Step", "Calls", "Already answered", "Input tokens", "Output tokens")
    rows = [
        [html_safe(step.name), *(f"{n:,}" for n in (step.calls, step.cached, step.input_tokens, step.output_tokens))]
        for step in found.steps
    ]
    total = ("All", *(f"{n:,}" for n in (found.calls, found.cached, found.input_tokens, found.output_tokens)))
    st.html(html_table(headers, [*rows, [f"<strong>{cell}</strong>" for cell in total]]))
    st.caption(markdown_safe(" ".join(_circumstances(found, plan))))


def _circumstances(found: Estimate, plan: RunPlan) -> list[str]:
    """What the numbers rest on, a sentence each."""
    n = "1 neuron" if found.neurons == 1 else f"{found.neurons:,} neurons"
    alone = "" if simulates(plan) else ", to choose an explanation alone"
    simulator = f"Simulator{alone}: {found.simulator} on {found.model}."
    lines = [
        f"For {n}. {simulator if simulates(plan) or chooses(plan) else f'Judge: {found.model}; nothing is simulated.'}",
        f"Price: {found.price}",
        f"Tokens counted {found.counted}",
        f"Time: {found.speed}" if found.speed and found.calls else "",
        *found.notes,
    ]
    return [line if line.endswith(".") else f"{line}." for line in lines if line]


# --- caps ------------------------------------------------------------------------------------------------------------


def _caps(plan: RunPlan, found: Estimate) -> RunPlan:
    """The plan with its caps; none where the fields are empty."""
    left, right = st.columns(2)
    money = None
    if found.money is None:
        left.caption("Without a price there can be no cap on money: cap the tokens.")
    elif found.money > 0:
        money = left.number_input(
            "Spend at most, in dollars",
            min_value=0.01,
            value=None,
            step=0.5,
            placeholder="no cap",
            key="explain_max_cost",
            persist_state="session",
            help=f"Counted {price_words(plan.price, plan.simulator_price)}. The run stops before the call that could "
            "go beyond; what is finished is kept.",
        )
    else:
        left.caption("It costs no money, so there is none to cap.")
    tokens = right.number_input(
        "Use at most so many tokens",
        min_value=1_000,
        value=None,
        step=10_000,
        placeholder="no cap",
        key="explain_max_tokens",
        persist_state="session",
        help="Input and output together. Calls reserve what they may take at most, so a cap near the estimate stops "
        "the run a little early.",
    )
    for cap, needed, what in (
        (money, found.money, "the money"),
        (tokens, found.tokens, "the tokens"),
    ):
        if cap is not None and needed is not None and cap < needed:
            st.warning(f"The estimate says that {what} will not do: the run will stop at the cap.")
    return replace(plan, max_cost=money, max_tokens=tokens)


# --- the start -------------------------------------------------------------------------------------------------------


def _start(plan: RunPlan) -> None:
    settings = cached.settings()
    folder: RunFolder | None = None
    try:
        folder = new_run(settings.home, plan)
        launch(folder, settings, **key_parts.typed_keys(plan))
    except (NeuronViewError, OSError) as error:
        problem("start", f"The run could not be started: {error}")
        return
    st.session_state.pop(_ESTIMATED, None)
    solved("start")
    st.query_params["run"] = folder.path.name
    st.rerun()  # the run is shown above what was chosen
