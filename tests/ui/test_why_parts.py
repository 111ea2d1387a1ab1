"""Why this token, on the text page: neurons by what they add to a logit, with a real (tiny) model."""

import re
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from neuronview.model import SubjectModel
from neuronview.model.attribution import Attribution, attribute, check
from neuronview.model.next_token import preview
from neuronview.records import NeuronId
from neuronview.ui import expected
from tests.support.pages import MAIN, open_page
from tests.ui.test_neuron_page import page_html

TEXT = "The cat sat on the mat and she"
LONG = "She paid 42 coins for the old house by the river, and he said no. " * 12


def opened(text: str = TEXT, **parameters: str) -> AppTest:
    return open_page("text", text=text, layer="1", neuron="17", text_why="true", **parameters)


def typed(token: str) -> AppTest:
    """As after typing token A into the field; the harness cannot type what is no option."""
    at = AppTest.from_file(str(MAIN), default_timeout=90)
    at.run()
    at.session_state["text_why_a"] = token
    for parameter, value in {"text": TEXT, "layer": "1", "neuron": "17", "text_why": "true"}.items():
        at.query_params[parameter] = value
    return at.switch_page("../../pages/text.py").run()


def token_ids(model: SubjectModel, text: str = TEXT) -> list[int]:
    return [token.id for token in model.tokenize(text)]


def shares(at: AppTest) -> dict[str, float]:
    rows = at.dataframe[0].value
    return dict(zip(rows["open"], rows["contribution"], strict=True))


def expected_shares(found: Attribution, n: int = 20) -> dict[str, float]:
    flat = found.contributions.ravel()
    places = np.argsort(-np.abs(flat))[:n]
    return {str(NeuronId(*divmod(int(p), found.weights.shape[1]))): float(flat[p]) for p in places}


