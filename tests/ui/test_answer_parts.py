"""The first screen of a neuron's page, and what a person writes there."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from neuronview.records import ActivationRecord, Explanation, NeuronId, NeuronRecord, Score
from neuronview.scoring import ev_correlation_score
from neuronview.store import open_dataset
from neuronview.ui import fetch_parts
from neuronview.ui.answer_parts import _line
from neuronview.ui.scores import SPLITS, explainer_words, number
from neuronview.view.evaluation import simulated_set
from neuronview.view.neuron import telling
from neuronview.view.own_sentence import own_explanation, words_in_quotes
from tests.support import run_dataset
from tests.support.drawn_records import drawn_neuron
from tests.support.pages import heat_maps, open_page

SENTENCE = "numerals such as “1999, 42” and “7”, in any text"


@pytest.fixture
def runs(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset with 20 top and 20 random records a neuron, opened by default."""
    monkeypatch.setenv("NEURONVIEW_DATASET", "runs")
    return run_dataset.build(small_home / "data" / "runs")


def html_of(at: AppTest) -> str:
    return "".join(element.proto.body for element in at.get("html"))


def write(at: AppTest, sentence: str, button: str = "neuron_write_save") -> AppTest:
    at.text_area(key="neuron_write_text_0_0").set_value(sentence)
    return at.button(key=button).click().run()


# --- what it is, how sure that is, what shows it ---------------------------------------------------------------------


def test_the_first_screen_draws_the_three_top_excerpts_at_a_glance(runs: Path) -> None:
    at = open_page("neuron", layer="0", neuron="0", neuron_tab="Distribution")
    (glance,) = heat_maps(at)
    assert glance["length"] == "snippet"
    (group,) = glance["groups"]
    top = open_dataset("runs").neuron((0, 0)).top[:3]
    assert [strip["excerpt"] for strip in group["strips"]] == [str(entry.excerpt_id) for entry in top]
    assert np.allclose(group["strips"][0]["real"], top[0].activations, rtol=1e-6)


