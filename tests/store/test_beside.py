"""What a visitor made beside a dataset that all share: the same to be read as when both are opened together anew."""

import dataclasses
import gc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from neuronview.records import Explanation, NeuronId
from neuronview.store import Dataset, NeuronFilter
from neuronview.store.beside import DatasetBeside
from neuronview.store.schema import NEURONS
from neuronview.store.simulations import StoredSimulation
from neuronview.store.user import save_explanations
from neuronview.store.write import commit_parts, write_part
from tests.support import small_dataset

MADE = (1, 2)
DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"


def made(text: str = "mine", explainer: str = "person", simulator: str = "") -> Explanation:
    """An explanation with scores, newer than those of the dataset."""
    plain = small_dataset.explanation(*MADE, explainer, 0.7, text)
    when = dataclasses.replace(plain.provenance, created="2026-11-01T00:00:00Z")
    scores = [
        dataclasses.replace(score, provenance=when, simulator=simulator or score.simulator) for score in plain.scores
    ]
    return dataclasses.replace(plain, scores=scores, provenance=when)


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Dataset]:
    opened = Dataset(small_dataset.build(tmp_path / "small"))
    yield opened
    opened.close()


def rows(dataset: Dataset, table: str) -> pd.DataFrame:
    found = dataset.query(f"select * from {table}").to_pandas()  # noqa: S608 - names of ours
    found = found.astype(str).sort_index(axis=1)
    return found.sort_values(list(found.columns)).reset_index(drop=True)


def same(found: Dataset, anew: Dataset) -> None:
    for table in ("neurons", "vocabulary", "explanations", "scores", "shares", "browse"):
        pd.testing.assert_frame_equal(rows(found, table), rows(anew, table))
    for text in ("", "thing", "mine", "lookup"):
        chosen = NeuronFilter(text=text)
        pd.testing.assert_frame_equal(found.neurons(chosen), anew.neurons(chosen))
        assert found.count(chosen) == anew.count(chosen)
    everyone = [NeuronId(0, 0), NeuronId(1, 1), NeuronId(*MADE), NeuronId(1, 4)]
    for neuron in everyone:
        assert found.explanations(neuron) == anew.explanations(neuron)
        assert repr([e.scores for e in found.explanations(neuron)]) == repr(
            [e.scores for e in anew.explanations(neuron)]
        )
        one, other = found.neuron(neuron), anew.neuron(neuron)
        assert [record.tokens for record in one.top] == [record.tokens for record in other.top]
    pd.testing.assert_frame_equal(found.labels(everyone), anew.labels(everyone))
    assert found.readers() == anew.readers()
    assert found.stamp == anew.stamp


@pytest.mark.parametrize(
    "explanations",
    [
        [made()],
        [made("a"), made("b", "lookup")],
        [made(" Fires on thing 12 in lookup.", "lookup")],
        [made("told", "language", "some-model")],
    ],
    ids=["one", "two", "one that is there already", "by another reader"],
)
def test_it_reads_as_if_opened_anew(shared: Dataset, tmp_path: Path, explanations: list[Explanation]) -> None:
    save_explanations(tmp_path / "mine", explanations, label="test")
    beside = DatasetBeside(shared, tmp_path / "mine")
    assert beside._connection is shared._connection, "it shares the tables"
    same(beside, Dataset(shared.folder, overlay=tmp_path / "mine"))


def test_a_dataset_and_two_visitors_see_each_their_own(shared: Dataset, tmp_path: Path) -> None:
    for name in ("first", "second"):
        save_explanations(tmp_path / name, [made(f"by the {name}")], label="test")
    first, second = (DatasetBeside(shared, tmp_path / name) for name in ("first", "second"))
    for dataset, own in ((first, ["by the first"]), (second, ["by the second"]), (shared, [])):
        assert [e.text for e in dataset.explanations(MADE) if e.explainer == "person"] == own
        assert dataset.count(NeuronFilter(text="by the")) == len(own)


