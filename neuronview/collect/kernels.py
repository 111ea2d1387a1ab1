"""Compiled loops over the activations of one layer: each value is read once, while it lies in the processor's cache.

They add to arrays that belong to the accumulators (`tails`, `moments`, `candidates`, `records`, `tokens`), most of
which also have a plain way to do the same, against which these are tested. No loop keeps anything of its own, and what
is done to a neuron depends on the order of the batches alone. They run without Python's lock, on one thread each.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray

from neuronview.collect.tails import FIRST, N_NEGATIVE, N_POSITIVE, SHIFT, SIGN

__all__ = ["Block", "add_pairs", "add_squares", "add_weighted", "store_chosen", "sweep"]

WIDTH = 64
"""Neurons of a block: with the tokens of an excerpt they fill less than half of the first cache."""
LOW = FIRST - 1 - SIGN
ZERO = N_NEGATIVE + 1


class Block(NamedTuple):
    """Activations (B, T, neurons) of a layer as flat memory, so that a leading token is stepped over and not copied."""

    flat: NDArray[np.float32]
    bits: NDArray[np.int32]
    shape: tuple[int, int, int]
    steps: tuple[int, int]
    """From one excerpt, and from one token, to the next."""

    @classmethod
    def of(cls, values: torch.Tensor) -> Block:
        """Of 32-bit floats on the CPU; copied only when neurons do not lie side by side."""
        if values.stride(2) != 1:
            values = values.contiguous()
        B, T, N = values.shape
        steps = (values.stride(0), values.stride(1))
        flat = values.as_strided(((B - 1) * steps[0] + (T - 1) * steps[1] + N,), (1,)).numpy()
        return cls(flat, flat.view(np.int32), (B, T, N), steps)


def _compiled(function: Any) -> Any:
    return njit(nogil=True, cache=True, error_model="numpy", boundscheck=False)(function)


def _fast(function: Any) -> Any:
    """Likewise; sums may be taken in any order, which on one kind of machine is the same one."""
    return njit(nogil=True, cache=True, error_model="numpy", boundscheck=False, fastmath={"reassoc", "nsz"})(function)


@_compiled
def _bin(bits: int) -> int:
    """Bin of a float by its bits, in the order of values; as `tails` has it in tensors."""
    if bits == -2147483648:  # -0.0
        bits = 0
    key = bits >> SHIFT
    above = min(max(key, FIRST - 1), FIRST + N_POSITIVE - 1) - (FIRST - 1) + min(key, 1)
    below = N_NEGATIVE - (min(max(key, LOW), LOW + N_NEGATIVE) - LOW)
    return ZERO + above if key >= 0 else below


@_compiled
def _half(value: np.float32, bits: int) -> int:
    """Bits of a float in 16 bits, rounded to the nearest, ties to even."""
    sign = (bits >> 16) & 0x8000
    size = bits & 0x7FFFFFFF
    if size >= 0x47800000:
        return sign | (0x7E00 if size > 0x7F800000 else 0x7C00)
    if size < 0x38800000:
        return sign | int(np.rint(abs(np.float64(value)) * 16777216.0))
    return sign | ((size - 0x38000000 + 0xFFF + ((size >> 13) & 1)) >> 13)


@_compiled
def _push(heap: NDArray[np.float32], value: np.float32) -> None:
    """Put a value in the place of the smallest, which is the first of a heap."""
    size = len(heap)
    place = 0
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= value:
            break
        heap[place] = heap[child]
        place = child
    heap[place] = value


@_compiled
def _place(
    values: NDArray[np.float32], excerpts: NDArray[np.int32], classes: NDArray[np.int32], found: tuple[Any, Any, Any]
) -> int:
    """Place that an excerpt takes among a neuron's candidates, or -1."""
    value, excerpt, kind = found
    twins = 0
    for k in range(len(values)):
        twins += classes[k] == kind
    lowest, last, slot = np.float32(np.inf), -1, -1
    for k in range(len(values)):
        if (twins < 2 or classes[k] == kind) and (
            values[k] < lowest or (values[k] == lowest and excerpts[k] > last) or slot < 0
        ):
            lowest, last, slot = values[k], excerpts[k], k
    return slot if value > lowest or (value == lowest and excerpt < last) else -1


@_compiled
def _store(block: Any, start: int, kept: Any, place: int, slot: int) -> None:
    """Keep a neuron's activations on one excerpt, from flat place `start` on."""
    flat, bits, shape, steps = block
    for t in range(shape[1]):
        at = start + t * steps[1]
        if kept.itemsize == 2:
            kept[place, slot, t] = _half(flat[at], bits[at])
        else:
            kept[place, slot, t] = bits[at]
    for t in range(shape[1], kept.shape[2]):
        kept[place, slot, t] = 0


@_compiled
def _offer(block: Any, start: int, candidates: Any, n: int, found: tuple[Any, Any, Any]) -> None:
    """Offer an excerpt to a neuron's candidates and keep its activations there."""
    values, excerpts, classes, thresholds, kept = candidates
    slot = _place(values[n], excerpts[n], classes[n], found)
    if slot >= 0:
        values[n, slot], excerpts[n, slot], classes[n, slot] = found
        thresholds[n] = values[n].min()
        if kept.shape[2]:
            _store(block, start, kept, n, slot)


