"""What a neuron is tied to by its weights alone: tokens it reads and writes, neurons before and behind it.

The published connection weights: the gain of the layer norm between the two, and no bias, no centring and no scale, so
they rank within a list and are no share of anything. Computed from the weights when a neuron is asked for, and kept.
Needs no text and no dataset.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import torch

from neuronview.model.subject import SubjectModel
from neuronview.records import NeuronId

__all__ = ["STRONGEST", "Ends", "NeuronWeights", "neuron_weights"]

STRONGEST = 10
"""How many are listed at each end."""
KEPT_NEURONS = 1024
"""Neurons whose lists are kept for a model, those asked for last: some 15 MB."""

T = TypeVar("T")


class Ends(NamedTuple, Generic[T]):
    """The two ends of a list ordered by weight, each with up to STRONGEST entries, the most extreme first."""

    highest: tuple[tuple[T, float], ...]
    lowest: tuple[tuple[T, float], ...]


@dataclass(frozen=True)
class NeuronWeights:
    """The strongest connections of a neuron; tokens are given by id. `gain` is a layer norm's weight."""

    neuron: NeuronId
    input_tokens: Ends[int]
    """Token embedding · (gain of the layer's second norm * input weights)."""
    output_tokens: Ends[int]
    """Output weights · (gain of the final norm * the token's output embedding)."""
    upstream: Ends[NeuronId]
    """Of all earlier layers: their output weights · (gain of this layer's second norm * input weights)."""
    downstream: Ends[NeuronId]
    """Of all later layers: output weights · (gain of their layer's second norm * their input weights)."""


_kept: WeakKeyDictionary[torch.nn.Module, OrderedDict[NeuronId, NeuronWeights]] = WeakKeyDictionary()
_lock = threading.Lock()


def neuron_weights(model: SubjectModel, neuron: NeuronId) -> NeuronWeights:
    """The strongest connections of each kind; raises NotFound for a neuron that the model does not have.

    Edits, the activation function and the leading token make no difference. Safe to call from several threads.
    """
    model.require_neuron(neuron)
    with _lock:
        kept = _kept.setdefault(model.network, OrderedDict())
        if neuron in kept:
            kept.move_to_end(neuron)
            return kept[neuron]
    found = _compute(model, NeuronId(*neuron))
    with _lock:
        kept[found.neuron] = found
        if len(kept) > KEPT_NEURONS:
            kept.popitem(last=False)
    return found


@torch.inference_mode()
def _compute(model: SubjectModel, neuron: NeuronId) -> NeuronWeights:
    body = model.network.transformer
    block = body.h[neuron.layer]
    reads = block.ln_2.weight.float() * block.mlp.c_fc.weight[:, neuron.neuron].float()
    writes = block.mlp.c_proj.weight[neuron.neuron].float()
    earlier = [before.mlp.c_proj.weight.float() @ reads for before in body.h[: neuron.layer]]
    later = [(writes * after.ln_2.weight) @ after.mlp.c_fc.weight.float() for after in body.h[neuron.layer + 1 :]]
    return NeuronWeights(
        neuron,
        input_tokens=_ends(body.wte.weight.float() @ reads),
        output_tokens=_ends(model.network.lm_head.weight.float() @ (body.ln_f.weight * writes)),
        upstream=_neuron_ends(earlier, 0),
        downstream=_neuron_ends(later, neuron.layer + 1),
    )


def _ends(weights: torch.Tensor) -> Ends[int]:
    """Places of the strongest of weights (N,)."""
    n = min(STRONGEST, len(weights))
    found = [weights.topk(n, largest=largest) for largest in (True, False)]
    return Ends(*(tuple(zip(end.indices.tolist(), end.values.tolist(), strict=True)) for end in found))


def _neuron_ends(layers: Sequence[torch.Tensor], first: int) -> Ends[NeuronId]:
    """The strongest neurons of successive layers from `first` on; each layer's weights (neurons,)."""
    if not layers:
        return Ends((), ())
    width = len(layers[0])
    ends = _ends(torch.cat(list(layers)))
    return Ends(
        *(tuple((NeuronId(first + place // width, place % width), weight) for place, weight in end) for end in ends)
    )
