"""Where a key could have gone: every file below some folders, and texts, in the forms that a key takes on its way."""

import base64
import gzip
import io
import sqlite3
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote, quote_plus

import pyarrow.parquet as pq

__all__ = ["KEY", "files_with", "forms", "texts_with"]

KEY = "sk-canary/9f4e+7b=1c20d8"
"""Characters of it change in an address."""


def forms(key: str = KEY) -> list[bytes]:
    """The key as it is, in addresses, JSON, Python, hexadecimal, backwards, and in base64 wherever it begins."""
    plain = key.encode()
    found = [plain, quote(key, safe="").encode(), quote_plus(key).encode(), key.replace("/", "\\/").encode()]
    found += [plain.hex().encode(), plain[::-1], key.encode("utf-16-le"), plain[4:20]]
    for start in range(3):
        encoded = base64.b64encode(b"x" * start + plain)
        found += [encoded[4 * bool(start) : -4], encoded.translate(bytes.maketrans(b"+/", b"-_"))[4 * bool(start) : -4]]
    return list(dict.fromkeys(found))


def files_with(*folders: Path, key: str = KEY) -> list[str]:
    """Files that hold the key in their names or bytes, or in what is packed in them."""
    found = []
    for path in (path for folder in folders for path in folder.rglob("*")):
        contents = [str(path).encode(), *(unpacked(path) if path.is_file() else ())]
        found += [str(path)] if any(form in content for content in contents for form in forms(key)) else []
    return found


def unpacked(path: Path) -> Iterator[bytes]:
    """A file's bytes, and those of what it holds packed: rows of Parquet and SQLite, members of archives, gzip."""
    raw = path.read_bytes()
    yield raw
    if raw.startswith(b"PAR1"):
        yield repr(pq.read_table(io.BytesIO(raw)).to_pylist()).encode("utf-8", "replace")
    elif raw.startswith(b"\x1f\x8b"):
        yield gzip.decompress(raw)
    elif raw.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            yield from map(archive.read, archive.namelist())
    elif raw.startswith(b"SQLite format 3"):
        yield from _rows_of(path)


def _rows_of(path: Path) -> Iterator[bytes]:
    """Every value of a database, unpacked where it is packed."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        for (table,) in database.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in database.execute(f'select * from "{table}"'):  # noqa: S608 - its own names
                for value in row:
                    plain = value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
                    yield plain
                    with suppress(zlib.error):
                        yield zlib.decompress(plain)


def texts_with(texts: Iterable[str], *, key: str = KEY) -> list[str]:
    """Texts that hold the key, shortened."""
    return [text[:300] for text in texts if any(form in text.encode("utf-8", "replace") for form in forms(key))]
