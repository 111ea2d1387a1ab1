"""Exports as tables, opened by what knows nothing of us; imports of them, whole and damaged."""

import csv
import gc
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from neuronview.errors import BadInput, Cancelled, DatasetError, FormatError
from neuronview.formats.exporting import export
from neuronview.formats.parquet import import_parquet
from neuronview.formats.slices import Choice
from neuronview.records import Explanation, NeuronId
from neuronview.store import Dataset, damaged_parts, save_explanations
from tests.support import by_hand, small_dataset

FORMULAS = ["=1+1", "+x", "-x", "@x", "\tx", "\rx", "'x"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return Dataset(small_dataset.build(tmp_path_factory.mktemp("small") / "small"))


@pytest.fixture
def tables(small: Dataset, tmp_path: Path) -> Path:
    export(small, "parquet", tmp_path / "tables")
    return tmp_path / "tables"


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


# --- Parquet --------------------------------------------------------------------------------------------------------


def test_records_and_excerpts_join_to_tokens_with_their_activations(tables: Path, small: Dataset) -> None:
    records, excerpts = pd.read_parquet(tables / "records.parquet"), pd.read_parquet(tables / "excerpts.parquet")
    joined = records.merge(excerpts, on="excerpt_id").query("layer == 1 and neuron == 3 and group == 'top'")
    stored = {record.rank: record for record in small.neuron((1, 3)).top}
    assert len(joined) == len(stored) == 4
    for row in joined.itertuples():
        assert tuple(row.tokens) == stored[row.rank].tokens
        assert np.array_equal(row.activations, stored[row.rank].activations)


def test_each_excerpt_stands_once(tables: Path) -> None:
    numbers = pd.read_parquet(tables / "excerpts.parquet")["excerpt_id"]
    assert sorted(numbers) == list(range(small_dataset.EXCERPTS))


def test_an_export_of_one_neuron_has_its_rows_and_excerpts_only(small: Dataset, tmp_path: Path) -> None:
    export(small, "parquet", tmp_path / "one", Choice(neurons=(NeuronId(1, 3),)))
    for name in ("neurons", "records", "explanations", "scores"):
        found = pd.read_parquet(tmp_path / "one" / f"{name}.parquet")
        assert set(zip(found["layer"], found["neuron"], strict=True)) == {(1, 3)}, name


def test_what_a_person_made_is_exported_with_the_dataset(small: Dataset, tmp_path: Path) -> None:
    save_explanations(tmp_path / "own", [Explanation("mine", "me", NeuronId(0, 0))], label="test")
    export(Dataset(small.folder, overlay=tmp_path / "own"), "parquet", tmp_path / "tables")
    assert "mine" in set(pd.read_parquet(tmp_path / "tables" / "explanations.parquet")["text"])


def test_an_imported_dataset_is_whole(tables: Path, tmp_path: Path) -> None:
    report = import_parquet(tables, tmp_path / "again", name="again")
    assert damaged_parts(tmp_path / "again") == []
    assert report.rows["records"] == pq.read_metadata(tables / "records.parquet").num_rows
    assert Dataset(tmp_path / "again").manifest.name == "again"


def rewrite(change: Callable[[pa.Table], pa.Table]) -> Callable[[Path], None]:
    return lambda path: pq.write_table(change(pq.read_table(path)), path)


def replaced(name: str, value: Any) -> Callable[[Path], None]:
    """One column with the same value in every row."""

    def change(table: pa.Table) -> pa.Table:
        place = table.column_names.index(name)
        return table.set_column(place, table.field(name), pa.array([value] * len(table), table.field(name).type))

    return rewrite(change)


@pytest.mark.parametrize(
    ("name", "damage", "message"),
    [
        ("neuronview-export.json", Path.unlink, "nothing says which model"),
        ("neuronview-export.json", lambda path: path.write_text("{"), "nothing says which model"),
        ("records.parquet", lambda path: path.write_bytes(path.read_bytes()[:-50]), "no Parquet file that can be read"),
        ("records.parquet", rewrite(lambda table: table.drop_columns("activations")), "no column activations"),
        ("records.parquet", rewrite(lambda table: table.drop_columns("layer")), "no column layer"),
        ("records.parquet", rewrite(lambda table: table.drop_columns("rank")), "lack the columns rank"),
        ("records.parquet", replaced("layer", 7), "a layer beyond 0 to 1"),
        ("records.parquet", replaced("neuron", -1), "a neuron beyond 0 to 4"),
        ("records.parquet", replaced("excerpt_id", 99), "refers to excerpt 99"),
        ("records.parquet", replaced("activations", [0.0] * 9), "9 activations of excerpt"),
        ("records.parquet", replaced("activations", [float("nan")] * 8), "no number"),
        ("records.parquet", replaced("activations", [1e6] * 8), "16 bits do not hold"),
        ("excerpts.parquet", Path.unlink, "refers to excerpt"),
        ("excerpts.parquet", rewrite(lambda table: table.drop_columns("tokens")), "no column tokens"),
        ("scores.parquet", rewrite(lambda table: table.drop_columns("neuron")), "no column neuron"),
    ],
)
def test_tables_that_do_not_fit_are_refused_and_nothing_is_left(
    tables: Path, tmp_path: Path, name: str, damage: Callable[[Path], None], message: str
) -> None:
    damage(tables / name)
    if name != "neuronview-export.json":  # changed on purpose, as its note is told
        by_hand.edit(tables / "neuronview-export.json", lambda note: note.pop("sha256"))
    with pytest.raises(Exception, match=message) as raised:
        import_parquet(tables, tmp_path / "again")
    assert isinstance(raised.value, FormatError) or "lack the columns" in str(raised.value)
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]


