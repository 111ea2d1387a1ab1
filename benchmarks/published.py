"""Import of files in the published layout at true size, against a plain `json.loads` loop over the same files.

`python -m benchmarks.published [NEURONS] [FOLDER]` generates the files of that many neurons (drawn numbers and words,
in the shape and size of GPT-2 small's), imports them with 16 bits and exactly, and prints speed, memory and bytes a
neuron. The files are not kept unless a folder is given. 36,864 are the whole set: 6.4 GB. How many digits the real
activations have is not known: six decimals, as here, are the short way, which favours the loop; with FULL_DIGITS=1 in
the environment they have all those of a 32-bit number.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from benchmarks.report import Row, show
from neuronview.formats.openai.importing import import_openai

NEURONS = 4096
PER_LAYER = 3072
TEMPLATES = 512
POOL = 50_000
TOKENS = 64
FULL_DIGITS = os.environ.get("FULL_DIGITS") == "1"
PLACE = b'"layer_index":9999,"neuron_index":99999'


def generate(folder: Path, n_neurons: int, *, seed: int = 0, explanations_only: bool = False) -> int:
    """Write the files of the first `n_neurons` neurons of GPT-2 small below `folder`; returns their bytes."""
    rng = np.random.default_rng(seed)
    pool = _excerpts(rng)
    templates = [_neuron(rng, pool) for _ in range(min(TEMPLATES, n_neurons))]
    size = 0
    for number in range(n_neurons):
        layer, neuron = divmod(number, PER_LAYER)
        identity = f'"layer_index":{layer},"neuron_index":{neuron}'.encode()
        kinds = (("collated-activations", "json"), ("explanations", "jsonl"))
        for (kind, ending), content in zip(kinds, templates[number % len(templates)], strict=True):
            if explanations_only and kind != "explanations":
                continue
            path = folder / kind / str(layer) / f"{neuron}.{ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            size += path.write_bytes(content.replace(PLACE, identity, 1))
    return size


def _excerpts(rng: np.random.Generator) -> list[list[str]]:
    """Excerpts of words as frequent as words are."""
    letters = np.array(list("etaoinshrdlucmfwypvbgk"))
    words = [("" if i % 4 == 0 else " ") + "".join(rng.choice(letters, 1 + i % 7)) for i in range(8000)]
    ranks = np.minimum((rng.pareto(0.9, (POOL, TOKENS)) * 12).astype(int), len(words) - 1)
    return [[words[i] for i in row] for row in ranks]


def _neuron(rng: np.random.Generator, pool: list[list[str]]) -> tuple[bytes, bytes]:
    """Both files of one neuron: 65 records; 10 scored excerpts of them with distributions."""
    records = [
        _record(rng, pool, group) for group in np.repeat([3.0, 0.5, 0.3, 0.8, 1.5, 2.5, 3.0], [20, 20, 5, 5, 5, 5, 5])
    ]
    identity = {"layer_index": 9999, "neuron_index": 99999, "dataclass_name": "NeuronId"}
    activations = {
        "neuron_id": identity,
        "random_sample": records[20:40],
        "random_sample_by_quantile": [records[start : start + 5] for start in range(40, 65, 5)],
        "quantile_boundaries": rng.random(4).tolist(),
        "mean": float(rng.normal()),
        "variance": float(rng.random()),
        "skewness": float(rng.random()),
        "kurtosis": float(rng.random()),
        "most_positive_activation_records": records[:20],
        "dataclass_name": "NeuronRecord",
    }
    sequences = [_sequence(rng, record) for record in [*records[:5], *records[20:25]]]
    explanation = {
        "neuron_id": identity,
        "scored_explanations": [
            {
                "explanation": " words that begin with a vowel.",
                "scored_simulation": {"scored_sequence_simulations": sequences, **_scores(rng)},
                "dataclass_name": "ScoredExplanation",
            }
        ],
        "dataclass_name": "NeuronSimulationResults",
    }
    return orjson.dumps(activations), orjson.dumps(explanation) + b"\n"


def _record(rng: np.random.Generator, pool: list[list[str]], scale: float) -> dict[str, Any]:
    raw = rng.normal(-0.8, 0.7, TOKENS) + scale * (rng.random(TOKENS) < 0.06) * rng.gamma(2.0, 1.0, TOKENS)
    values = raw / (1 + np.exp(-1.702 * raw))
    return {
        "tokens": pool[int(rng.integers(POOL))],
        "activations": (values.astype(np.float32).astype(float) if FULL_DIGITS else np.round(values, 6)).tolist(),
        "dataclass_name": "ActivationRecord",
    }


def _sequence(rng: np.random.Generator, record: dict[str, Any]) -> dict[str, Any]:
    values, probabilities, expected = [], [], []
    for _ in range(TOKENS):
        kept = np.sort(rng.choice(11, int(rng.integers(1, 9)), replace=False))
        shares = rng.dirichlet(np.full(len(kept), 0.4))
        values.append(kept.astype(float).tolist())
        probabilities.append(shares.tolist())
        expected.append(float(kept @ shares))
    simulation = {
        "tokens": record["tokens"],
        "expected_activations": expected,
        "activation_scale": "simulated_normalized_activations",
        "distribution_values": values,
        "distribution_probabilities": probabilities,
        "uncalibrated_simulation": None,
        "dataclass_name": "SequenceSimulation",
    }
    return {"simulation": simulation, "true_activations": record["activations"], **_scores(rng)}


def _scores(rng: np.random.Generator) -> dict[str, Any]:
    names = ("ev_correlation_score", "rsquared_score", "absolute_dev_explained_score")
    return {name: float(rng.random()) for name in names} | {"dataclass_name": "ScoredSimulation"}


# --- measuring -----------------------------------------------------------------------------------------------------


def plain_speed(folder: Path) -> float:
    """MB/s of reading every file with `json.loads`, and nothing else."""
    begun, size = time.perf_counter(), 0
    for path in sorted(folder.rglob("*.json*")):
        raw = path.read_bytes()
        json.loads(raw)
        size += len(raw)
    return size / (time.perf_counter() - begun) / 1e6


def processor_seconds() -> float:
    """Of this process and of those that it started and that have ended: hardly depends on what else runs here."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.json*"))


