"""Files for spreadsheets: what begins like a formula stands as text, numbers stay numbers, lists are whole."""

import csv
import io
import json

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from neuronview.store.csv_cells import csv_of_table
from neuronview.store.nested import bytes_of, nested_bytes
from neuronview.store.visiting import _readable
from tests.support.hostile_text import PAYLOADS

TEXTS = [text for text in PAYLOADS if "\0" not in text]


def test_no_text_begins_like_a_formula() -> None:
    table = pa.table({"text": [*TEXTS, None], "number": [-1.5] * (len(TEXTS) + 1)})
    found = pd.read_csv(io.BytesIO(csv_of_table(table)), keep_default_na=False, dtype={"text": str})
    assert not [text for text in found["text"] if text.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert set(found["number"]) == {-1.5}
    assert "'=1+1" in set(found["text"])


def test_no_name_of_a_column_and_no_enumeration_begins_like_a_formula() -> None:
    table = pa.table({"=cmd": [1], "kind": pa.array(["@SUM(1)"]).dictionary_encode()})
    found = pd.read_csv(io.BytesIO(csv_of_table(table)))
    assert found.to_dict("list") == {"'=cmd": [1], "kind": ["'@SUM(1)"]}


def test_lists_and_structures_are_json_to_their_end() -> None:
    longs = [list(range(500)), None, []]
    pairs = [{"a": 1.5, "b": ["=1"]}, None, {"a": None, "b": None}]
    found = read(pa.table({"many": longs, "pair": pairs, "text": ["x" * 9999] * 3}))
    assert [json.loads(cell) if cell else None for cell in found["many"]] == longs
    assert [json.loads(cell) if cell else None for cell in found["pair"]] == pairs
    assert found["text"] == ["x" * 9999] * 3


def test_a_single_column_has_a_line_for_what_is_missing() -> None:
    for values in ([1, None, 3], ["a", None, "b"], [[1], None, [2]]):
        frame = pd.read_csv(io.BytesIO(csv_of_table(pa.table({"one": values}))))
        assert frame["one"].isna().to_list() == [False, True, False]


def read(table: pa.Table) -> dict[str, list[str]]:
    """Cells by column, as Python's own reader finds them."""
    names, *rows = csv.reader(io.StringIO(csv_of_table(table).decode()))
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("0.1::float", "0.1"),
        ("[0.1::float, 1e-7::float, null, 'nan'::float]", "[0.1,1e-7,null,null]"),
        ("{'a': 0.3::float, 'b': [[0.2::float]]}", '{"a":0.3,"b":[[0.2]]}'),
        ("{'a': 0.1::double}", '{"a":0.1}'),
        ("map {'x': 0.1::float}", '[["x",0.1]]'),
        ("array[0.1, 2]::float[2]", "[0.1,2.0]"),
        ("blob '\\x00\\xFF'", "00ff"),
        ("['a'::blob]", '["61"]'),
        ("170141183460469231731687303715884105727::hugeint", "170141183460469231731687303715884105727"),
        ("[170141183460469231731687303715884105727::hugeint]", '["170141183460469231731687303715884105727"]'),
        ("340282366920938463463374607431768211455::uhugeint", "340282366920938463463374607431768211455"),
        ("1.25::decimal(9, 2)", "1.25"),
        ("date '2026-01-02'", "2026-01-02"),
        ("timestamp '2026-01-02 10:11:12'", "2026-01-02 10:11:12"),
        ("interval 1 day", "1 day"),
        ("[date '2026-01-02', null]", "[2026-01-02, NULL]"),
        ("'018f2c3e-0000-7000-8000-000000000000'::uuid", "018f2c3e-0000-7000-8000-000000000000"),
        ("'1011'::bit", "1011"),
        ("true", "true"),
        ("union_value(number := 3)", "3"),
        ("['=1']", '["=1"]'),
        ("-1", "-1"),
        ("'-1'", "'-1"),
    ],
)
def test_each_value_of_a_query_is_written(value: str, cell: str) -> None:
    table = _readable(duckdb.sql(f"select {value} as cell")).to_arrow_table()
    assert read(table) == {"cell": [cell]}


@pytest.mark.parametrize("kind", [pa.string_view(), pa.large_string(), pa.uuid(), pa.duration("s")])
def test_other_types_of_arrow_are_words(kind: pa.DataType) -> None:
    value = {pa.uuid(): b"\0" * 16, pa.duration("s"): 5}.get(kind, "=x")
    storage = pa.array([value], getattr(kind, "storage_type", kind))
    column = pa.ExtensionArray.from_storage(kind, storage) if isinstance(kind, pa.BaseExtensionType) else storage
    wanted = {pa.uuid(): "00000000-0000-0000-0000-000000000000", pa.duration("s"): "0:00:05"}.get(kind, "'=x")
    assert read(pa.table({"cell": column})) == {"cell": [wanted]}


def test_what_lists_hold_counts_also_where_arrow_only_counts() -> None:
    nulls = pa.array([[None] * 1000], pa.list_(pa.null()))
    table = pa.table({"nulls": nulls, "numbers": pa.array([[1.0] * 1000]), "text": ["x" * 99999]})
    assert bytes_of(nulls) >= 4000
    assert 12_000 <= nested_bytes(table) < 13_000
    assert bytes_of(pa.array([{"a": [1]}, None])) > 0
    assert bytes_of(pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64()))) > 8
