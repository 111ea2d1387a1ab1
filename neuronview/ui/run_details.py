"""A run by language model in detail: what it does now, what became of each neuron, and what it cost.

A score that is there, one that is undefined, an answer that could not be read and an endpoint that failed are four
things: each has its own look and its reason in words, and only the first has a number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from neuronview.jobs.choices import SCORERS
from neuronview.jobs.plan import Failed, Progress, RunFolder, RunPlan
from neuronview.records import Explanation, NeuronId, Score
from neuronview.ui import nav
from neuronview.ui.amounts import amount_words, facts_html, money_words, time_words
from neuronview.ui.plain import html_safe, markdown_safe
from neuronview.ui.tables import neuron_table

__all__ = ["LOOKS", "Trouble", "live", "other_caps", "results", "spent_words", "troubles"]

SHOWN_NEURONS = 12


@dataclass(frozen=True)
class Look:
    """How a state is shown: its badge, and what it means for the person."""

    label: str
    color: str
    icon: str
    meaning: str


LOOKS: Mapping[str, Look] = {
    "ok": Look("scored", "green", ":material/check_circle:", ""),
    "undefined": Look(
        "undefined",
        "gray",
        ":material/do_not_disturb_on:",
        "There is no number to find, and another try will not find one: one side does not vary.",
    ),
    "unparsable": Look(
        "answer could not be read",
        "orange",
        ":material/help:",
        "The model answered, but not with what it was asked for. Another try asks it anew.",
    ),
    "provider_error": Look(
        "endpoint failed",
        "red",
        ":material/cloud_off:",
        "No answer came. Another try asks for what is missing; what was answered is not paid for again.",
    ),
    "failed": Look(
        "cannot be done", "violet", ":material/report:", "The dataset lacks what is needed; the reason says what."
    ),
}


@dataclass(frozen=True)
class Trouble:
    """One thing of one neuron that has no number, and why."""

    neuron: NeuronId
    state: str
    what: str
    reason: str


# --- while it runs ---------------------------------------------------------------------------------------------------


def live(progress: Progress) -> None:
    """How far a run is, how fast, what it has spent, and why it waits; of one that is done, what is to be known."""
    if progress.state != "done":
        _facts(progress)
    if progress.waiting and not progress.is_over:
        st.warning(f"Waiting for the endpoint: {markdown_safe(progress.waiting)}", icon=":material/hourglass_top:")
    for note in progress.notes:
        st.caption(markdown_safe(note))


def _facts(progress: Progress) -> None:
    facts = [
        ("done", f"{progress.done:,}"),
        ("failed", f"{progress.failed:,}"),
        ("left", f"{progress.left:,}"),
        ("calls", f"{progress.calls:,}"),
        ("already answered", f"{progress.cached:,}"),
        ("failed calls", f"{progress.failed_calls:,}"),
        ("tokens", amount_words(progress.tokens)),
        ("money", _money(progress)),
    ]
    if not progress.is_over:
        facts += [
            ("rate", "not known yet" if progress.rate is None else f"{progress.rate:.1f} calls/s"),
            ("time left", "not known yet" if progress.seconds_left is None else time_words(progress.seconds_left)),
        ]
    st.html(facts_html(facts))


def _money(progress: Progress) -> str:
    if progress.unpriced and not progress.money:
        return "price unknown"
    more = f" and {progress.unpriced:,} calls without a price" if progress.unpriced else ""
    return f"{money_words(progress.money)}{more}"


def spent_words(progress: Progress) -> str:
    """What a run has cost, in a sentence."""
    cached = f" {progress.cached:,} answers were there already and cost nothing." if progress.cached else ""
    money = _money(progress)
    cost = "at a price that is not known" if money == "price unknown" else f"{money} at list prices"
    return f"In all {progress.calls:,} calls, {progress.tokens:,} tokens, {cost}.{cached}"


def other_caps(folder: RunFolder, plan: RunPlan) -> None:
    """For a run with caps: what it may spend in all when it is gone on with, kept at once."""
    if plan.max_cost is None and plan.max_tokens is None:
        return
    left, right = st.columns(2)
    money, tokens = plan.max_cost, plan.max_tokens
    if money is not None:
        money = left.number_input(
            "Spend at most, in dollars", min_value=0.01, value=money, step=0.5, key=f"caps_{plan.id}_cost"
        )
    if tokens is not None:
        tokens = right.number_input(
            "Use at most so many tokens", min_value=1_000, value=tokens, step=10_000, key=f"caps_{plan.id}_tokens"
        )
    st.caption("Both count from the run's beginning.")
    if (money, tokens) != (plan.max_cost, plan.max_tokens):
        folder.set_caps(max_cost=money, max_tokens=tokens)


# --- what came of it -------------------------------------------------------------------------------------------------


def results(
    found: Sequence[Explanation], plan: RunPlan, failed: Mapping[str, Failed], *, dataset: str, rows: Callable[..., Any]
) -> None:
    """Results by neuron, a table for each scorer, and apart from them what has no number, with the reason.

    `rows` makes rows of the browse table from explanations.
    """
    without = troubles(found, failed)
    _counts(found, without)
    for scorer in plan.scorers:
        if scorer == "simulation":
            _simulation_table(found, dataset, rows)
        else:
            _other_table(found, scorer, dataset)
    for state, look in LOOKS.items():
        mine = [entry for entry in without if entry.state == state]
        if mine:
            _trouble_box(state, look, mine, dataset)


def troubles(found: Sequence[Explanation], failed: Mapping[str, Failed]) -> list[Trouble]:
    """Everything that has no number: scores in their states, then neurons without an explanation."""
    listed: dict[tuple[NeuronId, str, str], Trouble] = {}
    for entry in found:
        for score in entry.scores:
            if score.state == "ok" or entry.neuron is None or score.subset in ("top", "random"):
                continue
            what = f"{score.scorer}, {score.split.replace('_', '-')}"
            listed.setdefault(
                (entry.neuron, score.scorer, score.reason), Trouble(entry.neuron, score.state, what, score.reason)
            )
    explained = {str(entry.neuron) for entry in found}
    for name, one in failed.items():
        if one.step != "score" and name not in explained:
            neuron = NeuronId.parse(name)
            what = "no explanation" if one.step == "explain" else ""
            listed[(neuron, "", one.reason)] = Trouble(neuron, one.state, what, one.reason)
    return list(listed.values())


def _counts(found: Sequence[Explanation], without: Sequence[Trouble]) -> None:
    """A badge for each state that there is, with its number of neurons."""
    in_state = {state: {entry.neuron for entry in without if entry.state == state} for state in LOOKS}
    in_state["ok"] = {entry.neuron for entry in found if entry.neuron and any(s.state == "ok" for s in entry.scores)}
    with st.container(horizontal=True, gap="small"):
        for state, look in LOOKS.items():
            if in_state[state]:
                n = len(in_state[state])
                label = f"{n} {'neuron' if n == 1 else 'neurons'}: {look.label}"
                st.badge(label, icon=look.icon, color=look.color)  # type: ignore[arg-type]  # Streamlit's own literal


def _trouble_box(state: str, look: Look, mine: Sequence[Trouble], dataset: str) -> None:
    with st.container(border=True, key=f"explain_state_{state}"):
        st.badge(look.label, icon=look.icon, color=look.color)  # type: ignore[arg-type]  # Streamlit's own literal
        st.caption(look.meaning)
        neurons = list(dict.fromkeys(entry.neuron for entry in mine))
        for neuron in neurons[:SHOWN_NEURONS]:
            nav.neuron_link(dataset, neuron)
            st.html("".join(_reason(entry) for entry in mine if entry.neuron == neuron))
        if len(neurons) > SHOWN_NEURONS:
            st.caption(f"and {len(neurons) - SHOWN_NEURONS} more neurons, which say so on their own pages.")


def _reason(entry: Trouble) -> str:
    what = f"<strong>{html_safe(entry.what)}</strong>: " if entry.what else ""
    reason = html_safe(entry.reason or "no reason was given")
    return f'<p data-nv-trouble="{entry.state}" style="margin:0 0 0.4rem;overflow-wrap:anywhere">{what}{reason}</p>'


def _simulation_table(found: Sequence[Explanation], dataset: str, rows: Callable[..., Any]) -> None:
    if not found:
        return
    st.markdown("###### Simulation: correlation of simulated with real activations, 1 is best, 0 is chance")
    columns = ("open", "explanation", "score", "low", "high", "n_sequences", "state", "explainer", "compare")
    table = rows(found)
    _table(table, dataset, "simulation", columns, {})


def _other_table(found: Sequence[Explanation], scorer: str, dataset: str) -> None:
    """Scores of one other scorer, by themselves: they are on a scale of their own."""
    pairs = [(entry, score) for entry in found for score in entry.scores if score.scorer == scorer]
    if not pairs:
        return
    is_area = scorer != "ablation"
    chance = next((score.measures.get("chance") for _, score in pairs), None)
    said = "" if chance is None else f"; chance gives {chance:g}"
    unit = "area under the ROC curve, 1 is best" if is_area else "share of the neuron's effect that is kept, 1 is all"
    st.markdown(f"###### {scorer.capitalize()}: {SCORERS[scorer][0].lower()}{SCORERS[scorer][1:]}; {unit}{said}")
    by = ", ".join(dict.fromkeys(score.simulator for _, score in pairs))
    st.caption(markdown_safe(f"{'Judged' if is_area else 'Simulated'} by {by}."))
    table = pd.DataFrame([_row(entry, score) for entry, score in pairs])
    table = table.sort_values("low", ascending=False, na_position="last", ignore_index=True)
    number = st.column_config.NumberColumn
    extra = {
        "score": number("Area" if is_area else "Kept", width=52),
        "accuracy": number("Balanced", width=72, help="Balanced accuracy; chance gives 0.5."),
        "state": st.column_config.TextColumn("State", width=104, help="Why there is a number, or why there is none."),
    }
    columns = ["open", "explanation", "score", "low", "high", "n_sequences", "state", "compare"]
    if is_area:
        columns.insert(5, "accuracy")
    _table(table, dataset, scorer, columns, extra)


def _row(entry: Explanation, score: Score) -> dict[str, Any]:
    """A row of the browse table, of one score."""
    neuron = entry.neuron or NeuronId(-1, -1)
    low, high = score.interval
    return {
        "layer": neuron.layer,
        "neuron": neuron.neuron,
        "explanation": entry.text.strip(),
        "explainer": entry.explainer,
        "score": None if math.isnan(score.value) else score.value,
        "low": None if math.isnan(low) else low,
        "high": None if math.isnan(high) else high,
        "accuracy": score.measures.get("balanced_accuracy"),
        "n_sequences": score.n_sequences,
        "state": score.state,
    }


def _table(table: pd.DataFrame, dataset: str, scorer: str, columns: Sequence[str], extra: Mapping[str, Any]) -> None:
    places = [NeuronId(int(a), int(b)) for a, b in zip(table["layer"], table["neuron"], strict=True)]
    key = f"explain_compare_{scorer}"

    def compare() -> None:
        nav.go("compare", nav.neuron_place(dataset, places[int(st.session_state[key]["row"])]))

    button = st.column_config.ButtonColumn(
        "", type="tertiary", width=80, on_click=compare, key=key, help="Beside another explanation of the neuron."
    )
    neuron_table(
        table.assign(compare="Compare"),
        dataset=dataset,
        key=f"explain_results_{scorer}",
        alt=f"Results of the run by the scorer {scorer}",
        columns=columns,
        extra={"compare": button, **extra},
    )
