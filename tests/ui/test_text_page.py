"""The text page: a typed text read by a real (tiny) model, and all neurons ranked for it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import orjson
import pytest

from neuronview.errors import DatasetError
from neuronview.model import load, window_activations
from neuronview.records import NeuronId
from neuronview.stats import Ranking
from neuronview.store import Dataset, open_dataset
from neuronview.ui.live import Known, odds, rank, read_text, what_fits
from neuronview.ui.text_ranking import by_chance
from tests.support import live_dataset
from tests.support.pages import open_page
from tests.ui.test_neuron_page import page_html, strips

TEXT = "The cat sat on the mat.\nShe paid $x$ <script>"
SHORT = "The cat sat on the mat."
LONG = "She paid 42 coins for the old house by the river, and he said no. " * 12
WINDOW = 24
"""Tokens in an excerpt of the dataset."""


def test_the_chosen_neuron_is_drawn_with_the_models_values(live: Path) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17")
    assert not at.exception
    model = load(live / "model", device="cpu")
    ids = [token.id for token in model.tokenize(TEXT)]
    strip = strips(at)[0]
    assert strip["ids"] == ids
    assert np.allclose(strip["real"], model.activations(ids, [(1, 17)])[:, 0], atol=1e-6)


def test_the_widget_is_told_what_is_drawn_on_every_run(live: Path) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17")
    at.run()  # nothing has changed: a browser that has lost the value still gets it
    assert at.multiselect(key="text_neurons_typed").proto.set_value


def test_fifty_neurons_are_ranked_ten_a_page(live: Path) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17")
    assert page_html(at).count("data-nv-rank") == 10


def test_a_ranked_neurons_explanation_stands_with_its_score(live: Path) -> None:
    html = page_html(open_page("text", text=TEXT, layer="1", neuron="17"))
    ranked = [part.split("</div></div>")[0] for part in html.split("data-nv-rank")[1:]]
    explained = [part for part in ranked if "Not explained yet." not in part]
    assert len(explained) < len(ranked)
    assert all(re.search(r">(score −?\d\.\d\d|not scored|undefined)", part) for part in explained)
    assert not any("score −" in part or "score 0" in part for part in ranked if part not in explained)


def test_an_empty_text_says_what_to_do(live: Path) -> None:
    at = open_page("text", text=" ", layer="1", neuron="17")
    assert "There is no text" in at.warning[0].value


def test_only_spaces_are_no_text(live: Path) -> None:
    at = open_page("text", text="\n \t", layer="1", neuron="17")
    assert "There is no text" in at.warning[0].value


def test_a_text_longer_than_the_context_is_read_whole_in_windows_and_says_so(live: Path) -> None:
    at = open_page("text", text=LONG, layer="1", neuron="17")
    model = load(live / "model", device="cpu")
    ids = [token.id for token in model.tokenize(LONG)]
    assert f"{len(ids):,} tokens; this model reads {model.max_tokens} at a time" in at.warning[0].value
    assert strips(at)[0]["ids"] == ids
    expected = window_activations(model, ids, [NeuronId(1, 17)], length=WINDOW)[:, 0]
    assert np.allclose(strips(at)[0]["real"], expected, atol=1e-5)


def test_a_text_longer_than_the_context_can_be_cut_to_it(live: Path) -> None:
    at = open_page("text", text=LONG, layer="1", neuron="17")
    at.button(key="text_cut").click().run()
    assert not at.warning
    assert len(strips(at)[0]["ids"]) == load(live / "model", device="cpu").max_tokens


def test_a_text_within_the_context_is_drawn_at_once_and_on_request_in_windows(live: Path) -> None:
    model = load(live / "model", device="cpu")
    text = what_fits(model, LONG, 60)
    ids = [token.id for token in model.tokenize(text)]
    at = open_page("text", text=text, layer="1", neuron="17")
    at_once = model.activations(ids, [NeuronId(1, 17)])[:, 0]
    in_windows = window_activations(model, ids, [NeuronId(1, 17)], length=WINDOW)[:, 0]
    assert np.abs(at_once - in_windows).max() > 0.01
    assert np.allclose(strips(at)[0]["real"], at_once, atol=1e-5)
    assert any(f"The ranking below reads windows of {WINDOW} tokens" in entry.value for entry in at.caption)
    at.segmented_control(key="text_reading").set_value("windows").run()
    assert np.allclose(strips(at)[0]["real"], in_windows, atol=1e-5)


def test_the_whole_of_a_long_text_is_ranked(live: Path) -> None:
    at = open_page("text", text=what_fits(load(live / "model", device="cpu"), LONG, 60), layer="1", neuron="17")
    places = [int(found) for found in re.findall(r'data-position="(\d+)"', page_html(at))]
    assert len(places) == 10
    assert max(places) >= WINDOW


def test_without_a_neuron_in_the_address_the_one_that_ranks_first_is_drawn(live: Path) -> None:
    at = open_page("text", text=TEXT)
    dataset = open_dataset(live)
    reading = read_text(load(live / "model", device="cpu"), TEXT, window=WINDOW)
    tails, _, probabilities = dataset.tails()
    first = rank(reading.peaks, Known(tails, probabilities, dataset.maxima()))
    assert at.multiselect(key="text_neurons_typed").value == [f"{first.layers[0]}:{first.neurons[0]}"]
    assert "ranks first for this text" in " ".join(entry.value for entry in at.caption)


def write_tour(folder: Path, **kinds: list[NeuronId]) -> None:
    stops = [
        {"neuron": str(neuron), "kind": kind, "title": "T", "words": "W"} for kind in kinds for neuron in kinds[kind]
    ]
    fingerprint = open_dataset(folder).manifest.model.fingerprint
    (folder / "tour.json").write_bytes(orjson.dumps({"tours": [{"model_fingerprint": fingerprint, "stops": stops}]}))


@pytest.fixture
def toured(live: Path) -> Iterator[Path]:
    """The dataset, in whose folder a test may write a tour."""
    yield live
    (live / "tour.json").unlink(missing_ok=True)


def test_a_cold_page_draws_the_good_neuron_of_the_tour_that_is_nearest_to_its_maximum(toured: Path) -> None:
    every = [NeuronId(layer, neuron) for layer in range(2) for neuron in range(32)]
    model = load(toured / "model", device="cpu")
    ids = [token.id for token in model.tokenize(TEXT)]
    read = window_activations(model, ids, every, length=WINDOW)
    often = dict(zip(every, (read > read.max(axis=0) / 2).mean(axis=0), strict=True))
    share = dict(zip(every, read.max(axis=0) / open_dataset(toured).maxima().ravel(), strict=True))
    wide = max((neuron for neuron in every if often[neuron] > 1 / 3), key=share.__getitem__)
    single = sorted((neuron for neuron in every if often[neuron] <= 1 / 3), key=share.__getitem__)
    fainter = [neuron for neuron in single if share[neuron] < share[wide]]
    assert len(fainter) > 2
    write_tour(toured, partial=[single[-1]], misleading=[single[-2]], good=[wide, fainter[0], fainter[-1], fainter[1]])
    at = open_page("text", text=TEXT)
    assert at.multiselect(key="text_neurons_typed").value == [str(fainter[-1])]
    assert "from the tour" in " ".join(entry.value for entry in at.caption)


def test_a_tour_that_cannot_be_read_leaves_the_neuron_that_ranks_first(toured: Path) -> None:
    (toured / "tour.json").write_text("[")
    at = open_page("text", text=SHORT)
    assert not at.exception
    assert "ranks first for this text" in " ".join(entry.value for entry in at.caption)


def ranked(probabilities: list[float], *, above: int = 0) -> Ranking:
    n = len(probabilities)
    zeros = np.zeros(n, dtype=np.int64)
    return Ranking(zeros, zeros, zeros, zeros, np.array(probabilities), np.arange(n) < above, zeros * 1.0)


def test_the_caption_says_how_many_neurons_chance_makes_as_rare_as_the_first(live: Path) -> None:
    at = open_page("text", text=what_fits(load(live / "model", device="cpu"), LONG, 60), layer="1", neuron="17")
    said = next(entry.value for entry in at.caption if "By chance alone" in entry.value)
    assert "of 64 neurons" in said
    at.toggle(key="text_by_value").set_value(True).run()
    assert not any("By chance alone" in entry.value for entry in at.caption)


def test_the_number_expected_by_chance_is_the_number_of_neurons_times_the_probability() -> None:
    rare = ranked([1 / 280, *[0.5] * 4095])
    assert by_chance(rare, least=1e-5) == (
        "By chance alone, of 4,096 neurons about 15 would be at least as rare as the first (1 in 280)."
    )


def test_neurons_whose_rarity_is_not_known_are_not_counted_as_drawn() -> None:
    assert "of 1,000 neurons about 10 " in by_chance(ranked([0.01, *[0.5] * 999, *[np.nan] * 500]), least=0.0)
    assert by_chance(ranked([np.nan] * 3), least=0.0) == ""


def test_neurons_above_the_corpus_have_an_expected_number_of_their_own() -> None:
    said = by_chance(ranked([0.0, 0.0, 0.01, *[0.5] * 997], above=2), least=1e-4)
    assert said == (
        "By chance alone, of 1,000 neurons fewer than one would be above the corpus and about 10 would be at least "
        "as rare as the first of the others (1 in 100)."
    )


def test_a_dataset_without_tails_ranks_by_raw_value(live: Path) -> None:
    unknown = DatasetError("The dataset stores the tails of 0 of 64 neurons.")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Dataset, "tails", _raises(unknown))
        patch.setattr(Dataset, "maxima", _raises(unknown))
        at = open_page("text", text=SHORT)
    assert not at.exception
    assert "ordered by their raw value" in at.info[0].value
    values = [float(found) for found in re.findall(r'data-nv-rank[^>]* data-value="([^"]+)"', page_html(at))]
    model = load(live / "model", device="cpu")
    every = model.all_activations([token.id for token in model.tokenize(SHORT)]).max(axis=1)
    assert np.allclose(values, np.sort(every.ravel())[::-1][:10], atol=1e-5)
    assert 'data-rarity="unknown"' in page_html(at)
    assert strips(at)[0]["maximum"] is None


def test_a_token_beyond_the_first_window_is_ranked_by_its_window(live: Path) -> None:
    model = load(live / "model", device="cpu")
    ids = [token.id for token in model.tokenize(LONG)]
    at = open_page("text", text=LONG, layer="1", neuron="17", text_by_value="true")
    at.selectbox(key="text_token").set_value(100).run()
    values = [float(found) for found in re.findall(r'data-nv-rank[^>]* data-value="([^"]+)"', page_html(at))]
    expected = model.all_activations(ids[90:101])[:, -1]  # windows of 24 begin every 18: the first that holds 100
    assert np.allclose(values, np.sort(expected.ravel())[::-1][:10], atol=1e-5)
    assert strips(at)[0]["chosen"] == 100
    at.button(key="text_whole").click().run()
    assert strips(at)[0]["chosen"] is None


def test_a_ranked_neuron_that_is_drawn_stays_drawn(live: Path) -> None:
    at = open_page("text", text=SHORT, layer="1", neuron="17")
    at.button(key="text_draw_3").click().run()
    drawn = (strips(at)[0]["layer"], strips(at)[0]["neuron"])
    assert drawn != (1, 17)
    at.toggle(key="text_by_value").set_value(True).run()
    assert (strips(at)[0]["layer"], strips(at)[0]["neuron"]) == drawn


def test_an_address_with_a_wrong_neuron_can_be_left(live: Path) -> None:
    at = open_page("text", text=SHORT, layer="1", neuron="99")
    at.button(key="text_without").click().run()
    assert not at.error
    assert strips(at)


def test_parts_of_a_character_are_explained_where_there_are_any(live: Path) -> None:
    said = "share a character"
    assert not any(said in entry.value for entry in open_page("text", text=SHORT).caption)
    at = open_page("text", text="Yes 😀")
    assert any(said in entry.value for entry in at.caption)
    drawn = strips(at)[0]
    assert "".join(drawn["tokens"]) == "Yes·😀"
    assert [part[0] for part in drawn["parts"].values()] == ["😀"] * len(drawn["parts"])


def test_a_chosen_token_is_forgotten_with_its_text(live: Path) -> None:
    at = open_page("text", text=LONG, layer="1", neuron="17")
    at.selectbox(key="text_token").set_value(100).run()
    at.text_area(key="text_typed").set_value("Two words").run()
    assert not at.exception
    assert strips(at)[0]["chosen"] is None


def test_a_text_too_long_to_be_read_can_be_cut_to_what_is(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neuronview.ui.live.MOST_TOKENS", 150)
    monkeypatch.setattr("neuronview.ui.text_parts.MOST_TOKENS", 150)
    at = open_page("text", text=LONG, layer="1", neuron="17")
    assert "at most 150 are read here" in at.warning[0].value
    at.button(key="text_cut").click().run()
    assert len(strips(at)[0]["ids"]) == 150


def _raises(error: Exception) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise error

    return refuse


def test_a_missing_model_is_said_in_words(small_home: Path) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="2")
    assert not at.exception
    assert "The model cannot be used" in at.error[0].proto.title
    assert any("python -m neuronview datasets model small FOLDER" in entry.value for entry in at.caption)


def test_a_neuron_that_was_only_offered_does_not_come_back_as_a_choice(live: Path) -> None:
    """As a browser sends it that was told of the first text's neuron while the second text was on its way."""
    at = open_page("text", text=TEXT)
    first = at.multiselect(key="text_neurons_typed").value
    for text in (SHORT, "42 coins", "by the river"):
        at.text_area(key="text_typed").set_value(text).run()
        if (second := at.multiselect(key="text_neurons_typed").value) != first:
            break
    assert second != first
    at.multiselect(key="text_neurons_typed").set_value(first).run()
    assert at.multiselect(key="text_neurons_typed").value == second
    assert "neuron" not in at.query_params


