"""Browse: chips, what a box on a chart means, best excerpts, lists and views."""

import math
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pytest

from neuronview.config import Settings
from neuronview.records import NeuronId
from neuronview.store import Dataset, NeuronFilter, open_dataset
from neuronview.store.schema import SHARES
from neuronview.store.views import SavedViews
from neuronview.store.write import commit_parts, write_part
from neuronview.ui import browse_charts
from neuronview.ui.browse_address import address_of, filter_in
from neuronview.ui.browse_charts import bins_in_box, score_range, share_range
from neuronview.ui.browse_chips import filter_words
from neuronview.ui.browse_strips import row_words
from neuronview.ui.browse_views import PRESENT, view_state
from neuronview.ui.list_parts import lists_of
from tests.support.pages import open_page

HOSTILE = "<b>odd</b> $x$ :red[x]"


def opened() -> Dataset:
    return open_dataset("small", settings=Settings.from_env())


def shown(at):
    return at.dataframe[0].value


def labels(at) -> dict[str, str]:
    return {button.key: button.label for button in at.button if button.key}


# --- chips -----------------------------------------------------------------------------------------------------------


def test_every_part_of_a_filter_is_a_chip() -> None:
    chosen = NeuronFilter(
        layers=(1, 2),
        score=(-0.05, 0.5),
        share_positive=(0.0, 0.001),
        explainer="person",
        text="a b",
        states=("ok",),
        bigram_share=(0.0, 0.2),
        neurons=(),
        listed="mine",
    )
    words = filter_words(chosen)
    assert words["browse_score"] == "score −0.05 to 0.50"
    assert words["browse_active"] == "active on 0 to 0.1 % of tokens"
    assert words["browse_context"] == "bigram explains 0 to 20 %"
    assert words["browse_list"] == "in the list “mine”"
    assert len(words) == 8
    assert filter_words(NeuronFilter(reader="rule")) == {}


def test_a_chip_removes_its_part_and_leaves_the_others(small_home: Path) -> None:
    at = open_page("browse", q="thing 0", browse_layers="0", browse_score=["0.05", "1"])
    assert {"chip_q", "chip_browse_layers", "chip_browse_score", "chip_all"} <= labels(at).keys()
    before = len(shown(at))
    at.button(key="chip_browse_score").click().run()
    assert "chip_browse_score" not in labels(at)
    assert len(shown(at)) > before
    at.button(key="chip_all").click().run()
    assert len(shown(at)) == 20
    assert not any(key.startswith("chip") for key in labels(at))


def test_what_is_searched_for_is_text_in_its_chip(small_home: Path) -> None:
    at = open_page("browse", q=HOSTILE)
    assert labels(at)["chip_q"] == r"has “\<b\>odd\</b\> \$x\$ \:red\[x\]”"


# --- boxes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drawn", "kept"),
    [((0.11, 0.19), (0.1, 0.2)), ((0.1, 0.2), (0.1, 0.2)), ((-3, 0.31), (-1.0, 0.35)), ((0.12, 0.12), (0.1, 0.15))],
)
def test_a_box_keeps_the_whole_bins_that_it_touches(drawn: tuple, kept: tuple) -> None:
    assert score_range(*drawn) == pytest.approx(kept)


def test_a_box_over_everything_filters_nothing() -> None:
    assert score_range(-1.2, 1.2) is None
    assert share_range(-9, 0.4) is None


def test_shares_are_bins_of_powers_of_ten_and_the_lowest_goes_down_to_zero() -> None:
    low, high = share_range(-1.99, -1.01)
    assert low == pytest.approx(1.0)
    assert high == pytest.approx(10.0)
    assert share_range(-6, -2)[0] == 0.0


def test_a_drawn_box_goes_before_clicked_bars_and_nothing_is_nothing() -> None:
    points = [{"customdata": [[0.1, 0.2], [0, 1]]}, {"customdata": [[0.3, 0.4], [0, 1]]}]
    assert bins_in_box({"points": points, "box": []}, "x") == (0.1, 0.4)
    assert bins_in_box({"points": points, "box": [{"x": [0.9, 0.5], "y": [2, 1]}]}, "x") == (0.5, 0.9)
    assert bins_in_box({"points": points}, "y") == (0, 1)
    assert bins_in_box({"points": [], "box": []}, "x") is None


