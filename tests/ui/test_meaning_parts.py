"""The tab of a neuron's meanings: groups, their scores, and what is said where there is nothing to group."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from neuronview.explain.facets import exciting_records
from neuronview.records import NeuronId, NeuronRecord
from neuronview.store import open_dataset
from neuronview.ui import fetch_parts
from tests.support import run_dataset
from tests.support.pages import open_page
from tests.support.planted_meanings import FRENCH, NUMBERS, planted_neuron


@pytest.fixture
def runs(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset with 20 top and 20 random records a neuron, opened by default."""
    monkeypatch.setenv("NEURONVIEW_DATASET", "runs")
    return run_dataset.build(small_home / "data" / "runs")


def opened(**parameters: str) -> AppTest:
    at = open_page("neuron", layer="0", neuron="0", neuron_tab="Meanings", **parameters)
    assert not at.exception
    return at


def strips(at: AppTest) -> list[dict]:
    """Strips of the tab's cards; those of the first screen are others."""
    payloads = [json.loads(element.proto.json) for element in at.get("bidi_component")]
    found = [strip for payload in payloads for group in payload.get("groups", ()) for strip in group["strips"]]
    return [strip for strip in found if strip["heading"].endswith(("fitted on", "scored on"))]


def said(at: AppTest) -> str:
    return " ".join(entry.value for entry in (*at.markdown, *at.caption, *at.info))


def html_of(at: AppTest) -> str:
    return "".join(element.proto.body for element in at.get("html"))


def with_record(monkeypatch: pytest.MonkeyPatch, record: NeuronRecord) -> None:
    monkeypatch.setattr(fetch_parts, "neuron_record", lambda dataset, identity: record)


def test_every_exciting_excerpt_is_in_one_group(runs: Path) -> None:
    found = strips(opened())
    wanted = exciting_records(open_dataset("runs").neuron((0, 0)))
    assert sorted(strip["excerpt"] for strip in found) == sorted(str(entry.excerpt_id) for entry in wanted)


def test_several_meanings_have_a_card_each(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_record(monkeypatch, planted_neuron(NUMBERS, FRENCH))
    at = opened()
    assert "2 meanings" in said(at)
    assert html_of(at).count('data-split="other_half"') == 2
    assert "fires most on “paris” (10)" in said(at)


def test_one_meaning_is_said_to_be_one(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_record(monkeypatch, planted_neuron(NUMBERS, each=12))
    at = opened()
    assert "One meaning" in said(at)
    assert "Meaning 2" not in said(at)


def test_a_group_that_cannot_be_scored_says_why(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_record(monkeypatch, planted_neuron(NUMBERS, FRENCH, random=1))
    at = opened()
    assert "Its score is undefined" in said(at)
    assert 'data-split="other_half"' not in html_of(at)


def test_a_neuron_without_excerpts_says_so(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_record(monkeypatch, NeuronRecord(NeuronId(0, 0)))
    assert "nothing to group" in said(opened())
