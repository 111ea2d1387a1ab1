"""A run against a real model: `transformers serve` over HTTP, and the same model in this process."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuronview.errors import ModelError
from neuronview.jobs.endpoints import Keys
from neuronview.jobs.estimate import estimate_run
from neuronview.jobs.language import execute_language
from neuronview.jobs.plan import RunPlan, new_run
from neuronview.llm.ledger import Ledger
from neuronview.records import Explanation
from neuronview.store import Dataset
from tests.support import run_dataset as made
from tests.support.real_server import RealServer, build_model, real_server

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")

SMALL: dict[str, Any] = {"candidates": 1, "excerpts": 1, "others": 0, "splits": ("held_out",), "context_tokens": 4096}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_model(tmp_path_factory.mktemp("real") / "model")


@pytest.fixture(scope="module")
def server(model: Path) -> Iterator[RealServer]:
    with real_server(model) as server:
        yield server


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.build(tmp_path_factory.mktemp("real_runs") / "runs")


def plan(*neurons: str, **options: Any) -> RunPlan:
    asked = {"explainer": "person", "simulator": "decisions", "sentence": "Numbers.", "device": "cpu"}
    return RunPlan("", "runs", neurons, **(SMALL | asked | options))


def carried_out(asked: RunPlan, folder: Path, home: Path) -> tuple[list[Explanation], Any, Dataset]:
    dataset = Dataset(folder, overlay=home / "mine")
    run = new_run(home, asked)
    found = execute_language(run, dataset, load_model=made.FakeModel, report=lambda progress: None, keys=Keys())
    # What a random model says of numbers is hardly ever a number.
    assert {failed.state for failed in run.failed().values()} <= {"unparsable"}
    return found, Ledger(run.path).totals(), Dataset(folder, overlay=home / "mine")


def values(dataset: Dataset, neuron: tuple[int, int]) -> np.ndarray:
    return np.concatenate([row.expected for row in dataset.simulations(neuron)])


def test_over_http_and_in_process_the_same_values_come_and_the_estimates_hold(
    folder: Path, model: Path, server: RealServer, tmp_path: Path
) -> None:
    over_http = plan("0:0", simulator_model=server.model, simulator_url=server.base_url)
    here = plan("0:0", simulator_model=f"local:{model}")
    seen = []
    for name, asked in (("http", over_http), ("here", here)):
        home = tmp_path / name
        dataset = Dataset(folder, overlay=home / "mine")
        found = estimate_run(asked, dataset, home, keys=Keys())
        _, totals, stored = carried_out(asked, folder, home)
        assert found.calls == totals.paid
        assert found.tokens == pytest.approx(totals.tokens, rel=0.1), name
        assert found.money == 0.0
        assert found.seconds is not None
        seen.append(values(stored, (0, 0)))
    np.testing.assert_allclose(seen[0], seen[1], atol=1e-4)


def test_tokens_of_judges_are_estimated_within_a_tenth_before_and_after_the_first_run(
    folder: Path, server: RealServer, tmp_path: Path
) -> None:
    where = {"simulator_model": server.model, "simulator_url": server.base_url}
    for sentence in ("Numbers.", "The word cat, or another animal that lives in a house."):
        asked = plan("0:0", scorers=("fuzzing",), sentence=sentence, **where)
        found = estimate_run(asked, Dataset(folder, overlay=tmp_path / "mine"), tmp_path, keys=Keys())
        _, totals, _ = carried_out(asked, folder, tmp_path)
        assert (found.calls, found.cached) == (totals.paid, totals.cached)
        assert found.tokens == pytest.approx(totals.tokens, rel=0.1)


def test_in_process_all_at_once_tokens_are_counted_exactly(folder: Path, model: Path, tmp_path: Path) -> None:
    asked = plan("0:0", "0:1", simulator="auto", simulator_model=f"local:{model}")
    found = estimate_run(asked, Dataset(folder), tmp_path, keys=Keys())
    assert found.simulator == "all-at-once"
    assert "own tokenizer" in found.counted
    _, totals, _ = carried_out(asked, folder, tmp_path)
    assert (found.calls, found.tokens) == (totals.paid, totals.tokens)


def test_the_demo_model_is_refused_as_a_language_model(folder: Path, model: Path, tmp_path: Path) -> None:
    inside = tmp_path / "demo"
    (inside / "model").mkdir(parents=True)
    (inside / "dataset.json").write_text("{}")
    with pytest.raises(ModelError, match="too small to explain"):
        estimate_run(plan("0:0", simulator_model=f"local:{inside / 'model'}"), Dataset(folder), tmp_path, keys=Keys())
