"""What a score is computed on, and that it is what the formulas say on exactly these records."""

import math
from dataclasses import replace

import numpy as np
import pytest

from neuronview.errors import ScoringError
from neuronview.explain.evaluation import (
    calibrate,
    correlation,
    evaluation_sets,
    other_neurons_baseline,
    score_simulations,
)
from neuronview.records import ActivationRecord, NeuronRecord, Simulation
from neuronview.scoring import LinearCalibration, absolute_dev_explained_score, rsquared_score
from tests.support.drawn_records import drawn_neuron, drawn_record


def excerpts(records: tuple[ActivationRecord, ...]) -> list[int]:
    return [record.excerpt_id or 0 for record in records]


def simulate(records: tuple[ActivationRecord, ...], *, noise: float = 1.0) -> list[Simulation]:
    drawn = np.random.default_rng(4)
    return [Simulation(r.tokens, r.activations + noise * drawn.normal(size=len(r.tokens))) for r in records]


def test_published_splits_are_interleaved_with_the_top_first() -> None:
    sets = evaluation_sets(drawn_neuron())
    assert excerpts(sets["train"].records) == [0, 4, 8, 12, 16]
    assert excerpts(sets["calibration"].records) == [1, 5, 9, 13, 17, 20, 23, 26, 29, 32]
    assert excerpts(sets["valid"].records) == [2, 6, 10, 14, 18, 21, 24, 27, 30, 33]
    assert sets["valid"].sides == ("top",) * 5 + ("random",) * 5


def test_held_out_is_all_that_train_and_calibration_did_not_use() -> None:
    neuron = drawn_neuron()
    sets = evaluation_sets(neuron)
    used = {*excerpts(sets["train"].records), *excerpts(sets["calibration"].records)}
    assert excerpts(sets["held_out"].records) == [
        r.excerpt_id for r in (*neuron.top, *neuron.random) if r.excerpt_id not in used
    ]
    assert (sets["held_out"].n_top, len(sets["held_out"].records)) == (10, 25)


def test_the_part_shown_first_is_the_top_side_of_held_out_where_there_is_one() -> None:
    neuron = drawn_neuron(first=12)
    held_out = evaluation_sets(neuron)["held_out"]
    assert excerpts(held_out.records)[:12] == [record.excerpt_id for record in neuron.first]
    assert held_out.n_top == 12


def test_no_document_straddles_train_or_calibration_and_held_out() -> None:
    drawn = np.random.default_rng(0)
    for seed in range(20):
        neuron = drawn_neuron(first=12, seed=seed)
        shared = {
            name: [replace(r, document_id=f"document-{drawn.integers(40)}") for r in records]
            for name, records in neuron.groups.items()
        }
        sets = evaluation_sets(NeuronRecord(neuron.id, **shared))
        used = {r.document_id for name in ("train", "calibration") for r in sets[name].records}
        kept = [r.document_id for r in sets["held_out"].records]
        assert used.isdisjoint(kept)
        left = [r for r in (*shared["first"], *shared["random"]) if r.document_id not in used]
        assert len(kept) == len(left)


def test_one_excerpt_in_two_groups_is_scored_once_and_never_where_it_was_used() -> None:
    neuron = drawn_neuron()
    first = [replace(record, group="first") for record in neuron.top[:8]]  # 0, 1, 4 and 5 are used
    random = [*neuron.random, replace(neuron.top[2], group="random")]
    held_out = evaluation_sets(NeuronRecord(neuron.id, neuron.top, random, first=first))["held_out"]
    assert excerpts(held_out.records)[:4] == [2, 3, 6, 7]
    assert excerpts(held_out.records).count(2) == 1


def test_a_near_duplicate_of_a_used_excerpt_is_not_held_out() -> None:
    neuron = drawn_neuron()
    used, held = neuron.top[0], neuron.top[2]
    for shared, is_kept in ((8, False), (7, True)):
        tokens = (*held.tokens[:-shared], *used.tokens[:shared])
        copy = replace(held, tokens=tokens)
        changed = replace(neuron, top=[*neuron.top[:2], copy, *neuron.top[3:]])
        assert (2 in excerpts(evaluation_sets(changed)["held_out"].records)) == is_kept


def test_records_without_document_or_number_are_told_apart_by_their_text() -> None:
    neuron = drawn_neuron()
    plain = {
        name: [replace(r, document_id=None, excerpt_id=None) for r in records]
        for name, records in neuron.groups.items()
    }
    sets = evaluation_sets(NeuronRecord(neuron.id, **plain))
    used = {r.tokens for name in ("train", "calibration") for r in sets[name].records}
    assert used.isdisjoint(r.tokens for r in sets["held_out"].records)
    assert len(sets["held_out"].records) == 25


