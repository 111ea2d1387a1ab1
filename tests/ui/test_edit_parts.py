"""Editing the model, on the text page: what it says next before and after, with a real (tiny) model."""

import html
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from neuronview.model import SubjectModel
from neuronview.model.editing import EditedModel, compare_next, continuation, fix, scale
from neuronview.records import NeuronId
from neuronview.ui.expected import percent
from tests.support.pages import open_page
from tests.ui.test_neuron_page import page_html

TEXT = "The cat sat on the mat and she"
LONG = "She paid 42 coins for the old house by the river, and he said no. " * 12


def opened(text: str = TEXT, **parameters: str) -> AppTest:
    return open_page("text", text=text, layer="1", neuron="17", text_edit="true", **parameters)


def token_ids(model: SubjectModel, text: str = TEXT) -> list[int]:
    return [token.id for token in model.tokenize(text)]


def probabilities(at: AppTest) -> list[list[str]]:
    """Before and after in each row."""
    return [re.findall(r">([^<]*%)<", row) for row in page_html(at).split("<tr>") if "→" in row]


def test_nothing_is_edited_before_the_section_is_opened(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neuronview.ui.expected.compared", lambda *_: pytest.fail("the model was asked"))
    assert not open_page("text", text=TEXT, layer="1", neuron="17").exception


def test_the_drawn_neuron_is_switched_off_at_first(live: Path, model: SubjectModel) -> None:
    found = compare_next(model, EditedModel(model, scale([NeuronId(1, 17)], 0)), token_ids(model))
    assert probabilities(opened()) == [[percent(token.before), percent(token.after)] for token in found.tokens]


def test_several_neurons_are_fixed_at_a_value_from_the_address(live: Path, model: SubjectModel) -> None:
    at = opened(edit_neurons="0:5, 1:2", edit_way="fixed at a value", edit_amount="30")
    edited = EditedModel(model, fix([NeuronId(0, 5), NeuronId(1, 2)], 30))
    found = compare_next(model, edited, token_ids(model))
    assert probabilities(at) == [[percent(token.before), percent(token.after)] for token in found.tokens]
    assert found.divergence > 0.01


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"edit_neurons": "seven"}, "seven"),
        ({"edit_neurons": "9:1"}, "9"),
        ({"edit_amount": "much"}, "“much” is no number"),
        ({"edit_amount": "inf"}, "“inf” is no number"),
    ],
)
def test_what_is_no_edit_is_refused_in_words(live: Path, fields: dict[str, str], words: str) -> None:
    at = opened(**fields)
    assert not at.exception
    assert words in at.error[0].value
    assert probabilities(at) == []


def test_numbers_that_leave_the_models_range_are_said_to(live: Path) -> None:
    at = opened(edit_way="fixed at a value", edit_amount="1e38")
    assert not at.exception
    assert "range" in at.error[0].value


def test_the_text_is_continued_before_and_after_when_asked_for(live: Path, model: SubjectModel) -> None:
    at = opened(edit_neurons="0:5, 1:2", edit_way="fixed at a value", edit_amount="30")
    assert "data-nv-continuation" not in page_html(at)
    at.toggle(key="edit_continue").set_value(True).run()
    ids = token_ids(model)
    edited = EditedModel(model, fix([NeuronId(0, 5), NeuronId(1, 2)], 30))
    for name, one in {"before": model, "after": edited}.items():
        shown = page_html(at).split(f'data-nv-continuation="{name}"')[1].split("<br>…")[1].split("</div>")[0]
        assert re.sub(r"<[^>]*>", "", shown) == continuation(one, ids, n_tokens=30).text


def test_a_text_longer_than_the_context_is_read_from_its_end_with_room_to_continue(
    live: Path, model: SubjectModel
) -> None:
    at = opened(LONG)
    room = model.max_tokens - 30
    found = compare_next(model, EditedModel(model, scale([NeuronId(1, 17)], 0)), token_ids(model, LONG)[-room:])
    assert probabilities(at) == [[percent(token.before), percent(token.after)] for token in found.tokens]
    assert any(f"Read from the last {room}" in entry.value for entry in at.caption)


def test_a_continuation_is_drawn_with_the_seed_and_temperature_of_the_address(live: Path, model: SubjectModel) -> None:
    at = opened(
        edit_neurons="0:5",
        edit_amount="3",
        edit_continue="true",
        edit_draw="drawn",
        edit_temperature="1.2",
        edit_seed="7",
    )
    shown = page_html(at).split('data-nv-continuation="before"')[1].split("<br>…")[1].split("</div>")[0]
    expected = continuation(model, token_ids(model), n_tokens=30, temperature=1.2, seed=7).text
    assert html.unescape(re.sub(r"<[^>]*>", "", shown)) == expected
    assert expected != continuation(model, token_ids(model), n_tokens=30).text
    assert any("temperature 1.2 with seed 7" in entry.value for entry in at.caption)


def test_an_edit_that_changes_no_token_says_so(live: Path) -> None:
    at = opened(edit_amount="1", edit_continue="true")
    assert any("changes none of these tokens" in entry.value for entry in at.caption)
