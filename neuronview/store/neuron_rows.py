"""A neuron's rows of a part, by pyarrow: of a few groups of rows, in half the time of a query where parts are few.

What a file says of its groups (bounds of layers and neurons, where their columns are) is kept while the file stays as
it is. Knows no SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from neuronview.errors import DatasetError
from neuronview.records import NeuronId
from neuronview.store.whole import State, require_whole, state_of, unreadable
from neuronview.store.write import Part

__all__ = ["read_neuron"]

_NEURON = ["layer", "neuron"]


@dataclass(frozen=True, eq=False)
class _Known:
    """What a part's file says of its groups of rows."""

    metadata: pq.FileMetaData
    bounds: NDArray[np.float64]  # (groups, layer and neuron, lowest and highest), infinite where none are given

    def groups_that_may_hold(self, neuron: NeuronId) -> list[int]:
        low, high = self.bounds[..., 0], self.bounds[..., 1]
        return [int(i) for i in np.flatnonzero(((low <= neuron) & (neuron <= high)).all(axis=1))]


def read_neuron(folder: Path, part: Part, neuron: NeuronId) -> pa.Table:
    """A neuron's rows of a part, which has columns `layer` and `neuron`, in the order that they are stored in.

    Raises DatasetError that names a part which is damaged or cannot be read.
    """
    require_whole([(folder, part)])
    path = folder / part.file
    state = state_of(path, part)
    if state is None:
        raise DatasetError(f"{path} is not there. Restore it from a copy, or build the dataset again.")
    try:
        known = _known(state)
        with pq.ParquetFile(path, metadata=known.metadata) as file:
            near = known.groups_that_may_hold(neuron)
            # The long columns only of groups that have it: it may lie between two of a group.
            here = [i for i in near if pc.any(_are_of(file.read_row_group(i, _NEURON), neuron)).as_py()]
            table = file.read_row_groups(here, use_threads=False)
            return table.filter(_are_of(table, neuron))
    except (OSError, ValueError, pa.ArrowException) as error:
        raise unreadable(folder, part, error) from error


@lru_cache(maxsize=512)
def _known(state: State) -> _Known:
    metadata = pq.read_metadata(state[0])
    bounds = np.full((metadata.num_row_groups, len(_NEURON), 2), (-np.inf, np.inf))
    columns = [metadata.schema.column(i).path for i in range(metadata.num_columns)]
    for group in range(metadata.num_row_groups):
        for place, name in enumerate(_NEURON):
            found: Any = metadata.row_group(group).column(columns.index(name)).statistics
            if found is not None and found.has_min_max:
                bounds[group, place] = found.min, found.max
    return _Known(metadata, bounds)


def _are_of(table: pa.Table, neuron: NeuronId) -> pa.ChunkedArray:
    return pc.and_(*(pc.equal(table.column(name), value) for name, value in zip(_NEURON, neuron, strict=True)))