@pytest.mark.parametrize("alike", [False, True])
def test_ranks_that_are_left_out_at_a_glance_are_said_to_be_near_duplicates(
    alike: bool, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = open_dataset("runs").neuron((0, 0))
    second = replace(record.top[1], document_id="one") if alike else record.top[1]
    first = replace(record.top[0], document_id="one") if alike else record.top[0]
    changed = replace(record, top=[first, second, *record.top[2:]])
    monkeypatch.setattr(fetch_parts, "neuron_record", lambda dataset, identity: changed)
    (group,) = heat_maps(open_page("neuron", layer="0", neuron="0", neuron_tab="Distribution"))[0]["groups"]
    assert [strip["heading"][0] for strip in group["strips"]] == (["1", "3", "4"] if alike else ["1", "2", "3"])
    assert ("near-duplicates" in group["note"]) == alike


def test_the_best_explanation_says_everything_of_its_score_before_the_others(small_home: Path) -> None:
    html = html_of(open_page("neuron", layer="1", neuron="2"))
    first, second = (html.index(f"thing 12 in {name}") for name in ("dictionary", "lookup"))
    assert first < second
    for part in ("95&nbsp;% interval", "7 excerpts", "scorer simulation", "simulator dictionary", "token lookup 0.10"):
        assert first < html.index(part) < second


def test_every_other_explanation_is_one_line_with_score_sentence_and_explainer_that_opens_on_the_rest(
    small_home: Path,
) -> None:
    at = open_page("neuron", layer="1", neuron="2")
    best, *others = open_dataset("small").explanations((1, 2))
    lines = [entry for entry in at.expander if entry.label.startswith("**")]
    assert len(lines) == len(others) > 0
    for line, told in zip(lines, others, strict=True):
        score = told.score(split="held_out") or told.score(split="valid")
        assert score is not None
        assert (
            line.label
            == f"**{number(score.value)} ({number(score.interval[0])} to {number(score.interval[1])})** · "
            + (f"{told.text.strip()} · {explainer_words(told.explainer)}")
        )
        inside = "".join(element.proto.body for element in line.get("html"))
        assert told.text.strip() in inside
        assert f'data-value="{score.value:.6f}"' in inside
        assert "scorer simulation" in inside
        assert best.text.strip() not in inside


def test_the_line_of_an_explanation_names_the_simulator_that_is_not_its_own_and_tames_its_text() -> None:
    rule = Explanation("a", "lookup", NeuronId(0, 0), scores=[Score(0.5, simulator="lookup", split="held_out")])
    read = Score(0.25, simulator="gpt", split="valid", interval=(0.1, 0.4))
    other = Explanation("*b* " + "x " * 200, "pairs", NeuronId(0, 0), scores=[read])
    line = _line(other, beside=rule)
    assert line.startswith(r"**0.25 (0.10 to 0.40)** · \*b\* x")
    assert line.endswith(f"simulator gpt; {SPLITS['valid']}")
    assert len(line) < 350
    failed = replace(other, scores=[replace(read, state="provider_error")])
    assert _line(failed, beside=rule).startswith("**no score: the endpoint failed** · ")
    assert _line(replace(other, scores=[]), beside=rule).startswith("**not scored** · ")


def test_a_neuron_without_an_explanation_shows_its_excerpts_and_what_to_do(runs: Path) -> None:
    at = open_page("neuron", layer="0", neuron="0")
    assert not at.exception
    assert "Nobody has explained this neuron yet" in at.info[0].value
    assert heat_maps(at)[0]["length"] == "snippet"


def test_excerpts_of_one_template_stand_back_behind_others() -> None:
    def entry(place: int, template: str | None) -> ActivationRecord:
        return ActivationRecord((f"t{place}",), np.array([9.0 - place]), excerpt_id=place, template=template)

    record = NeuronRecord(NeuronId(0, 0), top=[entry(0, "a"), entry(1, "a"), entry(2, None), entry(3, "a")])
    assert [rank for rank, _ in telling(record, 2)] == [0, 2]
    assert [rank for rank, _ in telling(record, 3)] == [0, 1, 2], "filled up where there are no others"
    assert telling(NeuronRecord(NeuronId(0, 0)), 3) == []


# --- a person's own text ----------------------------------------------------------------------------------------------


def test_a_text_typed_on_the_page_is_opened_on_text_with_this_neuron(runs: Path) -> None:
    at = open_page("neuron", layer="0", neuron="1")
    at.text_area(key="neuron_try_text").set_value("The 42 cats")
    at.button(key="neuron_try_go").click().run()
    assert [at.query_params[name] for name in ("text", "layer", "neuron")] == ["The 42 cats", "0", "1"]


# --- a person's own sentence ------------------------------------------------------------------------------------------


def test_a_sentence_is_saved_scored_by_its_words_and_shown(runs: Path) -> None:
    at = write(open_page("neuron", layer="0", neuron="0"), SENTENCE)
    assert not at.exception
    (kept,) = open_dataset("runs").explanations((0, 0))
    assert (kept.text, kept.explainer) == (SENTENCE, "person")
    assert {score.split for score in kept.scores} == {"valid", "held_out"}
    assert SENTENCE in html_of(at)
    assert 'data-simulator="pattern"' in html_of(at)


def test_a_sentence_without_quoted_words_is_kept_without_a_score(runs: Path) -> None:
    at = write(open_page("neuron", layer="0", neuron="0"), "years & <i>days</i>")
    (kept,) = open_dataset("runs").explanations((0, 0))
    assert kept.scores == []
    assert 'data-state="none"' in html_of(at)
    assert "years &amp; &lt;i&gt;days" in html_of(at)


@pytest.mark.parametrize("sentence", ["  ", "x" * 1001, "“,”"])
def test_a_sentence_that_cannot_be_kept_is_refused_in_words(runs: Path, sentence: str) -> None:
    at = write(open_page("neuron", layer="0", neuron="0"), sentence)
    assert not at.exception
    assert at.error or sentence == "“,”"
    assert len(open_dataset("runs").explanations((0, 0))) == (sentence == "“,”")


def test_a_sentence_is_taken_to_explain_for_a_language_model(runs: Path) -> None:
    at = write(open_page("neuron", layer="0", neuron="0"), "days and years", "neuron_write_ask")
    assert at.selectbox(key="explain_with").value == "person"
    assert at.text_area(key="explain_sentence_person").value == "days and years"
    assert at.text_input(key="explain_neurons").value == "0:0"


def test_what_is_typed_of_one_neuron_is_not_said_of_the_next(runs: Path) -> None:
    at = open_page("neuron", layer="0", neuron="0")
    at.text_area(key="neuron_write_text_0_0").set_value("days").run()
    at.button(key="neuron_next").click().run()
    assert not at.text_area(key="neuron_write_text_0_1").value


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("no quotes, at all", []),
        ("“past”, before a place", ["past"]),
        ('"a b" and “c, d” and «e» and "c"', ["a b", "c", "d", "e"]),
        ("it's 5' tall", []),
        ("an unclosed “quote", []),
    ],
)
def test_words_in_quotation_marks(sentence: str, words: list[str]) -> None:
    assert words_in_quotes(sentence) == words


def test_a_sentence_scores_as_its_words_do() -> None:
    record = drawn_neuron()
    found = own_explanation(record, "the number “17”")
    score = found.score(split="held_out")
    assert score is not None
    values = simulated_set(record, found)
    real = np.concatenate([entry.activations for entry in values.chosen.records])
    marked = [token == " 17" for entry in values.chosen.records for token in entry.tokens]
    assert score.value == pytest.approx(ev_correlation_score(real, marked), abs=1e-9)
