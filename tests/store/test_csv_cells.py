"""Files for spreadsheets: what begins like a formula stands as text, numbers stay numbers, lists are whole."""

import io
import json

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from neuronview.store.csv_cells import csv_of_table
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
    table = pa.table(
        {"many": longs, "pair": [{"a": 1.5, "b": ["=1"]}, None, {"a": None, "b": None}], "text": ["x" * 9999] * 3}
    )
    found = pd.read_csv(io.BytesIO(csv_of_table(table)), keep_default_na=False)
    assert [json.loads(cell) if cell else None for cell in found["many"]] == longs
    assert json.loads(found["pair"][0]) == {"a": 1.5, "b": ["=1"]}
    assert set(found["text"]) == {"x" * 9999}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("interval 1 day", "days=1"),
        ("interval 3 months", "3"),
        ("blob '\\x00\\xFF'", "00ff"),
        ("['a'::blob]", '["61"]'),
        ("map {1: 'x'}", '[[1,"x"]]'),
        ("170141183460469231731687303715884105727::hugeint", "170141183460469231731687303715884105727"),
        ("[170141183460469231731687303715884105727::hugeint]", "170141183460469231731687303715884105727"),
        ("1.25::decimal(9, 2)", "1.25"),
        ("date '2026-01-02'", "2026-01-02"),
        ("time '10:11:12'", "10:11:12"),
        ("timestamp '2026-01-02 10:11:12'", "2026-01-02 10:11:12"),
        ("[date '2026-01-02']", '["2026-01-02"]'),
        ("'018f2c3e-0000-7000-8000-000000000000'::uuid", "018f2c3e-0000-7000-8000-000000000000"),
        ("true", "true"),
        ("null", ""),
        ("array[1, 2]::integer[2]", "[1,2]"),
        ("union_value(number := 3)", "3"),
    ],
)
def test_whatever_a_query_gives_can_be_written(value: str, words: str) -> None:
    table = duckdb.sql(f"select {value} as cell").to_arrow_table()
    found = csv_of_table(table).decode().splitlines()
    assert found[0] == '"cell"'
    assert words in "".join(found[1:]).replace('""', '"')
