"""Both rule explainers, with scores, for every neuron of a dataset that was just collected.

What they are fitted on (sums over the corpus without the evaluation documents) comes from `collect`; records come
from the dataset. A layer is one task of a process pool; everything is committed at once. Knows no model.
"""

from __future__ import annotations

import math
import multiprocessing
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronview.errors import ScoringError
from neuronview.explain.dictionary import Candidate, choose, explain_by_dictionary
from neuronview.explain.evaluation import evaluation_sets
from neuronview.explain.feature_cache import FeatureCache
from neuronview.explain.lookup import explain_by_lookup, lookup_rule
from neuronview.explain.score import OTHERS, score_explanation
from neuronview.records import Explanation, NeuronId, NeuronRecord, Provenance, Score
from neuronview.store import Dataset, explanation_id
from neuronview.store.convert import explanation_table, score_table
from neuronview.store.write import commit_parts, write_part

__all__ = ["RuleInputs", "explain_all"]


@dataclass(frozen=True, eq=False)
class RuleInputs:
    """What the rule explainers are fitted on: the corpus without the evaluation documents."""

    candidates: Sequence[Sequence[Sequence[Candidate]]]
    """Expressions by layer and neuron, best first."""
    token_strings: Sequence[str]
    token_counts: NDArray[np.int64]  # (tokens,)
    token_means: Path
    """A .npy file (tokens, layers * neurons)."""
    activation_sums: NDArray[np.float64]  # (layers, neurons)
    n_tokens: int
    lookup_correlations: NDArray[np.float64] | None = None


def explain_all(
    folder: Path,
    inputs: RuleInputs,
    *,
    seed: int = 0,
    processes: int = 2,
    on_progress: Callable[[int, int], Any] = lambda done, total: None,
) -> int:
    """Explain and score every neuron of the dataset in `folder` and commit the result; returns how many.

    Raises ScoringError when a neuron has too few records to be scored.
    """
    dataset = Dataset(folder)
    model = dataset.manifest.model
    tasks = [(folder, _of_layer(inputs, layer, model.n_neurons), layer, seed) for layer in range(model.n_layers)]
    found: list[Explanation] = []
    for explained in _mapped(tasks, processes):
        found += explained
        on_progress(len(found) // 2, model.n_layers * model.n_neurons)
    parts = [
        write_part(folder, "explanations", explanation_table(found)),
        write_part(folder, "scores", score_table(found)),
    ]
    commit_parts(folder, parts, label="rule explainers")
    return len(found)


@dataclass(frozen=True, eq=False)
class _LayerInputs:
    candidates: Sequence[Sequence[Candidate]]
    token_strings: Sequence[str]
    token_counts: NDArray[np.int64]
    token_means: NDArray[np.float32]  # (tokens, neurons)
    activation_sums: NDArray[np.float64]
    n_tokens: int


def _of_layer(inputs: RuleInputs, layer: int, n_neurons: int) -> _LayerInputs:
    means = np.load(inputs.token_means, mmap_mode="r")
    return _LayerInputs(
        inputs.candidates[layer],
        inputs.token_strings,
        inputs.token_counts,
        np.array(means[:, layer * n_neurons : (layer + 1) * n_neurons]),
        inputs.activation_sums[layer],
        inputs.n_tokens,
    )


def _mapped(tasks: list[tuple[Path, _LayerInputs, int, int]], processes: int) -> Iterator[list[Explanation]]:
    if processes <= 1:
        yield from (explain_layer(*task) for task in tasks)
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(_explain_layer_task, tasks)


def _explain_layer_task(task: tuple[Path, _LayerInputs, int, int]) -> list[Explanation]:
    return explain_layer(*task)


def explain_layer(folder: Path, inputs: _LayerInputs, layer: int, seed: int) -> list[Explanation]:
    """Lookup and dictionary explanations of one layer's neurons, scored beside their baselines."""
    dataset, cache = Dataset(folder), FeatureCache()
    provenance = _provenance(dataset, seed)
    neurons = range(dataset.manifest.model.n_neurons)
    lookups = [_lookup(NeuronId(layer, n), inputs, provenance) for n in neurons]
    records, dictionaries = [], []
    for n in neurons:
        record = dataset.neuron(NeuronId(layer, n))
        records.append(record)
        dictionaries.append(_dictionary(record, inputs.candidates[n], cache, provenance))
    found = []
    for n, record in enumerate(records):
        for explanations in (lookups, dictionaries):
            others = [explanations[i] for i in _others(n, len(neurons), layer, seed)]
            found.append(_scored(explanations[n], record, lookups[n], others, cache, seed))
    return found


def _lookup(neuron: NeuronId, inputs: _LayerInputs, provenance: Provenance) -> Explanation:
    means = inputs.token_means[:, neuron.neuron]
    seen = np.isfinite(means)
    rule = lookup_rule(
        [text for text, known in zip(inputs.token_strings, seen, strict=True) if known],
        means[seen].astype(np.float64),
        inputs.token_counts[seen],
        mean=float(inputs.activation_sums[neuron.neuron] / inputs.n_tokens),
        n_tokens=inputs.n_tokens,
    )
    return explain_by_lookup(neuron, rule, provenance=replace(provenance, explainer="lookup"))


def _dictionary(
    record: NeuronRecord, candidates: Sequence[Candidate], cache: FeatureCache, provenance: Provenance
) -> Explanation:
    if not candidates:
        raise ScoringError(f"No feature varies together with neuron {record.id}: the corpus is too small.")
    chosen = choose(candidates, evaluation_sets(record)["calibration"], marks=cache.marks)
    found = explain_by_dictionary(record.id, chosen, provenance=replace(provenance, explainer="dictionary"))
    return replace(found, scores=[_corpus_score(chosen, found)])


def _corpus_score(chosen: Candidate, explanation: Explanation) -> Score:
    """The exact correlation over the whole corpus; every token counts, so there is no interval to draw."""
    defined = not math.isnan(chosen.whole_correlation)
    return Score(
        chosen.whole_correlation,
        state="ok" if defined else "undefined",
        reason="" if defined else "The activation or the feature is the same on every token of the corpus.",
        simulator="dictionary",
        split="corpus",
        subset="all",
        provenance=explanation.provenance,
    )


def _others(neuron: int, n_neurons: int, layer: int, seed: int) -> list[int]:
    order = np.random.default_rng([seed, layer, neuron]).permutation(n_neurons)
    return [int(i) for i in order if i != neuron][:OTHERS]


def _scored(
    explanation: Explanation,
    record: NeuronRecord,
    lookup: Explanation,
    others: list[Explanation],
    cache: FeatureCache,
    seed: int,
) -> Explanation:
    provenance = replace(explanation.provenance, simulator=explanation.explainer)
    scores = score_explanation(
        explanation, record, lookup=lookup, others=others, marks=cache.marks, seed=seed, provenance=provenance
    )
    identity = explanation_id(record.id, explanation.explainer, explanation.text, explanation.rule)
    return replace(explanation, scores=[*scores, *explanation.scores], id=identity)


def _provenance(dataset: Dataset, seed: int) -> Provenance:
    model = dataset.manifest.model
    return Provenance(
        dataset=dataset.manifest.name,
        model=model.path,
        model_fingerprint=model.fingerprint,
        activation_function=model.activation_function,
        dtype=model.dtype,
        seed=seed,
        split="calibration",
        versions={"python": platform.python_version()} | {name: version(name) for name in ("numpy", "duckdb")},
    )
