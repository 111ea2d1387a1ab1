"""Memory for one layer's activations, which the next layer's have again: fresh memory costs a pass much of its time."""

from __future__ import annotations

import torch

__all__ = ["LayerMemory"]


class LayerMemory:
    """Of one thread. Grows to the largest layer that was asked for."""

    def __init__(self) -> None:
        self._flat = torch.empty(0)

    def shaped(self, rows: int, columns: int, *, like: torch.Tensor) -> torch.Tensor:
        """A tensor (rows, columns) of the dtype and on the device of `like`, in the same memory as the one before."""
        size = rows * columns
        if self._flat.numel() < size or self._flat.dtype != like.dtype or self._flat.device != like.device:
            self._flat = torch.empty(0)
            self._flat = like.new_empty(size)
        return self._flat[:size].view(rows, columns)
