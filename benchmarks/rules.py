"""Explaining and scoring a whole layer by rule, against one neuron after the other: neurons per second.

Both write the same explanations with the same scores and baselines, which is checked; the plain way evaluates the
features of an excerpt whenever it meets it. They take turns, and medians are told. The token sums are those of GPT-2:
50,257 tokens that occur as tokens of text do in three million of them, since a table is scored on every token of the
corpus. Records and features are as many as any dataset's. All 36,864 neurons of GPT-2 are reckoned from one process's
rate, on two processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchmarks import workbench
from benchmarks.report import Row, medians, show
from neuronview.cli.collect import rule_inputs
from neuronview.explain.dictionary import choose, explain_by_dictionary
from neuronview.explain.evaluation import evaluation_sets
from neuronview.explain.features import evaluate_expression
from neuronview.explain.lookup import explain_by_lookup, lookup_rule, table_correlation
from neuronview.explain.rules import simulator_for
from neuronview.explain.score import OTHERS, score_explanation
from neuronview.jobs.rules import MIN_COUNT, LayerInputs, TokenSums, explain_layer
from neuronview.records import Explanation, NeuronId, Score
from neuronview.store import Dataset

LAYERS, WIDTH, PLAIN = 1, 64, 2
TURNS = 5
VOCABULARY, CORPUS, MEANS_FROM = 50_257, 3_200_000, 5
NEURONS, PROCESSES, MINUTES = 36_864, 2, 30


def measure() -> list[Row]:
    """One layer of 256 neurons (GPT-2 has 3,072); the plain way does a few of them. They take turns."""
    made = workbench.collected(LAYERS, WIDTH)
    inputs = rule_inputs(made.result, workbench.model(LAYERS, WIDTH).vocabulary())
    n_neurons = 4 * WIDTH
    layer = LayerInputs.of(inputs, 0, n_neurons)
    layer = replace(layer, rest=_as_gpt2(layer.rest, n_neurons), whole=_as_gpt2(layer.whole, n_neurons))
    found = explain_layer(made.result.folder, layer, 0)
    plainly = _Plain(Dataset(made.result.folder), layer, found)
    neurons = [e.neuron for e in found if e.explainer == "dictionary" and e.neuron is not None][:PLAIN]
    for neuron in neurons:
        _require_same(plainly.explained(neuron), [e for e in found if e.neuron == neuron])
    bulk, plain = medians(
        lambda: explain_layer(made.result.folder, layer, 0),
        lambda: [plainly.explained(neuron) for neuron in neurons],
        repeats=TURNS,
    )
    minutes = NEURONS / (PROCESSES * n_neurons / bulk) / 60
    return [
        Row.against("rules: explain and score", n_neurons / bulk, len(neurons) / plain, unit="neurons/s", at_least=20),
        Row.within("rules: 36,864 neurons on 2 cores, reckoned", minutes, unit="min", at_most=MINUTES),
    ]


class _Plain:
    """Explains one neuron after the other; explanations of the others, that it compares with, are there already."""

    def __init__(self, dataset: Dataset, layer: LayerInputs, written: Sequence[Explanation]) -> None:
        self._dataset, self._layer = dataset, layer
        self._rest, self._whole = layer.rest.read_means(), layer.whole.read_means()
        self._strings = np.array(layer.rest.strings, dtype=object)
        self._written = {(e.explainer, e.neuron): e for e in written}

    def explained(self, neuron: NeuronId) -> list[Explanation]:
        """Its explanations with their scores, by lookup and by dictionary."""
        record = self._dataset.neuron(neuron)
        candidates, calibration = self._layer.candidates[neuron.neuron], evaluation_sets(record)["calibration"]
        chosen = choose(candidates, calibration, marks=evaluate_expression)
        lookup, dictionary = self._lookup(neuron), explain_by_dictionary(neuron, chosen)
        corpus = {"lookup": self._over_the_corpus(lookup, neuron.neuron), "dictionary": chosen.whole_correlation}
        found = []
        for mine in (lookup, dictionary):
            others = [e for other in self._drawn(neuron) if (e := self._written.get((mine.explainer, other)))][:OTHERS]
            scores = score_explanation(mine, record, lookup=lookup, others=others)
            found.append(replace(mine, scores=[*scores, Score(corpus[mine.explainer], split="corpus", subset="all")]))
        return found

    def _lookup(self, neuron: NeuronId) -> Explanation:
        tokens, means = self._layer.rest, self._rest[:, neuron.neuron]
        known = np.flatnonzero(np.isfinite(means) & (tokens.counts >= MIN_COUNT))
        mean = float(tokens.sums[neuron.neuron] / tokens.n_tokens)
        fitted = means[known].astype(np.float64)
        rule = lookup_rule(self._strings[known], fitted, tokens.counts[known], mean=mean, n_tokens=tokens.n_tokens)
        return explain_by_lookup(neuron, rule)

    def _over_the_corpus(self, lookup: Explanation, neuron: int) -> float:
        tokens = self._layer.whole
        values = np.asarray(simulator_for(lookup).simulate(tokens.strings).expected)
        total, squares = float(tokens.sums[neuron]), float(tokens.squares[neuron])
        return table_correlation(values, tokens.counts, self._whole[:, neuron], total=total, squares=squares)

    def _drawn(self, neuron: NeuronId) -> list[NeuronId]:
        """The other neurons of the layer in the order of the seed 0."""
        order = np.random.default_rng([0, *neuron]).permutation(len(self._layer.candidates))
        return [NeuronId(neuron.layer, int(other)) for other in order if other != neuron.neuron]


def _require_same(plain: Sequence[Explanation], bulk: Sequence[Explanation]) -> None:
    """AssertionError where both ways do not give the same rules, scores, intervals and baselines."""
    for mine, theirs in zip(*(sorted(some, key=lambda e: e.explainer) for some in (bulk, plain)), strict=True):
        if (mine.explainer, mine.text, mine.rule) != (theirs.explainer, theirs.text, theirs.rule):
            raise AssertionError(f"{mine.neuron}: explained as {mine.text!r}, plainly as {theirs.text!r}.")
        for one, other in zip(mine.scores, theirs.scores, strict=True):
            if _named(one) != _named(other):
                raise AssertionError(f"{mine.neuron}: scored on {_named(one)}, plainly on {_named(other)}.")
            np.testing.assert_allclose(_figures(one), _figures(other), rtol=1e-6, atol=1e-9)


def _named(score: Score) -> tuple[object, ...]:
    return score.split, score.subset, score.state, *(baseline.name for baseline in score.baselines)


def _figures(score: Score) -> list[float]:
    of_all = [score.ev_correlation, score.rsquared, score.absolute_dev_explained, *score.interval]
    return [*of_all, *(baseline.value for baseline in score.baselines)]


def _as_gpt2(sums: TokenSums, n_neurons: int) -> TokenSums:
    """The same for as many tokens as GPT-2 has: the real ones, and others with drawn means, counted as Zipf says."""
    drawn = np.random.default_rng(0)
    strings = [*sums.strings, *(f" t{number}" for number in range(VOCABULARY - len(sums.strings)))]
    ranks = np.arange(1, VOCABULARY + 1)
    counts = np.maximum(CORPUS / (ranks * np.log(VOCABULARY)), 1).astype(np.int64)
    stored = int((counts >= MEANS_FROM).sum())
    means = drawn.normal(0, 0.1, (stored, n_neurons)).astype(np.float32)
    real = sums.read_means()
    means[: len(real)] = np.nan_to_num(real)[:stored]
    path = workbench.folder() / f"means-{len(sums.strings)}-{sums.n_tokens}.npy"
    np.save(path, means)
    mean = (counts[:stored, None] * means).sum(0)
    squares = (counts[:stored, None] * means**2).sum(0) * 4
    return TokenSums(strings, counts, path, mean, squares, int(counts.sum()))


if __name__ == "__main__":
    show(measure())
