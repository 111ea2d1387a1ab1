"""Explanations that people wrote with a rule, for a few neurons of a dataset: scored like any other, and added to it.

The same splits, intervals and baselines as the rule explainers', and the same correlation over the whole corpus where
that is at hand. What is not the same is said with each score: whoever wrote them had seen the neurons' excerpts.
Knows no model.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from neuronview.errors import DatasetError, ScoringError
from neuronview.explain.evaluation import calibrate, evaluation_sets, simulate_set
from neuronview.explain.feature_cache import FeatureCache
from neuronview.explain.rules import simulator_for
from neuronview.explain.score import score_explanation
from neuronview.jobs.origin import origin_of
from neuronview.records import Explanation, NeuronId, Provenance, Score
from neuronview.store import Dataset, explanation_id
from neuronview.store.convert import explanation_table, score_table
from neuronview.store.write import commit_parts, write_part

__all__ = ["SEEN", "add_told", "score_told"]

SEEN = "Whoever wrote it had looked at excerpts of this neuron, those of this split too."


def add_told(folder: Path, told: Sequence[Explanation], corpus: Mapping[NeuronId, float], *, seed: int = 0) -> int:
    """Score these explanations on the dataset in `folder` and commit them with their scores; returns how many.

    `corpus`: the correlation of each neuron with its rule over the whole corpus, where that was computed. Raises
    DatasetError when the dataset holds explanations by the same explainer already, NotFound and ScoringError as
    scoring does; then nothing is written.
    """
    dataset = Dataset(folder)
    try:
        for name in {entry.explainer for entry in told} & set(dataset.explainers()):
            raise DatasetError(
                f"{folder} holds explanations by “{name}” already, and nothing in it is ever changed. Take the parts "
                "that hold them out of its dataset.json, or build the dataset again."
            )
        found = score_told(dataset, told, corpus, seed=seed)
    finally:
        dataset.close()
    parts = [
        write_part(folder, "explanations", explanation_table(found)),
        write_part(folder, "scores", score_table(found)),
    ]
    commit_parts(folder, parts, label=", ".join(sorted({entry.explainer for entry in found})))
    return len(found)


def score_told(
    dataset: Dataset, told: Sequence[Explanation], corpus: Mapping[NeuronId, float], *, seed: int = 0
) -> list[Explanation]:
    """The explanations with their rules in units of the activation, their provenance, and their scores.

    Baselines: the neuron's stored token lookup, and what was told of the layer's other neurons.
    """
    cache = FeatureCache()
    fitted = [_in_units(dataset, entry, cache, seed) for entry in told]
    return [_scored(dataset, entry, fitted, corpus, cache, seed) for entry in fitted]


def _neuron(entry: Explanation) -> NeuronId:
    if entry.neuron is None:
        raise ScoringError(f"“{entry.text[:60]}” names no neuron: an explanation is scored on the one that it is of.")
    return entry.neuron


def _in_units(dataset: Dataset, entry: Explanation, cache: FeatureCache, seed: int) -> Explanation:
    """`on` and `off` of the rule as the calibration excerpts say, where their line rises; scores do not change."""
    chosen = evaluation_sets(dataset.neuron(_neuron(entry)))["calibration"]
    plain = replace(entry, rule=dict(entry.rule or {}) | {"on": 1.0, "off": 0.0})
    line = calibrate(simulate_set(simulator_for(plain, marks=cache.marks), chosen), chosen)
    on, off = (float(f"{value:.6g}") for value in line.apply([1.0, 0.0]))
    rule = dict(plain.rule or {}) | ({"on": on, "off": off} if line.slope > 0 else {})
    identity = explanation_id(_neuron(entry), entry.explainer, entry.text, rule)
    return replace(entry, rule=rule, id=identity, provenance=_provenance(dataset, entry.explainer, seed))


def _scored(
    dataset: Dataset,
    entry: Explanation,
    told: Sequence[Explanation],
    corpus: Mapping[NeuronId, float],
    cache: FeatureCache,
    seed: int,
) -> Explanation:
    neuron = _neuron(entry)
    lookup = next((known for known in dataset.explanations(neuron) if known.explainer == "lookup"), None)
    simulator = str((entry.rule or {})["kind"])
    provenance = replace(entry.provenance, simulator=simulator)
    scores = score_explanation(
        entry,
        dataset.neuron(neuron),
        lookup=lookup,
        others=[other for other in told if other is not entry and _neuron(other).layer == neuron.layer],
        marks=cache.marks,
        seed=seed,
        provenance=provenance,
    )
    noted = [replace(score, note=" ".join(filter(None, (score.note, SEEN)))) for score in scores]
    over_all = [_corpus_score(dataset, corpus[neuron], simulator, provenance)] if neuron in corpus else []
    return replace(entry, scores=[*noted, *over_all])


def _corpus_score(dataset: Dataset, value: float, simulator: str, provenance: Provenance) -> Score:
    """The correlation over the whole corpus; every token counts, so there is no interval to draw."""
    defined, facts = not math.isnan(value), dataset.manifest.corpus
    return Score(
        value,
        n_sequences=int(facts.get("n_excerpts", 0)),
        n_tokens=int(facts.get("n_tokens", 0)),
        state="ok" if defined else "undefined",
        reason="" if defined else "The activation or the rule's value is the same on every token of the corpus.",
        simulator=simulator,
        split="corpus",
        subset="all",
        provenance=provenance,
    )


def _provenance(dataset: Dataset, explainer: str, seed: int) -> Provenance:
    return origin_of(
        dataset,
        seed=seed,
        explainer=explainer,
        fitted_on="no text: written by people, after a look at the neuron's excerpts",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
