"""Which features of the dictionary earn their place on the written passages, for the neurons of a model.

    python benchmarks/feature_selection.py --model data/demo/model [--passages 700] [--layers 0,1] [--write]

Each neuron is explained by feature, union or intersection of two, ranked on generated passages that the model was not
trained on; expressions are scored on the written passages. Features are dropped as long as that raises the mean over
all neurons, or does not lower it. The written passages are cut in half by turns: one half decides, the other tells
what the choice is worth on text that had no say in it. `--write` lists the dropped ones in `dropped.txt`.
Prints a report and, as its last line, one JSON document.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronview.demo.passages import generate
from neuronview.demo.passages_written import written
from neuronview.explain import features as dictionary
from neuronview.explain.dictionary import Candidate, indicator_statistics
from neuronview.explain.fit import fit_all
from neuronview.explain.selection import NONE, Selection, eliminate
from neuronview.model import SubjectModel, load
from neuronview.records import NeuronId

FIT_SEED = 3
OPTIONS = 60
EXCERPT = 64
Marks = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Text:
    """Excerpts of some passages with what holds on their tokens."""

    excerpts: list[list[int]]
    marks: Marks  # (features, tokens)

    @classmethod
    def of(cls, model: SubjectModel, texts: Iterable[str], names: Sequence[str]) -> Text:
        """Cut and mark texts."""
        vocabulary = model.vocabulary()
        rows = [item.name for item in dictionary.known_features()]
        chosen = [rows.index(name) for name in names]
        excerpts = [piece for ids in model.tokenizer.encode_many(list(texts)) for piece in _cut(list(ids))]
        found = [dictionary.evaluate_known([vocabulary[i] for i in ids])[chosen] for ids in excerpts]
        return cls(excerpts, np.concatenate(found, axis=1))

    def activations(self, model: SubjectModel, layer: int) -> NDArray[np.float32]:
        """Activations (tokens, neurons) of one layer."""
        neurons = [NeuronId(layer, n) for n in range(model.n_neurons)]
        return np.concatenate([model.activations(ids, neurons) for ids in self.excerpts])


def _cut(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + EXCERPT] for start in range(0, len(ids), EXCERPT) if len(ids) - start >= 16]


def rank(fit: Text, halves: Sequence[Text], model: SubjectModel, layers: Sequence[int], names: Sequence[str]) -> Any:
    """Features (neurons, options, 2), and scores on each half (halves, neurons, options), of all neurons' options."""
    index = {name: place for place, name in enumerate(names)}
    features, scores = [], []
    weights = fit.marks.astype(np.float32)
    for layer in layers:
        fitted = fit.activations(model, layer)
        print(f"layer {layer}", file=sys.stderr)
        others = [half.activations(model, layer).astype(np.float64) for half in halves]
        for neuron, found in enumerate(fit_all(names, weights, fitted, most=OPTIONS)):
            parts = [_parts(candidate, index) for candidate in found]
            features.append(_padded(parts))
            scores.append([_scores(found, index, half, a[:, neuron]) for half, a in zip(halves, others, strict=True)])
    return np.array(features), np.array(scores).transpose(1, 0, 2)


def _parts(candidate: Candidate, index: dict[str, int]) -> list[int]:
    (names,) = candidate.expression.values()
    return [index[name] for name in ([names] if isinstance(names, str) else names)]


def _padded(parts: list[list[int]]) -> NDArray[np.int64]:
    rows = np.full((OPTIONS, 2), NONE)
    for row, mine in zip(rows, parts, strict=False):
        row[: len(mine)] = mine
    return rows


def _scores(
    found: Sequence[Candidate], index: dict[str, int], half: Text, activation: NDArray[np.float64]
) -> NDArray[np.float64]:
    values = np.full(OPTIONS, np.nan)
    n, total, squares = len(activation), float(activation.sum()), float(activation @ activation)
    for place, candidate in enumerate(found):
        rows = half.marks[_parts(candidate, index)]
        held = rows.all(0) if "all" in candidate.expression else rows.any(0)
        product = float(activation[held].sum())
        values[place], _, _ = indicator_statistics(n, float(held.sum()), total, squares, product)
    return values


