"""Both rule explainers, with scores, for every neuron of a dataset that was just collected.

What they are fitted on (sums over the corpus without the evaluation documents) comes from `collect`; records
come from the dataset. A layer is a shard, computed by an engine in whatever order and by however many workers;
everything is committed at once. Knows no model.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from neuronview.errors import ScoringError
from neuronview.explain.dictionary import Candidate, best_of, explain_by_dictionary
from neuronview.explain.evaluation import EvaluationSet, evaluation_sets
from neuronview.explain.feature_cache import FeatureCache
from neuronview.explain.joined import JoinedSet
from neuronview.explain.lookup import Vocabulary, explain_by_lookup, lookup_rule, table_correlation
from neuronview.explain.rules import RuleSimulator, simulator_for
from neuronview.explain.score import OTHERS, score_joined
from neuronview.jobs.engines import Engine, Here, LocalEngine
from neuronview.jobs.origin import origin_of
from neuronview.records import Explanation, NeuronId, NeuronRecord, Provenance, Score
from neuronview.store import Dataset, explanation_id
from neuronview.store.convert import explanation_table, score_table
from neuronview.store.many_records import records_of
from neuronview.store.write import commit_parts, write_part

__all__ = ["LayerInputs", "RuleInputs", "TokenSums", "explain_all", "explain_layer"]

STEPS = 3
"""Steps of work that a neuron takes, for progress."""

ROWS = 256
"""Of token means, that are read at a time."""

MIN_COUNT = 20
"""How often a token must occur for its mean to be part of a lookup table."""


@dataclass(frozen=True, eq=False)
class TokenSums:
    """Activations by token, over a corpus or a part of it."""

    strings: Sequence[str]
    counts: NDArray[np.int64]  # (tokens,)
    means: Path
    """A .npy file (rows, layers * neurons); row i is of token i, further tokens have no mean."""
    sums: NDArray[np.float64]  # (layers, neurons) of the activation over all tokens
    squares: NDArray[np.float64]  # (layers, neurons) likewise, squared
    n_tokens: int
    columns: tuple[int, int] | None = None
    """Which columns of the means these are; None for all."""

    def of_layer(self, layer: int, n_neurons: int) -> TokenSums:
        """The same for one layer: sums (neurons,)."""
        columns = (layer * n_neurons, (layer + 1) * n_neurons)
        return replace(self, sums=self.sums[layer], squares=self.squares[layer], columns=columns)

    def read_means(self) -> NDArray[np.float32]:
        """Means (tokens, neurons), nan where there is none."""
        n_rows, n_columns = np.load(self.means, mmap_mode="r")[:, slice(*self.columns or (None, None))].shape
        means = np.full((len(self.counts), n_columns), np.nan, dtype=np.float32)
        for first in range(0, n_rows, ROWS):
            some = slice(first, min(first + ROWS, n_rows))  # mapped anew: what was read would stay in memory
            means[some] = np.load(self.means, mmap_mode="r")[some, slice(*self.columns or (None, None))]
        return means


@dataclass(frozen=True, eq=False)
class RuleInputs:
    """What the rule explainers are fitted on, and what the corpus-wide scores are computed from."""

    candidates: Sequence[Sequence[Sequence[Candidate]]]
    """Expressions by layer and neuron, best first."""
    rest: TokenSums
    """The corpus without what is held out: nothing else is fitted on."""
    whole: TokenSums
    n_excerpts: int
    layers: tuple[int, ...] | None = None
    """Which layers these are; all of the model when None."""


@dataclass(frozen=True, eq=False)
class LayerInputs:
    """The same for one layer."""

    candidates: Sequence[Sequence[Candidate]]
    rest: TokenSums
    whole: TokenSums
    n_excerpts: int

    @classmethod
    def of(cls, inputs: RuleInputs, layer: int, n_neurons: int) -> LayerInputs:
        """One layer's part of the inputs; the first layer that they are of is 0."""
        rest, whole = (part.of_layer(layer, n_neurons) for part in (inputs.rest, inputs.whole))
        return cls(inputs.candidates[layer], rest, whole, inputs.n_excerpts)


