"""Every neuron of a collected dataset explained and scored: exact over the corpus, and as one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from neuronview.cli.collect import rule_inputs
from neuronview.explain.dictionary import choose
from neuronview.explain.evaluation import evaluation_sets
from neuronview.explain.feature_cache import FeatureCache
from neuronview.explain.rules import simulator_for
from neuronview.explain.score import OTHERS, score_explanation
from neuronview.jobs import rules
from neuronview.jobs.rules import LayerInputs, RuleInputs, _with_fit_notes, explain_all, explain_layer
from neuronview.records import Explanation, NeuronId, NeuronRecord, Score
from neuronview.store import Dataset
from neuronview.store.many_records import records_of
from tests.support.collected import Collected, collect_small

LAYERS, NEURONS = 2, 16


@dataclass(frozen=True)
class Explained:
    collected: Collected
    inputs: RuleInputs
    dataset: Dataset
    count: int
    told: list[tuple[int, int]]


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explained]:
    collected = collect_small(tmp_path_factory.mktemp("collected"), passages=60, width=4)
    inputs = rule_inputs(collected.result, collected.model.vocabulary())
    told: list[tuple[int, int]] = []
    folder = collected.result.folder
    count = explain_all(folder, inputs, seed=5, processes=1, on_progress=lambda *now: told.append(now))
    dataset = Dataset(folder)
    yield Explained(collected, inputs, dataset, count, told)
    dataset.close()


def test_progress_is_told_by_neuron_within_a_layer_and_leaves_no_file(explained: Explained) -> None:
    done = [now for now, _ in explained.told]
    assert {total for _, total in explained.told} == {LAYERS * NEURONS}
    assert sorted(set(done)) == list(range(LAYERS * NEURONS + 1))
    assert done == sorted(done)
    assert not list(explained.collected.result.folder.glob(".steps-*"))


def every_explanation(explained: Explained) -> list[Explanation]:
    return [
        entry
        for layer in range(LAYERS)
        for neuron in range(NEURONS)
        for entry in explained.dataset.explanations((layer, neuron))
    ]


def corpus_tokens(collected: Collected) -> list[list[str]]:
    vocabulary, corpus = collected.model.vocabulary(), collected.result.corpus
    return [[vocabulary[i] for i in corpus.token_ids(excerpt)] for excerpt in range(corpus.n_excerpts)]


def corpus_activations(collected: Collected) -> np.ndarray:
    """Activations (layers, tokens, neurons), one excerpt at a time."""
    corpus = collected.result.corpus
    found = [
        collected.model.all_activations(corpus.token_ids(excerpt).tolist()) for excerpt in range(corpus.n_excerpts)
    ]
    return np.concatenate(found, axis=1)


def assert_same(scores: list[Score], others: list[Score]) -> None:
    """Everything that scores say is the same; numbers to the 32 bits in which they are stored, nan like nan."""
    assert len(scores) == len(others)
    for one, other in zip(sorted(scores, key=labels), sorted(others, key=labels), strict=True):
        assert labels(one) == labels(other)
        assert numbers(one) == pytest.approx(numbers(other), abs=2e-6, nan_ok=True)


def labels(score: Score) -> tuple[object, ...]:
    """What a score says in words and counts."""
    counts = (score.n_sequences, score.n_tokens, score.n_missing)
    named = (score.simulator, score.split, score.subset, score.state, score.reason)
    return (*named, *counts, *((entry.name, entry.n) for entry in score.baselines))


def numbers(score: Score) -> list[float]:
    """What a score says in numbers."""
    own = [score.ev_correlation, score.rsquared, score.absolute_dev_explained, *score.interval]
    return own + [value for entry in score.baselines for value in (entry.value, entry.low, entry.high)]


def test_every_neuron_has_both_explanations_and_is_stored_once(explained: Explained) -> None:
    found = every_explanation(explained)
    written = {(entry.neuron, entry.explainer) for entry in found}
    with_candidates = sum(bool(neuron) for layer in explained.inputs.candidates for neuron in layer)
    assert len(found) == len(written) == explained.count == LAYERS * NEURONS + with_candidates
    assert with_candidates > LAYERS * NEURONS / 2


def test_corpus_scores_are_the_correlation_over_every_token(explained: Explained) -> None:
    tokens, activations = corpus_tokens(explained.collected), corpus_activations(explained.collected)
    cache = FeatureCache()
    for entry in every_explanation(explained):
        simulator, neuron = simulator_for(entry, marks=cache.marks), entry.neuron or NeuronId(0, 0)
        simulated = np.concatenate([simulator.simulate(some).expected for some in tokens])
        expected = np.corrcoef(simulated, activations[neuron.layer, :, neuron.neuron])[0, 1]
        score = entry.score(split="corpus", subset="all")
        assert score is not None
        # The table's values are rounded to five digits, the sums by token are of 32 bits.
        assert score.value == pytest.approx(expected, abs=2e-5)
        assert (score.n_tokens, score.n_sequences) == (len(simulated), len(tokens))


def test_candidates_are_fitted_on_the_corpus_without_the_source_shown_first(explained: Explained) -> None:
    tokens, activations = corpus_tokens(explained.collected), corpus_activations(explained.collected)
    corpus = explained.collected.result.corpus
    rest = np.repeat(corpus.parts == 0, corpus.lengths)
    assert 0 < rest.sum() < len(rest)
    cache = FeatureCache()
    for neuron in range(0, NEURONS, 5):
        values = activations[1, :, neuron].astype(np.float64)
        for candidate in explained.inputs.candidates[1][neuron]:
            held = np.concatenate([cache.marks(candidate.expression, some) for some in tokens])
            found = (candidate.correlation, candidate.on, candidate.off, candidate.whole_correlation)
            expected = (
                np.corrcoef(held[rest], values[rest])[0, 1],
                values[rest & held].mean(),
                values[rest & ~held].mean(),
                np.corrcoef(held, values)[0, 1],
            )
            assert found == pytest.approx(expected, abs=1e-4)


def test_lookup_tables_hold_means_of_the_corpus_without_the_source_shown_first(explained: Explained) -> None:
    tokens, activations = corpus_tokens(explained.collected), corpus_activations(explained.collected)
    corpus = explained.collected.result.corpus
    rest = np.repeat(corpus.parts == 0, corpus.lengths)
    strings = np.array([token for some in tokens for token in some])
    for neuron in range(0, NEURONS, 5):
        rule = next(e.rule for e in explained.dataset.explanations((0, neuron)) if e.explainer == "lookup")
        for token, mean in list((rule or {})["tokens"].items())[::10]:
            if token != "�":
                assert mean == pytest.approx(activations[0, rest & (strings == token), neuron].mean(), abs=1e-4)


def test_scores_equal_those_of_one_neuron_at_a_time(explained: Explained) -> None:
    found = {(entry.neuron, entry.explainer): entry for entry in every_explanation(explained)}
    for neuron in (NeuronId(0, 3), NeuronId(1, 11)):
        for explainer in ("lookup", "dictionary"):
            entry = found.get((neuron, explainer))
            if entry is None:
                continue
            order = np.random.default_rng([5, *neuron]).permutation(NEURONS)
            others = [found.get((NeuronId(neuron.layer, int(i)), explainer)) for i in order if i != neuron.neuron]
            scores = score_explanation(
                entry,
                explained.dataset.neuron(neuron),
                lookup=found[neuron, "lookup"],
                others=[other for other in others if other is not None][:OTHERS],
                seed=5,
            )
            stored = [score for score in entry.scores if score.split != "corpus"]
            assert_same(stored, scores)


def test_all_layers_together_equal_each_layer_alone(explained: Explained) -> None:
    alone = [
        entry
        for layer in range(LAYERS)
        for entry in explain_layer(
            explained.collected.result.folder, LayerInputs.of(explained.inputs, layer, NEURONS), layer, seed=5
        )
    ]
    stored = {entry.id: entry for entry in every_explanation(explained)}
    assert len(alone) == len(stored)
    for entry in alone:
        again = stored[entry.id]
        assert (entry.text, entry.rule, entry.neuron) == (again.text, again.rule, again.neuron)
        assert_same(entry.scores, again.scores)


def test_the_choice_is_made_on_the_calibration_split_of_the_stored_records(explained: Explained) -> None:
    cache = FeatureCache()
    for entry in every_explanation(explained):
        if entry.explainer == "dictionary" and entry.neuron is not None:
            calibration = evaluation_sets(explained.dataset.neuron(entry.neuron))["calibration"]
            candidates = explained.inputs.candidates[entry.neuron.layer][entry.neuron.neuron]
            chosen = choose(candidates, calibration, marks=cache.marks)
            assert (entry.rule or {})["expression"] == chosen.expression


def test_no_scored_excerpt_is_of_a_document_that_something_was_fitted_or_chosen_on(explained: Explained) -> None:
    fitted = {document.id for document in explained.collected.documents if document.source == "generated"}
    for neuron in range(NEURONS):
        sets = evaluation_sets(explained.dataset.neuron((1, neuron)))
        used = {record.document_id for name in ("train", "calibration") for record in sets[name].records}
        scored = {record.document_id for record in sets["held_out"].records}
        assert scored
        assert scored.isdisjoint(used | fitted)


def test_scores_say_which_excerpts_the_rule_was_fitted_on(explained: Explained) -> None:
    for entry in every_explanation(explained):
        seen = {(score.split, score.subset) for score in entry.scores if "was fitted on" in score.note}
        assert seen == {("valid", "top_and_random"), ("valid", "top")}


def test_without_a_source_shown_first_every_score_says_that_its_excerpts_were_fitted_on(explained: Explained) -> None:
    alone = _with_fit_notes(every_explanation(explained)[0], is_apart=False)
    assert {score.split for score in alone.scores if "was fitted on" in score.note} == {"valid", "held_out"}


def test_provenance_is_complete(explained: Explained) -> None:
    model = explained.dataset.manifest.model
    for entry in every_explanation(explained):
        for provenance in (entry.provenance, *(score.provenance for score in entry.scores)):
            assert (provenance.dataset, provenance.model) == ("tiny", "model")
            assert (provenance.model_fingerprint, provenance.dtype) == (model.fingerprint, "float32")
            assert (provenance.activation_function, provenance.seed) == (model.activation_function, 5)
            assert provenance.explainer == entry.explainer
            assert {"python", "numpy", "duckdb"} <= set(provenance.versions)
        assert {score.provenance.simulator for score in entry.scores} == {entry.explainer}


def test_a_neuron_that_no_feature_follows_has_a_lookup_alone(explained: Explained, tmp_path: Path) -> None:
    inputs = LayerInputs.of(explained.inputs, 0, NEURONS)
    nothing = replace(inputs, candidates=[[] if n == 2 else c for n, c in enumerate(inputs.candidates)])
    found = explain_layer(explained.collected.result.folder, nothing, 0)
    assert [entry.explainer for entry in found if entry.neuron == (0, 2)] == ["lookup"]


def test_a_neuron_with_too_few_records_costs_no_other_its_score(
    explained: Explained, monkeypatch: pytest.MonkeyPatch
) -> None:
    def few(dataset: Dataset, neurons: Sequence[NeuronId]) -> Iterator[NeuronRecord]:
        for record in records_of(dataset, neurons):
            yield replace(record, top=record.top[:2]) if record.id == (0, 2) else record

    monkeypatch.setattr(rules, "records_of", few)
    inputs = LayerInputs.of(explained.inputs, 0, NEURONS)
    found = explain_layer(explained.collected.result.folder, inputs, 0, seed=5)
    poor = [score for entry in found if entry.neuron == (0, 2) for score in entry.scores if score.split != "corpus"]
    assert {(score.state, score.n_sequences) for score in poor} == {("undefined", 0)}
    assert all("too few" in score.reason and np.isnan(score.value) for score in poor)
    stored = {entry.id: entry for entry in every_explanation(explained)}
    for entry in found:
        if entry.neuron == (0, 5):
            assert_same(
                [s for s in entry.scores if not s.baselines], [s for s in stored[entry.id].scores if not s.baselines]
            )
