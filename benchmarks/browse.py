"""Pages of the table of all neurons, against pandas with the whole table in memory: milliseconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks import workbench
from benchmarks.report import Row, medians, show
from neuronview.records import Explanation, NeuronId, Score
from neuronview.store import Dataset, NeuronFilter
from neuronview.store.convert import explanation_table, score_table
from neuronview.store.schema import NEURONS
from neuronview.store.write import commit_parts, write_manifest, write_part

LAYERS, WIDTH = 12, 3072
WORDS = ("number", "year", "month", "river", "city", "letter", "name", "verb", "comma", "quote", "bracket", "line")


def build(folder: Path) -> Path:
    """A dataset with as many neurons as GPT-2 small, drawn explanations and scores, and no records."""
    generator = np.random.default_rng(0)
    values = generator.normal(0.3, 0.25, (LAYERS, WIDTH))
    widths = generator.uniform(0.05, 0.4, (LAYERS, WIDTH))
    parts = []
    for layer in range(LAYERS):
        parts.append(write_part(folder, "neurons", _neurons(layer)))
        found = [_explained(NeuronId(layer, n), values[layer, n], widths[layer, n], generator) for n in range(WIDTH)]
        parts.append(write_part(folder, "explanations", explanation_table(found)))
        parts.append(write_part(folder, "scores", score_table(found)))
    commit_parts(folder, parts, label="benchmark")
    model: dict[str, Any] = {"path": "drawn", "fingerprint": "", "activation_function": "gelu_new"}
    write_manifest(folder, {"name": "drawn", "model": model | {"n_layers": LAYERS, "n_neurons": WIDTH}})
    return folder


def _neurons(layer: int) -> pa.Table:
    plain = dict.fromkeys(NEURONS.names) | {"layer": layer, "mean": 0.1, "maximum": 2.0, "share_positive": 0.2}
    return pa.Table.from_pylist([plain | {"neuron": neuron} for neuron in range(WIDTH)], schema=NEURONS)


def _explained(neuron: NeuronId, value: float, width: float, generator: np.random.Generator) -> Explanation:
    text = "Fires on " + " ".join(generator.choice(WORDS, 6)) + f" {neuron.neuron}."
    score = Score(value, interval=(value - width, value + width), n_sequences=40, split="held_out", simulator="lookup")
    return Explanation(text, "lookup", neuron, {"kind": "lookup"}, scores=[score])


def measure() -> list[Row]:
    """A filtered page, a search, and opening the dataset."""
    folder = build(workbench.folder() / "drawn")
    dataset = Dataset(folder)
    table = dataset.neurons(limit=LAYERS * WIDTH)
    chosen = NeuronFilter(layers=(3, 4, 5), score=(0.2, 0.8))
    wanted = NeuronFilter(text="river bracket")

    def pandas_page() -> Any:
        kept = table[table["layer"].isin(chosen.layers) & table["score"].between(0.2, 0.8)]
        return kept.sort_values(["low", "layer", "neuron"], ascending=[False, True, True]).head(50)

    def pandas_search() -> Any:
        text = table["explanation"].str.lower()
        kept = table[text.str.contains("river", regex=False) & text.str.contains("bracket", regex=False)]
        return kept.sort_values("low", ascending=False).head(50)

    same = list(dataset.neurons(chosen)["neuron"]) == list(pandas_page()["neuron"])
    if not same:
        raise AssertionError("the two ways find different pages")
    ours, pandas = (1000 * s for s in medians(lambda: dataset.neurons(chosen), pandas_page))
    found, scanned = (1000 * s for s in medians(lambda: dataset.search("river bracket"), pandas_search))
    (deep,) = medians(lambda: dataset.neurons(wanted, offset=300))
    (opened,) = medians(lambda: Dataset(folder).close(), repeats=3)
    rows = f"{LAYERS * WIDTH:,} rows"
    return [
        Row.within(f"browse: a filtered page of {rows}", ours, baseline=pandas, unit="ms", at_most=50),
        Row.within("browse: search of all explanations", found, baseline=scanned, unit="ms", at_most=100),
        Row.within("browse: a later page of the search", 1000 * deep, unit="ms", at_most=100),
        Row.within("browse: open the dataset", 1000 * opened, unit="ms", at_most=2000),
    ]


if __name__ == "__main__":
    show(measure())
