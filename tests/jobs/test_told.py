"""Explanations told for a few neurons: scored as all others are, and committed once."""

import math
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from neuronview.errors import DatasetError
from neuronview.explain.evaluation import evaluation_sets
from neuronview.explain.rules import simulator_for
from neuronview.jobs.told import SEEN, add_told
from neuronview.records import Explanation, NeuronId
from neuronview.scoring import ev_correlation_score
from neuronview.store import Dataset, damaged_parts, open_dataset
from tests.support import live_dataset

FIRST, SECOND = NeuronId(0, 3), NeuronId(0, 17)
TOLD = [
    Explanation("The word the", "tour", FIRST, {"kind": "pattern", "pattern": "the"}),
    Explanation("Commas", "tour", SECOND, {"kind": "dictionary", "expression": {"feature": "comma"}}),
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return live_dataset.build(tmp_path_factory.mktemp("live")) / live_dataset.NAME


@pytest.fixture
def folder(base: Path, tmp_path: Path) -> Path:
    return copytree(base, tmp_path / "copy")


def told(dataset: Dataset, neuron: NeuronId) -> Explanation:
    return next(entry for entry in dataset.explanations(neuron) if entry.explainer == "tour")


def test_scores_are_those_of_the_rule_on_both_splits_and_the_corpus(folder: Path) -> None:
    assert add_told(folder, TOLD, {FIRST: 0.25, SECOND: math.nan}) == 2
    dataset = open_dataset(folder)
    for neuron in (FIRST, SECOND):
        entry, sets = told(dataset, neuron), evaluation_sets(dataset.neuron(neuron))
        simulator = simulator_for(entry)
        for split in ("held_out", "valid"):
            true = np.concatenate([record.activations for record in sets[split].records])
            said = np.concatenate([simulator.simulate(record.tokens).expected for record in sets[split].records])
            stored = entry.score(split=split)
            assert stored is not None
            assert stored.value == pytest.approx(ev_correlation_score(true, said), abs=1e-6, nan_ok=True)
            assert SEEN in stored.note
            assert {baseline.name for baseline in stored.baselines} == {"other neurons"}
    over_all = told(dataset, FIRST).score(split="corpus", subset="all")
    assert over_all is not None
    assert (over_all.value, over_all.n_tokens) == (0.25, dataset.manifest.corpus["n_tokens"])
    undefined = told(dataset, SECOND).score(split="corpus", subset="all")
    assert undefined is not None
    assert undefined.state == "undefined"


def test_provenance_says_by_whom_and_after_what(folder: Path) -> None:
    add_told(folder, TOLD[:1], {})
    made = told(open_dataset(folder), FIRST).provenance
    assert made.explainer == "tour"
    assert made.model_fingerprint
    assert made.split == "calibration"
    assert "excerpts" in (made.fitted_on or "")


def test_what_was_there_is_untouched_and_a_second_time_is_refused(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.glob("*.parquet")}
    add_told(folder, TOLD, {})
    assert {name: (folder / name).read_bytes() for name in before} == before
    assert damaged_parts(folder) == []
    after = {path.name for path in folder.glob("*.parquet")}
    with pytest.raises(DatasetError, match="already"):
        add_told(folder, TOLD, {})
    assert {path.name for path in folder.glob("*.parquet")} == after
