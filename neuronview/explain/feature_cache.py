"""Feature marks of excerpts that are asked for again and again, kept as bits.

A pure speed-up of `evaluate_expression`: same answers (tested), 300 features x 64 tokens in 2.4 kB.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronview.explain.features.expressions import parts
from neuronview.explain.features.registry import evaluate_known, known_features

__all__ = ["FeatureCache"]


class FeatureCache:
    """Remembers which features hold on each token of the excerpts it has seen."""

    def __init__(self) -> None:
        self._bits: dict[tuple[str, ...], NDArray[np.uint8]] = {}
        self._index = {feature.name: position for position, feature in enumerate(known_features())}
        self._joins: dict[str, tuple[str, list[int]]] = {}

    def __len__(self) -> int:
        return len(self._bits)

    def marks(self, expression: Mapping[str, Any], tokens: Sequence[str]) -> NDArray[np.bool_]:
        """Which tokens the expression holds on: (tokens,)."""
        key = tuple(tokens)
        bits = self._bits.get(key)
        if bits is None:
            bits = self._bits[key] = np.packbits(evaluate_known(tokens), axis=1)
        join, rows = self._rows(expression)
        chosen = bits[rows]
        joined = np.bitwise_and.reduce(chosen) if join == "all" else np.bitwise_or.reduce(chosen)
        return np.unpackbits(joined, count=len(key)).astype(np.bool_)

    def _rows(self, expression: Mapping[str, Any]) -> tuple[str, list[int]]:
        key = str(expression)
        if key not in self._joins:
            join, names = parts(expression)
            self._joins[key] = (join, [self._index[name] for name in names])
        return self._joins[key]
