"""What was added up over a part of a corpus, as a file; files of all parts, merged, are what the whole would give.

An accumulator names the arrays that it adds to in `STATE`, a visitor the accumulators that it feeds. Files are
numpy's .npz: no pickles, a checksum of each array. They are merged accumulator by accumulator, so that no more than
one of another part is in memory. Knows neither what the arrays mean nor who computes them.
"""

from __future__ import annotations

import copy
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neuronview.collect.corpus import Corpus
from neuronview.errors import DatasetError
from neuronview.replaced import replace_by

__all__ = ["Stateful", "load_arrays", "load_corpus", "merge_state", "save_arrays", "save_corpus", "save_state"]

CORPUS_ARRAYS = ("starts", "lengths", "documents", "templates", "parts", "is_apart", "token_counts")
DAMAGED = (zipfile.BadZipFile, KeyError, ValueError, EOFError)


class Stateful(Protocol):
    """What has a state. With a method `merge` it is merged as a whole, else what it names is, one after the other."""

    @property
    def STATE(self) -> tuple[str, ...]:  # noqa: N802 - a constant of classes
        """Names of attributes: arrays, others that have a state, lists of either; None where it has none of those."""


def save_state(thing: Stateful, path: Path) -> None:
    """Write what was added up; the file is there as a whole or not at all. DatasetError where it cannot be written."""
    save_arrays(path, dict(_arrays(thing, "")))


def merge_state(thing: Stateful, path: Path) -> None:
    """Add what a file of `save_state` holds, of another part of the same corpus, to what is there.

    `thing` was made as the other was. DatasetError for a file that is damaged or of something else.
    """
    with _opened(path) as stored:
        _merge(thing, stored, "", path)


def save_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Likewise of arrays by name."""
    try:
        replace_by(path, lambda stream: np.savez(stream, allow_pickle=False, **dict(arrays)))
    except OSError as error:
        raise DatasetError(
            f"{path} could not be written ({error.strerror or error}). Free space, then start again; what is finished "
            "is kept."
        ) from error


def load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Arrays by name of a file of `save_arrays`; DatasetError where it is damaged."""
    with _opened(path) as stored:
        return {name: _read(stored, name, path) for name in stored.files}


def save_corpus(corpus: Corpus, folder: Path) -> None:
    """Write what a pass needs of a corpus beside its `tokens.bin`."""
    for name in CORPUS_ARRAYS:
        array = np.ascontiguousarray(getattr(corpus, name))
        # Not np.save, which ends without an error where a disk is full.
        with (folder / f"{name}.npy").open("wb") as stream:
            np.lib.format.write_array_header_1_0(stream, np.lib.format.header_data_from_array_1_0(array))
            stream.write(array.data)


def load_corpus(folder: Path) -> Corpus:
    """That corpus, mapped and not loaded; it has no names of documents."""
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in CORPUS_ARRAYS}
    tokens = np.memmap(folder / "tokens.bin", dtype=np.int32, mode="r")
    return Corpus(
        tokens=tokens, **arrays, document_names=[], document_sources=[], document_templates=[], hash=folder.parent.name
    )


def _opened(path: Path) -> Any:
    try:
        return np.load(path)
    except DAMAGED as error:
        raise _damaged(path) from error


def _read(stored: Any, name: str, path: Path) -> NDArray[Any]:
    try:
        return np.asarray(stored[name])
    except DAMAGED as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> DatasetError:
    return DatasetError(f"{path} is damaged or of another collection. Remove it, then start again; the rest is kept.")


def _arrays(thing: Any, prefix: str) -> Iterator[tuple[str, NDArray[Any]]]:
    """All arrays by name: of the attribute, the place in a list, and so on, with points between them."""
    for name, value in _named(thing, prefix):
        if isinstance(value, np.ndarray):
            yield name, value
        elif value is not None:
            yield from _arrays(value, f"{name}.")


def _named(thing: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    values = enumerate(thing) if isinstance(thing, list) else ((name, getattr(thing, name)) for name in thing.STATE)
    return ((f"{prefix}{name}", value) for name, value in values)


def _merge(thing: Any, stored: Any, prefix: str, path: Path) -> None:
    if hasattr(thing, "merge"):
        thing.merge(_loaded(thing, stored, prefix, path))
        return
    for name, value in _named(thing, prefix):
        if value is not None:
            _merge(value, stored, f"{name}.", path)


def _loaded(thing: Any, stored: Any, prefix: str, path: Path) -> Any:
    """The same with the arrays of a file."""
    if thing is None:
        return None
    if isinstance(thing, np.ndarray):
        found = _read(stored, prefix.removesuffix("."), path)
        if (found.shape, found.dtype) != (thing.shape, thing.dtype):
            raise _damaged(path)
        return found
    values = [_loaded(value, stored, f"{name}.", path) for name, value in _named(thing, prefix)]
    if isinstance(thing, list):
        return values
    made = copy.copy(thing)
    for name, value in zip(thing.STATE, values, strict=True):
        object.__setattr__(made, name, value)  # some of them are frozen
    return made