def test_a_folder_that_is_taken_is_left_alone(tables: Path, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "mine.txt").write_text("x")
    with pytest.raises(BadInput, match="there already"):
        import_parquet(tables, tmp_path / "again")
    assert [path.name for path in (tmp_path / "again").iterdir()] == ["mine.txt"]


def test_a_stopped_import_leaves_nothing(tables: Path, tmp_path: Path) -> None:
    asked = iter([False, False, True])
    with pytest.raises(Cancelled):
        import_parquet(tables, tmp_path / "again", should_stop=lambda: next(asked))
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]


@pytest.mark.parametrize("form", ["parquet", "csv", "neuronpedia"])
def test_a_disk_that_fills_up_leaves_nothing_and_says_so_once(
    small: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Dataset, "rows", rows_once(Dataset.rows, full))
    with pytest.raises(DatasetError, match="No space left"):
        export(small, form, tmp_path / "out")
    gc.collect()
    assert not list(tmp_path.iterdir())
    assert capsys.readouterr().err == ""


def rows_once(rows: Callable[..., Any], then: Callable[..., None]) -> Callable[..., Any]:
    """As before for the first layer, which opens the files; afterwards something else."""
    return lambda self, kind, neurons: rows(self, kind, neurons) if neurons[0].layer == 0 else then()


# --- CSV ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["neurons", "records", "explanations", "scores", "excerpts", "vocabulary"])
def test_csv_has_the_rows_and_values_of_parquet(small: Dataset, tables: Path, tmp_path: Path, name: str) -> None:
    export(small, "csv", tmp_path / "csv")
    table, rows = pq.read_table(tables / f"{name}.parquet"), cells(tmp_path / "csv" / f"{name}.csv")
    assert len(rows) == len(table)
    for row, stored in zip(rows, table.to_pylist(), strict=True):
        for column, value in stored.items():
            assert same_cell(row[column], value, table.field(column).type), (column, row[column], value)


def same_cell(cell: str, value: Any, kind: pa.DataType) -> bool:
    if value is None:
        return cell == ""
    if pa.types.is_nested(kind):
        read, wanted = json.loads(cell), value
        if pa.types.is_list(kind) and pa.types.is_floating(kind.value_type):
            return np.array_equal(np.asarray(read, np.float32), np.asarray(wanted, np.float32))
        return bool(read == wanted)
    if pa.types.is_float32(kind):
        return np.float32(cell) == np.float32(value)
    if pa.types.is_float64(kind):
        return float(cell) == value
    return cell == str(value)


def test_a_text_that_a_spreadsheet_would_run_has_an_apostrophe_before_it(small: Dataset, tmp_path: Path) -> None:
    neuron = NeuronId(0, 0)
    own = [Explanation(text, "me", neuron) for text in [*FORMULAS, "plain = text"]]
    save_explanations(tmp_path / "own", own, label="test")
    report = export(Dataset(small.folder, overlay=tmp_path / "own"), "csv", tmp_path / "csv")
    found = {row["text"] for row in cells(tmp_path / "csv" / "explanations.csv") if row["explainer"] == "me"}
    assert found == {*(f"'{text}" for text in FORMULAS), "plain = text"}
    assert any("apostrophe" in words for words in report.left_out)


def test_negative_numbers_stay_numbers_in_csv(small: Dataset, tmp_path: Path) -> None:
    export(small, "csv", tmp_path / "csv")
    minima = [float(row["minimum"]) for row in cells(tmp_path / "csv" / "neurons.csv")]
    assert min(minima) < 0


def test_an_excerpt_in_csv_has_its_text_on_one_line_of_cells(small: Dataset, tmp_path: Path) -> None:
    export(small, "csv", tmp_path / "csv")
    first = cells(tmp_path / "csv" / "excerpts.csv")[0]
    assert first["text"] == "".join(small_dataset.WORDS)
    assert json.loads(first["tokens"]) == small_dataset.WORDS


def test_a_column_that_older_parts_lack_is_empty(small: Dataset, tables: Path) -> None:
    assert pc.is_null(pq.read_table(tables / "scores.parquet")["measures"]).to_pylist() == [True] * 60
