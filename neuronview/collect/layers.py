"""Some layers of a model, as the passes over a corpus see them: nothing above the last of them is computed."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from itertools import compress

import torch

from neuronview.collect.transfers import MEMORY, Ring, copying_from
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
        self._copying = copying_from(model.device)
        self._memory = MEMORY // self.n_workers  # here, since in a worker there is one thread

    @property
    def n_layers(self) -> int:
        """How many there are."""
        return len(self.numbers)

    @property
    def n_neurons(self) -> int:
        """Of each layer."""
        return self._model.n_neurons

    @property
    def n_workers(self) -> int:
        """Threads that batches are shared among. A GPU computes one thread's batch while another's is counted."""
        return max(torch.get_num_threads(), 1 if self._copying is None else 2)

    def batch_activations(self, ids: torch.Tensor) -> Iterator[torch.Tensor]:
        """Activations (B, T, neurons) of one of these layers after the other, for ids (B, T).

        Each is there until the thread asks for another: a thread's layers all have the same memory. Those of a model
        on CUDA come as 32-bit floats on the CPU.
        """
        ring = self._prepared()
        found = self._model.batch_activations(
            ids if ring is None else ring.copying.send(ids), n_layers=self.numbers[-1] + 1, into=self._own.memory
        )
        # Holds no layer while the next is computed.
        chosen = compress(found, [number in self.numbers for number in range(self.numbers[-1] + 1)])
        return chosen if ring is None else ring.on_cpu(chosen, self.n_layers)

    def _prepared(self) -> Ring | None:
        """What this thread copies with, if anything; its memory is there afterwards."""
        if not hasattr(self._own, "memory"):
            self._own.memory = LayerMemory()
            self._own.ring = None if self._copying is None else Ring(self._copying(), self._memory)
        ring: Ring | None = self._own.ring
        return ring
