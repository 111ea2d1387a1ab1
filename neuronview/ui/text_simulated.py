"""Simulated rows for a typed text: what the rules of the drawn neurons' explanations expect, offline."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from neuronview.errors import NeuronViewError, NotFound
from neuronview.explain.rules import KINDS
from neuronview.explain.typed import TypedSimulation, by_rule, simulate_typed
from neuronview.records import ActivationRecord, Explanation, NeuronId
from neuronview.store import Dataset
from neuronview.ui import cached
from neuronview.ui.plain import markdown_safe
from neuronview.ui.wrong_values import tell_unknown

__all__ = ["choice", "simulated"]

NONE, BEST = "none", "best"
OPTIONS = (NONE, BEST, *KINDS)


def choice() -> str:
    """Which explanation's rule is shown below the real values; `none` for no row."""
    tell_unknown("text_simulated", OPTIONS)
    chosen = st.segmented_control(
        "Simulated row",
        OPTIONS,
        default=NONE,
        key="text_simulated",
        bind="query-params",
        required=True,
        help="What an explanation's rule expects of this text, without a language model: a token lookup, an expression "
        "of the feature dictionary, or a pattern; best is the one whose score has the highest lower bound.",
    )
    return str(chosen)


def simulated(
    dataset: Dataset, typed: Sequence[tuple[NeuronId, ActivationRecord]], wanted: str
) -> list[TypedSimulation | None]:
    """The simulated row of each neuron on its text, None where there is none.

    Says once which neurons have none, and which rows are not in units of the activation.
    """
    if wanted == NONE:
        return [None] * len(typed)
    found: list[TypedSimulation | None] = []
    without: dict[str, None] = {}
    notes: dict[str, None] = {}
    for neuron, record in typed:
        explanation = by_rule(cached.explanations(dataset, neuron), "" if wanted == BEST else wanted)
        row = None
        try:
            if explanation is None:
                without[str(neuron)] = None
            else:
                row = _on_text(dataset, neuron, explanation, record)
                notes |= dict.fromkeys(_notes(neuron, row))
        except NotFound:  # nothing but the explanation was fetched yet
            without[str(neuron)] = None
        except NeuronViewError as error:
            notes[f"{neuron}: {error}"] = None
        found.append(row)
    if any(row is not None for row in found):
        st.caption(
            "Simulated rows are in units of the activation: a straight line fitted on the neuron's calibration "
            "excerpts, as on its page. r is the correlation on this text alone."
        )
    if without:
        what = "explanation with a rule" if wanted == BEST else f"rule of the kind {wanted}"
        st.caption(
            f"Not simulated, as there is no {what} here: {', '.join(without)}. "
            "A text without a rule needs a language model: Explain simulates with one."
        )
    for note in notes:
        st.caption(markdown_safe(note))
    return found


def _notes(neuron: NeuronId, one: TypedSimulation) -> list[str]:
    if one.uncalibrated:
        return [f"{neuron}: as its rule gives it. {one.uncalibrated}"]
    if one.slope == 0:
        return [f"{neuron}: on its calibration excerpts the rule gives one value everywhere, so its row is flat."]
    if one.slope < 0:
        return [f"{neuron}: on its calibration excerpts the rule is high where the neuron is low: the row is turned."]
    return []


def _on_text(dataset: Dataset, neuron: NeuronId, explanation: Explanation, record: ActivationRecord) -> TypedSimulation:
    rule = repr(sorted((explanation.rule or {}).items(), key=lambda item: item[0]))
    identity = (neuron.layer, neuron.neuron, explanation.id, rule)
    # The real values are part of what is kept, as a correlation: they depend on how the text was read.
    read = (record.tokens, record.activations.tobytes())
    return _kept(dataset, explanation, record, str(dataset.folder), dataset.stamp, identity, read)


@st.cache_resource(max_entries=64, show_spinner="Simulating …")
def _kept(
    _dataset: Dataset,
    _explanation: Explanation,
    _record: ActivationRecord,
    folder: str,
    stamp: str,
    identity: tuple[int, int, str, str],
    read: tuple[tuple[str, ...], bytes],
) -> TypedSimulation:
    layer, neuron, *_ = identity
    return simulate_typed(cached.neuron(_dataset, NeuronId(layer, neuron)), _explanation, _record)
