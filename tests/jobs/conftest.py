"""The dataset that runs of these tests are carried out on, and a disk that nobody waits for."""

import os
from pathlib import Path

import pytest

from neuronview.records import Explanation, NeuronId
from neuronview.store import Dataset, save_explanations
from tests.support import run_dataset


@pytest.fixture
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """For modules that ask for it: hundreds of small files are written."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture(scope="session")
def explained_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`run_dataset`, three neurons of which have an explanation by dictionary; no test writes to it."""
    folder = run_dataset.build(tmp_path_factory.mktemp("runs") / "runs")
    words = [run_dataset.WORDS[n + 1].strip() for n in range(3)]
    explained = [Explanation(f"The word {word}.", "dictionary", NeuronId(0, n)) for n, word in enumerate(words)]
    save_explanations(folder, explained, label="before")
    return folder


@pytest.fixture
def dataset(explained_folder: Path, tmp_path: Path) -> Dataset:
    """That dataset, with an overlay of the test's own."""
    return Dataset(explained_folder, overlay=tmp_path / "mine")