def test_what_is_kept_of_a_neuron_is_shared_where_nothing_was_made_for_it(shared: Dataset, tmp_path: Path) -> None:
    save_explanations(tmp_path / "mine", [made()], label="test")
    beside = DatasetBeside(shared, tmp_path / "mine")
    assert beside.stamp_about((0, 1)) == shared.stamp_about((0, 1)) == shared.stamp
    assert beside.stamp_about(MADE) == beside.stamp != shared.stamp
    assert beside.stamp_collected == shared.stamp


def test_simulations_alone_are_something_made_for_a_neuron(shared: Dataset, tmp_path: Path) -> None:
    told = StoredSimulation("x", NeuronId(*MADE), "model", 3, np.full(8, 0.5), "0-10")
    save_explanations(
        tmp_path / "mine", [small_dataset.explanation(0, 0, "person", 0.5, "m")], label="t", simulations=[told]
    )
    beside = DatasetBeside(shared, tmp_path / "mine")
    assert beside.stamp_about(MADE) == beside.stamp


def test_other_readers_put_explanations_of_all_neurons_in_another_order(shared: Dataset, tmp_path: Path) -> None:
    save_explanations(tmp_path / "mine", [made("told", "language", "some-model")], label="test")
    assert DatasetBeside(shared, tmp_path / "mine").stamp_about((0, 1)) != shared.stamp_about((0, 1))


def test_where_more_than_explanations_was_made_it_is_opened_for_itself(shared: Dataset, tmp_path: Path) -> None:
    own = tmp_path / "mine"
    row = small_dataset.neuron_row(*MADE) | {"maximum": 99.0}
    commit_parts(own, [write_part(own, "neurons", pa.Table.from_pylist([row], schema=NEURONS))], label="test")
    beside = DatasetBeside(shared, own)
    assert beside._connection is not shared._connection
    assert beside.stamp_about((0, 1)) == beside.stamp_collected == beside.stamp
    beside.close()
    assert shared.count() > 0, "the shared one stays open"


def test_where_the_shared_one_has_changed_it_is_opened_for_itself(shared: Dataset, tmp_path: Path) -> None:
    save_explanations(tmp_path / "mine", [made()], label="test")
    save_explanations(shared.folder, [made("newer")], label="test")
    beside = DatasetBeside(shared, tmp_path / "mine")
    assert {"mine", "newer"} <= {entry.text for entry in beside.explanations(MADE)}


def test_its_tables_go_with_it(shared: Dataset, tmp_path: Path) -> None:
    save_explanations(tmp_path / "mine", [made()], label="test")
    asked = "select count(*) as n from duckdb_databases() where database_name like 'beside%'"
    beside = DatasetBeside(shared, tmp_path / "mine")
    assert shared.query(asked)["n"].to_pylist() == [1]
    del beside
    gc.collect()
    assert shared.query(asked)["n"].to_pylist() == [0]


def test_a_search_among_tokens_finds_the_same(shared: Dataset, tmp_path: Path) -> None:
    save_explanations(tmp_path / "mine", [made(), made("a thing of cats")], label="test")
    beside, anew = DatasetBeside(shared, tmp_path / "mine"), Dataset(shared.folder, overlay=tmp_path / "mine")
    for within in ("tokens", "either"):
        chosen = NeuronFilter(text="cat", within=within)
        assert beside.count(chosen) > 0
        pd.testing.assert_frame_equal(beside.neurons(chosen), anew.neurons(chosen))
    asked = [NeuronId(*MADE), NeuronId(0, 0)]
    assert beside.searcher.top_tokens(asked) == anew.searcher.top_tokens(asked)


