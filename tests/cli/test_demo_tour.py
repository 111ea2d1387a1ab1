"""`demo tour`: what a tour says is scored over the very corpus of the dataset, or nothing is written."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import orjson
import pytest

from neuronview.cli import demo as command
from neuronview.cli.main import run
from neuronview.collect.along import correlations_along
from neuronview.collect.corpus import Document, cut_documents
from neuronview.demo.passages_written import written
from neuronview.explain.rules import simulator_for
from neuronview.model import load
from neuronview.records import NeuronId
from neuronview.store import open_dataset
from tests.support import live_dataset

PASSAGES = 40
NEURON = NeuronId(1, 3)
STOP = {
    "neuron": str(NEURON),
    "kind": "good",
    "title": "The",
    "words": "w",
    "says": "The word the",
    "rule": {"kind": "pattern", "pattern": "the"},
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return live_dataset.build(tmp_path_factory.mktemp("live"), passages=PASSAGES) / live_dataset.NAME


@pytest.fixture
def folder(base: Path, tmp_path: Path) -> Path:
    copied = copytree(base, tmp_path / "copy")
    tour = {"model_fingerprint": open_dataset(copied).manifest.model.fingerprint, "stops": [STOP]}
    (copied / "tour.json").write_bytes(orjson.dumps({"tours": [tour]}))
    return copied


def documents(_: int) -> Iterator[Document]:
    """What the dataset was collected over."""
    for number, passage in enumerate(written()[:PASSAGES]):
        yield Document(passage.id, passage.text, "generated" if number % 2 else "written")


def test_what_is_said_is_added_with_its_corpus_score(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "_documents", documents)
    assert run(["demo", "tour", "--dataset", str(folder), "--json"]) == 0
    assert orjson.loads(capsys.readouterr().out) == {"explanations": 1}
    told = next(entry for entry in open_dataset(folder).explanations(NEURON) if entry.explainer == "tour")
    model = load(folder / "model", device="cpu")
    corpus = cut_documents(
        documents(0), model.tokenizer, tmp_path, vocabulary_size=model.vocabulary_size, excerpt_tokens=24
    )
    rule = simulator_for(told)
    expected = correlations_along(model, corpus, {NEURON: lambda tokens: rule.simulate(tokens).expected})[NEURON]
    score = told.score(split="corpus", subset="all")
    assert score is not None
    assert score.value == pytest.approx(expected, abs=1e-6)
    assert not list((folder / "commits").glob("*.json"))


def test_another_corpus_is_refused_and_nothing_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(path.name for path in folder.rglob("*"))
    assert run(["demo", "tour", "--dataset", str(folder), "--passages", "100"]) == 1
    assert "over other passages" in capsys.readouterr().err
    assert sorted(path.name for path in folder.rglob("*")) == before


def test_a_dataset_of_a_model_without_a_tour_is_told_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "tour.json").unlink()
    assert run(["demo", "tour", "--dataset", str(folder)]) == 1
    assert "No tour says anything" in capsys.readouterr().err