def test_cells_count_every_row_that_has_a_score_and_an_activity(small_home: Path) -> None:
    dataset = opened()
    counts = browse_charts._cells(dataset, "", "", NeuronFilter())
    rows = dataset.scores()
    assert counts.sum() == len(rows) == 20
    share, score = float(rows["share_positive"][0]), float(rows["score"][0])
    column = math.floor((math.log10(share) - browse_charts.LOWEST) * browse_charts.DECADE)
    place = int(np.searchsorted(np.linspace(-1, 1, browse_charts.BINS + 1), score, side="right")) - 1
    assert counts[column, place] == ((rows["share_positive"] == share) & (rows["score"] == score)).sum()


@pytest.mark.parametrize(("most", "kind"), [(1500, "scatter"), (0, "bar")])
def test_few_rows_are_points_and_many_are_cells(
    small_home: Path, monkeypatch: pytest.MonkeyPatch, most: int, kind: str
) -> None:
    monkeypatch.setattr(browse_charts, "MOST_POINTS", most)
    at = open_page("browse", browse_score=["0", "0.5"])
    assert not at.exception
    charts = [orjson.loads(chart.proto.spec) for chart in at.get("plotly_chart")]
    assert [chart["data"][0]["type"] for chart in charts] == ["bar", kind]
    assert len(charts[0]["data"]) == 2  # what the score leaves out stays to be seen
    assert charts[1]["layout"]["shapes"][0]["y0"] == 0


def test_both_charts_say_how_many_of_the_same_rows_are_kept(small_home: Path) -> None:
    rows = opened().scores()
    middle = float(rows["share_positive"].median())
    limit = math.ceil(middle * 1e5) / 1e3
    at = open_page("browse", browse_score=["0", "0.5"], browse_active=["0", f"{limit:g}"])
    kept = (rows["score"].between(0, 0.5) & (rows["share_positive"] * 100 <= limit)).sum()
    assert 0 < kept < 20
    said = [caption.value for caption in at.caption if "of 20 rows" in caption.value and "Draw a box" in caption.value]
    assert len(said) == 2
    assert all(f" {kept} of 20 rows." in words for words in said)
    assert "Grey bars" in said[0]
    assert not [words.value for words in open_page("browse").caption if "Grey" in words.value]


# --- rows ------------------------------------------------------------------------------------------------------------


def test_each_row_has_its_best_excerpt_with_the_strongest_token_marked(small_home: Path) -> None:
    at = open_page("browse")
    table = shown(at)
    dataset = opened()
    for neuron, excerpt in zip(table["open"], table["excerpt"], strict=True):
        best = dataset.neuron(NeuronId.parse(neuron)).top[0]
        strongest = best.tokens[int(np.argmax(best.activations))].strip() or "↵"
        assert f"»{strongest}«" in excerpt


def test_a_row_as_a_strip_says_its_score_with_interval_and_n_or_why_there_is_none() -> None:
    row = {"explanation": "quotes", "explainer": "lookup", "state": "ok", "score": 0.5, "low": 0.4, "high": 0.6}
    title, note = row_words(NeuronId(0, 1), row | {"n_sequences": 7})
    assert title == "0:1 · quotes"
    assert note.startswith("score 0.50 [0.40, 0.60], n = 7 · ")
    assert row_words(NeuronId(0, 1), row | {"state": "undefined", "score": np.nan})[1].startswith("undefined")
    assert row_words(NeuronId(0, 1), {"explanation": None, "explainer": None, "state": None}) == (
        *("0:1", "no explanation"),
    )


def test_rows_as_strips_are_one_heat_map_whose_titles_lead_to_the_neurons(small_home: Path) -> None:
    at = open_page("browse", browse_view="Strips", browse_layers="1")
    assert not at.exception
    assert not at.dataframe
    payloads = [part.proto.json for part in at.get("bidi_component") if "browse_strips" in str(part.proto)]
    assert len(payloads) == 1
    assert "neuron?dataset=small&layer=1&neuron=4" in str(payloads[0])


# --- what needs context ----------------------------------------------------------------------------------------------


def add_shares(dataset: Dataset) -> None:
    rows = [
        dict(layer=a, neuron=b, n_tokens=500, token_share=0.1 * b, bigram_share=0.25 * b, position_share=-0.001)
        for a in range(2)
        for b in range(5)
    ]
    columns = {name: [row[name] for row in rows] for name in SHARES.names}
    halves = {name: pa.array(np.array(columns[name], dtype=np.float16)) for name in SHARES.names[3:]}
    table = pa.table({name: columns[name] for name in SHARES.names[:3]} | halves)
    commit_parts(dataset.overlay, [write_part(dataset.overlay, "shares", table)], label="test")