def test_tables_of_a_visitor_hold_the_touched_neurons_alone(shared: Dataset, tmp_path: Path) -> None:
    save_explanations(tmp_path / "mine", [made()], label="run")
    beside = DatasetBeside(shared, tmp_path / "mine")
    cursor = beside._connection.cursor()
    query = "select schema_name, table_name from duckdb_tables() where database_name = ?"
    tables = cursor.execute(query, [beside._within]).fetchall()
    assert {name for _, name in tables} >= {"touched", "browse", "explanations", "scores"}
    for schema, name in tables:
        found = cursor.execute(f"select distinct layer, neuron from {beside._within}.{schema}.{name}").fetchall()  # noqa: S608
        assert found == [MADE]
    beside.close()


def test_a_search_finds_rows_of_the_shared_table_and_of_the_visitors(shared: Dataset, tmp_path: Path) -> None:
    save_explanations(tmp_path / "mine", [made("a thing of mine"), made("another", "lookup")], label="run")
    beside, anew = DatasetBeside(shared, tmp_path / "mine"), Dataset(shared.folder, overlay=tmp_path / "mine")
    for chosen in (
        NeuronFilter(text="thing"),
        NeuronFilter(text="^(a thing|another)", regex=True),
        NeuronFilter(text='"'),
        NeuronFilter(text="thing", within="either"),
    ):
        found, expected = beside.neurons(chosen), anew.neurons(chosen)
        assert len(expected)
        pd.testing.assert_frame_equal(found, expected)
        assert beside.count(chosen) == anew.count(chosen)
    beside.close()


def test_pages_hold_each_row_once_where_a_neuron_has_many_that_are_equal(shared: Dataset, tmp_path: Path) -> None:
    save_explanations(tmp_path / "mine", [made(f"thing {number}") for number in range(60)], label="run")
    beside, anew = DatasetBeside(shared, tmp_path / "mine"), Dataset(shared.folder, overlay=tmp_path / "mine")
    for chosen in (NeuronFilter(), NeuronFilter(text="thing"), NeuronFilter(text="thing", regex=True)):
        for sort in ("low", "layer", "relevance"):
            pages = [beside.neurons(chosen, sort=sort, limit=11, offset=skip) for skip in range(0, 80, 11)]
            found = [text for page in pages for text in page["explanation"]]
            assert len(set(found)) == len(found) == 80
            assert found == list(anew.neurons(chosen, sort=sort, limit=80)["explanation"])
    assert beside.export(NeuronFilter(), "csv") == anew.export(NeuronFilter(), "csv")


@pytest.mark.parametrize(
    "text",
    [
        "thing",
        "things",
        "thin",
        '"thing 12"',
        "thing 1",
        "hin",
        "fires thing",
        "in -lookup",
        '"',
        "12.",
        "/1[0-3]/",
        "mine",
    ],
)
def test_relevance_is_that_of_one_index_of_everything(shared: Dataset, tmp_path: Path, text: str) -> None:
    explanations = [made(" Fires on thing 12 in lookup.", "lookup"), made("thing thing 12."), made("all of mine")]
    save_explanations(tmp_path / "mine", explanations, label="run")
    beside, anew = DatasetBeside(shared, tmp_path / "mine"), Dataset(shared.folder, overlay=tmp_path / "mine")
    for within in ("explanations", "either"):
        chosen = NeuronFilter(text=text, within=within)
        found, expected = (each.neurons(chosen, sort="relevance", limit=200) for each in (beside, anew))
        assert len(expected) or within == "either"
        pd.testing.assert_frame_equal(found, expected)
        assert beside.searcher.find(text).inside == anew.searcher.find(text).inside


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dataset, Dataset]]:
    """The embedded dataset, whose neurons differ in tokens and texts, beside and together with a visitor's results."""
    own = tmp_path_factory.mktemp("varied") / "mine"
    made_here = [
        dataclasses.replace(made(text, "person"), neuron=NeuronId(layer, neuron))
        for layer, neuron, text in (
            (0, 3, "the"),
            (0, 200, "river bank of a town by night"),
            (3, 17, "years and names " * 9),
        )
    ]
    save_explanations(own, made_here, label="run")
    with_shared, anew = Dataset(DEMO), Dataset(DEMO, overlay=own)
    yield DatasetBeside(with_shared, own), anew
    anew.close()
    with_shared.close()


