"""Overview: facts, tour, ways in, distributions and lists."""

import html
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import orjson
import pytest

from neuronview.errors import DatasetError
from neuronview.store import open_dataset
from neuronview.store.convert import explanation_table, score_table
from neuronview.store.figures import density, readings
from neuronview.store.write import commit_parts, write_part
from neuronview.ui.browse_address import address_of, filter_in
from neuronview.ui.overview_density import cells_in, selection_of
from neuronview.view.tour import load_tour, parse_tour
from tests.support import small_dataset
from tests.support.by_hand import edit
from tests.support.pages import heat_maps, open_page

STOP = {"neuron": "1:3", "kind": "partial", "title": "Cats", "words": "Fires on cats, and on $x$ <b>mats</b>."}


def tour_file(fingerprint: str, *stops: dict) -> bytes:
    return orjson.dumps({"tours": [{"model_fingerprint": fingerprint, "stops": stops or [STOP]}]})


def test_the_page_says_what_the_dataset_is(small_home: Path) -> None:
    at = open_page("overview")
    assert not at.exception
    values = {metric.label: metric.value for metric in at.metric}
    assert values["Layers × neurons"] == "2 × 5"
    assert values["Excerpts"] == "12"
    assert any("gelu_new" in text.value for text in at.text)


def test_a_tour_of_another_model_is_not_shown(small_home: Path) -> None:
    (small_home / "data" / "small" / "tour.json").write_bytes(tour_file("ffff"))
    assert not [entry for entry in open_page("overview").subheader if "tour" in entry.value]


def test_the_tour_is_announced_with_excerpts_and_without_its_answers(small_home: Path) -> None:
    (small_home / "data" / "small" / "tour.json").write_bytes(tour_file("0123"))
    at = open_page("overview")
    strips = [strip for data in heat_maps(at) for group in data["groups"] for strip in group["strips"]]
    assert [strip["heading"] for strip in strips] == ["Neuron 1:3"]
    assert any("1 that holds in part" in caption.value for caption in at.caption)
    assert not [text for text in at.text if STOP["words"] in text.value]


def test_a_broken_tour_is_named_and_the_page_goes_on(small_home: Path) -> None:
    (small_home / "data" / "small" / "tour.json").write_bytes(tour_file("0123", STOP | {"kind": "nice"}))
    at = open_page("overview")
    assert "nice" in at.error[0].value
    assert at.dataframe


def test_a_tour_that_is_no_json_is_refused_with_its_form() -> None:
    with pytest.raises(DatasetError, match="model_fingerprint"):
        parse_tour(b"[", fingerprint="x")


def test_the_shipped_tour_can_be_read(tmp_path: Path) -> None:
    assert load_tour(tmp_path, fingerprint="no such model") == ()


def test_the_map_and_the_figures_are_of_the_reading_in_the_address(small_home: Path) -> None:
    at = open_page("overview", overview_reading="dictionary, simulation, rule")
    assert at.selectbox(key="overview_reading").value == "dictionary, simulation, rule"
    assert not at.warning
    assert any("feature dictionary" in c.value and "10 explanations with a score" in c.value for c in at.caption)
    assert len(at.get("plotly_chart")) == 3


def test_a_reading_that_is_not_there_is_refused_in_words(small_home: Path) -> None:
    at = open_page("overview", overview_reading="gpt-9, simulation, rule")
    assert "gpt-9" in at.warning[0].value
    assert at.selectbox(key="overview_reading").value in at.warning[0].value


@pytest.mark.parametrize(
    ("selection", "cells"),
    [
        ({"points": [{"customdata": [1, 6]}], "box": []}, ((1,), (0.3, 0.35))),
        ({"points": [{"customdata": [1, 6]}, {"customdata": [3, -2]}]}, ((1, 2, 3), (-0.1, 0.35))),
        ({"box": [{"x": [2.2, 0.6], "y": [0.42, 0.31]}], "points": []}, ((1, 2), (0.3, 0.45))),
        ({"box": [{"x": [-4, 9], "y": [-7, 7]}]}, ((0, 1, 2, 3), (-1.0, 1.0))),
        ({"box": [{"x": [0.49, 0.51], "y": [0.1, 0.2]}]}, None),
        ({"box": [{"x": [5, 9], "y": [0.1, 0.2]}]}, None),
        ({"points": [], "box": []}, None),
    ],
)
def test_what_is_selected_is_a_block_of_whole_cells(selection: dict, cells: object) -> None:
    assert cells_in(selection, n_layers=4) == cells


