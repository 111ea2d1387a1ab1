"""The generated files are of the published layout, at the size asked for, and the benchmark reads all of them."""

from __future__ import annotations

from pathlib import Path

import orjson

from benchmarks import published_explanations
from benchmarks.published_files import XL_LAYER, generate_explanations
from neuronview.formats.openai.reading import read_explanations
from neuronview.records import NeuronId


def test_generated_explanations_are_published_files_of_gpt2_xl(tmp_path: Path) -> None:
    size = generate_explanations(tmp_path, 5, excerpts=2)
    files = sorted(tmp_path.rglob("*.jsonl"))
    assert [str(path.relative_to(tmp_path)) for path in files] == [f"explanations/0/{n}.jsonl" for n in range(5)]
    assert sum(path.stat().st_size for path in files) == size
    texts = set()
    for path in files:
        read_explanations(path.read_bytes(), NeuronId(0, int(path.stem)))
        (explanation,) = orjson.loads(path.read_bytes())["scored_explanations"]
        texts.add(explanation["explanation"])
        sequences = explanation["scored_simulation"]["scored_sequence_simulations"]
        assert [len(sequence["simulation"]["tokens"]) for sequence in sequences] == [64, 64]
    assert len(texts) == 5


def test_the_benchmark_of_explanations_reads_pages_of_what_it_imported(tmp_path: Path) -> None:
    rows = {row.name: row for row in published_explanations.measure(60, tmp_path / "files")}
    assert rows["import of 60 explanations"].value > 0
    assert rows["Neuron: explanation, scores, simulations, files"].value > 0
    assert len(list((tmp_path / "files").rglob("*.jsonl"))) == 60, "a folder that is named is kept"


def test_layers_of_xl_are_6400_wide() -> None:
    assert published_explanations.parse(["307200", "files"]) == (48 * XL_LAYER, Path("files"), 1)
