"""The tour's page: a stop by its address, a guess, the answer, a text against it, and ways out."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, rmtree

import orjson
import pytest
from streamlit.testing.v1 import AppTest

from neuronview.jobs.told import add_told
from neuronview.records import NeuronId
from neuronview.store import open_dataset
from neuronview.ui.tour_parts import as_ranges
from neuronview.view.tour import load_tour
from tests.support.pages import heat_maps, open_page

HOSTILE = "Fires on $x$ <b>the</b> & *a*"
STOPS = [
    {
        "neuron": neuron,
        "kind": kind,
        "title": f"Title {number}",
        "words": f"Notice {number}, and $x$ <b>more</b>.",
        "says": HOSTILE if number == 1 else f"The word number {number}",
        "rule": {"kind": "pattern", "pattern": "the"},
        "breaks": "The mill and a mill.",
    }
    for number, (neuron, kind) in enumerate([("1:3", "good"), ("0:17", "partial"), ("1:17", "misleading")], start=1)
]


@pytest.fixture
def toured(live: Path) -> Iterator[Path]:
    """The dataset of a tiny model with a tour of three stops."""
    fingerprint = open_dataset(live).manifest.model.fingerprint
    (live / "tour.json").write_bytes(orjson.dumps({"tours": [{"model_fingerprint": fingerprint, "stops": STOPS}]}))
    yield live
    (live / "tour.json").unlink()


def words(at: AppTest) -> str:
    """All that is written on the page."""
    html = [element.proto.body for element in at.get("html")]
    texts = [entry.value for kind in (at.text, at.caption, at.subheader, at.info, at.markdown) for entry in kind]
    return "\n".join([*texts, *html])


def parameter(at: AppTest, name: str) -> str:
    found = at.query_params[name]
    return found if isinstance(found, str) else found[0]


def test_a_stop_shows_excerpts_and_none_of_what_is_said_of_them(toured: Path) -> None:
    at = open_page("tour")
    assert not at.exception
    (look,) = heat_maps(at)
    headings = [strip["heading"] for strip in look["groups"][0]["strips"]]
    assert headings == [f"Excerpt {place}" for place in range(1, len(headings) + 1)]
    assert len(headings) in (3, 4)
    assert "Title 1" not in words(at)
    assert "Notice 1" not in words(at)


def test_three_answers_are_offered_ours_among_them(toured: Path) -> None:
    at = open_page("tour", stop="2")
    offered = at.radio(key="tour_choice_2").options
    assert len(offered) == 3
    assert "The word number 2" in offered


def test_revealing_shows_our_explanation_as_text_and_counts_the_stop(toured: Path) -> None:
    at = open_page("tour")
    at.button(key="tour_reveal_1").click().run()
    assert not at.exception
    assert "Fires on $x$ &lt;b&gt;the&lt;/b&gt; &amp; *a*" in words(at)
    assert any("Notice 1, and $x$ <b>more</b>." in text.value for text in at.text)
    assert parameter(at, "seen") == "1"
    assert "1 of 3 revealed" in at.get("progress")[0].proto.text


def test_a_cold_address_restores_the_stop_and_what_was_revealed(toured: Path) -> None:
    at = open_page("tour", stop="2", seen="1-2")
    assert "Title 2" in [entry.value for entry in at.subheader]
    assert "2 of 3 revealed" in at.get("progress")[0].proto.text
    at.button(key="tour_next_above").click().run()
    assert parameter(at, "stop") == "3"
    assert "Title 3" not in words(at)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("stop", "4", "stops 1 to 3"),
        ("stop", "0", "stops 1 to 3"),
        ("stop", "x", "stop=x"),
        ("seen", "2-9", "from 1 to 3"),
        ("seen", "a", "seen=a"),
        ("stop", "9" * 5000, "stops 1 to 3"),
        ("seen", "0-999999999", "from 1 to 3"),
        ("seen", "1-" + "9" * 5000, "from 1 to 3"),
    ],
)
def test_a_wrong_address_is_refused_in_words(toured: Path, name: str, value: str, said: str) -> None:
    at = open_page("tour", **{name: value})
    assert said in at.error[0].value
    assert not at.radio


def test_a_guess_of_words_is_scored_on_the_excerpts_of_ours(toured: Path) -> None:
    at = open_page("tour")
    at.text_input(key="tour_guess_1").set_value("the, a, of").run()
    at.button(key="tour_reveal_1").click().run()
    assert not at.exception
    assert "Read as the words the, a, of" in words(at)
    assert re.search(r'data-nv-score[^>]*data-simulator="pattern"[^>]*data-split="held_out"', words(at))


def test_a_free_sentence_is_not_scored_and_leads_to_explain(toured: Path) -> None:
    at = open_page("tour")
    at.text_input(key="tour_guess_1").set_value("a word that begins a sentence").run()
    at.button(key="tour_reveal_1").click().run()
    assert "only a language model can say" in words(at)
    assert [button.label for button in at.button if button.key == "tour_explain"] == ["Have a language model read it"]


def test_the_choice_is_judged_once_it_is_revealed(toured: Path) -> None:
    at = open_page("tour", stop="2")
    at.radio(key="tour_choice_2").set_value("The word number 2").run()
    assert "You chose" not in words(at)
    at.button(key="tour_reveal_2").click().run()
    assert "You chose ours: “The word number 2”" in words(at)


def test_a_text_is_run_through_the_model_when_it_is_asked_about(toured: Path) -> None:
    at = open_page("tour", seen="1")
    before = len(heat_maps(at))
    assert at.text_area(key="tour_break_1_3").value == "The mill and a mill."
    at.text_area(key="tour_break_1_3").set_value("the old mill")
    at.button(key="tour_break_1_3_go").click().run()
    assert not at.exception
    assert parameter(at, "text") == "the old mill"
    assert len(heat_maps(at)) == before + 1
    strip = heat_maps(at)[-1]["groups"][0]["strips"][0]
    assert "".join(strip["tokens"]).replace("\u2423", " ").strip().startswith("the")
    assert any(re.search(r"It fires on|quieter than said|explanation holds", info.value) for info in at.info)


def test_a_text_in_the_address_is_run_at_once_and_a_text_that_is_none_is_refused(toured: Path) -> None:
    assert open_page("tour", seen="1", text="the old mill").info
    empty = open_page("tour", seen="1", text=" ")
    assert "no text" in empty.error[0].value


def test_what_the_tour_says_is_shown_with_its_stored_score_and_kept_out_of_means_by_layer(toured: Path) -> None:
    folder = copytree(toured, toured.parent / "told")
    try:
        stops = load_tour(folder, fingerprint=open_dataset(folder).manifest.model.fingerprint)
        add_told(folder, [stop.explanation for stop in stops if stop.explanation], {NeuronId(1, 3): 0.125})
        at = open_page("tour", dataset="told", seen="1")
        assert not at.exception
        assert "Not scored in this dataset" not in words(at)
        assert 'data-split="corpus"' in words(at)
        overview = open_page("overview", dataset="told")
        assert not [box for box in overview.selectbox if any("tour" in option for option in box.options)]
        listed = [name for table in overview.dataframe for name in table.value.get("explainer", ())]
        assert listed
        assert "tour" not in listed
    finally:
        rmtree(folder)


def test_a_dataset_without_a_tour_says_so_and_links_on(small_home: Path) -> None:
    at = open_page("tour")
    assert not at.exception
    assert "tour" in at.info[0].value
    assert not at.radio


def test_the_end_leads_to_the_form_that_adds_gpt2(toured: Path) -> None:
    at = open_page("tour", stop="3")
    at.button(key="tour_to_gpt2").click().run()
    assert not at.exception
    assert at.selectbox(key="data_add_set").value == "gpt2-small"


def test_numbers_are_written_as_ranges() -> None:
    assert as_ranges([7, 2, 1, 3, 9, 10]) == "1-3,7,9-10"
    assert as_ranges([]) == ""


def test_looking_does_not_load_torch() -> None:
    code = "import sys, neuronview.ui.tour_break, neuronview.ui.tour_reveal; print('torch' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip().endswith("False")