def explain_all(
    folder: Path,
    inputs: RuleInputs,
    *,
    seed: int = 0,
    processes: int = 2,
    engine: Engine | None = None,
    on_progress: Callable[[int, int], Any] = lambda done, total: None,
) -> int:
    """Explain and score every neuron of the dataset in `folder` and commit the result; returns how many.

    `engine`: where; by default so many processes of this machine. Its workers read `folder` and the means' files.
    `on_progress` hears of neurons done and neurons in all, now and then while layers are worked on; what it raises
    ends everything.

    A neuron that no feature follows, such as one that never changes, has no dictionary explanation; one with too few
    records has an undefined score that says so. Raises ScoringError when there is nothing to fit on, or no neuron has
    enough records to be scored.
    """
    if not inputs.rest.n_tokens:
        raise ScoringError("All text is of the source shown first, and nothing is fitted on that: add other text.")
    dataset = Dataset(folder)
    model = dataset.manifest.model
    dataset.close()
    layers = inputs.layers or tuple(range(model.n_layers))
    if engine is None:
        at_once = min(processes, len(layers))
        engine = LocalEngine(at_once) if at_once > 1 else Here()
    total = len(layers) * model.n_neurons
    with tempfile.TemporaryDirectory(prefix=".steps-", dir=folder) as marks:

        def tell() -> None:
            on_progress(sum(mark.stat().st_size for mark in Path(marks).iterdir()) // STEPS, total)

        tasks = (
            (
                folder,
                LayerInputs.of(inputs, place, model.n_neurons),
                layer,
                seed,
                Path(marks) / str(layer),
                tell if isinstance(engine, Here) else None,
            )
            for place, layer in enumerate(layers)
        )
        tell()
        rows: list[_Rows] = []
        for found in engine.map(_explain_layer_task, tasks, tick=tell):
            rows.append(found)
            tell()
    _require_a_score(rows)
    explanations = pa.concat_tables([found.explanations for found in rows])
    parts = [
        write_part(folder, "explanations", explanations),
        write_part(folder, "scores", pa.concat_tables([found.scores for found in rows])),
    ]
    commit_parts(folder, parts, label="rule explainers")
    return int(explanations.num_rows)


@dataclass(frozen=True, eq=False)
class _Rows:
    """What a layer comes to: rows take a tenth of the room that explanations take."""

    explanations: pa.Table
    scores: pa.Table
    unscored: str | None
    """Why no neuron has a score, empty where there is nothing to score; None where one has."""


def _require_a_score(rows: Sequence[_Rows]) -> None:
    reasons = [found.unscored for found in rows]
    if None not in reasons and any(reasons):
        raise ScoringError(next(filter(None, reasons)))


Task = tuple[Path, LayerInputs, int, int, Path, Callable[[], None] | None]
"""Dataset, inputs, layer, seed, the file that grows by a byte with each step, and who hears of it in this process."""


def _explain_layer_task(task: Task) -> _Rows:
    folder, inputs, layer, seed, mark, tell = task
    with mark.open("wb", buffering=0) as steps:

        def step() -> None:
            steps.write(b".")
            if tell is not None:
                tell()

        found = explain_layer(folder, inputs, layer, seed=seed, step=step)
    scores = [score for explanation in found for score in explanation.scores if score.split != "corpus"]
    unscored = None if any(score.n_sequences for score in scores) else next((score.reason for score in scores), "")
    return _Rows(explanation_table(found), score_table(found), unscored)


def explain_layer(
    folder: Path, inputs: LayerInputs, layer: int, *, seed: int = 0, step: Callable[[], None] = lambda: None
) -> list[Explanation]:
    """Lookup and dictionary explanations of one layer's neurons, scored beside their baselines.

    `step` is called STEPS times for each neuron: its lookup is fitted, its dictionary, both are scored.
    """
    dataset, cache = Dataset(folder), FeatureCache()
    is_apart = dataset.manifest.first_source is not None or bool(dataset.manifest.raw.get("held_out"))
    provenance = _provenance(dataset, seed, is_apart=is_apart)
    neurons = [NeuronId(layer, n) for n in range(dataset.manifest.model.n_neurons)]
    sets = [_sets_or_reason(record) for record in records_of(dataset, neurons)]
    dataset.close()
    lookups = _lookups(neurons, inputs, provenance, step)
    dictionaries = []
    for neuron, chosen, candidates in zip(neurons, sets, inputs.candidates, strict=True):
        dictionaries.append(_dictionary(neuron, chosen, candidates, inputs, cache, provenance))
        step()
    by_explainer: tuple[Sequence[Explanation | None], ...] = (lookups, dictionaries)
    simulators = [
        [None if entry is None else simulator_for(entry, marks=cache.marks) for entry in written]
        for written in by_explainer
    ]
    found = []
    for place, neuron in enumerate(neurons):
        chosen = sets[place]
        joined = chosen if isinstance(chosen, str) else {name: JoinedSet(one, cache) for name, one in chosen.items()}
        for written, those in zip(by_explainer, simulators, strict=True):
            explanation = written[place]
            if explanation is not None:
                others, lookup = _others(those, neuron, seed), simulators[0][place]
                scored = _scored(explanation, joined, those[place], lookup, others, seed)
                found.append(_with_fit_notes(scored, is_apart=is_apart))
        step()
    return found


def _sets_or_reason(record: NeuronRecord) -> Mapping[str, EvaluationSet] | str:
    """What a neuron is scored on, or why it cannot be: one neuron must not cost all others their scores."""
    try:
        return evaluation_sets(record)
    except ScoringError as error:
        return str(error)


def _lookups(
    neurons: Sequence[NeuronId], inputs: LayerInputs, provenance: Provenance, step: Callable[[], None]
) -> list[Explanation]:
    rest, whole = inputs.rest.read_means(), inputs.whole.read_means()
    strings, vocabulary = np.array(inputs.rest.strings, dtype=object), Vocabulary(inputs.whole.strings)
    found = []
    for neuron in neurons:
        rule = _lookup_rule(inputs.rest, strings, rest[:, neuron.neuron], neuron.neuron)
        written = explain_by_lookup(neuron, rule, provenance=replace(provenance, explainer="lookup"))
        values = vocabulary.values(rule)
        found.append(replace(written, scores=[_lookup_corpus_score(written, values, inputs, whole[:, neuron.neuron])]))
        step()
    return found


def _lookup_rule(tokens: TokenSums, strings: NDArray[Any], means: NDArray[np.float32], neuron: int) -> dict[str, Any]:
    frequent = np.flatnonzero(np.isfinite(means) & (tokens.counts >= MIN_COUNT))
    return lookup_rule(
        strings[frequent],
        means[frequent].astype(np.float64),
        tokens.counts[frequent],
        mean=float(tokens.sums[neuron] / tokens.n_tokens),
        n_tokens=tokens.n_tokens,
    )


def _lookup_corpus_score(
    explanation: Explanation, values: NDArray[np.float64], inputs: LayerInputs, means: NDArray[np.float32]
) -> Score:
    """The table against the activation on every token of the corpus, from the sums by token."""
    tokens, neuron = inputs.whole, explanation.neuron
    if neuron is None:
        raise ScoringError("An explanation without a neuron cannot be scored: name the neuron that it is of.")
    value = table_correlation(
        values,
        tokens.counts,
        means,
        total=float(tokens.sums[neuron.neuron]),
        squares=float(tokens.squares[neuron.neuron]),
    )
    unknown = int(tokens.counts[~np.isfinite(means)].sum())
    note = f"{unknown:,} tokens of the corpus that have no mean of their own count with their common mean."
    return replace(_corpus_score(value, explanation, inputs), note=note if unknown else "")


def _dictionary(
    neuron: NeuronId,
    sets: Mapping[str, EvaluationSet] | str,
    candidates: Sequence[Candidate],
    inputs: LayerInputs,
    cache: FeatureCache,
    provenance: Provenance,
) -> Explanation | None:
    if not candidates:
        return None
    chosen = candidates[0]
    if not isinstance(sets, str):
        excerpts = [record.tokens for record in sets["calibration"].records]
        held = cache.marks_on([candidate.expression for candidate in candidates], excerpts)
        chosen = best_of(candidates, sets["calibration"], held)
    found = explain_by_dictionary(neuron, chosen, provenance=replace(provenance, explainer="dictionary"))
    return replace(found, scores=[_corpus_score(chosen.whole_correlation, found, inputs)])


def _corpus_score(value: float, explanation: Explanation, inputs: LayerInputs) -> Score:
    """The correlation over the whole corpus; every token counts, so there is no interval to draw."""
    defined = not math.isnan(value)
    return Score(
        value,
        n_sequences=inputs.n_excerpts,
        n_tokens=inputs.whole.n_tokens,
        state="ok" if defined else "undefined",
        reason="" if defined else "The activation or the rule's value is the same on every token of the corpus.",
        simulator=explanation.explainer,
        split="corpus",
        subset="all",
        provenance=replace(explanation.provenance, simulator=explanation.explainer),
    )


def _others(simulators: Sequence[RuleSimulator | None], neuron: NeuronId, seed: int) -> list[RuleSimulator]:
    """A seeded choice of simulators of what the same explainer wrote for other neurons of the layer."""
    order = np.random.default_rng([seed, *neuron]).permutation(len(simulators))
    found = (simulators[place] for place in order if place != neuron.neuron)
    return list(islice((entry for entry in found if entry is not None), OTHERS))


def _scored(
    explanation: Explanation,
    sets: Mapping[str, JoinedSet] | str,
    simulator: RuleSimulator | None,
    lookup: RuleSimulator | None,
    others: list[RuleSimulator],
    seed: int,
) -> Explanation:
    if explanation.neuron is None or simulator is None:
        raise ScoringError("An explanation without neuron or rule cannot be scored: name both.")
    provenance = replace(explanation.provenance, simulator=explanation.explainer)
    if isinstance(sets, str):
        scores = [_not_scored(sets, simulator.name, provenance)]
    else:
        lookup = None if simulator is lookup else lookup
        scores = score_joined(simulator, sets, lookup=lookup, others=others, seed=seed, provenance=provenance)
    identity = explanation_id(explanation.neuron, explanation.explainer, explanation.text, explanation.rule)
    return replace(explanation, scores=[*scores, *explanation.scores], id=identity)


def _not_scored(reason: str, simulator: str, provenance: Provenance) -> Score:
    return Score(
        math.nan, state="undefined", reason=reason, simulator=simulator, split="held_out", provenance=provenance
    )


def _with_fit_notes(explanation: Explanation, *, is_apart: bool) -> Explanation:
    """Say of each score whether the corpus that the rule was fitted on holds its excerpts.

    `is_apart`: the part that `held_out` and all random records are of was left out of that corpus.
    """
    scores = []
    for score in explanation.scores:
        if not score.n_sequences:
            scores.append(score)
            continue
        seen = score.split == "valid" and score.subset != "random" if is_apart else score.split != "corpus"
        which = "top excerpts" if is_apart else "excerpts"
        said = f"The corpus that the rule was fitted on holds these {which} too." if seen else ""
        scores.append(replace(score, note=" ".join(filter(None, (score.note, said)))))
    return replace(explanation, scores=scores)


def _provenance(dataset: Dataset, seed: int, *, is_apart: bool) -> Provenance:
    fitted_on = "the corpus without what is held out" if is_apart else "the whole corpus"
    return origin_of(dataset, seed=seed, fitted_on=fitted_on)
