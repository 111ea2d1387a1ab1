"""Scores of a run as tables, one a scorer: each with interval, n, state, and what other explanations get beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from neuronview.jobs.choices import SCORERS, simulates, uses_language_model
from neuronview.jobs.plan import RunPlan
from neuronview.records import Explanation, NeuronId, Score
from neuronview.ui import nav
from neuronview.ui.plain import markdown_safe
from neuronview.ui.tables import neuron_table

__all__ = ["rows_of", "tables"]

BESIDE = {"lookup_beside": "lookup", "others_beside": "other neurons"}
"""Columns of what stands beside a score, and the baseline of each."""


def tables(found: Sequence[Explanation], plan: RunPlan, *, dataset: str) -> None:
    """A table for each scorer of the run, and what its columns of baselines hold."""
    if not found:
        return
    by_model = uses_language_model(plan)
    for scorer in plan.scorers:
        if scorer == "simulation":
            _simulation_table(found, dataset, subsets=not by_model)
        else:
            _other_table(found, scorer, dataset, compares=simulates(plan))
    if said := _beside_words(found):
        st.caption(said)


def rows_of(explanations: Sequence[Explanation]) -> pd.DataFrame:
    """Explanations as rows of the browse table, best lower bound first; nan and None where there is no score."""
    rows = []
    for entry in explanations:
        score = entry.score(split="held_out") or entry.score()
        split = score.split if score else None
        top, random = (entry.score(split=split, subset=subset) for subset in ("top", "random"))
        rows.append(
            {
                **_names(entry),
                "score": score.value if score else None,
                "low": score.interval[0] if score else None,
                "high": score.interval[1] if score else None,
                "n_sequences": score.n_sequences if score else None,
                "state": score.state if score else None,
                "top_score": top.value if top else None,
                "random_score": random.value if random else None,
                **_beside(score),
            }
        )
    return _best_first(rows)


def _simulation_table(found: Sequence[Explanation], dataset: str, *, subsets: bool) -> None:
    """Scores by simulation; with `subsets`, those of top and random excerpts alone too."""
    st.markdown("###### Simulation: correlation of simulated with real activations, 1 is best, 0 is chance")
    columns = ["open", "explanation", "score", "low", "high", "n_sequences", "state", *BESIDE]
    columns += ["top_score", "random_score"] if subsets else []
    _table(rows_of(found), dataset, "simulation", [*columns, "compare"], {})


def _other_table(found: Sequence[Explanation], scorer: str, dataset: str, *, compares: bool) -> None:
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
    number = st.column_config.NumberColumn
    extra = {
        "score": number("Area" if is_area else "Kept", width=52),
        "accuracy": number("Balanced", width=72, help="Balanced accuracy; chance gives 0.5."),
    }
    columns = ["open", "explanation", "score", "low", "high", "n_sequences", "state", *BESIDE]
    if is_area:
        columns.insert(5, "accuracy")
    table = _best_first([_row(entry, score) for entry, score in pairs])
    _table(table, dataset, scorer, [*columns, *(["compare"] if compares else [])], extra)


# --- rows ------------------------------------------------------------------------------------------------------------


def _row(entry: Explanation, score: Score) -> dict[str, Any]:
    """A row of the browse table, of one score."""
    low, high = score.interval
    return {
        **_names(entry),
        "score": _present(score.value),
        "low": _present(low),
        "high": _present(high),
        "accuracy": score.measures.get("balanced_accuracy"),
        "n_sequences": score.n_sequences,
        "state": score.state,
        **_beside(score),
    }


def _names(entry: Explanation) -> dict[str, Any]:
    neuron = entry.neuron or NeuronId(-1, -1)
    return {
        "layer": neuron.layer,
        "neuron": neuron.neuron,
        "explanation": entry.text.strip(),
        "explainer": entry.explainer,
        "id": entry.id,
    }


def _beside(score: Score | None) -> dict[str, float | None]:
    known = {baseline.name: baseline.value for baseline in score.baselines} if score else {}
    return {column: _present(known.get(name, math.nan)) for column, name in BESIDE.items()}


def _present(value: float) -> float | None:
    return None if math.isnan(value) else value


def _best_first(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows).sort_values("low", ascending=False, na_position="last", ignore_index=True)


# --- drawn -----------------------------------------------------------------------------------------------------------


def _beside_words(found: Sequence[Explanation]) -> str:
    """What the columns of baselines hold, as far as there are any."""
    known = [baseline for entry in found for score in entry.scores for baseline in score.baselines]
    parts = []
    if any(baseline.name == "lookup" for baseline in known):
        parts.append("Lookup, a rule by each token's mean activation")
    if counts := sorted({baseline.n for baseline in known if baseline.name == "other neurons" and baseline.n}):
        many = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
        whose = "explanation of another neuron" if counts == [1] else "explanations of other neurons, averaged"
        parts.append(f"Others, {many} {whose}")
    if not parts:
        return ""
    return (
        f"Beside each score, what others get from the same scorer on the same excerpts: {'; '.join(parts)}. "
        "An explanation that is not above them says nothing of its own."
    )


def _table(table: pd.DataFrame, dataset: str, scorer: str, columns: Sequence[str], extra: Mapping[str, Any]) -> None:
    number = st.column_config.NumberColumn
    beside = {
        "lookup_beside": number("Lookup", width=58, help="What token lookup gets on the same excerpts."),
        "others_beside": number("Others", width=58, help="What other neurons' explanations get on the same excerpts."),
        "compare": st.column_config.ButtonColumn(
            "",
            type="tertiary",
            width=76,
            on_click=_compares(table, dataset, f"explain_compare_{scorer}"),
            key=f"explain_compare_{scorer}",
            help="Beside another explanation of the neuron.",
        ),
    }
    neuron_table(
        table.assign(compare="Compare"),
        dataset=dataset,
        key=f"explain_results_{scorer}",
        alt=f"Results of the run by the scorer {scorer}",
        columns=[name for name in columns if name not in BESIDE or table[name].notna().any()],
        extra={**beside, **extra},
    )


def _compares(table: pd.DataFrame, dataset: str, key: str) -> Callable[[], None]:
    """What a click on a row's button does: open Compare on that very explanation."""

    def compare() -> None:
        row = table.iloc[int(st.session_state[key]["row"])]
        place = nav.neuron_place(dataset, NeuronId(int(row["layer"]), int(row["neuron"])))
        nav.go("compare", place, view={"explanation": row["id"]})

    return compare