@pytest.mark.parametrize("sent", ["offered", None])
def test_a_text_that_was_only_offered_does_not_drive_out_one_that_was_typed(live: Path, sent: str | None) -> None:
    at = open_page("text")
    offered = at.query_params["text"]
    at.text_area(key="text_typed").set_value("The old mill").run()
    at.query_params.pop("text")
    if sent:
        at.query_params["text"] = offered
    at.run()  # a browser that did not have the new address yet asks for a run
    assert at.text_area(key="text_typed").value == "The old mill"
    assert at.query_params["text"] in ("The old mill", ["The old mill"])


def test_back_to_the_text_that_was_offered_leads_to_it(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = open_page("text")
    offered = at.text_area(key="text_typed").value
    at.text_area(key="text_typed").set_value("The old mill").run()
    monkeypatch.setattr("neuronview.ui.text_parts._by_history", lambda: True)
    at.query_params["text"] = offered
    at.run()
    assert at.text_area(key="text_typed").value == offered


def test_typed_neurons_that_do_not_exist_are_refused_with_the_range(live: Path) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17")
    at.multiselect(key="text_neurons_typed").set_value(["1:17", "1:99"]).run()
    assert "neurons 0 to 31" in at.error[0].value
    assert strips(at), "the neuron before stays drawn"


def test_what_fits_is_the_longest_beginning_within_so_many_tokens(live_data: Path) -> None:
    model = load(live_data / live_dataset.NAME / "model", device="cpu")
    kept = what_fits(model, LONG, 33)
    assert LONG.startswith(kept)
    assert len(model.tokenize(kept)) == 33
    assert what_fits(model, TEXT, 500) == TEXT


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


def test_an_address_names_a_token_by_its_place_in_the_text(live: Path) -> None:
    at = open_page("text", text=SHORT, layer="1", neuron="17", at=str(SHORT.index(" ", 6) + 1))
    ends = [token.end for token in load(live / "model", device="cpu").tokenize(SHORT)]
    assert strips(at)[0]["chosen"] == sum(end <= SHORT.index(" ", 6) + 1 for end in ends)
    at.button(key="text_whole").click().run()
    assert "at" not in at.query_params
    at.selectbox(key="text_token").set_value(1).run()
    assert at.query_params["at"] == str(ends[0])


@pytest.mark.parametrize("named", ["9999", "-1", "x"])
def test_a_place_beyond_the_text_is_refused_in_words(named: str, live: Path) -> None:
    at = open_page("text", text=SHORT, layer="1", neuron="17", at=named)
    assert not at.exception
    assert named in at.error[0].value
    assert strips(at)[0]["chosen"] is None
