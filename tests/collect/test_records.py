"""Quantile records are of the groups that the final boundaries make, drawn by priority, and none of another group's."""

from pathlib import Path

import numpy as np
import pytest
import torch

from neuronview.collect.corpus import Batch
from neuronview.collect.kernels import Block
from neuronview.collect.records import QuantileRecords, RandomRecords, more_than_needed, padded
from neuronview.collect.states import merge_state, save_state

EXCERPTS, NEURONS, TOKENS, KEEP = 60, 7, 3, 5


def make_values() -> tuple[np.ndarray, np.ndarray]:
    values = np.random.default_rng(0).normal(size=(EXCERPTS, TOKENS, NEURONS)).astype(np.float32)
    return values, np.quantile(values.max(axis=1), [0.5, 0.9, 0.99, 0.999], axis=0).T.astype(np.float32)


def batch_of(excerpts: np.ndarray) -> Batch:
    n = len(excerpts)
    return Batch(excerpts, np.zeros((n, TOKENS), dtype=np.int64), np.arange(n * TOKENS), 0)


def draw(values: np.ndarray, provisional: np.ndarray, final: np.ndarray, excluded: list[np.ndarray], order: np.ndarray):
    records = QuantileRecords(
        provisional, padded(excluded), n_neurons=NEURONS, keep=KEEP, width=TOKENS, bits=32, seed=4
    )
    for some in np.array_split(order, 4):
        found = values[some]
        records.update(batch_of(some), 0, Block.of(torch.from_numpy(found)), found.max(1))
    return records.groups(final, excluded)


def test_groups_are_those_of_the_final_boundaries_without_excluded_excerpts() -> None:
    values, final = make_values()
    excluded = [np.arange(k, 30, 3) for k in range(NEURONS)]
    groups = draw(values, final + np.float32(0.02), final, excluded, np.arange(EXCERPTS))
    for neuron in range(NEURONS):
        limits = [-np.inf, *final[neuron], np.inf]
        for number, group in enumerate(groups):
            drawn = group.picks[neuron]
            highest = values[drawn, :, neuron].max(1)
            assert ((highest >= limits[number]) & (highest < limits[number + 1])).all()
            assert not set(drawn.tolist()) & set(excluded[neuron].tolist())
        assert [len(group.picks[neuron]) for group in groups[:2]] == [KEEP, KEEP]


def test_activations_are_those_of_the_excerpts() -> None:
    values, final = make_values()
    groups = draw(values, final, final, [np.arange(0)] * NEURONS, np.arange(EXCERPTS))
    for group in groups:
        neurons, ranks, excerpts, activations = group.rows(2, 6)
        assert len(neurons) == sum(len(group.picks[neuron]) for neuron in range(2, 6))
        for neuron, rank, excerpt, found in zip(neurons, ranks, excerpts, activations, strict=True):
            assert group.picks[neuron][rank] == excerpt
            np.testing.assert_array_equal(found, values[excerpt, :, neuron])


def test_the_choice_does_not_depend_on_the_order_of_the_excerpts() -> None:
    values, final = make_values()
    excluded = [np.arange(4)] * NEURONS
    found = [
        draw(values, final, final, excluded, order)
        for order in (np.arange(EXCERPTS), np.random.default_rng(3).permutation(EXCERPTS))
    ]
    for one, other in zip(*found, strict=True):
        assert [p.tolist() for p in one.picks] == [p.tolist() for p in other.picks]


def test_random_records_leave_out_what_became_a_best_one_and_keep_their_number() -> None:
    values, _ = make_values()
    n = more_than_needed(6, pool=EXCERPTS, others=10)
    rng = np.random.default_rng(2)
    drawn = [rng.permutation(EXCERPTS)[:n] for _ in range(NEURONS)]
    records = RandomRecords(drawn, n_neurons=NEURONS, width=TOKENS + 1, bits=16)
    for some in np.array_split(rng.permutation(EXCERPTS), 7):
        records.update(batch_of(some), 0, Block.of(torch.from_numpy(values[some])))
    best = [rng.permutation(EXCERPTS)[:10] for _ in range(NEURONS)]
    group = records.group(best, n=6)
    for neuron in range(NEURONS):
        expected = [e for e in drawn[neuron].tolist() if e not in best[neuron]][:6]
        assert group.picks[neuron].tolist() == expected
        assert len(expected) == 6
    neurons, _, excerpts, activations = group.rows(0, NEURONS)
    np.testing.assert_array_equal(activations[:, :TOKENS], values[excerpts, :, neurons].astype(np.float16))
    assert not activations[:, TOKENS].any()


@pytest.mark.parametrize("bits", [16, 32])
def test_random_records_of_two_halves_merge_to_those_of_the_whole(bits: int, tmp_path: Path) -> None:
    values, _ = make_values()
    drawn = [np.random.default_rng(k).permutation(EXCERPTS)[:9] for k in range(NEURONS)]
    whole, *halves = (RandomRecords(drawn, n_neurons=NEURONS, width=TOKENS, bits=bits) for _ in range(3))
    for number, some in enumerate(np.array_split(np.arange(EXCERPTS), 6)):
        for records in (whole, halves[number % 2]):
            records.update(batch_of(some), 0, Block.of(torch.from_numpy(values[some])))
    save_state(halves[1], tmp_path / "state.npz")
    merge_state(halves[0], tmp_path / "state.npz")
    for mine, expected in zip(
        *(r.group([np.arange(2)] * NEURONS, n=7).rows(0, NEURONS) for r in (halves[0], whole)), strict=True
    ):
        np.testing.assert_array_equal(mine, expected)


def test_random_records_of_several_layers_are_each_their_own() -> None:
    values, _ = make_values()
    layers = 3
    drawn = [np.random.default_rng(k).permutation(EXCERPTS)[:9] for k in range(layers * NEURONS)]
    records = RandomRecords(drawn, n_neurons=NEURONS, width=TOKENS, bits=32)
    for layer in range(layers):
        records.update(batch_of(np.arange(EXCERPTS)), layer, Block.of(torch.from_numpy(values + layer)))
    group = records.group([np.arange(0)] * len(drawn), n=9)
    neurons, _, excerpts, activations = group.rows(2, len(drawn))
    assert excerpts.tolist() == np.concatenate(drawn[2:]).tolist()
    layer, neuron = np.divmod(neurons, NEURONS)
    np.testing.assert_array_equal(activations, values[excerpts, :, neuron] + layer[:, None].astype(np.float32))


def test_quantile_records_of_two_halves_merge_to_those_of_the_whole() -> None:
    values, final = make_values()
    excluded = [np.arange(k, 20, 3) for k in range(NEURONS)]
    provisional = final + np.float32(0.02)
    whole, *halves = (
        QuantileRecords(provisional, padded(excluded), n_neurons=NEURONS, keep=KEEP, width=TOKENS, bits=32, seed=4)
        for _ in range(3)
    )
    for number, some in enumerate(np.array_split(np.random.default_rng(3).permutation(EXCERPTS), 6)):
        for records in (whole, halves[number % 2]):
            found = values[some]
            records.update(batch_of(some), 0, Block.of(torch.from_numpy(found)), found.max(1))
    halves[0].merge(halves[1])
    for mine, expected in zip(halves[0].groups(final, excluded), whole.groups(final, excluded), strict=True):
        for some, others in zip(mine.rows(0, NEURONS), expected.rows(0, NEURONS), strict=True):
            np.testing.assert_array_equal(some, others)