def test_at_most_twenty_a_side() -> None:
    held_out = evaluation_sets(drawn_neuron(top=60, random=60))["held_out"]
    assert (held_out.n_top, len(held_out.records)) == (20, 40)


def test_fewer_records_make_smaller_splits_and_too_few_are_refused() -> None:
    sets = evaluation_sets(drawn_neuron(top=8, random=7))
    assert [len(sets[name].records) for name in ("train", "calibration", "valid")] == [2, 4, 4]
    with pytest.raises(ScoringError, match="20 top and 15 random"):
        evaluation_sets(drawn_neuron(top=3, random=20))


def test_scores_of_a_set_are_those_of_its_tokens_together_and_by_side() -> None:
    chosen = evaluation_sets(drawn_neuron())["valid"]
    simulations = simulate(chosen.records)
    scores = score_simulations(chosen, simulations, simulator="drawn", seed=3)
    assert [score.subset for score in scores] == ["top_and_random", "top", "random"]
    for score, keep in zip(scores, (slice(0, 10), slice(0, 5), slice(5, 10)), strict=True):
        true = np.concatenate([record.activations for record in chosen.records[keep]])
        simulated = np.concatenate([simulation.expected for simulation in simulations[keep]])
        assert score.value == pytest.approx(np.corrcoef(true, simulated)[0, 1], abs=1e-9)
        assert (score.n_sequences, score.n_tokens) == (len(chosen.records[keep]), len(true))
        assert (score.simulator, score.split) == ("drawn", "valid")
        assert score.interval[0] <= score.value <= score.interval[1]
        assert math.isnan(score.rsquared)  # not calibrated
    assert correlation(chosen, simulations) == pytest.approx(scores[0].value)


def test_other_measures_are_of_the_simulation_calibrated_on_the_calibration_split() -> None:
    sets = evaluation_sets(drawn_neuron())
    fitted = calibrate(simulate(sets["calibration"].records), sets["calibration"])
    true = np.concatenate([record.activations for record in sets["calibration"].records])
    simulated = np.concatenate([s.expected for s in simulate(sets["calibration"].records)])
    assert (fitted.slope, fitted.intercept) == pytest.approx(np.polyfit(simulated, true, 1), abs=1e-6)
    chosen = sets["held_out"]
    score = score_simulations(chosen, simulate(chosen.records), calibration=fitted)[0]
    real = np.concatenate([record.activations for record in chosen.records])
    expected = fitted.slope * np.concatenate([s.expected for s in simulate(chosen.records)]) + fitted.intercept
    assert score.rsquared == pytest.approx(rsquared_score(real, expected))
    assert score.absolute_dev_explained == pytest.approx(absolute_dev_explained_score(real, expected))


def test_undefined_stays_undefined_and_says_why() -> None:
    chosen = evaluation_sets(drawn_neuron())["valid"]
    flat = [Simulation(record.tokens, np.zeros(len(record.tokens))) for record in chosen.records]
    score = score_simulations(chosen, flat, calibration=LinearCalibration(1.0, 0.0))[0]
    assert (score.state, bool(score.reason)) == ("undefined", True)
    assert all(math.isnan(value) for value in (score.value, *score.interval, correlation(chosen, flat)))


def test_a_side_without_records_has_no_score_and_neither_have_both_together() -> None:
    neuron = drawn_neuron()
    all_one_document = [replace(record, document_id="document-20") for record in neuron.random]
    held_out = evaluation_sets(replace(neuron, random=all_one_document))["held_out"]
    scores = score_simulations(held_out, simulate(held_out.records))
    assert [score.subset for score in scores] == ["top"]


def test_one_simulation_for_each_record_is_needed() -> None:
    chosen = evaluation_sets(drawn_neuron())["valid"]
    with pytest.raises(ScoringError, match="10 records but 9 simulations"):
        score_simulations(chosen, simulate(chosen.records)[1:])


def test_other_neurons_baseline_leaves_undefined_scores_out_and_counts_the_rest() -> None:
    values = [0.1, math.nan, 0.3, -0.2, math.nan]
    found = other_neurons_baseline(values)
    assert (found.value, found.n) == (pytest.approx(0.2 / 3), 3)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile([0.1, 0.3, -0.2], [0.025, 0.975])))
    nothing = other_neurons_baseline([math.nan])
    assert (math.isnan(nothing.value), nothing.n) == (True, 0)


def test_drawn_records_differ() -> None:
    assert drawn_record(1, "top").tokens != drawn_record(2, "top").tokens
