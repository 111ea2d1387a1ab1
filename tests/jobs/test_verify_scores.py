"""Stored scores against the simulations beside them, and what the smallest stored activation says."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from neuronview.jobs.stored_precision import Precision, diagnostic
from neuronview.jobs.verify_scores import check_scores
from neuronview.records import NeuronId, NeuronRecord, Score
from neuronview.store import Dataset
from neuronview.store.simulations import PublishedSequence
from tests.support import stored_activations as stored

NEURON = NeuronId(0, 3)
FULL, HALF = Precision(32, 0.0, "float32"), Precision(16, 0.0, "float32")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored.build(tmp_path_factory.mktemp("scored")).folder


@pytest.fixture
def dataset(folder: Path) -> Dataset:
    return Dataset(folder)


def with_scores(dataset: Dataset, *scores: Score) -> Dataset:
    """The dataset whose explanation of NEURON has these scores."""
    explanation = replace(dataset.explanations(NEURON)[0], scores=list(scores))
    dataset.explanations = lambda neuron: [explanation]  # type: ignore[method-assign]
    return dataset


def the_score(dataset: Dataset) -> Score:
    return dataset.explanations(NEURON)[0].scores[0]


def test_scores_of_values_before_rounding_agree(dataset: Dataset) -> None:
    found = check_scores(dataset, stored.NEURONS_USED)
    assert (found.n_neurons, found.n_scores, found.n_agree, found.n_not_recomputable) == (6, 6, 6, 0)
    assert found.words.startswith("All 6 scores")


def test_a_score_that_is_off_is_listed_with_what_the_simulation_gives(dataset: Dataset) -> None:
    right = the_score(dataset)
    found = check_scores(with_scores(dataset, replace(right, ev_correlation=right.value + 0.002)), [NEURON])
    (entry,) = found.differing
    assert found.n_agree == 0
    assert (entry.layer, entry.neuron, entry.simulator) == (*NEURON, "davinci")
    assert entry.stored == pytest.approx(right.value + 0.002)
    assert entry.recomputed == pytest.approx(right.value, abs=1e-4)
    assert 1e-6 < entry.tolerance < 1e-3


def test_an_undefined_score_agrees_only_with_an_undefined_one(dataset: Dataset) -> None:
    undefined = replace(the_score(dataset), ev_correlation=math.nan, state="undefined")
    found = check_scores(with_scores(dataset, undefined), [NEURON])
    assert (found.n_scores, found.n_agree) == (1, 0)


def test_a_side_alone_is_recomputed_from_the_excerpts_of_that_side(dataset: Dataset) -> None:
    right = the_score(dataset)
    true = {r.excerpt_id: r.activations for group in dataset.neuron(NEURON).groups.values() for r in group}
    given = {entry.excerpt_id: entry.expected for entry in dataset.simulations(NEURON)}
    sides = {"top": range(4), "random": range(4, 6)}
    scores = []
    for side, excerpts in sides.items():
        pair = [np.concatenate([part[e] for e in excerpts]) for part in (true, given)]
        scores.append(replace(right, ev_correlation=float(np.corrcoef(*pair)[0, 1]), subset=side))  # type: ignore[arg-type]
    assert check_scores(with_scores(dataset, *scores), [NEURON]).n_agree == 2
    swapped = [replace(scores[0], subset="random"), replace(scores[1], subset="top")]
    assert check_scores(with_scores(dataset, *swapped), [NEURON]).n_agree == 0


def test_scores_without_simulations_or_values_are_left_out(dataset: Dataset) -> None:
    right = the_score(dataset)
    others = (
        replace(right, simulator="lookup"),
        replace(right, scorer="detection"),
        replace(right, state="provider_error", ev_correlation=math.nan),
    )
    assert check_scores(with_scores(dataset, *others), [NEURON]).n_scores == 0


def test_a_score_whose_activations_are_not_all_stored_is_counted(dataset: Dataset) -> None:
    record = dataset.neuron(NEURON)
    dataset.neuron = lambda neuron: replace(record, top=record.top[1:])  # type: ignore[method-assign]
    found = check_scores(dataset, [NEURON])
    assert (found.n_scores, found.n_not_recomputable) == (0, 1)
    assert "not all activations" in found.words


def test_published_simulations_are_scored_against_the_activations_beside_them(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, nan = the_score(dataset), math.nan
    simulations = [
        replace(entry, published=PublishedSequence(place, entry.expected[::-1] + place, nan, nan, nan))
        for place, entry in enumerate(dataset.simulations(NEURON))
        if entry.explanation_id == "0-3"
    ]
    beside = [(entry.published.true, entry.expected) for entry in simulations if entry.published]
    value = np.corrcoef(*[np.concatenate(part) for part in zip(*beside, strict=True)])
    monkeypatch.setattr(dataset, "simulations", lambda neuron: simulations)
    monkeypatch.setattr(dataset, "neuron", lambda neuron: NeuronRecord(neuron))
    found = check_scores(with_scores(dataset, replace(right, ev_correlation=float(value[0, 1]) + 1e-5)), [NEURON])
    assert (found.n_scores, found.n_agree) == (1, 0)
    assert found.differing[0].tolerance < 3e-6
    assert check_scores(with_scores(dataset, replace(right, ev_correlation=float(value[0, 1]))), [NEURON]).n_agree == 1


@pytest.mark.parametrize(
    ("minimum", "possible"),
    [
        (-0.17004, ("gelu_new", "gelu")),
        (-0.1665, ("gelu_new", "gelu")),
        (-0.1636, ("quick_gelu",)),
        (-0.12, ("gelu_new", "quick_gelu", "gelu")),
        (-0.4, ()),
        (0.0, ("gelu_new", "quick_gelu", "gelu")),
    ],
)
def test_the_smallest_activation_says_which_gelu_it_can_be_of(minimum: float, possible: tuple[str, ...]) -> None:
    assert diagnostic(minimum, 10_000, HALF).possible == possible


def test_few_values_exclude_nothing_by_what_they_do_not_reach() -> None:
    assert len(diagnostic(-0.1636, 64, FULL).possible) == 3
    assert len(diagnostic(-0.1665, 64, FULL).possible) == 2


def test_rounding_to_16_bits_and_steps_stays_within_the_stated_precision() -> None:
    values = np.random.default_rng(0).normal(size=100_000) * 4
    kept = (np.round(values.astype(np.float32) / 2**-10) * 2**-10).astype(np.float16).astype(np.float64)
    off = np.abs(kept - values)
    limit = Precision(16, 2.0**-10, "float32").rounding(values)
    assert (off <= limit + 1e-7).all()
    assert off.max() > limit.max() / 2
