"""One neuron as one file: what stands in it, and that nothing of a dataset gets out of its place."""

from dataclasses import replace
from pathlib import Path

import pytest

from neuronview.errors import NotFound
from neuronview.records import Explanation, NeuronId, Provenance
from neuronview.store import Dataset, open_dataset, save_explanations
from neuronview.view.cards import explanation_html
from neuronview.view.page import neuron_page
from neuronview.view.places import public_name
from tests.support import small_dataset
from tests.view.test_strips import HOSTILE, Elements

NEURON = NeuronId(1, 3)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    hostile = [Explanation(text, "person", NEURON) for text in HOSTILE]
    folder = small_dataset.build(tmp_path / "data" / "small")
    save_explanations(folder, hostile, label="test")
    return open_dataset(folder)


def test_the_page_has_everything_that_is_stored_of_a_neuron(dataset: Dataset) -> None:
    page = neuron_page(dataset, NEURON, made="today")
    found = Elements(page)
    record = dataset.neuron(NEURON)
    n_records = sum(map(len, record.groups.values()))
    assert len([strip for strip in found.of("nv-strip") if "data-simulated-scale" not in strip]) == n_records
    for explanation in dataset.explanations(NEURON):
        assert explanation.text.strip() in found.text
    assert "95\u00a0% interval" in found.text
    assert "Histogram of 96 activations" in page
    assert "MLP activation after gelu_new" in found.text
    assert "today" in found.text


def test_the_page_runs_nothing_and_asks_for_nothing(dataset: Dataset) -> None:
    page = neuron_page(dataset, NEURON, made="today")
    found = Elements(page)
    allowed = {"html", "head", "meta", "title", "style", "body", "main", "header", "section", "article", "div", "p"}
    allowed |= {"h1", "h2", "h3", "span", "details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    allowed |= {"svg", "path", "text", "code", "strong", "small"}
    assert {tag for tag, _ in found.tags} <= allowed
    names = {name for _, attributes in found.tags for name in attributes}
    assert not {name for name in names if name.startswith("on") or name in ("src", "href", "action", "srcset")}
    assert "url(" not in page
    assert "@import" not in page
    assert page.count("</style>") == 1
    policy = next(names["content"] for _, names in found.tags if names.get("http-equiv") == "Content-Security-Policy")
    assert (policy or "").startswith("default-src 'none'; style-src 'unsafe-inline'")


def test_the_page_names_no_folder_of_this_computer(dataset: Dataset) -> None:
    assert str(dataset.folder.parent) not in neuron_page(dataset, NEURON, made="today")


def test_a_model_in_a_folder_is_named_by_the_folder_s_name_alone() -> None:
    assert public_name("/home/someone/models/mine") == "mine"
    assert public_name("C:\\Users\\someone\\mine") == "mine"
    assert public_name("~/mine") == "mine"
    assert public_name("openai-community/gpt2") == "openai-community/gpt2"
    made = Provenance(dataset="/home/someone/data/demo", model="/home/someone/mine", model_fingerprint="0123")
    card = explanation_html(replace(Explanation("It", "person"), provenance=made))
    assert "/home" not in card
    assert "mine, weights 0123" in card


def test_a_neuron_that_is_not_there_is_refused(dataset: Dataset) -> None:
    with pytest.raises(NotFound, match="neuron=99 is out of range"):
        neuron_page(dataset, NeuronId(0, 99), made="today")