def test_the_closed_section_asks_the_model_nothing(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    at_place = expected.after

    def after(model: SubjectModel, token_ids: tuple[int, ...], position: int) -> np.ndarray:
        asked.append(position - len(token_ids))
        return at_place(model, token_ids, position)

    monkeypatch.setattr(expected, "after", after)
    monkeypatch.setattr(expected, "attributed", lambda *_: asked.append(0))
    at = open_page("text", text=TEXT, layer="1", neuron="17", text_why_after="3")
    assert not at.exception
    assert not at.dataframe
    assert set(asked) == {-1}, "besides the preview, which asks what comes after the last token"


def test_the_likeliest_token_after_the_text_is_explained_unless_another_is_chosen(
    live: Path, model: SubjectModel
) -> None:
    ids = token_ids(model)
    likeliest = int(preview(model, ids).next_ids[-1, 0])
    assert shares(opened()) == pytest.approx(expected_shares(attribute(model, ids, likeliest, against="mean")))


def test_two_tokens_after_a_place_in_the_text_are_taken_from_the_address(live: Path, model: SubjectModel) -> None:
    at = opened(text_why_after="3", text_why_a="40", text_why_b="50")
    found = attribute(model, token_ids(model), 40, against=50, position=3)
    assert shares(at) == pytest.approx(expected_shares(found))


def test_neurons_that_speak_against_the_token_can_be_ranked_alone(live: Path) -> None:
    at = opened(text_why_order="against it")
    values = list(shares(at).values())
    assert values == sorted(values)
    assert values[0] < 0


def test_a_token_that_is_typed_without_its_space_is_looked_up_with_it_where_that_is_likelier(
    live: Path, model: SubjectModel
) -> None:
    probabilities = dict(zip(*(part[-1] for part in _all_next(model, token_ids(model))), strict=True))
    found = []
    for spaced, text in enumerate(model.vocabulary()):
        word = text.strip()
        if word and text == f" {word}":
            plain, *more = token_ids(model, word)
            if more or probabilities[spaced] > probabilities[plain]:
                found.append((bool(more), word, spaced))
    _, word, spaced = min(found)
    at = typed(word)
    assert at.session_state["text_why_a"] == spaced
    assert at.query_params["text_why_a"] == str(spaced)


def _all_next(model: SubjectModel, ids: list[int]) -> tuple[np.ndarray, np.ndarray]:
    found = preview(model, ids, top=model.vocabulary_size)
    return found.next_ids, found.next_probabilities


def test_what_is_no_token_is_refused_in_words_and_the_likeliest_kept(live: Path) -> None:
    at = typed("xylophonists of Kyrgyzstan")
    assert "tokens for this model" in at.error[0].value
    assert shares(at) == shares(opened())


def test_a_token_compared_with_itself_is_refused_in_words(live: Path) -> None:
    at = opened(text_why_a="40", text_why_b="40")
    assert "differs by nothing" in at.error[0].value


def test_an_address_with_a_token_that_the_model_lacks_is_refused_in_words(live: Path) -> None:
    at = opened(text_why_a="99999999")
    assert "text_why_a=99999999 is none of" in at.error[0].value.replace("\\", "")
    assert len(at.dataframe) == 1


def test_the_parts_add_up_to_the_difference(live: Path, model: SubjectModel) -> None:
    at = opened(text_why_a="40", text_why_b="50")
    found = attribute(model, token_ids(model), 40, against=50)
    total = page_html(at).split("Sum: the difference of logits")[1]
    assert f"{found.difference:.3f}".replace("-", "−") in total[:120]


def test_what_replacing_changes_stands_beside_the_share_when_asked_for(live: Path, model: SubjectModel) -> None:
    at = opened(text_why_a="40", text_why_b="50")
    assert "measured" not in at.dataframe[0].value
    at.button(key="text_why_check").click().run()
    found = attribute(model, token_ids(model), 40, against=50)
    neurons = [NeuronId.parse(name) for name in at.dataframe[0].value["open"]]
    measured = [one.measured for one in check(model, found, neurons)]
    assert list(at.dataframe[0].value["measured"]) == pytest.approx(measured, abs=1e-5)
    assert any("two different numbers and may disagree" in entry.value for entry in at.caption)


def test_a_text_longer_than_the_context_is_explained_at_its_end(live: Path, model: SubjectModel) -> None:
    ids = token_ids(model, LONG)
    assert len(ids) > model.max_tokens
    found = attribute(model, ids[-model.max_tokens :], 40, against=50)
    assert shares(opened(LONG, text_why_a="40", text_why_b="50")) == pytest.approx(expected_shares(found), abs=1e-5)


def test_each_token_has_its_probability_and_the_likeliest_one_after_it(live: Path, model: SubjectModel) -> None:
    at = open_page("text", text=TEXT, layer="1", neuron="17", text_tokens="true")
    found = preview(model, token_ids(model), top=1)
    rows = [
        re.findall(r"([0-9.]+)\s%", row.split("</tr>")[0]) for row in page_html(at).split("<tr>")[1:] if "<code>" in row
    ]
    shown = np.array(rows, dtype=float) / 100
    assert np.allclose(shown, np.column_stack([found.probabilities, found.next_probabilities]), atol=1e-3)


def test_the_first_neurons_are_drawn_on_the_text_and_edited_from_there(live: Path) -> None:
    at = opened()
    first = list(shares(at))[:5]
    at.button(key="text_why_draw").click().run()
    assert at.multiselect(key="text_neurons_typed").value == first
    at.button(key="text_why_edit").click().run()
    assert not at.exception
    assert at.text_input(key="edit_neurons_typed").value == ",".join(first)


def test_a_token_chosen_in_the_text_is_explained_from_the_tokens_before_it(live: Path, model: SubjectModel) -> None:
    tokens = model.tokenize(TEXT)
    at = open_page("text", text=TEXT, layer="1", neuron="17", at=str(tokens[4].start))
    at.button(key="text_why_token").click().run()
    found = attribute(model, token_ids(model), tokens[4].id, against="mean", position=3)
    assert shares(at) == pytest.approx(expected_shares(found))
    assert at.query_params["text_why_after"] == "3"
    assert at.query_params["text_why_a"] == str(tokens[4].id)


def test_each_explanation_in_the_table_stands_with_its_score(live: Path) -> None:
    rows = open_page("text", text=TEXT, layer="1", neuron="17", text_why="true").dataframe[0].value
    explained = rows[rows["explanation"].notna()]
    assert len(explained)
    assert explained["scored"].str.match(r"−?\d\.\d\d|not scored|undefined").all()
    assert set(rows[rows["explanation"].isna()]["scored"]) <= {""}
