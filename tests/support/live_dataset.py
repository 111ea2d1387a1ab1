"""A dataset with its model inside, collected from the written passages: what pages that run the model are tested on."""

from pathlib import Path
from shutil import copytree

import torch

from neuronview.records import NeuronId
from neuronview.store import open_dataset, save_explanations
from neuronview.view.evaluation import pattern_explanation
from tests.support.collected import collect_small

NAME = "demo"
EXPLAINED = [NeuronId(layer, neuron) for layer in range(2) for neuron in (3, 17)]


def build(folder: Path, *, passages: int = 40) -> Path:
    """Write `folder`/data/demo with 2 layers x 32 neurons, four of them explained; return the data folder."""
    torch.set_num_threads(1)
    collect_small(folder / "collected", passages=passages)
    target = folder / "data" / NAME
    copytree(folder / "collected" / "dataset", target)
    dataset = open_dataset(target)
    patterns = [
        pattern_explanation(dataset.neuron(neuron), text, is_regex=False)
        for neuron in EXPLAINED
        for text in ("the, a, of", "and, but")
    ]
    dataset.close()
    save_explanations(target, patterns, label="test")
    return folder / "data"
