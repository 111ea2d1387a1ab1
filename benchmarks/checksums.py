"""What it costs that nothing damaged is read: `python -m benchmarks.checksums`.

The processor's time of opening the embedded dataset, of its first neuron and of loading its model, with the checks and
without, by turns in the same process; the least of each counts.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import torch

from neuronview.model import load, tokenize
from neuronview.store import Dataset, check_folder, whole

FOLDER = Path(__file__).parents[1] / "data" / "demo"
TURNS = 5
NOTHING = {"neuronview.store.whole._changed": lambda folder, part: None}


def seconds(work: Callable[[], object]) -> float:
    """Of the processor, over all threads."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def opening() -> None:
    """As a page does that is the first to read the dataset."""
    whole._whole.clear()
    Dataset(FOLDER).close()


def first_neuron() -> None:
    """The first neuron's page too."""
    whole._whole.clear()
    dataset = Dataset(FOLDER)
    dataset.neuron((2, 17))
    dataset.close()


def model() -> None:
    """Load the model."""
    load(FOLDER / "model", device="cpu")


def measured(work: Callable[[], object], without: dict[str, object]) -> tuple[float, float]:
    """The least seconds with the checks and without, by turns."""
    checked, plain = [], []
    work()
    for _ in range(TURNS):
        checked.append(seconds(work))
        patches = [mock.patch(name, value) for name, value in without.items()]
        for patch in patches:
            patch.start()
        plain.append(seconds(work))
        for patch in patches:
            patch.stop()
    return min(checked), min(plain)


def main() -> int:
    """Measure and say it."""
    torch.set_num_threads(1)
    finite = {"neuronview.model.load._checked": lambda network, source: sorted(network.named_parameters())}
    rows = {
        "opening": measured(opening, NOTHING),
        "opening and the first neuron": measured(first_neuron, NOTHING),
        "loading the model (a look at every weight)": measured(model, finite),
    }
    found = {
        name: {"with_ms": round(1000 * one), "without_ms": round(1000 * other), "ratio": round(one / other, 2)}
        for name, (one, other) in rows.items()
    }
    backend = load(FOLDER / "model", device="cpu").tokenizer
    assert isinstance(backend, tokenize.Tokenizer)
    found["tokenizer fingerprint"] = {"ms": round(1000 * seconds(lambda: backend.fingerprint))}
    found["check of everything"] = {"ms": round(1000 * seconds(lambda: check_folder(FOLDER)))}
    sys.stdout.write("".join(f"{name:45} {row}\n" for name, row in found.items()) + json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
