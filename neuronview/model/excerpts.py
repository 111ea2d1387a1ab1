"""One neuron on each of many excerpts, as datasets store activations: read in batches, shallow layers first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from neuronview.model.subject import SubjectModel
from neuronview.records import NeuronId

__all__ = ["Reading", "excerpt_activations"]

BATCH_TOKENS = 1024
"""Tokens read in one go, which bounds memory: a layer of 6,400 neurons then takes 26 MB."""


class Reading(NamedTuple):
    """What is to be read: an excerpt, without a leading token, and the neuron on it."""

    token_ids: tuple[int, ...]
    neuron: NeuronId


def excerpt_activations(
    model: SubjectModel, readings: Sequence[Reading], *, on_batch: Callable[[int], Any] = lambda done: None
) -> list[NDArray[np.float32]]:
    """Activations (tokens,) of each reading, in order. `on_batch` hears how many were read since it heard last.

    A batch stops after the last layer that is needed. Raises BadInput and NotFound as `SubjectModel.activations` does.
    """
    values: list[NDArray[np.float32]] = [np.empty(0, dtype=np.float32)] * len(readings)
    for reading in readings:
        model.require_neuron(reading.neuron)
        model.checked_ids(reading.token_ids)
    for batch in _batches(readings):
        longest = max(len(readings[place].token_ids) for place in batch)
        ids = torch.zeros((len(batch), longest), dtype=torch.int64)
        for row, place in enumerate(batch):
            ids[row, : len(readings[place].token_ids)] = torch.tensor(readings[place].token_ids)
        last = max(readings[place].neuron.layer for place in batch)
        with torch.inference_mode():
            for layer, activation in enumerate(model.batch_activations(ids, n_layers=last + 1)):
                for row, place in enumerate(batch):
                    token_ids, neuron = readings[place]
                    if neuron.layer == layer:
                        column = activation[row, : len(token_ids), neuron.neuron]
                        values[place] = column.float().cpu().numpy().copy()
        on_batch(len(batch))
    return values


def _batches(readings: Sequence[Reading]) -> list[list[int]]:
    """Places of the readings, of like depth together."""
    order = sorted(range(len(readings)), key=lambda place: (readings[place].neuron.layer, place))
    batches: list[list[int]] = []
    longest = 0
    for place in order:
        longest = max(longest, len(readings[place].token_ids))
        if not batches or longest * (len(batches[-1]) + 1) > BATCH_TOKENS:
            batches.append([])
            longest = len(readings[place].token_ids)
        batches[-1].append(place)
    return batches
