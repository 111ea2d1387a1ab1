"""What was published of an explanation, beside the activations that it was scored against."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st

from neuronview.formats.openai.importing import import_openai
from neuronview.records import NeuronId
from neuronview.scoring.coverage import interval_note
from neuronview.store import Dataset, open_dataset
from neuronview.view.evaluation import sources
from neuronview.view.published_set import published_set, with_published_excerpts
from tests.formats import published_files as files
from tests.support.pages import open_page

NEURON = NeuronId(0, 0)
BARE = NeuronId(0, 2)
"""Has no file of activations."""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = files.tree(tmp_path_factory.mktemp("source"), [(0, 0), (0, 1)])
    files.write(root, "explanations", 0, 2)
    return root


@pytest.fixture(scope="module")
def dataset(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    folder = tmp_path_factory.mktemp("data") / "published"
    import_openai(str(source), folder, model="gpt2-small")
    found = open_dataset(folder)
    yield found
    found.close()


def sequences(source: Path, neuron: NeuronId) -> list[files.Content]:
    content = json.loads((source / f"explanations/{neuron.layer}/{neuron.neuron}.jsonl").read_text())
    return list(content["scored_explanations"][0]["scored_simulation"]["scored_sequence_simulations"])


def shown(dataset: Dataset, neuron: NeuronId):  # type: ignore[no-untyped-def]
    record = dataset.neuron(neuron)
    chosen = sources(dataset.explanations(neuron), dataset.simulations(neuron))[0]
    rows = dataset.excerpts([row.excerpt_id for row in chosen.stored])
    return record, published_set(record, chosen, {row["excerpt_id"]: row["tokens"] for row in rows})


@pytest.mark.parametrize("neuron", [NEURON, BARE])
def test_every_published_excerpt_is_shown_with_its_values_in_its_place(
    source: Path, dataset: Dataset, neuron: NeuronId
) -> None:
    _, found = shown(dataset, neuron)
    wanted = sequences(source, neuron)
    assert [list(entry.tokens) for entry in found.chosen.records] == [s["simulation"]["tokens"] for s in wanted]
    for place, said in enumerate(wanted):
        assert found.chosen.records[place].activations == pytest.approx(np.array(said["true_activations"]), abs=1e-6)
        assert found.expected[place] == pytest.approx(np.array(said["simulation"]["expected_activations"]), abs=1e-6)


def test_the_first_score_is_the_published_one_and_the_others_say_that_they_were_computed(
    source: Path, dataset: Dataset
) -> None:
    _, found = shown(dataset, NEURON)
    published, *others = found.scores
    assert published.value == pytest.approx(0.475739, abs=1e-6)
    assert published.note == ""
    wanted = sequences(source, NEURON)
    for score in others:
        kept = [wanted[place] for place in found.side(score.subset)]
        real = np.concatenate([entry["true_activations"] for entry in kept])
        expected = np.concatenate([entry["simulation"]["expected_activations"] for entry in kept])
        assert score.value == pytest.approx(np.corrcoef(real, expected)[0, 1], abs=1e-5)
        assert "not published" in score.note
        assert interval_note([score.subset] * len(kept)) in score.note
    assert [score.subset for score in others] == ["top", "random"]


def test_sides_are_those_of_the_stored_excerpts(dataset: Dataset) -> None:
    record, found = shown(dataset, NEURON)
    top = {entry.excerpt_id for entry in record.top}
    assert {found.chosen.records[place].excerpt_id for place in found.side("top")} <= top
    assert found.side("top")
    assert not {found.chosen.records[place].excerpt_id for place in found.side("random")} & top


def test_without_activation_files_the_published_excerpts_stand_for_the_record(dataset: Dataset) -> None:
    record, found = shown(dataset, BARE)
    assert not record.groups
    assert np.isnan(record.max_activation)
    filled = with_published_excerpts(record, found)
    assert filled.max_activation == max(entry.maximum for entry in found.chosen.records)
    whole, known = shown(dataset, NEURON)
    assert with_published_excerpts(whole, known) is whole


@pytest.mark.parametrize("neuron", ["0", "2"])
def test_the_neuron_page_shows_them_at_once(dataset: Dataset, monkeypatch: pytest.MonkeyPatch, neuron: str) -> None:
    st.cache_resource.clear()
    monkeypatch.setenv("NEURONVIEW_DATA", str(dataset.folder.parent))
    monkeypatch.setenv("NEURONVIEW_DATASET", "published")
    at = open_page("neuron", layer="0", neuron=neuron, neuron_tab="Real against simulated")
    assert not at.exception
    assert not at.error
    assert at.selectbox(key="neuron_split_published").value == "published"
    assert "all as published" in " ".join(entry.value for entry in at.caption)
    scored = [e.proto.body for e in at.get("html") if 'data-split="published"' in e.proto.body]
    assert sum('data-subset="top"' in body for body in scored) == 1
