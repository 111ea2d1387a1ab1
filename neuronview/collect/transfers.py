"""Layers from a GPU to the CPU while the GPU goes on: several copies are begun before the first is waited for.

What is waited for is one copy, by an event of its own, never the model's stream: the GPU computes layers ahead, and
other threads' batches, while a layer is counted here. Who copies is handed in, so that the order can be tried without
a GPU.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Protocol

import torch

__all__ = ["Copying", "CudaCopying", "Ring", "copying_from"]

MEMORY = 1 << 30
"""Bytes of pinned memory that all threads' buffers should take together; two layers each at the least."""


class Copying(Protocol):
    """How values come from a device, as one thread does it."""

    def send(self, ids: torch.Tensor) -> torch.Tensor:
        """Token ids on the device, without waiting for it."""

    def buffer(self, size: int) -> torch.Tensor:
        """Memory (size,) of 32-bit floats on the CPU that the device can write to."""

    def begin(self, values: torch.Tensor, into: torch.Tensor) -> Callable[[], None]:
        """Begin to copy values as 32-bit floats; the device may be told at once to overwrite them.

        What comes back waits until the copy is there.
        """


class CudaCopying:
    """By a stream beside the model's."""

    def __init__(self, device: torch.device) -> None:
        self._device, self._side = device, torch.cuda.Stream(device)  # type: ignore[no-untyped-call]

    def send(self, ids: torch.Tensor) -> torch.Tensor:
        """By pinned memory: a copy from other memory would wait for the model's stream."""
        return ids.pin_memory().to(self._device, non_blocking=True)

    def buffer(self, size: int) -> torch.Tensor:
        """Pinned: only such memory is written to while the host goes on."""
        return torch.empty(size, dtype=torch.float32, pin_memory=True)

    def begin(self, values: torch.Tensor, into: torch.Tensor) -> Callable[[], None]:
        """Set aside on the model's stream, whose next layer has the same memory, then copied beside it."""
        aside = values.to(torch.float32, copy=True, memory_format=torch.contiguous_format)
        self._side.wait_stream(torch.cuda.current_stream(self._device))
        done = torch.cuda.Event(blocking=True)  # type: ignore[no-untyped-call]
        with torch.cuda.stream(self._side):
            into.copy_(aside, non_blocking=True)
            done.record(self._side)

        def wait(_kept: torch.Tensor = aside) -> None:  # or its memory would be given away while it is copied
            done.synchronize()

        return wait


def copying_from(device: torch.device) -> Callable[[], Copying] | None:
    """Makes what a thread copies with; None where values need not be copied, or only in the plain way."""
    return (lambda: CudaCopying(device)) if device.type == "cuda" else None


class Ring:
    """Buffers of one thread, which layers take turns in."""

    def __init__(self, copying: Copying, memory: int) -> None:
        """`memory`: bytes that the buffers may take."""
        self.copying, self._memory = copying, memory
        self._buffers: list[torch.Tensor] = []

    def on_cpu(self, found: Iterator[torch.Tensor], n_layers: int) -> Iterator[torch.Tensor]:
        """The same layers as 32-bit floats on the CPU; each is there until another is asked for."""
        begun: deque[tuple[torch.Tensor, Callable[[], None]]] = deque()
        for number, values in enumerate(found):
            self._make_room(values.numel(), n_layers)
            into = self._buffers[number % len(self._buffers)][: values.numel()].view(values.shape)
            begun.append((into, self.copying.begin(values, into)))
            if len(begun) == len(self._buffers):
                yield _arrived(begun)
        while begun:
            yield _arrived(begun)

    def _make_room(self, size: int, n_layers: int) -> None:
        """Layers of a batch are all of one size: buffers are only made anew before the first of them."""
        if not self._buffers or len(self._buffers[0]) < size:
            self._buffers = []
            n = max(2, min(n_layers, self._memory // (4 * size)))
            self._buffers = [self.copying.buffer(size) for _ in range(n)]


def _arrived(begun: deque[tuple[torch.Tensor, Callable[[], None]]]) -> torch.Tensor:
    into, wait = begun.popleft()
    wait()
    return into
