"""Correlation of one neuron's activations with those of all others, over texts that are read here.

Each text is read as excerpts are, by itself after the leading token. Two passes, one for the neuron and one for all, so
that memory is that of one layer of a batch, whatever the number of texts. Sums are kept for two halves of the texts
apart, so that chance can be told from what holds in both.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from neuronview.errors import BadInput
from neuronview.model.subject import SubjectModel
from neuronview.records import NeuronId

__all__ = ["FLAT", "Correlations", "correlations"]

Float64 = NDArray[np.float64]
BATCH_TOKENS = 1024
"""Tokens read in one go, which bounds memory: a layer of 6,400 neurons then takes 26 MB."""
FLAT = 1e-12
"""A variance up to this part of the mean square is rounding."""


@dataclass(frozen=True, eq=False)
class Correlations:
    """Pearson correlations over tokens, nan where one of the two does not vary."""

    values: Float64  # (layers, neurons)
    halves: Float64  # (2, layers, neurons): of every other text
    n_texts: int
    n_tokens: int


@torch.inference_mode()
def correlations(
    model: SubjectModel,
    neuron: NeuronId,
    texts: Sequence[Sequence[int]],
    *,
    on_batch: Callable[[int], Any] = lambda done: None,
) -> Correlations:
    """Correlation of `neuron` with every neuron over the tokens of these texts, given as token ids.

    `on_batch` hears how many texts were read since it heard last, each text twice in all. Raises BadInput without
    texts, NotFound for a neuron that the model does not have, and BadInput for ids that it does not know.
    """
    model.require_neuron(neuron)
    if not texts:
        raise BadInput("There is no text to correlate over. Give at least one.")
    shape = (2, model.n_layers, model.n_neurons)
    sums, squares, products = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    own = np.zeros((2, 3))  # tokens, sum and squares of the neuron itself
    mine: list[NDArray[np.float32]] = []
    for ids, lengths in _batches(model, texts):
        (last,) = deque(model.batch_activations(ids, n_layers=neuron.layer + 1), maxlen=1)
        # A copy, since a view would keep its whole layer.
        mine.append(last[..., neuron.neuron].clone().float().cpu().numpy())
        del last
        on_batch(len(lengths))
    place = 0
    for (ids, lengths), values in zip(_batches(model, texts), mine, strict=True):
        half = (np.arange(place, place + len(lengths)) % 2)[:, None]
        counted = np.arange(ids.shape[1]) < np.array(lengths)[:, None]
        picked = [counted & (half == side) for side in (0, 1)]
        for side, where in enumerate(picked):
            wide = values[where].astype(np.float64)
            own[side] += (len(wide), wide.sum(), wide @ wide)
        for layer, activation in enumerate(model.batch_activations(ids)):
            found = activation.float().cpu().numpy()
            for side, where in enumerate(picked):
                others = found[where].astype(np.float64)
                sums[side, layer] += others.sum(axis=0)
                squares[side, layer] += np.einsum("tn,tn->n", others, others)
                products[side, layer] += values[where].astype(np.float64) @ others
        place += len(lengths)
        on_batch(len(lengths))
    halves = np.stack([_pearson(own[side], sums[side], squares[side], products[side]) for side in (0, 1)])
    whole = _pearson(own.sum(0), sums.sum(0), squares.sum(0), products.sum(0))
    return Correlations(whole, halves, len(texts), int(own[:, 0].sum()))


def _batches(model: SubjectModel, texts: Sequence[Sequence[int]]) -> Iterator[tuple[torch.Tensor, list[int]]]:
    """Texts in their order as ids (B, T), padded at their ends, with the length of each."""
    batch: list[Sequence[int]] = []
    for text in texts:
        model.checked_ids(text)
        if batch and max(map(len, (*batch, text))) * (len(batch) + 1) > BATCH_TOKENS:
            yield _padded(batch)
            batch = []
        batch.append(text)
    yield _padded(batch)


def _padded(batch: Sequence[Sequence[int]]) -> tuple[torch.Tensor, list[int]]:
    lengths = [len(text) for text in batch]
    ids = torch.zeros((len(batch), max(lengths)), dtype=torch.int64)
    for row, text in enumerate(batch):
        ids[row, : len(text)] = torch.tensor(text)
    return ids, lengths


def _pearson(own: Float64, sums: Float64, squares: Float64, products: Float64) -> Float64:
    n, total, square = own
    if n < 2:
        return np.full(sums.shape, np.nan)
    mine, theirs = square / n - (total / n) ** 2, squares / n - (sums / n) ** 2
    covariance = products / n - (total / n) * (sums / n)
    varies = (theirs > FLAT * squares / n) & (mine > FLAT * square / n)
    found = np.full(sums.shape, np.nan)
    np.divide(covariance, np.sqrt(np.maximum(mine * theirs, 0.0)), out=found, where=varies)
    return np.asarray(np.clip(found, -1.0, 1.0))