def test_a_selection_opens_browse_with_as_many_rows_as_the_cells_count(small_home: Path) -> None:
    dataset = open_dataset("small")
    reading = next(r for r in readings(dataset) if r.explainer == "lookup")
    found = density(dataset, reading)
    layer, place = (int(ends[0]) for ends in np.nonzero(found.counts >= 1))
    cells = (layer,), (float(found.edges[place]), float(found.edges[place + 3]))
    address = address_of(selection_of(dataset, reading, cells))
    at = open_page("browse", **address)
    assert not at.exception
    shown = at.dataframe[0].value
    assert len(shown) == found.counts[layer, place : place + 3].sum()
    assert set(shown["explainer"]) == {"lookup"}


def test_every_count_of_the_table_is_a_link_to_that_selection(small_home: Path) -> None:
    dataset = open_dataset("small")
    body = next(e.proto.body for e in open_page("overview").get("html") if "explanations in Browse" in e.proto.body)
    links = re.findall(r'href="browse\?([^"]*)"[^>]*>([\d,]+)</a>', body)
    assert sum(int(count) for _, count in links) == 10
    for query, count in links:
        chosen = filter_in(parse_qs(html.unescape(query)), dataset)
        assert dataset.count(chosen) == int(count)


def test_the_figures_name_neurons_without_a_number_and_both_intervals(small_home: Path) -> None:
    at = open_page("overview")
    body = next(e.proto.body for e in at.get("html") if "Above 0.3" in e.proto.body)
    assert body.count("<tr>") == 4
    assert "random only" in body
    assert any("Wilson" in c.value for c in at.caption)


def test_every_list_shows_n_and_interval_beside_the_score(small_home: Path) -> None:
    for table in open_page("overview").dataframe:
        assert {"score", "low", "high", "n_sequences", "state"} <= set(table.value.columns)


def test_the_best_explained_neurons_are_each_listed_once_by_their_best_explanation(small_home: Path) -> None:
    table = next(frame.value for frame in open_page("overview").dataframe if "corpus_score" in frame.value)
    rows = open_dataset("small").neurons(sort="low", limit=100)
    best = [f"{row.layer}:{row.neuron}" for row in rows.itertuples()]
    assert list(table["open"]) == list(dict.fromkeys(best))[:6]
    assert len(set(best[:6])) < 6  # rows alone would name a neuron twice
    assert set(table["explainer"]) == {"dictionary"}


def test_lists_are_full_of_neurons_that_nobody_chose_however_many_chosen_ones_score_higher(small_home: Path) -> None:
    before = [table.value for table in open_page("overview").dataframe]
    chosen = [
        replace(
            small_dataset.explanation(0, place % 5, "person", 0.8 + place / 100, f"Show {place}."), explainer="tour"
        )
        for place in range(19)
    ]
    folder = small_home / "data" / "small"
    parts = [
        write_part(folder, "explanations", explanation_table(chosen)),
        write_part(folder, "scores", score_table(chosen)),
    ]
    commit_parts(folder, parts, label="chosen")
    after = [table.value for table in open_page("overview").dataframe]
    assert len(before[0]) == 6
    for old, new in zip(before, after, strict=True):
        assert old[["explanation", "score"]].equals(new[["explanation", "score"]])


def test_a_dataset_without_explanations_says_what_to_do(small_home: Path) -> None:
    commit = next((small_home / "data" / "small" / "commits").glob("*.json"))
    gone = ("explanations", "scores")
    edit(commit, lambda content: content.update(parts=[part for part in content["parts"] if part["kind"] not in gone]))
    at = open_page("overview")
    assert not at.exception
    assert "Explain makes some" in at.info[0].value
    for name in ("browse", "compare", "explain", "data"):
        assert not open_page(name).exception
    assert set(open_page("browse").dataframe[0].value["state"]) == {"no explanation"}


def test_a_jump_out_of_range_names_the_range(small_home: Path) -> None:
    at = open_page("overview")
    at.text_input(key="overview_words").set_value("0:99")
    next(b for b in at.button if b.label == "Search").click().run()
    assert "neurons 0 to 4" in at.error[0].value
