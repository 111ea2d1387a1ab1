"""Parts that were joined: in order, whatever is among them."""

from pathlib import Path

import pyarrow.parquet as pq

from neuronview.records import Explanation, NeuronId
from neuronview.store import compact
from neuronview.store.convert import explanation_table
from neuronview.store.manifest import committed_parts
from neuronview.store.write import commit_parts, write_part


def test_joined_rows_are_in_the_order_of_their_neurons_however_the_parts_lay(tmp_path: Path) -> None:
    for numbers in ((4, 1), (3,), (2, 0)):
        mine = [Explanation(f"text {n}", "person", NeuronId(n % 2, n), id=str(n)) for n in numbers]
        commit_parts(tmp_path, [write_part(tmp_path, "explanations", explanation_table(mine))], label="some")
    compact(tmp_path, join=True)
    (part,) = committed_parts(tmp_path)["explanations"]
    found = pq.read_table(tmp_path / part.file).select(["layer", "neuron"]).to_pylist()
    assert [(row["layer"], row["neuron"]) for row in found] == [(0, 0), (0, 2), (0, 4), (1, 1), (1, 3)]
    assert (part.low, part.high) == (0, 1)
