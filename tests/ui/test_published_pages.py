"""Pages on published neurons: no token ids, no statistics, no rules, no model; records that come when one looks."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from neuronview.config import Settings
from neuronview.jobs.adding import add, plan_adding
from neuronview.store import open_dataset
from neuronview.ui import fetch_parts
from tests.support.language_page import html_of, keys_in
from tests.support.pages import open_page
from tests.support.published_tree import SET, build, serve_tree, small_set


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home, which the settings name, beside published files in `tree`."""
    small_set(monkeypatch)
    build(tmp_path / "tree")
    monkeypatch.setenv("NEURONVIEW_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NEURONVIEW_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NEURONVIEW_DATASET", SET)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for cache in (st.cache_data, st.cache_resource):
        cache.clear()
    yield tmp_path / "home"
    for cache in (st.cache_data, st.cache_resource):
        cache.clear()


def add_set(base: str, records: str, **options: object) -> None:
    settings = Settings.from_env()
    add(plan_adding(SET, settings=settings, base=base, records=records, **options), settings)  # type: ignore[arg-type]


def neuron_page(neuron: str = "1") -> AppTest:
    return open_page("neuron", layer="0", neuron=neuron)


def said(at: AppTest) -> str:
    return " ".join(entry.value for entry in (*at.info, *at.error, *at.warning, *at.caption))


@pytest.mark.parametrize("title", ["overview", "browse", "neuron", "compare", "text", "explain", "data"])
@pytest.mark.parametrize("records", ["all", "none"])
def test_every_page_shows_what_there_is_and_says_what_is_missing(home: Path, title: str, records: str) -> None:
    add_set(str(home.parent / "tree"), records)
    at = open_page(title)
    assert not at.exception
    assert at.title
    assert "This address cannot be shown" not in [title.value for title in at.title]


def test_records_of_an_opened_neuron_are_fetched_and_stay(home: Path) -> None:
    with serve_tree(home.parent / "tree") as (address, asked):
        add_set(address, "opened")
        asked.clear()
        at = neuron_page()
        assert not at.exception
        assert {path for path in asked if "activations" in path} == {asked[0]}
    assert open_dataset(SET).neuron((0, 1)).top
    assert not open_dataset(SET).neuron((0, 2)).top
    assert "neuron_fetch_now" not in keys_in(neuron_page())


def test_where_nobody_asked_for_it_records_are_offered_with_the_command(home: Path) -> None:
    add_set(str(home.parent / "tree"), "none")
    at = neuron_page()
    assert "not fetched yet" in said(at)
    assert any("datasets fetch gpt2-small --neurons 0:1" in code.value for code in at.code)
    at.button(key="neuron_fetch_now").click().run()
    assert not at.exception
    assert "not fetched yet" not in said(at)


def test_a_fetch_that_fails_says_why_and_is_tried_again_only_when_asked(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_tree(home.parent / "tree") as (address, _):
        add_set(address, "opened")
    tries, real = [], fetch_parts.fetch_neurons
    monkeypatch.setattr(fetch_parts, "fetch_neurons", lambda *given: (tries.append(given), real(*given))[1])
    at = neuron_page()
    assert not at.exception
    assert "could not be fetched" in said(at)
    assert "reached" in said(at)
    assert len(tries) == 1
    assert len(at.run().error) > 0
    assert len(tries) == 1
    at.button(key="neuron_fetch_now").click().run()
    assert len(tries) == 2
    assert at.button(key="neuron_fetch_now").label == "Try again"
    assert "words like 1." in html_of(at)


def test_a_neuron_that_was_not_published_is_told_from_one_that_is_not_fetched(home: Path) -> None:
    root = build(home.parent / "tree")
    (root / "collated-activations/0/1.json").unlink()
    add_set(str(home.parent / "tree"), "opened")
    at = neuron_page()
    assert "were not published" in said(at)
    assert "neuron_fetch_now" not in keys_in(at)


def test_a_damaged_file_is_said_with_what_is_wrong(home: Path) -> None:
    root = build(home.parent / "tree")
    (root / "collated-activations/0/1.json").write_text("{")
    add_set(str(home.parent / "tree"), "all")
    assert "was refused" in said(neuron_page())


def test_a_neuron_of_a_layer_that_was_not_added_can_be_fetched(home: Path) -> None:
    add_set(str(home.parent / "tree"), "none", layers=[1])
    at = neuron_page()
    assert not at.exception
    at.button(key="neuron_fetch_now").click().run()
    assert "words like 1." in html_of(at)


def test_scores_without_an_interval_are_in_order_of_their_value_and_none_is_called_doubtful(home: Path) -> None:
    path = build(home.parent / "tree") / "explanations/1/2.jsonl"
    content = json.loads(path.read_text())
    content["scored_explanations"][0]["scored_simulation"]["ev_correlation_score"] = 0.9
    path.write_text(json.dumps(content))
    add_set(str(home.parent / "tree"), "none")
    at = open_page("overview")
    assert at.dataframe[0].value["score"].iloc[0] == pytest.approx(0.9)
    assert "no interval" in said(at)
    assert "Most doubtful" not in [entry.value for entry in at.subheader]


def test_meanings_of_a_published_neuron_need_no_ids_no_documents_and_no_model(home: Path) -> None:
    add_set(str(home.parent / "tree"), "all")
    at = open_page("neuron", layer="0", neuron="1", neuron_tab="Meanings")
    assert not at.exception
    assert any("meaning" in text.value.lower() for text in at.markdown)
    assert "Exciting: a maximum of" in said(at)


@pytest.mark.parametrize("tab", ["Meanings", "Real against simulated", "Connections"])
def test_a_neuron_whose_records_are_not_here_says_so_on_its_tabs(home: Path, tab: str) -> None:
    add_set(str(home.parent / "tree"), "none")
    at = open_page("neuron", layer="0", neuron="1", neuron_tab=tab)
    assert not at.exception
    assert "No excerpts are stored for this neuron" in said(at)


def test_explain_says_before_anything_is_chosen_that_rules_cannot_be_fitted_and_what_works(home: Path) -> None:
    add_set(str(home.parent / "tree"), "all")
    at = open_page("explain", neurons="0:1")
    assert "cannot be fitted on gpt2-small" in at.info[0].value
    assert "needs gpt2, which is not here" in at.info[0].value
    assert "collect --model gpt2" in at.code[0].value
    assert "explain_start" not in keys_in(at)