def mean_best(features: NDArray[np.int64], scores: NDArray[np.float64], kept: Sequence[int]) -> float:
    """Mean score over the neurons of the first option whose features are all kept; 0 where none or undefined."""
    usable = np.isin(features, [*kept, NONE]).all(2) & (features != NONE).any(2)
    first = usable.argmax(1)
    value = np.nan_to_num(scores[np.arange(len(scores)), first], nan=0.0)
    return float(np.where(usable.any(1), value, 0.0).mean())


def report(found: Selection, names: Sequence[str], check: tuple[float, float], used: int) -> dict[str, Any]:
    """What is printed: the figures, and each kept feature's contribution."""
    worth = sorted(found.contributions.items(), key=lambda entry: -entry[1])
    for feature, value in worth:
        print(f"{value:.6f}  {names[feature]}")
    said = [
        f"{len(names)} features; {used} are in some neuron's best expression; {len(found.kept)} earn their place.",
        f"Mean best score on the deciding half of the written passages: {found.before:.4f} with all, "
        f"{found.after:.4f} with those.",
        f"On the other half, which had no say: {check[0]:.4f} with all, {check[1]:.4f} with those.",
    ]
    print("", *said, sep="\n")
    return {
        "said": said,
        "features": len(names),
        "ever_best": used,
        "kept": len(found.kept),
        "deciding_half": [found.before, found.after],
        "other_half": list(check),
        "contributions": {names[feature]: value for feature, value in worth},
        "dropped": [names[feature] for feature in found.dropped],
    }


def write_dropped(names: Sequence[str], said: Sequence[str]) -> None:
    """Replace the list that the registry reads; what was measured stands above it as comments."""
    path = Path(dictionary.__file__).with_name("dropped.txt")
    head = "# Features that did not earn their place, one a line: written by benchmarks/feature_selection.py.\n"
    lines = [*(f"# {line}" for line in said), *sorted(names)]
    path.write_text(head + "".join(f"{line}\n" for line in lines), encoding="utf-8")


def main() -> None:
    """Measure, print, and write when asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--passages", type=int, default=700, help="generated passages to rank on")
    parser.add_argument("--layers", help="such as 0,1; all by default")
    parser.add_argument("--write", action="store_true", help="list the dropped features in dropped.txt")
    options = parser.parse_args()
    started = time.perf_counter()
    model = load(options.model)
    layers = [int(part) for part in options.layers.split(",")] if options.layers else list(range(model.n_layers))
    names = [item.name for item in dictionary.known_features()]
    texts = [passage.text for passage in written()]
    fit = Text.of(model, (p.text for p in generate(options.passages, seed=FIT_SEED, which="all")), names)
    halves = [Text.of(model, texts[turn::2], names) for turn in (0, 1)]
    features, scores = rank(fit, halves, model, layers, names)
    found = eliminate(features, scores[0], n_features=len(names))
    everything = range(len(names))
    check = mean_best(features, scores[1], everything), mean_best(features, scores[1], found.kept)
    used = len(set(features[:, 0].ravel().tolist()) - {NONE})
    document = report(found, names, check, used)
    if options.write:
        write_dropped(document["dropped"], document["said"])
    seconds = round(time.perf_counter() - started, 1)
    sizes = {"neurons": len(features), "fit_tokens": fit.marks.shape[1]}
    sizes |= {"half_tokens": [half.marks.shape[1] for half in halves]}
    machine = {"python": platform.python_version(), "cores": os.cpu_count()}
    print(json.dumps({"machine": machine, "seconds": seconds} | sizes | document))


if __name__ == "__main__":
    main()