@_compiled
def sweep(
    block: Any, powers: Any, minimum: Any, tails: Any, of_maxima: Any, maxima: Any, which: Any, top: Any, first: Any
) -> None:
    """All that is kept of every value, of one layer's `block`.

    `powers` (4, neurons) sums of powers; `tails` and `of_maxima`: counts (neurons, bins) and heaps (neurons, 64) of the
    values and of the maxima of excerpts; `maxima` (B, neurons) is written; `which`: ids, classes, and whether held out,
    of the excerpts (B,); `top` and `first`: candidates as `Candidates.arrays` gives them.
    """
    flat, bits, shape, steps = block
    B, T, N = shape
    counts, heaps = tails
    counts_of_maxima, heaps_of_maxima = of_maxima
    ids, classes, apart = which
    sums = np.empty((4, WIDTH))
    least, most = np.empty(WIDTH, np.float32), np.empty(WIDTH, np.float32)
    bins = np.empty(WIDTH, np.int32)
    for begin in range(0, N, WIDTH):
        width = min(WIDTH, N - begin)
        sums[:] = 0.0
        least[:] = np.inf
        for b in range(B):
            most[:] = -np.inf
            for t in range(T):
                at = b * steps[0] + t * steps[1] + begin
                row, raw = flat[at : at + width], bits[at : at + width]
                for n in range(width):
                    value = row[n]
                    most[n] = max(most[n], value)
                    least[n] = min(least[n], value)
                    bins[n] = _bin(raw[n])
                for n in range(width):
                    one = np.float64(row[n])
                    two = one * one
                    sums[0, n] += one
                    sums[1, n] += two
                    sums[2, n] += one * two
                    sums[3, n] += two * two
                for n in range(width):
                    counts[begin + n, bins[n]] += 1
            for n in range(width):
                place, value = begin + n, most[n]
                start = b * steps[0] + place
                maxima[b, place] = value
                if value > heaps[place, 0]:
                    for t in range(T):
                        if flat[start + t * steps[1]] > heaps[place, 0]:
                            _push(heaps[place], flat[start + t * steps[1]])
                if value > heaps_of_maxima[place, 0]:
                    _push(heaps_of_maxima[place], value)
                if value >= top[3][place]:
                    _offer(block, start, top, place, (value, ids[b], classes[b]))
                if apart[b] and value >= first[3][place]:
                    _offer(block, start, first, place, (value, ids[b], classes[b]))
            raw_most = most.view(np.int32)
            for n in range(width):
                counts_of_maxima[begin + n, _bin(raw_most[n])] += 1
        for n in range(width):
            for power in range(4):
                powers[power, begin + n] += sums[power, n]
            minimum[begin + n] = min(minimum[begin + n], least[n])


@_compiled
def store_chosen(block: Any, excerpt: int, neurons: Any, rows: Any, slots: Any, kept: Any) -> None:
    """Keep activations of the block's `excerpt`-th excerpt for these neurons, in `kept` (rows, slots, T) at these."""
    for k in range(len(neurons)):
        _store(block, excerpt * block[3][0] + neurons[k], kept, rows[k], slots[k])


@_compiled
def add_weighted(block: Any, tokens: Any, rows: Any, factors: Any, sums: Any) -> None:
    """Add tokens of the block, each times its factor, to rows of `sums` (rows, neurons). Sorted by row is fastest."""
    flat, _, shape, steps = block
    for begin in range(0, shape[2], 2 * WIDTH):
        width = min(2 * WIDTH, shape[2] - begin)
        for k in range(len(tokens)):
            at = (tokens[k] // shape[1]) * steps[0] + (tokens[k] % shape[1]) * steps[1] + begin
            some, target, factor = flat[at : at + width], sums[rows[k], begin : begin + width], factors[k]
            for n in range(width):
                target[n] += factor * some[n]


@_compiled
def add_squares(block: Any, tokens: Any, sums: Any) -> None:
    """Add the squares of tokens of the block to `sums` (neurons,), in 64 bits."""
    flat, _, shape, steps = block
    for begin in range(0, shape[2], WIDTH):
        width = min(WIDTH, shape[2] - begin)
        target = sums[begin : begin + width]
        for k in range(len(tokens)):
            at = (tokens[k] // shape[1]) * steps[0] + (tokens[k] % shape[1]) * steps[1] + begin
            some = flat[at : at + width]
            for n in range(width):
                target[n] += np.float64(some[n]) * np.float64(some[n])


@_fast
def _masked_sum(values: Any, first: Any, second: Any) -> np.float32:
    total = np.float32(0.0)
    for t in range(len(values)):
        total += values[t] * first[t] * second[t]
    return total


@_compiled
def add_pairs(block: Any, held: Any, pairs: Any, sums: Any) -> None:
    """Add to `sums` (neurons, n) where both features of a pair (neurons, n, 2) are held (F, tokens); -1 is none."""
    flat, _, shape, steps = block
    B, T, N = shape
    across = np.empty((16, B * T), np.float32)
    for begin in range(0, N, 16):
        width = min(16, N - begin)
        for b in range(B):
            for t in range(T):
                at = b * steps[0] + t * steps[1] + begin
                for n in range(width):
                    across[n, b * T + t] = flat[at + n]
        for n in range(width):
            for k in range(pairs.shape[1]):
                first, second = pairs[begin + n, k]
                if first >= 0:
                    sums[begin + n, k] += _masked_sum(across[n], held[first], held[second])
