"""A Parquet file of texts has no checksum of what lies where: whatever is damaged there, no row goes without a word."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from neuronview.collect.files import read_documents
from neuronview.errors import BadInput

N = 20


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "texts.parquet"
    pq.write_table(pa.table({"text": [f"Text {n}." for n in range(N)]}), path, write_page_checksum=True)
    return path


def test_rows_that_a_damaged_footer_leaves_out_are_told(texts: Path) -> None:
    raw = texts.read_bytes()
    footer = len(raw) - 8 - int.from_bytes(raw[-8:-4], "little")
    told = set()
    for place in range(footer, len(raw)):
        texts.write_bytes(raw[:place] + b"\0" + raw[place + 1 :])
        try:
            assert len(list(read_documents([texts]))) == N, f"byte {place}"
        except BadInput as error:
            told.add(str(error))
    assert any("holds 0 rows and says 20" in words for words in told)


def test_a_file_without_rows_holds_no_documents(texts: Path) -> None:
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), texts)
    assert list(read_documents([texts])) == []
