"""The search box of every page: a neuron, words, an expression; and what Browse shows of them."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from neuronview.store import NeuronFilter, open_dataset
from neuronview.store.search_words import marked, parse_query
from neuronview.ui.search_order import ranked
from neuronview.ui.search_parts import first_of_each, snippet_html, tokens_html
from tests.support.pages import open_page


def typed(at: AppTest, text: str) -> AppTest:
    at.text_input(key="global_search").set_value(text)
    return next(button for button in at.button if button.label == "Go").click().run()


def title(at: AppTest) -> str:
    return str(at.title[0].value)


def shown(at: AppTest):
    return at.dataframe[0].value


@pytest.mark.parametrize("page", ["overview", "browse", "data"])
def test_a_neuron_is_opened_from_any_page(small_home: Path, page: str) -> None:
    at = typed(open_page(page), " 1:3 ")
    assert title(at) == "Neuron 1:3"


@pytest.mark.parametrize("page", ["overview", "browse"])
def test_a_neuron_that_there_is_not_is_refused_with_the_range(small_home: Path, page: str) -> None:
    at = typed(open_page(page), "1:99")
    assert title(at) != "Neuron 1:99"
    assert "neurons 0 to 4" in at.sidebar.error[0].value


def test_words_are_looked_for_on_browse_and_ranked(small_home: Path) -> None:
    at = typed(open_page("overview"), "lookup thing")
    assert title(at) == "Browse"
    assert at.text_input(key="q").value == "lookup thing"
    assert at.selectbox(key="browse_sort").value == "relevance"
    assert len(shown(at)) == 10


def test_an_expression_between_slashes_keeps_what_matches_by_score(small_home: Path) -> None:
    at = typed(open_page("overview"), "/thing 0[12]/")
    assert len(shown(at)) == 4
    assert at.selectbox(key="browse_sort").value == "low"
    assert "Fires on <mark>thing 01</mark> in " in best(at)


def test_what_is_no_expression_is_refused_in_words(small_home: Path) -> None:
    at = typed(open_page("overview"), "/(/")
    assert "not a regular expression" in at.error[0].value
    assert not at.exception


def test_on_browse_the_box_replaces_the_search_and_its_order(small_home: Path) -> None:
    at = open_page("browse", q="1[0-9]", browse_regex="true")
    assert at.selectbox(key="browse_sort").value == "low"
    typed(at, "lookup")
    assert at.text_input(key="q").value == "lookup"
    assert not at.toggle(key="browse_regex").value
    assert at.selectbox(key="browse_sort").value == "relevance"
    assert len(shown(at)) == 10


def test_an_order_that_was_chosen_stays_when_other_words_are_searched(small_home: Path) -> None:
    at = open_page("browse", q="lookup")
    at.selectbox(key="browse_sort").set_value("score").run()
    typed(at, "dictionary")
    assert at.selectbox(key="browse_sort").value == "score"


def test_a_search_that_is_cleared_is_in_the_usual_order_again(small_home: Path) -> None:
    at = open_page("browse", q="lookup")
    at.text_input(key="q").set_value("").run()
    assert at.selectbox(key="browse_sort").value == "low"
    assert len(shown(at)) == 20


def test_a_deep_link_restores_words_place_and_order(small_home: Path) -> None:
    at = open_page("browse", q="cat", browse_within="top tokens", browse_sort="score")
    assert at.selectbox(key="browse_sort").value == "score"
    assert len(shown(at)) == 20
    assert at.get_by_key("browse_within").value == "tokens"


def best(at: AppTest) -> str:
    return " ".join(block.value for block in at.get("html") if "nv-search-hit" in block.value)


def test_the_best_matches_say_score_and_interval_and_mark_what_was_found(small_home: Path) -> None:
    found = best(open_page("browse", q="thing 13 lookup"))
    assert "Fires on <mark>thing</mark> <mark>13</mark> in <mark>lookup</mark>." in found
    assert 'data-scorer="simulation" data-simulator="lookup" data-state="ok" data-n="7"' in found
    assert "95&nbsp;% interval" in found


def test_a_neuron_stands_where_the_first_of_its_rows_does() -> None:
    rows = [{"layer": 0, "neuron": n, "place": place} for place, n in enumerate((5, 7, 5, 9, 7))]
    assert [row["place"] for row in first_of_each(rows)] == [0, 1, 3]


def test_top_tokens_that_were_found_are_marked(small_home: Path) -> None:
    assert "Top tokens: <mark>cat</mark>" in best(open_page("browse", q="cat", browse_within="top tokens"))


def test_where_nothing_is_found_another_place_is_offered(small_home: Path) -> None:
    at = open_page("browse", q="cat")
    assert any("top tokens there is something: 20 rows" in info.value for info in at.info)
    at.button(key="nv_search_elsewhere").click().run()
    assert len(shown(at)) == 20


def test_an_index_that_cannot_be_kept_is_said(small_home: Path) -> None:
    folder = open_dataset("small").overlay / "search"
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file where the folder should be")
    at = open_page("browse", q="lookup")
    assert any("could not be kept" in caption.value for caption in at.caption)
    assert len(shown(at)) == 10


def test_a_filter_is_ranked_by_words_alone() -> None:
    assert ranked(NeuronFilter(text="x"))
    assert not ranked(NeuronFilter(text=" "))
    assert not ranked(NeuronFilter(text="x", regex=True))
    assert not ranked(NeuronFilter(text="/x/"))


def test_hostile_text_is_escaped_inside_and_outside_of_marks() -> None:
    found = snippet_html(marked("<b>river</b> & <script>river</script>", parse_query("river")))
    assert found == "&lt;b&gt;<mark>river</mark>&lt;/b&gt; &amp; &lt;script&gt;<mark>river</mark>&lt;/script&gt;"
    assert tokens_html([" <i>"], parse_query("i")) == "<mark>&lt;i&gt;</mark>"


def test_a_long_text_is_shown_around_what_was_found() -> None:
    text = "a " * 300 + "river " + "b " * 300
    found = snippet_html(marked(text, parse_query("river")))
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert "<mark>river</mark>" in found
    assert len(found) < 250


def test_tokens_that_were_found_stand_first_and_without_a_hit_nothing_does() -> None:
    assert tokens_html([" dog", " Cat", "("], parse_query("cat")) == "<mark>Cat</mark>, dog, ("
    assert tokens_html([" dog", "("], parse_query("(")) == "<mark>(</mark>, dog"
    assert tokens_html([" dog"], parse_query("cat")) == ""
