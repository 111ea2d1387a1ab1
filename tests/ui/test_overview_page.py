"""Overview: facts, tour, ways in, distributions and lists."""

from pathlib import Path

import numpy as np
import orjson
import pandas as pd
import pytest

from neuronview.errors import DatasetError
from neuronview.store import open_dataset
from neuronview.ui.overview_parts import layer_quantiles, surprising_neurons
from neuronview.ui.tour import load_tour, parse_tour
from tests.support.pages import open_page

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


def test_the_tour_of_this_model_shows_words_as_text_with_score_interval_and_n(small_home: Path) -> None:
    (small_home / "data" / "small" / "tour.json").write_bytes(tour_file("0123"))
    at = open_page("overview")
    assert STOP["words"] in [text.value for text in at.text]
    assert any("95 % interval" in c.value and "excerpts" in c.value for c in at.caption)
    assert any("thing 13 in dictionary" in c.value for c in at.caption)


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


def test_layer_quantiles_agree_with_numpy_and_keep_explainers_apart(small_home: Path) -> None:
    scores = open_dataset("small").scores()
    table = layer_quantiles(scores)
    assert len(table) == 4
    row = table[(table.explainer == "lookup") & (table.layer == 1)].iloc[0]
    values = scores[(scores.explainer == "lookup") & (scores.layer == 1)]["score"]
    assert row[0.25] == pytest.approx(np.percentile(values, 25))
    assert row["n"] == 5


def test_surprising_neurons_are_those_whose_dictionary_exceeds_the_lookup() -> None:
    rows = [
        (0, 0, "dictionary", 0.9, 0.8), (0, 0, "lookup", 0.1, 0.0),
        (0, 1, "dictionary", 0.9, 0.1), (0, 1, "lookup", 0.2, 0.1),
        (0, 2, "dictionary", 0.5, 0.4), (0, 2, "lookup", 0.3, 0.2),
    ]  # fmt: skip
    found = surprising_neurons(pd.DataFrame(rows, columns=["layer", "neuron", "explainer", "score", "low"]), n=5)
    assert list(found["neuron"]) == [0, 2]
    assert list(found["lookup"]) == [0.1, 0.3]


def test_surprise_needs_both_rules() -> None:
    rows = pd.DataFrame([(0, 0, "lookup", 0.1, 0.0)], columns=["layer", "neuron", "explainer", "score", "low"])
    assert surprising_neurons(rows, n=5).empty


def test_every_list_shows_n_and_interval_beside_the_score(small_home: Path) -> None:
    for table in open_page("overview").dataframe:
        assert {"score", "low", "high", "n_sequences", "state"} <= set(table.value.columns)


def test_a_dataset_without_explanations_says_what_to_do(small_home: Path) -> None:
    commit = next((small_home / "data" / "small" / "commits").glob("*.json"))
    content = orjson.loads(commit.read_bytes())
    content["parts"] = [part for part in content["parts"] if part["kind"] not in ("explanations", "scores")]
    commit.write_bytes(orjson.dumps(content))
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
