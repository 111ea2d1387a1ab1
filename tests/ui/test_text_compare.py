"""The text page with several neurons, spans, simulated rows and two texts; a real (tiny) model."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from neuronview.explain.typed import simulate_typed
from neuronview.model import SubjectModel, peaks
from neuronview.records import ActivationRecord, NeuronId
from neuronview.stats import exceedance
from neuronview.store import Dataset, open_dataset
from tests.support.pages import open_page
from tests.ui.test_neuron_page import page_html, strips

TEXT = "The cat sat on the mat, and the dog slept in the old house by the river."
SHORT = "The cat sat on the mat."
OTHER = "She paid 42 coins and left."
WINDOW = 24


def token_ids(model: SubjectModel, text: str) -> list[int]:
    return [token.id for token in model.tokenize(text)]


def ranked_values(at: AppTest) -> list[float]:
    return [float(found) for found in re.findall(r'data-nv-rank[^>]* data-value="([^"]+)"', page_html(at))]


def drawn(at: AppTest) -> list[tuple[int, int]]:
    return [(strip["layer"], strip["neuron"]) for strip in strips(at)]


# --- several neurons -----------------------------------------------------------------------------------------------


def test_a_list_of_neurons_is_drawn_from_the_address_each_with_its_explanation_and_score(live: Path) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17", also="0:3,0:5")
    assert drawn(at) == [(1, 17), (0, 3), (0, 5)]
    best = open_dataset(live).explanations((1, 17))[0]
    said = page_html(at)
    assert best.text.strip() in said
    assert said.count("data-nv-score") == 2  # 0:5 has no explanation
    assert any("Not explained yet" in entry.value for entry in at.caption)


def test_typing_several_neurons_at_once_draws_each(live: Path) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17")
    at.multiselect(key="text_neurons_typed").set_value(["1:17", "0:3, 0:4"]).run()
    assert drawn(at) == [(1, 17), (0, 3), (0, 4)]
    assert at.query_params["also"] == "0:3,0:4"


def test_a_neuron_of_the_ranking_is_added_to_those_drawn(live: Path) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17")
    at.button(key="text_add_2").click().run()
    assert drawn(at)[0] == (1, 17)
    assert len(drawn(at)) == 2


def test_more_neurons_than_are_drawn_are_refused_in_words(live: Path) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17", also=",".join(f"0:{n}" for n in range(20)))
    assert "21 neurons are too many" in at.error[0].value


def test_in_a_long_text_fewer_neurons_are_drawn_and_that_is_said(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neuronview.ui.text_strips.MOST_DRAWN", 45)
    at = open_page("text", text=TEXT, layer="1", neuron="17", also="0:3,0:5")
    n_tokens = len(strips(at)[0]["ids"])
    assert len(drawn(at)) == 45 // n_tokens < 3
    assert any("are drawn: the first" in entry.value for entry in at.caption)


# --- spans -----------------------------------------------------------------------------------------------------------


def test_a_span_of_the_address_is_ranked_alone(live: Path, model: SubjectModel) -> None:
    tokens = model.tokenize(TEXT)
    at = open_page(
        "text",
        text=TEXT,
        layer="1",
        neuron="17",
        text_by_value="true",
        at=str(tokens[3].start),
        to=str(tokens[8].start),
    )
    found = peaks(model, token_ids(model, TEXT), length=WINDOW, span=range(3, 9))
    assert np.allclose(ranked_values(at), np.sort(found.values.ravel())[::-1][:10], atol=1e-5)
    assert (strips(at)[0]["chosen"], strips(at)[0]["chosenLast"]) == (3, 8)


def test_a_span_is_chosen_by_fields_in_either_order_and_named_in_the_address(live: Path, model: SubjectModel) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17")
    at.selectbox(key="text_token").set_value(7).run()
    at.selectbox(key="text_token_last").set_value(2).run()
    starts = [str(token.start) for token in model.tokenize(TEXT)]
    assert (at.query_params["at"], at.query_params["to"]) == (starts[2], starts[7])
    assert any("for these 6 alone" in entry.value for entry in at.markdown)
    at.button(key="text_whole").click().run()
    assert "at" not in at.query_params
    assert "to" not in at.query_params


def test_a_spans_end_without_its_beginning_is_refused_in_words(live: Path) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17", to="4")
    assert "a span needs both" in at.error[0].value


# --- simulated rows -----------------------------------------------------------------------------------------------


def test_a_rule_is_simulated_on_the_typed_text_only_where_it_is_asked_for(live: Path, model: SubjectModel) -> None:
    assert strips(open_page("text", text=TEXT, layer="1", neuron="17"))[0]["simulated"] is None
    at = open_page("text", text=TEXT, layer="1", neuron="17", also="0:5", text_simulated="best")
    with_rule, without = strips(at)
    dataset = open_dataset(live)
    best = next(entry for entry in dataset.explanations((1, 17)) if entry.rule)
    tokens = tuple(token.text for token in model.tokenize(TEXT))
    typed = ActivationRecord(tokens, np.array(with_rule["real"]), tuple(with_rule["ids"]))
    expected = simulate_typed(dataset.neuron((1, 17)), best, typed)
    assert with_rule["simulated"] == pytest.approx(expected.expected, abs=1e-6)
    assert "simulated by person" in with_rule["heading"]
    assert without["simulated"] is None
    assert any("Not simulated" in entry.value and "0:5" in entry.value for entry in at.caption)


def test_a_neuron_without_a_rule_of_the_chosen_kind_is_said_to_have_none(live: Path) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17", text_simulated="lookup")
    assert strips(at)[0]["simulated"] is None
    assert any("no rule of the kind lookup" in entry.value for entry in at.caption)


# --- two texts ---------------------------------------------------------------------------------------------------


def test_a_pinned_text_of_the_address_is_drawn_above_the_typed_one(live: Path, model: SubjectModel) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17", also="0:3", pinned=OTHER)
    found = strips(at)
    assert drawn(at) == [(1, 17), (1, 17), (0, 3), (0, 3)]
    assert [strip["ids"] for strip in found[:2]] == [token_ids(model, OTHER), token_ids(model, TEXT)]
    expected = model.activations(token_ids(model, OTHER), [NeuronId(0, 3)])[:, 0]
    assert np.allclose(found[2]["real"], expected, atol=1e-5)


def test_pinning_swapping_and_letting_go_are_kept_in_the_address(live: Path) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17")
    at.button(key="text_pin").click().run()
    assert at.query_params["pinned"] == TEXT
    at.text_area(key="text_typed").set_value(OTHER).run()
    at.button(key="text_swap").click().run()
    assert (at.query_params["text"], at.query_params["pinned"]) == (TEXT, OTHER)
    at.button(key="text_unpin").click().run()
    assert "pinned" not in at.query_params
    assert len(strips(at)) == 1


def test_two_texts_too_long_for_an_address_are_compared_and_said_not_to_be_in_it(live: Path) -> None:
    at = open_page("text", text="漢" * 3000, layer="1", neuron="17")
    at.button(key="text_pin").click().run()
    assert "pinned" not in at.query_params
    assert any("too long for an address" in entry.value for entry in at.caption)
    assert len(strips(at)) == 2


def test_a_pinned_text_too_long_for_an_address_is_refused_in_words(live: Path) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17", pinned="x" * 5000)
    assert "pinned text of 5,000 characters" in at.error[0].value
    assert len(strips(at)) == 1


@pytest.mark.parametrize(
    ("measure", "label"), [("mean", "its mean percentile"), ("value", "its largest value"), ("largest", "")]
)
def test_neurons_are_ranked_by_how_far_the_two_texts_are_apart(
    measure: str, label: str, live: Path, model: SubjectModel
) -> None:
    view = {"text_apart_by": label} if label else {}
    at = open_page("text", text=SHORT, layer="1", neuron="17", pinned=OTHER, **view)
    found = [by_hand(open_dataset(live), model, text, measure) for text in (OTHER, SHORT)]
    rows = at.dataframe[0].value
    neurons = [NeuronId.parse(name) for name in rows["open"]]
    for column, values in zip(("on_a", "on_b", "apart"), (*found, found[0] - found[1]), strict=True):
        assert list(rows[column]) == pytest.approx([values[neuron] for neuron in neurons], abs=1e-3)
    sizes = np.abs(found[0] - found[1]).ravel()
    assert list(np.abs(rows["apart"])) == pytest.approx(np.sort(sizes)[::-1][:20], abs=1e-3)


def by_hand(dataset: Dataset, model: SubjectModel, text: str, measure: str) -> np.ndarray:
    """The measure of every neuron on a text of one window (layers, neurons), a neuron at a time."""
    values = model.all_activations(token_ids(model, text))
    if measure == "value":
        return values.max(axis=1)
    tails, _, probabilities = dataset.tails()
    found = np.empty((2, 32))
    for layer, neuron in np.ndindex(2, 32):
        tail, mine = tails[layer, neuron], values[layer, :, neuron]
        if measure == "mean":
            below = [1 - min([1.0, *probabilities[tail < value]]) for value in mine]
            found[layer, neuron] = 100 * np.mean(below)
        else:
            single = float(exceedance(mine.max(), tail, probabilities, maxima=dataset.maxima()[layer, neuron] + 1e-4))
            least = 1 / dataset.manifest.corpus["n_tokens"]
            longest = [1 - (1 - p) ** len(mine) for p in (single, least)]
            found[layer, neuron] = -np.log2(max(longest))
    return found


def test_a_pinned_text_that_is_empty_is_none(live: Path) -> None:
    assert len(strips(open_page("text", text=TEXT, layer="1", neuron="17", pinned=""))) == 1


# --- the preview while typing ------------------------------------------------------------------------------------


def test_the_confirmed_text_is_previewed_with_count_ids_and_the_next_token(live: Path, model: SubjectModel) -> None:
    at = open_page("text", text=OTHER, layer="1", neuron="17")
    shown = page_html(at).split("data-nv-preview=")[1].split("</div></div>")[0]
    ids = token_ids(model, OTHER)
    assert f"{len(ids)} tokens" in shown
    assert [int(found) for found in re.findall(r"<sub[^>]*>(\d+)</sub>", shown)] == ids
    assert "Ctrl+Enter" not in shown


def test_a_text_too_long_for_a_preview_says_so(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neuronview.ui.text_preview.MOST_CHARACTERS", 20)
    at = open_page("text", text=TEXT, layer="1", neuron="17")
    assert "data-nv-preview" not in page_html(at)
    assert any("too many for a preview" in entry.value for entry in at.caption)


# --- hostile texts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "a\x00b \x1b[31m red",
        "\u202eright to left\u202c and \u200b",
        "<img src=x onerror=alert(1)> [x](javascript:1) $x^2$ `",
        "e" + "\u0301" * 300,
        "😀" * 50,
    ],
)
def test_hostile_characters_are_read_and_drawn_as_text(text: str, live: Path) -> None:
    at = open_page("text", text=text, layer="1", neuron="17", pinned=text, text_tokens="true", text_why="true")
    assert not at.exception
    assert strips(at)
    assert "<img" not in page_html(at)
    payload = json.dumps([json.loads(element.proto.json) for element in at.get("bidi_component")])
    assert "\x00" not in payload


def test_a_hundred_thousand_characters_are_bounded_and_can_be_cut(live: Path) -> None:
    at = open_page("text", layer="1", neuron="17")
    at.text_area(key="text_typed").set_value("word and " * 11_112).run()
    assert not at.exception
    assert "at most 10,000 are read here" in at.warning[0].value
    assert at.button(key="text_cut")


def test_more_characters_than_are_cut_into_tokens_are_refused_before_they_are(live: Path, model: SubjectModel) -> None:
    at = open_page("text", layer="1", neuron="17")
    at.text_area(key="text_typed").set_value("x" * 200_001).run()
    assert "200,001 characters" in at.warning[0].value
