"""Connections on the neuron page: computed from the local weights, or as they were published."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest

from neuronview.config import Settings
from neuronview.formats.openai import published as published_sets
from neuronview.formats.openai.published import PublishedSet
from neuronview.jobs.adding import add, plan_adding
from neuronview.model import load
from neuronview.store import open_dataset
from neuronview.tokens import display_text
from neuronview.ui.plain import html_safe
from neuronview.ui.scores import headline, number
from tests.support import live_dataset
from tests.support.language_page import html_of
from tests.support.pages import open_page
from tests.support.published_tree import BOTH, N_LAYERS, N_NEURONS, PATH, SET, build

RELATED = ("tokens_by_activation", "tokens_by_weight", "neurons_by_weight")


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A published dataset with its lists of related tokens and neurons, and no model."""
    kinds = (*BOTH, *RELATED)
    entry = PublishedSet(SET, "gpt2", PATH, N_LAYERS, N_NEURONS, kinds=kinds)
    monkeypatch.setattr(published_sets, "SETS", {SET: entry})
    build(tmp_path / "tree", kinds=kinds)
    monkeypatch.setenv("NEURONVIEW_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NEURONVIEW_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NEURONVIEW_DATASET", SET)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for cache in (st.cache_data, st.cache_resource):
        cache.clear()
    settings = Settings.from_env()
    add(plan_adding(SET, settings=settings, base=str(tmp_path / "tree"), records="all"), settings)
    yield
    for cache in (st.cache_data, st.cache_resource):
        cache.clear()


def tied(layer: str = "1", neuron: str = "17") -> AppTest:
    return open_page("neuron", layer=layer, neuron=neuron, neuron_tab="Connections")


def said(at: AppTest) -> str:
    return " ".join(entry.value for entry in (*at.caption, *at.error, *at.markdown, *at.code))


def test_the_token_read_most_is_the_embedding_nearest_to_the_input_weights(live: Path) -> None:
    at = tied()
    assert not at.exception
    state = load(live / "model", device="cpu").network.state_dict()
    reads = state["transformer.h.1.ln_2.weight"] * state["transformer.h.1.mlp.c_fc.weight"][:, 17]
    best = int(torch.argmax(state["transformer.wte.weight"] @ reads))
    table = html_of(at).split("Input: excite it</caption>")[1].split("</tr>")[1]
    assert f">{html_safe(display_text(load(live / 'model', device='cpu').vocabulary()[best]))}</code>" in table


def test_the_token_disfavoured_most_is_the_one_that_the_output_weights_point_away_from(live: Path) -> None:
    model = load(live / "model", device="cpu")
    state = model.network.state_dict()
    writes = state["transformer.ln_f.weight"] * state["transformer.h.1.mlp.c_proj.weight"][17]
    worst = int(torch.argmin(state["lm_head.weight"] @ writes))
    table = html_of(tied()).split("Output: disfavoured</caption>")[1].split("</tr>")[1]
    assert f">{html_safe(display_text(model.vocabulary()[worst]))}</code>" in table


def test_upstream_neurons_are_listed_with_the_product_of_the_weights(live: Path) -> None:
    state = load(live / "model", device="cpu").network.state_dict()
    reads = state["transformer.h.1.ln_2.weight"] * state["transformer.h.1.mlp.c_fc.weight"][:, 17]
    products = (state["transformer.h.0.mlp.c_proj.weight"] @ reads).numpy()
    excite, inhibit = (table.value for table in tied().dataframe)
    assert excite["open"][0] == f"0:{np.argmax(products)}"
    assert inhibit["weight"][0] == pytest.approx(products.min(), rel=1e-5)


def test_connected_neurons_have_their_best_explanation(live: Path) -> None:
    tables = [table.value for layer in ("0", "1") for table in tied(layer, "5").dataframe]
    rows = {row["open"]: row["explanation"] for table in tables for _, row in table.iterrows()}
    explained = {name: text for name, text in rows.items() if name in ("0:3", "0:17", "1:3", "1:17")}
    assert explained
    assert all("Not explained" not in text for text in explained.values())
    assert rows[next(name for name in rows if name not in explained)] == "Not explained yet."


def test_an_explanation_of_a_connected_neuron_stands_with_its_score(live: Path) -> None:
    tables = [table.value for layer in ("0", "1") for table in tied(layer, "5").dataframe]
    for row in (row for table in tables for _, row in table.iterrows()):
        known = open_dataset(live_dataset.NAME).explanations(tuple(map(int, row["open"].split(":"))))
        scores = [headline(entry) for entry in known if entry.text.strip() == row["explanation"]]
        assert row["score"].split(" ")[0] in (
            [number(score.value) if score.state == "ok" else score.state for score in scores if score] or ["", "not"]
        )


def test_an_end_of_the_model_says_that_there_is_nothing_before(live: Path) -> None:
    assert "Upstream neurons that excite it: none, there is no neuron of an earlier layer." in said(tied("0"))


def test_without_its_model_the_page_says_the_command(live: Path) -> None:
    (live / "model").rename(live / "elsewhere")
    try:
        at = tied()
    finally:
        (live / "elsewhere").rename(live / "model")
    assert not at.exception
    assert "datasets model demo FOLDER" in said(at)


def test_published_lists_are_shown_as_such_without_a_model(published: None) -> None:
    at = tied("0", "1")
    assert not at.exception
    assert not at.error
    assert "Published with the dataset" in said(at)
    assert ">↵</code>" in html_of(at)
    assert "7:4730" in [row for table in at.dataframe for row in table.value["open"]]


def test_published_tokens_by_mean_activation_stand_beside_the_weights(published: None) -> None:
    at = tied("0", "1")
    assert "Tokens by mean activation, as published" in said(at)
    assert "Mean activation" in html_of(at)


def test_a_weight_that_is_not_defined_is_no_zero(published: None) -> None:
    table = html_of(tied("0", "1")).split("Input: excite it</caption>")[1].split("</table>")[0]
    assert ">n/a<" in table


def test_published_lists_load_no_torch(published: None) -> None:
    code = (
        "import sys; from tests.support.pages import open_page; "
        "at = open_page('neuron', layer='0', neuron='1', neuron_tab='Connections'); "
        "sys.exit('torch' in sys.modules or bool(at.exception) or not at.dataframe)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
