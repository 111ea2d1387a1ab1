"""What detection and fuzzing ask about: the classes, where the items come from, and what marks alone could tell."""

import math
from dataclasses import replace

import numpy as np
import pytest

from neuronview.errors import ScoringError
from neuronview.explain.evaluation import evaluation_sets
from neuronview.explain.scorers import detection_items, fuzzing_items
from neuronview.explain.scorers.items import Items, excerpt_boundaries, token_boundaries
from neuronview.records import NeuronStatistics
from tests.support.drawn_statistics import EXCERPT_HIGH, EXCERPT_LOW, TOKEN_HIGH, TOKEN_LOW, known_neuron

RECORD = known_neuron()
BOTH = pytest.mark.parametrize("make", [detection_items, fuzzing_items])


def runs(tokens: tuple[str, ...]) -> set[tuple[str, ...]]:
    return {tokens[i : i + 8] for i in range(len(tokens) - 7)}


def test_excerpts_are_in_their_class_by_their_largest_value_and_between_them_in_none() -> None:
    found = detection_items(RECORD, most=99)
    assert found.n_positive > 5 < found.n_negative
    for item in found.items:
        peak = max(item.record.activations)
        assert peak > EXCERPT_HIGH if item.positive else peak < EXCERPT_LOW
        assert item.marked == ()


def test_marked_tokens_are_all_above_or_all_below_and_as_many_in_both_items_of_an_excerpt() -> None:
    found = fuzzing_items(RECORD, most=99)
    by_excerpt: dict[object, dict[bool, tuple[int, ...]]] = {}
    for item in found.items:
        values = item.record.activations[list(item.marked)]
        assert (values > TOKEN_HIGH).all() if item.positive else (values < TOKEN_LOW).all()
        assert list(item.marked) == sorted(set(item.marked))
        by_excerpt.setdefault(item.excerpt, {})[item.positive] = item.marked
    assert len(by_excerpt) > 10
    assert all(len(pair[True]) == len(pair[False]) > 0 for pair in by_excerpt.values())


@BOTH
def test_no_document_excerpt_or_run_of_tokens_of_train_or_calibration_is_asked_about(make: type) -> None:
    record = known_neuron()
    sets = evaluation_sets(record)
    used = [r for name in ("train", "calibration") for r in sets[name].records]
    copied = replace(record.top[12], tokens=used[0].tokens[:10] + record.top[12].tokens[10:])
    sibling = replace(record.top[13], document_id=used[1].document_id)
    record.top[12], record.top[13] = copied, sibling
    found = make(record, most=99)
    assert {item.record.document_id for item in found.items}.isdisjoint(r.document_id for r in used)
    shown = {run for item in found.items for run in runs(item.record.tokens)}
    assert shown.isdisjoint(run for r in used for run in runs(r.tokens))
    assert {item.excerpt for item in found.items}.isdisjoint({copied.excerpt_id, sibling.excerpt_id})


@BOTH
def test_an_excerpt_in_several_groups_is_asked_about_once(make: type) -> None:
    record = known_neuron()
    again = [replace(r, group="quantile_3") for r in record.top]
    found = make(replace(record, quantiles=[[], [], [], again]), most=99)
    times = [item.excerpt for item in found.items if item.positive]
    assert len(times) == len(set(times))


@BOTH
def test_choice_and_order_follow_from_the_seed_and_are_mixed(make: type) -> None:
    def told(found: Items) -> list[tuple[object, bool, tuple[int, ...]]]:
        return [(item.excerpt, item.positive, item.marked) for item in found.items]

    assert told(make(RECORD, seed=3)) == told(make(RECORD, seed=3))
    assert told(make(RECORD, seed=3)) != told(make(RECORD, seed=4))
    sides = [item.positive for item in make(RECORD, seed=3).items]
    assert sides != sorted(sides)
    assert sides != sorted(sides, reverse=True)


def test_no_more_than_asked_for_are_chosen() -> None:
    found = detection_items(RECORD, most=4)
    assert (found.n_positive, found.n_negative) == (4, 4)
    assert fuzzing_items(RECORD, most=4).n_excerpts == 4


@pytest.mark.parametrize("seed", range(3))
def test_places_of_marks_tell_nothing_of_the_class(seed: int) -> None:
    found = fuzzing_items(known_neuron(top=60, random=60), seed=seed, most=99)
    mean = {side: np.mean([np.mean(i.marked) for i in found.items if i.positive is side]) for side in (True, False)}
    assert abs(mean[True] - mean[False]) < 1.5


def test_boundaries_of_tokens_come_from_the_tail_else_from_the_histogram() -> None:
    tail = RECORD.statistics
    assert token_boundaries(tail) == pytest.approx((TOKEN_LOW, TOKEN_HIGH))
    values = np.random.default_rng(0).normal(size=200_000)
    counts = np.histogram(values, bins=400)[0].astype(float)
    stored = NeuronStatistics(histogram=counts, minimum=values.min(), maximum=values.max())
    assert token_boundaries(stored) == pytest.approx((0.0, 2.326), abs=0.04)


def test_boundaries_of_excerpts_come_from_the_quantiles_else_from_the_tail_of_maxima() -> None:
    assert excerpt_boundaries(RECORD.statistics) == (EXCERPT_LOW, EXCERPT_HIGH)
    stored = NeuronStatistics(tail_probabilities=np.array([0.5, 0.01]), tail_max_values=np.array([1.0, 4.0]))
    assert excerpt_boundaries(stored) == pytest.approx((1.0, 4.0))


def test_a_tail_that_does_not_reach_so_far_is_not_taken() -> None:
    short = NeuronStatistics(tail_probabilities=np.array([0.5, 0.01]), tail_values=np.array([1.0, math.nan]))
    with pytest.raises(ScoringError):
        token_boundaries(short)


@BOTH
def test_a_dataset_that_stores_neither_says_so_and_what_to_do(make: type) -> None:
    with pytest.raises(ScoringError, match=r"does not store|stores neither") as caught:
        make(replace(RECORD, statistics=NeuronStatistics()))
    assert "by simulation" in str(caught.value)
