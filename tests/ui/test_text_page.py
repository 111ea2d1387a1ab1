"""The text page: a typed text read by a real (tiny) model, and all neurons ranked for it."""

from pathlib import Path

import numpy as np
import pytest

from neuronview.model import load
from neuronview.store import open_dataset
from neuronview.ui.live import beginning, odds, rank, read_text, what_fits
from tests.support import live_dataset
from tests.support.pages import open_page
from tests.ui.test_neuron_page import page_html, strips

TEXT = "The cat sat on the mat.\nShe paid $x$ <script>"


@pytest.fixture(scope="module")
def live_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return live_dataset.build(tmp_path_factory.mktemp("live"))


@pytest.fixture
def live(live_data: Path, small_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEURONVIEW_DATA", str(live_data))
    monkeypatch.setenv("NEURONVIEW_DATASET", live_dataset.NAME)
    return live_data / live_dataset.NAME


def test_the_chosen_neuron_is_drawn_with_the_models_values(live: Path) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17")
    assert not at.exception
    model = load(live / "model", device="cpu")
    ids = [token.id for token in model.tokenize(TEXT)]
    strip = strips(at)[0]
    assert strip["ids"] == ids
    assert np.allclose(strip["real"], model.activations(ids, [(1, 17)])[:, 0], atol=1e-6)


def test_fifty_neurons_are_ranked_ten_a_page(live: Path) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17")
    assert page_html(at).count("data-nv-rank") == 10


def test_an_empty_text_says_what_to_do(live: Path) -> None:
    at = open_page("text", text=" ", layer="1", neuron="17")
    assert "There is no text" in at.warning[0].value


def test_a_long_text_says_how_much_fits_and_can_be_cut(live: Path) -> None:
    at = open_page("text", text="the old house " * 80, layer="1", neuron="17")
    assert "this model reads 95 at a time" in at.warning[0].value
    at.button(key="text_cut").click().run()
    assert not at.warning
    assert strips(at)


def test_a_missing_model_is_said_in_words(small_home: Path) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="2")
    assert not at.exception
    assert "The model cannot be used" in at.error[0].proto.title


def test_typed_neurons_that_do_not_exist_are_refused_with_the_range(live: Path) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17")
    at.text_input(key="text_neurons_typed").set_value("1:99").run()
    assert "neurons 0 to 31" in at.error[0].value
    assert strips(at), "the neuron before stays drawn"


def test_what_fits_is_the_longest_beginning_within_the_context(live_data: Path) -> None:
    model = load(live_data / live_dataset.NAME / "model", device="cpu")
    text = "the old house by the river " * 40
    kept = what_fits(model, text)
    assert text.startswith(kept)
    assert len(model.tokenize(kept)) == model.max_tokens


def test_ranking_one_token_looks_at_that_token_only(live_data: Path) -> None:
    dataset = open_dataset(live_data / live_dataset.NAME)
    reading = read_text(load(live_data / live_dataset.NAME / "model", device="cpu"), TEXT)
    tails, _, probabilities = dataset.tails()
    known = ~np.isnan(tails).any(axis=(0, 1))
    options = {"maxima": dataset.maxima(), "by_value": True}
    found = rank(reading, tails[..., known], probabilities[known], position=3, **options)
    expected = np.sort(reading.activations[:, 3].ravel())[::-1]
    assert np.allclose(found.values, expected)
    assert set(found.positions.tolist()) == {3}


def test_the_beginning_of_a_text_has_the_values_of_reading_it_alone(live_data: Path) -> None:
    model = load(live_data / live_dataset.NAME / "model", device="cpu")
    whole = read_text(model, TEXT)
    cut = beginning(whole, 3)
    assert len(cut.tokens) == 3
    assert np.allclose(cut.activations, model.all_activations(list(whole.token_ids[:3])), atol=1e-5)
    assert beginning(whole, len(whole.tokens) + 5) is whole


def test_a_text_is_ranked_no_further_than_the_corpus_was_read(live: Path) -> None:
    length = open_dataset(live).manifest.raw["excerpt_tokens"]
    text = what_fits(load(live / "model", device="cpu"), "the old house by the river " * 40)
    at = open_page("text", text=text, layer="1", neuron="17")
    assert not at.warning
    assert any(f"Ranked by the first {length} of" in caption.value for caption in at.caption)
    at.selectbox(key="text_token").set_value(length).run()
    assert f"beyond the {length} tokens" in at.warning[0].value


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (1 / 3412, "1 in 3,400"),
        (1 / 9.6, "1 in 9.6"),
        (0.5, "1 in 2"),
        (0.9, "nothing unusual"),
        (2e-7, "1 in 5,000,000"),
    ],
)
def test_odds_are_read_out_with_two_digits(probability: float, words: str) -> None:
    assert odds(probability) == words


def test_states_without_a_probability_are_words_of_their_own() -> None:
    assert odds(0.0, above=True) == "above anything in the corpus"
    assert odds(0.0, least=1 / 1000) == "rarer than 1 in 1,000"
    assert odds(float("nan")) == "not known"