def test_without_shares_it_is_said_what_to_run(small_home: Path) -> None:
    at = open_page("browse", browse_columns=["share of the variance explained by the bigram"])
    assert at.slider(key="browse_context").disabled
    assert any("Not collected" in caption.value for caption in at.caption)


def test_neurons_that_need_context_are_found_by_filter_and_by_order(small_home: Path) -> None:
    add_shares(opened())
    at = open_page("browse", browse_sort="share of the variance explained by the bigram", browse_rising="true")
    table = shown(at)
    assert list(table["open"][:2]) == ["0:0", "0:0"]
    assert table["bigram_share"].is_monotonic_increasing
    assert any("500 tokens" in caption.value for caption in at.caption)
    at = open_page("browse", browse_context=["25", "75"])
    assert set(shown(at)["open"]) == {"0:1", "0:2", "1:1", "1:2"}
    assert labels(at)["chip_browse_context"] == "bigram explains 25 to 75 %"


# --- lists -----------------------------------------------------------------------------------------------------------


def test_a_list_of_the_address_is_what_is_shown_with_stars_and_notes(small_home: Path) -> None:
    lists = lists_of(opened())
    lists.add("mine", [NeuronId(0, 1), NeuronId(1, 4)])
    lists.add("Bookmarks", [NeuronId(1, 4)])
    lists.note(NeuronId(0, 1), HOSTILE)
    at = open_page("browse", browse_list="mine", browse_columns=["your note"])
    table = shown(at)
    assert set(table["open"]) == {"0:1", "1:4"}
    assert set(table[table["open"] == "1:4"]["star"]) == {"★"}
    assert set(table[table["open"] == "0:1"]["star"]) == {"☆"}
    assert set(table[table["open"] == "0:1"]["note"]) == {HOSTILE}


def test_a_list_that_is_not_there_is_told_by_its_name(small_home: Path) -> None:
    at = open_page("browse", browse_list=HOSTILE)
    assert any(r"\<b\>odd" in warning.value for warning in at.warning)
    assert len(shown(at)) == 20


def test_an_empty_list_says_what_to_do(small_home: Path) -> None:
    at = open_page("browse", browse_list="Bookmarks")
    assert "add neurons to the list" in at.info[0].value


def test_a_damaged_file_of_lists_is_told_and_the_table_stays(small_home: Path) -> None:
    dataset = opened()
    lists_of(dataset).add("mine", [NeuronId(0, 1)])
    (dataset.overlay / "lists.json").write_text("{")
    at = open_page("browse")
    assert not at.exception
    assert sum("lists.json" in error.value for error in at.error) == 1
    assert len(shown(at)) == 20


def test_a_filter_by_list_comes_through_an_address(small_home: Path) -> None:
    dataset = opened()
    lists_of(dataset).add("mine", [NeuronId(0, 1)])
    chosen = NeuronFilter(neurons=(NeuronId(0, 1),), listed="mine", bigram_share=(0.1, 1.0))
    address = {key: [value] if isinstance(value, str) else value for key, value in address_of(chosen).items()}
    assert filter_in(address, dataset) == chosen


# --- views -----------------------------------------------------------------------------------------------------------


def test_a_view_is_saved_from_the_page_and_shows_the_same_again(small_home: Path) -> None:
    address = {"q": "lookup", "browse_layers": "1", "browse_sort": "score", "browse_columns": "kurtosis"}
    at = open_page("browse", **address)
    before = shown(at)
    at.text_input(key="view_name").set_value("mine").run()
    assert list(SavedViews(opened().overlay).read()) == ["mine"]
    at = open_page("browse")
    assert len(shown(at)) == 20
    at.button(key="view_open_0").click().run()
    assert not at.exception
    assert shown(at).equals(before)


def test_a_view_says_nothing_of_what_it_does_not_know_and_wrong_values_are_left_out() -> None:
    state = view_state({"browse_score": ("x", "1"), "browse_layers": ("2",), "browse_rising": ("True",)})
    assert state["browse_score"] == PRESENT["browse_score"]
    assert state["browse_layers"] == [2]
    assert state["browse_rising"] is True
    assert state["q"] == ""


@pytest.mark.parametrize("given", [("5", "-3"), ("nan", "nan"), ("inf", "3"), ("-9", "9"), ("1",)])
def test_a_range_that_is_none_is_left_out_of_a_view(given: tuple[str, ...]) -> None:
    assert view_state({"browse_score": given})["browse_score"] == PRESENT["browse_score"]
