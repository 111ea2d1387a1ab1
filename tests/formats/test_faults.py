"""Damaged files are refused with a reason, unusual ones are taken, and neither keeps another file out."""

from collections import Counter
from pathlib import Path

import pytest

from neuronview.store import Dataset
from tests.formats import faults
from tests.formats import published_files as files


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, str]]]:
    folder = tmp_path_factory.mktemp("faults")
    return folder, faults.outcomes(folder)


@pytest.mark.parametrize("number", range(len(faults.FAULTS)), ids=lambda n: faults.FAULTS[n].what)
def test_the_verdict_on_a_file(tree: tuple[Path, list[tuple[str, str]]], number: int) -> None:
    state, reason = tree[1][number]
    assert state == ("refused" if faults.FAULTS[number].refused else "stored"), reason
    assert bool(reason) == faults.FAULTS[number].refused


def test_nothing_of_a_refused_file_is_in_and_everything_of_the_others(tree: tuple[Path, list[tuple[str, str]]]) -> None:
    dataset = Dataset(tree[0] / "out")
    with_kind = {
        "activations": {neuron for _, neuron in dataset.neurons_with("neurons")},
        "explanations": {neuron for _, neuron in dataset.neurons_with("explanations")},
    }
    for kind, there in with_kind.items():
        refused = {n for n, fault in enumerate(faults.FAULTS) if fault.kind == kind and fault.refused}
        without = {n for n, fault in enumerate(faults.FAULTS) if fault.what == "no explanation"}
        expected = set(range(len(faults.FAULTS))) - refused - (without if kind == "explanations" else set())
        assert there == expected
    records = {neuron for _, neuron in dataset.neurons_with("records")}
    assert records == with_kind["activations"]
    assert {n for _, n in dataset.neurons_with("simulations")} <= with_kind["explanations"]
    states = Counter(dataset.files().state)
    assert states["stored"] == len(faults.FAULTS) * len(files.KINDS) - sum(fault.refused for fault in faults.FAULTS)


def test_at_least_25_damages_are_refused() -> None:
    assert sum(fault.refused for fault in faults.FAULTS) >= 25


def test_the_table_in_the_documents_is_what_happens() -> None:
    assert faults.PAGE.read_text() == faults.page(), "run: python -m tests.formats.faults"
