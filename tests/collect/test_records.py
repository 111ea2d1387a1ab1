"""Quantile records are drawn from a preferred pool of excerpts as far as it suffices, and by priority within it."""

import numpy as np
import pytest
import torch

from neuronview.collect.corpus import Batch
from neuronview.collect.records import QuantileRecords

EXCERPTS, NEURONS, TOKENS = 60, 7, 3


@pytest.mark.parametrize("n_preferred", [40, 12, 0])
def test_preferred_excerpts_are_drawn_first(n_preferred: int) -> None:
    generator = np.random.default_rng(0)
    values = generator.normal(size=(EXCERPTS, TOKENS, NEURONS)).astype(np.float32)
    maxima = values.max(axis=1)
    boundaries = np.quantile(maxima, [0.5, 0.9, 0.99, 0.999], axis=0).T.astype(np.float32)
    preferred = np.zeros(EXCERPTS, dtype=bool)
    preferred[generator.permutation(EXCERPTS)[:n_preferred]] = True
    records = QuantileRecords(
        boundaries,
        np.full((NEURONS, 1), -1),
        n_neurons=NEURONS,
        keep=5,
        width=TOKENS,
        bits=32,
        seed=4,
        preferred=preferred,
    )
    batch = Batch(np.arange(EXCERPTS), np.zeros((EXCERPTS, TOKENS), dtype=np.int64), np.arange(EXCERPTS * TOKENS), 0)
    records.offer(batch, maxima)
    records.keep(0, torch.from_numpy(values))
    for neuron in range(NEURONS):
        members = np.flatnonzero(maxima[:, neuron] < boundaries[neuron, 0])
        drawn = set(records.excerpts[neuron, 0].tolist())
        assert drawn <= set(members.tolist())
        assert preferred[sorted(drawn)].sum() == min(5, preferred[members].sum())
        for slot, excerpt in enumerate(records.excerpts[neuron, 0]):
            np.testing.assert_array_equal(records.values[neuron, 0, slot], values[excerpt, :, neuron])
