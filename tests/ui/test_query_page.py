"""Query: a SELECT is answered, linked to neurons and kept in the address; anything else is refused in words."""

from pathlib import Path

import pyarrow as pa
import pytest

from neuronview.records import NeuronId
from neuronview.ui import query_parts
from neuronview.ui.query_parts import EXAMPLES
from tests.support.pages import open_page


def asked(at, sql: str):
    at.text_area[0].set_value(sql)
    return at.button(key="FormSubmitter:query_form-Run").click().run()


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_each_example_is_answered(small_home: Path, name: str) -> None:
    at = open_page("query")
    at.selectbox(key="query_example").select(name).run()
    assert at.text_area[0].value == EXAMPLES[name]
    assert not at.exception
    assert not at.error


def test_a_query_of_the_address_is_answered_at_once(small_home: Path) -> None:
    at = open_page("query", sql="select layer, count(*) as n from neurons group by layer order by layer")
    assert at.dataframe[0].value.to_dict("records") == [{"layer": 0, "n": 5}, {"layer": 1, "n": 5}]


def test_rows_that_name_neurons_lead_to_them(small_home: Path) -> None:
    at = asked(open_page("query"), "select neuron, layer from neurons where layer = 1 order by neuron desc limit 1")
    assert list(at.dataframe[0].value["open"]) == ["1:4"]


def test_what_may_not_be_asked_is_said_and_the_query_stays(small_home: Path) -> None:
    at = asked(open_page("query"), "drop table browse")
    assert "Only SELECT" in at.error[0].value
    assert at.text_area[0].value == "drop table browse"
    assert not at.dataframe


def test_what_duckdb_says_besides_is_shown_line_by_line(small_home: Path) -> None:
    at = asked(open_page("query"), "select nothing from browse")
    assert "nothing" in at.error[0].value
    assert at.code[0].value.startswith("Candidate bindings")


def test_an_answer_without_rows_says_so(small_home: Path) -> None:
    at = asked(open_page("query"), "select * from browse where layer = 99")
    assert "No row" in at.info[0].value


def test_an_empty_query_asks_for_one(small_home: Path) -> None:
    assert "Write a query" in asked(open_page("query"), "  ").info[0].value


def test_a_table_is_explained_column_by_column(small_home: Path) -> None:
    at = open_page("query")
    at.selectbox(key="query_table_words").select("records").run()
    assert any("<dt>activations</dt>" in entry.proto.body for entry in at.get("html"))


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"layer": [1, None, 2], "neuron": [3, 4, -1]}, [NeuronId(1, 3), None, None]),
        ({"layer": ["1"], "neuron": [3]}, []),
        ({"layer": [1.5], "neuron": [3]}, []),
        ({"layer": [1]}, []),
    ],
)
def test_only_whole_numbers_name_a_neuron(columns, expected) -> None:
    assert query_parts._neurons(pa.table(columns)) == expected


def test_lists_structures_and_long_texts_are_cut_text() -> None:
    shown = query_parts._plain(pa.table({"a": [[1.23456, 2.0]], "b": [{"x": 1, "y": None}], "c": ["z" * 5000]}))
    assert shown["a"][0] == "1.235, 2"
    assert shown["b"][0] == "x 1; y None"
    assert len(shown["c"][0]) == query_parts.CELL_CHARACTERS + 2


@pytest.mark.parametrize(
    "sql",
    [
        "select date '290000-01-01' as at",
        "select 'infinity'::date as at, 'infinity'::timestamp as then",
        "select union_value(x := 1) as one, [union_value(x := 1)] as more",
        "select 1 as layer, 2 as neuron, 3 as open, 4 as open_",
        "select 170141183460469231731687303715884105727 as large, uuid() as id, '101'::bit as bits",
    ],
)
def test_values_and_names_of_every_kind_are_shown(small_home: Path, sql: str) -> None:
    at = asked(open_page("query"), sql)
    assert not at.exception
    assert len(at.dataframe[0].value) == 1


@pytest.mark.parametrize(("source", "is_out"), [("from range(2)", True), ("", False)])
def test_lists_that_would_make_a_large_file_are_offered_as_parquet_alone(
    small_home: Path, monkeypatch: pytest.MonkeyPatch, source: str, is_out: bool
) -> None:
    monkeypatch.setattr(query_parts, "MOST_NESTED", 1500)
    at = open_page("query", sql="select range(100) as numbers " + source)
    buttons = {button.key: button for button in at.get("download_button")}
    assert buttons["query_csv"].disabled == is_out
    assert ("Parquet" in buttons["query_csv"].help) == is_out
    assert not buttons["query_parquet"].disabled
