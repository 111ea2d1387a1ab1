"""Some layers of a model, as the passes over a corpus see them: nothing above the last of them is computed."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from itertools import compress

import torch

from neuronview.errors import BadInput
from neuronview.model import LayerMemory, SubjectModel

__all__ = ["ChosenLayers"]


class ChosenLayers:
    """The layers `numbers` of a model, counted from zero as if there were no others."""

    def __init__(self, model: SubjectModel, numbers: Sequence[int] | None = None) -> None:
        """All layers when `numbers` is None; BadInput for one that the model does not have."""
        self._model, self._own = model, threading.local()
        self.numbers = tuple(range(model.n_layers)) if numbers is None else tuple(sorted(set(numbers)))
        wrong = [number for number in self.numbers if not 0 <= number < model.n_layers]
        if wrong or not self.numbers:
            raise BadInput(f"Layers {list(numbers or ())}: the model has layers 0 to {model.n_layers - 1}.")

    @property
    def n_layers(self) -> int:
        """How many there are."""
        return len(self.numbers)

    @property
    def n_neurons(self) -> int:
        """Of each layer."""
        return self._model.n_neurons

    def batch_activations(self, ids: torch.Tensor) -> Iterator[torch.Tensor]:
        """Activations (B, T, neurons) of one of these layers after the other, for ids (B, T).

        Each is there until the thread asks for another: a thread's layers all have the same memory.
        """
        if not hasattr(self._own, "memory"):
            self._own.memory = LayerMemory()
        found = self._model.batch_activations(ids, n_layers=self.numbers[-1] + 1, into=self._own.memory)
        # Holds no layer while the next is computed.
        return compress(found, [number in self.numbers for number in range(self.numbers[-1] + 1)])
