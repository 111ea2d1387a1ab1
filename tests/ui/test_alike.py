"""Neurons like one, on its page: from what is stored, and by correlation read from the model."""

import re
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from neuronview.model import load
from neuronview.records import NeuronId
from neuronview.store import open_dataset
from neuronview.store.alike import alike, random_excerpt_ids
from tests.support.language_page import html_of
from tests.support.pages import open_page

NEURON = NeuronId(1, 17)
CORRELATION = "correlation, read from the model here"


def tied(**parameters: str) -> AppTest:
    at = open_page("neuron", layer="1", neuron="17", neuron_tab="Connections", **parameters)
    assert not at.exception
    return at


def named(at: AppTest) -> list[str]:
    return re.findall(r'data-nv-alike="([\d:]+)"', html_of(at))


def said(at: AppTest) -> str:
    return " ".join(entry.value for entry in (*at.caption, *at.info, *at.error))


def test_neurons_with_most_in_common_have_a_card_with_their_explanation(live: Path) -> None:
    at = tied()
    dataset = open_dataset(live)
    assert named(at) == [str(entry.neuron) for entry in alike(dataset, NEURON, most=8) or ()]
    assert "no correlation" in said(at)
    assert "not stored of one of the two" in said(at)


def test_the_highest_correlations_are_those_of_the_model_on_the_random_excerpts(live: Path) -> None:
    at = tied(neuron_alike=CORRELATION, neuron_alike_size="50")
    assert named(at) == [], "nothing is read before it is asked for"
    at.button(key="neuron_alike_go").click().run()
    assert not at.exception
    dataset, model = open_dataset(live), load(live / "model", device="cpu")
    ids = random_excerpt_ids(dataset)
    drawn = sorted(np.random.default_rng(0).permutation(len(ids))[:50].tolist())
    rows = dataset.excerpts([ids[place] for place in drawn])
    values = np.concatenate([model.all_activations(row["token_ids"]) for row in rows], axis=1).astype(np.float64)
    flat = values.transpose(0, 2, 1).reshape(-1, values.shape[1])
    with np.errstate(invalid="ignore"):
        found = np.corrcoef(flat)[NEURON.layer * values.shape[2] + NEURON.neuron]
    found[NEURON.layer * values.shape[2] + NEURON.neuron] = np.nan
    best = int(np.nanargmax(found))
    assert named(at)[0] == str(NeuronId(*divmod(best, values.shape[2])))
    assert f"r {found[best]:.2f} (halves" in html_of(at)
    assert f"{values.shape[1]:,} tokens of {len(rows)} random excerpts" in said(at)


def test_a_result_is_gone_for_another_number_of_excerpts(live: Path) -> None:
    at = tied(neuron_alike=CORRELATION, neuron_alike_size="50")
    at.button(key="neuron_alike_go").click().run()
    at.segmented_control(key="neuron_alike_size").set_value(200).run()
    assert named(at) == []


def test_without_its_model_the_command_is_said_and_stored_likeness_stays(
    small_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    st.cache_resource.clear()
    at = open_page("neuron", layer="1", neuron="2", neuron_tab="Connections")
    assert named(at), "what is stored needs no model"
    at = open_page("neuron", layer="1", neuron="2", neuron_tab="Connections", neuron_alike=CORRELATION)
    at.button(key="neuron_alike_go").click().run()
    assert not at.exception
    assert any("datasets model" in entry.value for entry in at.code)