@pytest.mark.parametrize("within", ["explanations", "tokens", "either"])
@pytest.mark.parametrize("text", ["the", "year", "rive", '"of the"', "names", "ight", ","])
def test_neurons_that_differ_are_found_as_in_one_index(varied: tuple[Dataset, Dataset], text: str, within: str) -> None:
    beside, anew = varied
    chosen = NeuronFilter(text=text, within=within)
    assert beside.count(chosen) == anew.count(chosen)
    for sort in ("relevance", "neuron"):
        found, expected = (each.neurons(chosen, sort=sort, limit=60) for each in varied)
        pd.testing.assert_frame_equal(found, expected, check_exact=True)
    relevant = [sorted(each.searcher.find(text, within=within).rows.column("relevance").to_pylist()) for each in varied]
    assert relevant[0] == relevant[1]


@pytest.mark.parametrize(("text", "regex"), [("the", False), ('"', False), ("th|year", True), ("", True)])
def test_no_row_is_found_that_another_stands_for_and_none_twice(
    varied: tuple[Dataset, Dataset], text: str, regex: bool
) -> None:
    beside, anew = varied
    for within in ("explanations", "tokens", "either"):
        found = beside.searcher.find(text, regex=regex, within=within).rows.column("row").to_pylist()
        there = set(beside.query("select row from browse_rows")["row"].to_pylist())
        assert set(found) <= there
        assert len(set(found)) == len(found) == anew.searcher.find(text, regex=regex, within=within).rows.num_rows


def test_an_expression_needs_no_index_of_words(shared: Dataset, tmp_path: Path) -> None:
    save_explanations(tmp_path / "mine", [made()], label="run")
    beside = DatasetBeside(shared, tmp_path / "mine")
    assert beside.count(NeuronFilter(text="min.", regex=True)) == 1
    assert not beside.searcher.ready
    assert not shared.searcher.ready


def test_a_neuron_that_the_model_has_not_is_found_by_its_text(shared: Dataset, tmp_path: Path) -> None:
    beyond = [dataclasses.replace(made("beyond all"), neuron=NeuronId(*place)) for place in ((0, 7), (5, 2))]
    save_explanations(tmp_path / "mine", [*beyond, made()], label="run")
    beside, anew = DatasetBeside(shared, tmp_path / "mine"), Dataset(shared.folder, overlay=tmp_path / "mine")
    for within in ("explanations", "either"):
        found, expected = (each.neurons(NeuronFilter(text="beyond", within=within)) for each in (beside, anew))
        pd.testing.assert_frame_equal(found, expected)
        assert len(found) == 2
    assert beside.count(NeuronFilter(text="thing")) == anew.count(NeuronFilter(text="thing"))


def test_what_a_visitor_has_found_is_soon_forgotten(shared: Dataset, tmp_path: Path) -> None:
    save_explanations(tmp_path / "mine", [made()], label="run")
    beside = DatasetBeside(shared, tmp_path / "mine")
    for text in ("a", "b", "c", "d"):
        beside.searcher.find(text)
    assert len(beside.searcher._last) == 2


def test_a_visitors_index_holds_his_own_rows_alone(shared: Dataset, tmp_path: Path) -> None:
    save_explanations(tmp_path / "mine", [made("a word that nobody has")], label="run")
    beside = DatasetBeside(shared, tmp_path / "mine")
    read = []
    ask = beside.searcher._ask
    beside.searcher._ask = lambda query, values: read.append(ask(query, values)) or read[-1]
    assert beside.searcher.find("nobody").rows.num_rows == 1
    assert beside.searcher.find("nobod.", regex=True).rows.num_rows == 1
    touched = beside.query(f"select * from browse where layer = {MADE[0]} and neuron = {MADE[1]}").num_rows  # noqa: S608
    assert 0 < sum(table.num_rows for table in read) <= 4 * touched
    assert not list((tmp_path / "mine").glob("search/*"))
