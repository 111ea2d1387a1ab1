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
        found: NDArray[np.bool_] = self.marks_on([expression], [tokens])[0]
        return found

    def marks_on(
        self, expressions: Sequence[Mapping[str, Any]], excerpts: Sequence[Sequence[str]]
    ) -> NDArray[np.bool_]:
        """Which tokens of the excerpts, one after the other, each expression holds on: (expressions, tokens)."""
        joins = [self._rows(expression) for expression in expressions]
        needed = sorted({row for _, rows in joins for row in rows})
        held = [np.unpackbits(self._bits_of(tokens)[needed], axis=1, count=len(tokens)) for tokens in excerpts]
        marks = np.concatenate(held, axis=1) if held else np.zeros((len(needed), 0), dtype=np.uint8)
        place = {row: number for number, row in enumerate(needed)}
        found = np.empty((len(joins), marks.shape[1]), dtype=np.bool_)
        for number, (join, rows) in enumerate(joins):
            chosen = marks[[place[row] for row in rows]]
            found[number] = chosen.all(axis=0) if join == "all" else chosen.any(axis=0)
        return found

    def _bits_of(self, tokens: Sequence[str]) -> NDArray[np.uint8]:
        key = tuple(tokens)
        bits = self._bits.get(key)
        if bits is None:
            bits = self._bits[key] = np.packbits(evaluate_known(key), axis=1)
        return bits

    def _rows(self, expression: Mapping[str, Any]) -> tuple[str, list[int]]:
        key = str(expression)
        if key not in self._joins:
            join, names = parts(expression)
            self._joins[key] = (join, [self._index[name] for name in names])
        return self._joins[key]
