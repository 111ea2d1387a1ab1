"""Files for spreadsheets: what begins like a formula stands as text, numbers stay numbers."""

import io
from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pytest

from neuronview.store.csv_cells import csv_of_frame, csv_of_table
from tests.support.hostile_text import PAYLOADS

TEXTS = [text for text in PAYLOADS if "\0" not in text]


@pytest.mark.parametrize("written", [lambda table: csv_of_frame(table.to_pandas()), csv_of_table])
def test_no_text_begins_like_a_formula(written: Callable[[pa.Table], bytes]) -> None:
    table = pa.table({"text": [*TEXTS, None], "number": [-1.5] * (len(TEXTS) + 1)})
    found = pd.read_csv(io.BytesIO(written(table)), keep_default_na=False, dtype={"text": str})
    assert not [text for text in found["text"] if text.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert set(found["number"]) == {-1.5}
    assert "'=1+1" in set(found["text"])


@pytest.mark.parametrize("written", [lambda table: csv_of_frame(table.to_pandas()), csv_of_table])
def test_no_name_of_a_column_and_no_enumeration_begins_like_a_formula(written: Callable[[pa.Table], bytes]) -> None:
    table = pa.table({"=cmd": [1], "kind": pa.array(["@SUM(1)"]).dictionary_encode()})
    found = pd.read_csv(io.BytesIO(written(table)))
    assert found.to_dict("list") == {"'=cmd": [1], "kind": ["'@SUM(1)"]}


def test_the_table_that_was_given_stays_as_it_was() -> None:
    frame = pd.DataFrame({"text": ["=1+1"]})
    csv_of_frame(frame)
    assert list(frame["text"]) == ["=1+1"]
