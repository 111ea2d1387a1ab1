"""Browse: filters, order, pages and exports, through the page."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from neuronview.config import Settings
from neuronview.records import Explanation, NeuronId
from neuronview.store import NeuronFilter, open_dataset, save_explanations
from neuronview.ui.browse_chips import what_to_relax
from tests.support.pages import open_page


def shown(at):
    return at.dataframe[0].value


def test_default_order_is_lower_bound_falling(small_home: Path) -> None:
    at = open_page("browse")
    assert not at.exception
    table = shown(at)
    assert len(table) == 20
    assert table["low"].is_monotonic_decreasing


def test_a_score_stands_beside_its_interval_n_and_state(small_home: Path) -> None:
    columns = list(shown(open_page("browse")).columns)
    start = columns.index("score")
    assert columns[start : start + 5] == ["score", "low", "high", "n_sequences", "state"]


def test_filters_of_the_address_are_applied(small_home: Path) -> None:
    at = open_page(
        "browse", browse_layers="1", browse_explainer="token lookup (a rule, no language model)", q="THING 1"
    )
    table = shown(at)
    assert set(table["explainer"]) == {"lookup"}
    assert all(text.startswith("1:") for text in table["open"])
    assert len(table) == 5


def test_a_score_range_keeps_what_lies_inside(small_home: Path) -> None:
    at = open_page("browse")
    at.slider(key="browse_score").set_range(0.0, 0.25).run()
    assert shown(at)["score"].between(0, 0.25).all()
    assert 0 < len(shown(at)) < 20


def test_a_bad_expression_is_explained_and_shows_no_table(small_home: Path) -> None:
    at = open_page("browse", q="(", browse_regex="true")
    assert "regular expression" in at.error[0].value
    assert not at.dataframe


def test_a_good_expression_filters(small_home: Path) -> None:
    assert len(shown(open_page("browse", q="thing 0[12]", browse_regex="true"))) == 4


def test_an_empty_result_says_what_to_relax_and_can_be_cleared(small_home: Path) -> None:
    at = open_page("browse", q="nowhere")
    assert "another word" in at.info[0].value
    at.button(key="browse_clear").click().run()
    assert len(shown(at)) == 20


@pytest.mark.parametrize(
    ("text", "within", "said", "unsaid"),
    [
        ("nowhere", "explanations", "another word or look in top tokens or either. A neuron is written 2:17", "fewer"),
        ("no where", "tokens", "fewer words or look in explanations or either.", "another"),
        ("nowhere", "either", "another word. A neuron", "look in"),
    ],
)
def test_a_search_without_a_hit_says_what_else_to_search_for(text: str, within: str, said: str, unsaid: str) -> None:
    words = what_to_relax(NeuronFilter(text=text, within=within))
    assert said in words
    assert unsaid not in words


def test_what_to_relax_names_every_part_in_use() -> None:
    words = what_to_relax(NeuronFilter(text="x y", score=(0, 1), layers=(1,), states=("ok",)))
    assert all(part in words for part in ("words", "score range", "layers", "states"))


@pytest.mark.parametrize(("rising", "first"), [("true", "0:0"), ("false", "1:4")])
def test_any_column_sorts_both_ways(small_home: Path, rising: str, first: str) -> None:
    at = open_page("browse", browse_sort="correlation over the whole corpus", browse_rising=rising)
    assert shown(at)["open"].iloc[0] == first


def test_pages_tile_the_table(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neuronview.ui.browse_parts.PER_PAGE", 6)
    seen = []
    for page in range(1, 5):
        table = shown(open_page("browse", browse_page=str(page)))
        seen += list(zip(table["open"], table["explainer"], strict=True))
    assert len(seen) == len(set(seen)) == 20


def test_the_number_of_rows_is_told(small_home: Path) -> None:
    at = open_page("browse", browse_layers="0")
    assert any(re.search(r"Rows 1 to 10 of 10\b", caption.value) for caption in at.caption)


def states_offered(at) -> list[str]:
    return [name for group in at.button_group if group.key == "browse_state" for name in group.options]


def test_a_dataset_of_one_state_offers_no_choice_of_states(small_home: Path) -> None:
    assert states_offered(open_page("browse")) == []


def test_only_states_that_occur_are_offered_and_rows_without_a_score_can_be_picked(small_home: Path) -> None:
    unscored = Explanation(
        "never scored", "person", NeuronId(1, 2), {"kind": "pattern", "pattern": "x", "regex": False}
    )
    save_explanations(open_dataset("small", settings=Settings.from_env()).overlay, [unscored], label="test")
    at = open_page("browse")
    assert states_offered(at) == ["scored", "not scored"]
    found = shown(open_page("browse", browse_state="not scored"))
    assert list(found["explanation"]) == ["never scored"]
    assert set(found["state"]) == {"not scored"}


def test_columns_are_those_of_the_address_and_the_one_sorted_by(small_home: Path) -> None:
    assert "kurtosis" not in shown(open_page("browse"))
    assert list(shown(open_page("browse", browse_columns=["kurtosis", "explanation"]))) == [
        *("open", "star", "explanation", "low", "kurtosis"),
    ]
    assert "maximum" in shown(open_page("browse", browse_sort="largest activation"))


def test_scores_of_one_simulator_are_shown_at_a_time(small_home: Path) -> None:
    opened = open_dataset("small", settings=Settings.from_env())
    before = opened.explanations((0, 0))[0]
    judged = [replace(score, simulator="decisions") for score in before.scores]
    overlay = Settings.from_env().home / "datasets" / opened.manifest.fingerprint
    save_explanations(overlay, [replace(before, scores=judged)], label="run")
    assert len(shown(open_page("browse"))) == 20
    assert len(shown(open_page("browse", browse_reader="simulator decisions"))) == 1
    assert not [group for group in open_page("neuron").button_group if group.key == "browse_reader"]
