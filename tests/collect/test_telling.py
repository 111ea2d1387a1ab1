"""How far a collection says it is: cutting by bytes or excerpts, writing by parts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch

from neuronview.collect import Document, Progress, Sizes, collect, read_documents
from neuronview.collect.cutting import Cutting
from neuronview.collect.passes import Reporter
from neuronview.demo.passages_written import written
from neuronview.model import load
from tests.model.tiny_gpt2 import save_tiny_gpt2

SMALL = Sizes(excerpt_tokens=24, shortest_random=16, min_token_count=2)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    texts = [entry.text for entry in written()[:30]]
    (folder / "a.txt").write_text("é\r\n".join(texts), newline="")
    (folder / "b.jsonl").write_text("\n".join(json.dumps({"text": text}) for text in texts))
    pq.write_table(pa.table({"text": texts}), folder / "c.parquet")
    return folder


def told(documents: Sequence[Document], folder: Path, most: int = 0) -> list[Progress]:
    torch.set_num_threads(1)
    said: list[Progress] = []
    model = load(save_tiny_gpt2(folder / "model", width=4))
    sizes = Sizes(**(vars(SMALL) | {"most_excerpts": most}))
    collect(model, documents, folder / "data", work=folder / "work", sizes=sizes, progress=said.append)
    return said


def test_all_bytes_of_all_files_are_read_when_the_last_document_is(files: Path) -> None:
    every = list(read_documents([files / "a.txt", files]))
    total = sum(file.stat().st_size for file in files.iterdir()) + (files / "a.txt").stat().st_size
    assert {document.size_of_all for document in every} == {total}
    assert sum(document.size for document in every) == total
    assert min(document.size for document in every) > 0


def test_cutting_tells_bytes_read_of_all_and_writing_parts_of_all(files: Path, tmp_path: Path) -> None:
    said = told(list(read_documents([files])), tmp_path)
    total = sum(file.stat().st_size for file in files.iterdir())
    cut = [now for now in said if now.stage == "cut"]
    assert {(now.total, now.unit) for now in cut} == {(total, "bytes")}
    assert [now.done for now in cut] == sorted(now.done for now in cut)
    assert (cut[0].done, cut[-1].done) == (0, total)
    write = [now for now in said if now.stage == "write"]
    parts = len(list((tmp_path / "data").glob("*.parquet")))
    assert [now.done for now in write] == list(range(parts + 1))
    assert {(now.total, now.unit) for now in write} == {(parts, "parts")}


def test_of_so_many_excerpts_cutting_tells_those_there_are(files: Path, tmp_path: Path) -> None:
    cut = [now for now in told(list(read_documents([files])), tmp_path, most=20) if now.stage == "cut"]
    assert {(now.total, now.unit) for now in cut} == {(20, "excerpts")}
    assert cut[-1].done == 20


def test_cutting_is_told_of_once_there_is_a_text() -> None:
    stages: list[str] = []
    cutting = Cutting(Reporter(lambda now: stages.append(now.stage), None))
    assert list(cutting.reading([])) == []
    assert stages == []
    assert len(list(cutting.reading([Document("a", "a")]))) == 1
    assert set(stages) == {"cut"}
