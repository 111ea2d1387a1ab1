"""What a shard of a collection leaves, and what it takes to save it and to add it to the others.

    python -m benchmarks.states

At a quarter of GPT-2's neurons, without what does not grow with them; activations are drawn by chance. `save` and
`merge` are what `python -m benchmarks.scaling` asks for. Merged is a state into one that is as full, where every
candidate has to be weighed: of many shards' states most are below what is held, and faster.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from benchmarks import workbench
from benchmarks.collect import MadeUp, documents
from benchmarks.report import Row, medians, show
from neuronview.collect import Sizes
from neuronview.collect.build import Collection
from neuronview.collect.passes import Reporter
from neuronview.collect.states import merge_state, save_state
from neuronview.explain.features import evaluate, features

__all__ = ["measure"]

WIDTH, EXCERPTS = 768, 500
TURNS = 3
TOKEN_MEMORY = 4 << 20


class _Narrow(MadeUp):
    n_neurons = WIDTH


def measure() -> list[Row]:
    """Fill statistics, then save and merge them in turns."""
    model: Any = _Narrow(workbench.model(1, 64).tokenizer)
    sizes = Sizes(most_excerpts=EXCERPTS, sample_tokens=10_000, shares=False, token_memory=TOKEN_MEMORY, token_file=0)
    n = model.n_layers * model.n_neurons
    with tempfile.TemporaryDirectory() as home:
        collection = Collection(model, Path(home), sizes, 0, Reporter(None, None))
        collection.cut(documents(model.tokenizer, EXCERPTS), None, hold_out=True)
        collection.read_features(evaluate, [feature.name for feature in features()])
        collection.sample_pairs()
        collection.begin()
        collection.read(collection.statistics, stage="statistics", among=None)
        path = Path(home) / "state.npz"
        saved, merged = medians(
            lambda: save_state(collection.statistics, path),
            lambda: merge_state(collection.statistics, path),
            repeats=TURNS,
        )
        size = path.stat().st_size
    return [
        Row("state of a shard", size / n / 1000, "kB/neuron"),
        Row("state of a shard, saved", n / saved, "neurons/s"),
        Row("state of a shard, merged into another", n / merged, "neurons/s"),
    ]


if __name__ == "__main__":
    show(measure())
