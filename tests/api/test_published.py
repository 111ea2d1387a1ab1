"""Published neurons, which have no token ids, no distributions, no rules and no model: answered, shown and filed."""

from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import neuronview
from neuronview import api
from neuronview.config import Settings
from neuronview.jobs.adding import add, plan_adding
from neuronview.records import NeuronId
from neuronview.view.page import neuron_page
from tests.api.conftest import check
from tests.support.published_tree import SET, build, small_set

BASE = f"/api/v1/datasets/{SET}"


@pytest.fixture(params=["all", "none"])
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with the published set, its records fetched or not."""
    small_set(monkeypatch)
    build(tmp_path / "tree")
    monkeypatch.setenv("NEURONVIEW_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NEURONVIEW_HOME", str(tmp_path / "home"))
    settings = Settings.from_env()
    options: dict[str, Any] = {"base": str(tmp_path / "tree"), "records": request.param}
    add(plan_adding(SET, settings=settings, **options), settings)
    return tmp_path / "home"


def test_the_api_answers_with_what_was_published(home: Path) -> None:
    with TestClient(Starlette(routes=api.routes())) as client:
        paths = {"": "Dataset", "/neurons": "Rows", "/search?q=the": "Rows", "/neurons/0/1": "Neuron"}
        paths["/neurons/0/1/records"] = "Records"
        for path, schema in paths.items():
            answer = client.get(BASE + path)
            assert answer.status_code == 200, answer.text
            check(schema, answer.json())
            assert str(home.parent) not in answer.text
        scores = [score for e in client.get(f"{BASE}/neurons/0/1").json()["explanations"] for score in e["scores"]]
        assert scores
        assert all((score["value"] is None) == (score["state"] != "ok") for score in scores)


def test_a_published_neuron_is_shown_and_filed(home: Path) -> None:
    dataset = neuronview.open_dataset(SET)
    neuron = NeuronId(0, 1)
    page = neuron_page(dataset, neuron, made="today")
    assert "No histogram is stored" in page
    assert "As published, the values stand on" in page or "From the dataset: the excerpts" in page
    assert str(home.parent) not in page
    assert neuronview.show(dataset.neuron(neuron))._repr_html_()
    assert neuronview.show(dataset.explanations(neuron))._repr_html_()
    dataset.close()
