"""A neuron's rows of a part against a filter over the whole file."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from neuronview.errors import DatasetError
from neuronview.records import NeuronId
from neuronview.store.neuron_rows import read_neuron
from neuronview.store.write import Part, sha256_of


def written(folder: Path, table: pa.Table, *, group: int = 7, bounds: bool = True) -> Part:
    path = folder / "records.parquet"
    pq.write_table(table, path, row_group_size=group, write_statistics=bounds)
    return Part(
        kind="records",
        file=path.name,
        rows=len(table),
        low=0,
        high=9,
        bytes=path.stat().st_size,
        sha256=sha256_of(path),
    )


def drawn(seed: int, *, in_order: bool) -> pa.Table:
    rng = np.random.default_rng(seed)
    layers, neurons = rng.integers(0, 4, 60), rng.integers(0, 6, 60)
    if in_order:
        order = np.lexsort((neurons, layers))
        layers, neurons = layers[order], neurons[order]
    values = [rng.normal(size=3).tolist() for _ in range(60)]
    # A leaf within a list may bear the name of a column.
    inner = [[{"layer": 99, "neuron": 98}]] * 60
    return pa.table({"inner": inner, "layer": layers, "neuron": neurons, "values": values})


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize("bounds", [True, False])
def test_rows_are_those_of_the_neuron_in_the_order_of_the_file(tmp_path: Path, in_order: bool, bounds: bool) -> None:
    table = drawn(3, in_order=in_order)
    part = written(tmp_path, table, bounds=bounds)
    for layer in range(4):
        for neuron in range(7):
            plain = table.filter(pc.and_(pc.equal(table["layer"], layer), pc.equal(table["neuron"], neuron)))
            assert read_neuron(tmp_path, part, NeuronId(layer, neuron)).to_pylist() == plain.to_pylist()


def test_a_file_that_was_replaced_is_read_by_its_own_groups(tmp_path: Path) -> None:
    for seed, group in ((1, 7), (2, 50)):
        table = drawn(seed, in_order=True)
        part = written(tmp_path, table, group=group)
        plain = table.filter(pc.and_(pc.equal(table["layer"], 2), pc.equal(table["neuron"], 3)))
        assert len(plain)
        assert read_neuron(tmp_path, part, NeuronId(2, 3)).to_pylist() == plain.to_pylist()


def test_a_part_that_is_gone_or_damaged_is_named(tmp_path: Path) -> None:
    part = written(tmp_path, drawn(1, in_order=True))
    path = tmp_path / part.file
    damaged = bytearray(path.read_bytes())
    damaged[10] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(DatasetError, match=r"records\.parquet, which is damaged"):
        read_neuron(tmp_path, part, NeuronId(0, 0))
    unsealed = replace(part, sha256="")  # as parts of before, whose bytes are compared with nothing
    path.write_bytes(damaged[:200])
    with pytest.raises(DatasetError, match=r"records\.parquet cannot be read \(.*build the dataset again"):
        read_neuron(tmp_path, unsealed, NeuronId(0, 0))
    path.unlink()
    with pytest.raises(DatasetError, match=r"records\.parquet.*Restore it from a copy"):
        read_neuron(tmp_path, unsealed, NeuronId(0, 0))


def test_the_long_columns_of_a_group_without_the_neuron_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = pa.table({"layer": [0, 0], "neuron": [1, 5], "values": [[1.0], [2.0]]})
    part, read = written(tmp_path, table), list[int]()
    whole = pq.ParquetFile.read_row_groups
    monkeypatch.setattr(
        pq.ParquetFile, "read_row_groups", lambda self, groups, **how: read.extend(groups) or whole(self, groups, **how)
    )
    assert len(read_neuron(tmp_path, part, NeuronId(0, 3))) == 0
    assert not read
    assert len(read_neuron(tmp_path, part, NeuronId(0, 5))) == 1
    assert read == [0]
