"""docs/faults-endpoints.md says what happens: faults are committed again, and their rows compared.

`python -m benchmarks.endpoint_faults` writes the document anew.
"""

from pathlib import Path

import pytest

from benchmarks import endpoint_faults
from benchmarks.endpoint_faults import FAULTS, PAGE
from tests.support import run_dataset

COMPARED = (
    "429 once",
    "500 for good",
    "wrong token counts",
    "empty content",
    "wrong key",
    "sum of one",
    "cap on tokens",
)
"""One of each sort; all of them take half a minute. What becomes of each fault has its tests in tests/llm."""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_dataset.build(tmp_path_factory.mktemp("faults") / "runs")


@pytest.mark.parametrize("name", COMPARED)
def test_a_fault_comes_to_what_the_document_says(dataset: Path, name: str) -> None:
    found = endpoint_faults.row(name, endpoint_faults.play(name, dataset))
    assert found in PAGE.read_text().splitlines(), "run: python -m benchmarks.endpoint_faults"


def test_every_fault_has_one_row() -> None:
    lines = PAGE.read_text().splitlines()
    assert [sum(line.startswith(f"| {fault.what} |") for line in lines) for fault in FAULTS.values()] == [1] * len(
        FAULTS
    )
