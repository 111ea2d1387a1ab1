"""Documents from .txt, .md, .jsonl and .parquet files and from folders of them, in a fixed order.

A text file is one document, or several where it is long: sections of about SECTION characters, cut between paragraphs,
so that a book is not one document whose excerpts are all near-duplicates of each other. A JSON line or Parquet row has
`text`, and may have `id`, `source` and `template`. Knows nothing of tokens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from neuronview.collect.corpus import Document
from neuronview.errors import BadInput

__all__ = ["SUFFIXES", "read_documents"]

TEXT = (".txt", ".md")
SUFFIXES = (*TEXT, ".jsonl", ".parquet")
FIELDS = ("id", "text", "source", "template")
SECTION = 2000


def read_documents(paths: Sequence[str | Path], *, source: str = "") -> Iterator[Document]:
    """Documents of files and folders; folders are read through, sorted by path.

    `source`: for documents that name none themselves. Raises BadInput for a path that is not there or of another
    kind, for a line that is no JSON object with a text, and for text that is not UTF-8.
    """
    seen: Counter[str] = Counter()
    roots = [Path(given).expanduser() for given in paths]
    files_of = [_files(root) for root in roots]
    size_of_all = sum(file.stat().st_size for files in files_of for file in files)
    for root, files in zip(roots, files_of, strict=True):
        for file in files:
            name = file.relative_to(root if root.is_dir() else root.parent).as_posix()
            seen[name] += 1
            name = name if seen[name] == 1 else f"{name} ({seen[name]})"
            before = 0
            for number, row, end in _rows(file, name):
                found = _document(row, where=f"{name}, row {number}", number=number, name=name, source=source)
                yield replace(found, size=end - before, size_of_all=size_of_all)
                before = end


def _files(root: Path) -> list[Path]:
    if root.is_dir():
        files = sorted(file for file in root.rglob("*") if file.suffix in SUFFIXES and file.is_file())
        if not files:
            raise BadInput(f"The folder {root} holds no {', '.join(SUFFIXES)} file. Give a folder or file of texts.")
        return files
    if not root.is_file():
        raise BadInput(f"There is no file or folder {root}. Give {', '.join(SUFFIXES)} files or folders of them.")
    if root.suffix not in SUFFIXES:
        raise BadInput(f"{root.name} is of no kind that is read here. Give {', '.join(SUFFIXES)} files.")
    return [root]


def _rows(file: Path, name: str) -> Iterator[tuple[int, Any, int]]:
    """Number and content of each row, and how many bytes of the file end with it."""
    try:
        if file.suffix in TEXT:
            yield from _text_rows(file, name)
        elif file.suffix == ".jsonl":
            yield from _json_rows(file)
        else:
            yield from _parquet_rows(file)
    except UnicodeDecodeError as error:
        raise BadInput(f"{file.name} is not UTF-8 text. Save it as UTF-8.") from error
    except (OSError, pa.ArrowException) as error:
        raise BadInput(f"{file.name} cannot be read ({error}). Write it again, or choose another file.") from error


def _text_rows(file: Path, name: str) -> Iterator[tuple[int, Any, int]]:
    text = file.read_text(encoding="utf-8")
    pieces, size, end = _sections(text), file.stat().st_size, 0
    for number, piece in enumerate(pieces, start=1):
        end += len(piece)
        yield number, {"text": piece, "id": name if len(pieces) == 1 else None}, size * end // max(1, len(text))


def _sections(text: str) -> list[str]:
    """The text in pieces that join to it again, each cut after a paragraph, else a line, else a word."""
    pieces, start = [], 0
    while len(text) - start > 2 * SECTION:
        first, last = start + SECTION, start + 2 * SECTION
        ends = (text.find(mark, first, last) + len(mark) for mark in ("\n\n", "\n", " ") if mark in text[first:last])
        end = next(ends, last)
        pieces.append(text[start:end])
        start = end
    return [*pieces, text[start:]]


def _json_rows(file: Path) -> Iterator[tuple[int, Any, int]]:
    end = 0
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            end += len(line)
            if line.strip():
                try:
                    yield number, orjson.loads(line), end
                except orjson.JSONDecodeError as error:
                    raise BadInput(
                        f"Line {number} of {file.name} is not JSON ({error}). Each line is one object with a text."
                    ) from error


def _parquet_rows(file: Path) -> Iterator[tuple[int, Any, int]]:
    with pq.ParquetFile(file, page_checksum_verification=True) as table:
        columns = [name for name in FIELDS if name in table.schema_arrow.names]
        number, size, rows = 0, file.stat().st_size, table.metadata.num_rows
        for batch in table.iter_batches(batch_size=1024, columns=columns):
            for row in batch.to_pylist():
                number += 1
                yield number, row, size * number // max(1, rows)
    if number != rows:  # a damaged footer may leave rows out without an error
        raise BadInput(f"{file.name} is damaged: it holds {number:,} rows and says {rows:,}. Write it again.")


def _document(row: Any, *, where: str, number: int, name: str, source: str) -> Document:
    text = row.get("text") if isinstance(row, Mapping) else None
    if not isinstance(text, str):
        raise BadInput(f"{where}: there is no text. Each row needs a field “text” that is a string.")
    identity = row.get("id")
    template = row.get("template")
    return Document(
        id=f"{name}:{number}" if identity is None else str(identity),
        text=text,
        source=str(row.get("source") or source),
        template=None if template is None else str(template),
    )
