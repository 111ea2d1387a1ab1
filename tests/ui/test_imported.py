"""The pages on a dataset of published files, without any model."""

from pathlib import Path

import pytest

from neuronview.formats.openai.importing import import_openai
from tests.formats import published_files as files
from tests.support.pages import open_page


@pytest.fixture
def imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    source = files.tree(tmp_path / "source", [(0, 0), (0, 1)])
    files.write(source, "explanations", 0, 2)
    import_openai(str(source), tmp_path / "data" / "published", model="gpt2-small")
    monkeypatch.setenv("NEURONVIEW_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NEURONVIEW_DATASET", "published")
    return "published"


def html_of(at: object) -> str:
    return " ".join(entry.proto.body for entry in at.get("html"))  # type: ignore[attr-defined]


def test_the_published_explanation_stands_with_its_score_beside_the_excerpts(imported: str) -> None:
    at = open_page("neuron", dataset=imported, layer="0", neuron="1")
    assert not at.exception
    assert "words like 1." in html_of(at)
    assert 'data-value="0.475739"' in html_of(at)
    assert 'data-split="published"' in html_of(at)
    assert "Chosen and calibrated on" not in html_of(at)


def test_a_neuron_without_records_opens_with_its_explanation(imported: str) -> None:
    at = open_page("neuron", dataset=imported, layer="0", neuron="2")
    assert not at.exception
    assert "words like 2." in html_of(at)


@pytest.mark.parametrize("page", ["overview", "browse", "data", "text", "compare", "explain"])
def test_every_page_opens(imported: str, page: str) -> None:
    assert not open_page(page, dataset=imported).exception


@pytest.mark.parametrize("neuron", ["1", "2"])
@pytest.mark.parametrize("tab", ["excerpts", "simulated", "statistics"])
def test_every_part_of_a_neuron_opens(imported: str, tab: str, neuron: str) -> None:
    assert not open_page("neuron", dataset=imported, layer="0", neuron=neuron, tab=tab).exception


def test_the_distribution_says_what_was_not_published(imported: str) -> None:
    at = open_page("neuron", dataset=imported, layer="0", neuron="1", neuron_tab="Distribution")
    table = next(body for body in html_of(at).split("<table") if "skewness" in body)
    rows = [row for row in table.split("<tr") if "not published" in row]
    assert ["share of tokens above zero" in row or "smallest" in row for row in rows] == [True, True]
    assert "no histogram" in " ".join(entry.value for entry in at.info)