@contextmanager
def peak_memory() -> Iterator[list[int]]:
    """Largest sum of the unshared memory of this process and its children, in bytes, looked at ten times a second."""
    peak, ended = [0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.1):
            peak[0] = max(peak[0], sum(_unshared(pid) for pid in [os.getpid(), *_children()]))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()


def _children() -> list[int]:
    return [child.pid for child in multiprocessing.active_children() if child.pid is not None]


def _unshared(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def measure(n_neurons: int = NEURONS, folder: Path | None = None) -> list[Row]:
    """Rows of the report; the loop takes its turn between the imports, on a part of the files where there are many."""
    work = Path(tempfile.mkdtemp(prefix="neuronview-published-"))
    tree = folder or work / "gpt2_small_data"
    try:
        if not tree.exists():
            generate(tree, n_neurons)
        sample = _sample(tree, work)
        runs, speeds, costs = [], [plain_speed(sample)], list[float]()
        for bits in (16, 32):
            begun = processor_seconds()
            with peak_memory() as peak:
                report = import_openai(str(tree), work / f"out{bits}", model="gpt2-small", exact=bits == 32)
            costs.append((processor_seconds() - begun) / report.bytes_read * 1e9)
            begun = processor_seconds()
            speeds.append(plain_speed(sample))
            plain_cost = (processor_seconds() - begun) / _bytes(sample) * 1e9
            # The machine may be busier at one time than at another: the loop before and after stands beside each.
            runs.append((report, peak[0], sum(speeds[-2:]) / 2, (costs[-1], plain_cost)))
        return _rows(runs)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _rows(runs: list[tuple[Any, int, float, tuple[float, float]]]) -> list[Row]:
    rows = []
    for (report, peak, plain, cost), kind, share in zip(runs, ("16 bits", "exact"), (6, 4), strict=True):
        n = report.stored["activations"]
        rows += [
            Row.against(
                f"import of {n:,} neurons, {kind}",
                report.bytes_read / report.seconds / 1e6,
                plain,
                unit="MB/s",
                at_least=2,
            ),
            Row.times(f"processor time of the import, {kind}", *cost, unit="s/GB", at_most=1),
            Row.within(f"memory of the import, all processes, {kind}", peak / 1e6, unit="MB", at_most=1000),
            Row.times(
                f"stored a neuron, {kind}",
                report.bytes_stored / n / 1e3,
                report.bytes_read / n / 1e3,
                unit="kB",
                at_most=1 / share,
            ),
        ]
    return rows


def _sample(tree: Path, work: Path, n: int = 1000) -> Path:
    """At most so many files of each kind, as links."""
    for kind in ("collated-activations", "explanations"):
        for path in sorted((tree / kind).rglob("*.json*"))[:n]:
            link = work / "sample" / path.relative_to(tree)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path.resolve())
    return work / "sample"


if __name__ == "__main__":
    arguments = sys.argv[1:]
    show(measure(int(arguments[0]) if arguments else NEURONS, Path(arguments[1]) if len(arguments) > 1 else None))
