"""One column of every neuron as arrays, for ranking; refused in words where neurons lack it."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa

from neuronview.errors import DatasetError

__all__ = ["maxima_of", "tails_of"]

Shape = tuple[int, int]
"""Layers, and neurons of each."""


def tails_of(table: pa.Table, neurons: Shape, *, grid: int) -> list[np.ndarray]:
    """Each column of lists of a table that has a row for each neuron, in order: (layers, neurons, grid).

    Raises DatasetError when they are not stored for every neuron, as in published data.
    """
    known = table.num_rows - max(table.column(name).null_count for name in table.column_names)
    columns = [_flat(table.column(name)) for name in table.column_names] if known else []
    if not columns or any(len(column) != math.prod(neurons) * grid for column in columns):
        raise DatasetError(
            f"The dataset stores the tails of {known} of {math.prod(neurons)} neurons, so they cannot be ranked. "
            "Collect a dataset of the model with `collect`, or choose another one."
        )
    return [column.reshape(*neurons, grid) for column in columns]


def maxima_of(column: pa.ChunkedArray, neurons: Shape) -> np.ndarray:
    """A column with a value for each neuron, in order: (layers, neurons), nan where there is none.

    Raises DatasetError when neurons are missing.
    """
    if len(column) != math.prod(neurons):
        raise DatasetError(
            f"The dataset holds {len(column)} of {math.prod(neurons)} neurons, so they cannot be ranked. Collect a "
            "dataset of the model with `collect`, or choose another one."
        )
    return np.asarray(column).reshape(neurons)


def _flat(column: pa.ChunkedArray) -> np.ndarray:
    return np.concatenate([chunk.flatten().to_numpy(zero_copy_only=False) for chunk in column.chunks])
