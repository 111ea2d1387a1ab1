"""What was added up is saved and merged as it was, and nothing that is damaged is taken for it."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from neuronview.collect.candidates import Candidates
from neuronview.collect.kernels import Block
from neuronview.collect.moments import Moments
from neuronview.collect.states import load_arrays, load_corpus, merge_state, save_arrays, save_corpus, save_state
from neuronview.collect.tails import FineHistogram, LargestValues
from neuronview.collect.tokens import TokenMeans
from neuronview.errors import DatasetError
from tests.collect.test_shares import make_corpus

N = 6


class Sum:
    """Adds numbers up."""

    STATE = ("array",)

    def __init__(self, *values: float) -> None:
        self.array = np.array(values, dtype=float)
        self.untouched = "mine"

    def merge(self, other: Sum) -> None:
        assert other is not self
        self.array += other.array
        self.untouched += other.untouched


class Several:
    """Has sums by name, in a list, and none."""

    STATE = ("one", "others", "none")

    def __init__(self, *values: float) -> None:
        self.one, self.others, self.none = Sum(values[0]), [Sum(value, value) for value in values[1:]], None


def test_states_of_two_parts_merged_are_those_of_the_whole_with_all_that_is_nested(tmp_path: Path) -> None:
    save_state(Several(10, 20, 30), tmp_path / "a.npz")
    whole = Several(1, 2, 3)
    merge_state(whole, tmp_path / "a.npz")
    assert [one.array.tolist() for one in (whole.one, *whole.others)] == [[11], [22, 22], [33, 33]]
    assert whole.one.untouched == "minemine"  # what is no state is that of the one that is added to


def moments(values: torch.Tensor) -> Moments:
    found = Moments(N, n_parts=2)
    found.update(values, part=1)
    return found


def histogram(values: torch.Tensor) -> FineHistogram:
    found = FineHistogram(N, most=10**9)
    for _ in range(900):  # more in a bin than 16 bits hold
        found.update(values)
    return found


def largest(values: torch.Tensor) -> LargestValues:
    found = LargestValues(N, keep=5)
    found.update(values.numpy())
    return found


def token_means(values: torch.Tensor) -> TokenMeans:
    found = TokenMeans(
        np.array([9, 50, 40, 30]), N, n_parts=1, min_count=1, memory_bytes=2 * N * 4, file_bytes=2 * N * 4
    )
    ids = (np.arange(len(values)) % 4)[None]
    found.count(ids)
    found.update(found.rows(ids), Block.of(values[None]))
    return found


def candidates(values: torch.Tensor) -> Candidates:
    found = Candidates(N, keep=3, width=2)
    excerpts = np.arange(len(values))
    found.update(excerpts, excerpts // 3, values.numpy(), np.stack([values.numpy()] * 2, axis=1))
    return found


@pytest.mark.parametrize("made", [moments, histogram, largest, token_means, candidates])
def test_a_state_merged_into_an_empty_one_is_what_was_saved(made: Any, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    full = made(torch.from_numpy(rng.normal(size=(80, N)).round(1).astype(np.float32)))
    empty = made(torch.empty(0, N))
    save_state(full, tmp_path / "a.npz")
    merge_state(empty, tmp_path / "a.npz")
    save_state(empty, tmp_path / "b.npz")
    theirs, mine = (load_arrays(tmp_path / name) for name in ("a.npz", "b.npz"))
    assert mine.keys() == theirs.keys()
    for name, array in mine.items():
        np.testing.assert_array_equal(np.sort(array, axis=-1), np.sort(theirs[name], axis=-1))
        assert array.any()


def test_files_hold_plain_arrays_alone(tmp_path: Path) -> None:
    save_state(Several(1, 2), tmp_path / "a.npz")
    assert set(zipfile.ZipFile(tmp_path / "a.npz").namelist()) == {"one.array.npy", "others.0.array.npy"}
    with pytest.raises(ValueError, match="pickle"):
        save_arrays(tmp_path / "b.npz", {"x": np.array([{}], dtype=object)})


def one_bit(raw: bytearray) -> bytes:
    raw[raw.index(np.float64(2).tobytes())] ^= 1
    return raw


@pytest.mark.parametrize(
    "damage", [one_bit, lambda raw: raw[:-30], lambda raw: b"", lambda raw: b"not this"], ids=range(4)
)
def test_a_damaged_state_is_refused(damage: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    save_state(Several(1, 2), path)
    path.write_bytes(damage(bytearray(path.read_bytes())))
    with pytest.raises(DatasetError, match=r"a\.npz is damaged"):
        merge_state(Several(1, 2), path)


@pytest.mark.parametrize("thing", [Sum(1), Several(1, 2, 3)], ids=["another thing", "one with more"])
def test_a_state_of_something_else_is_refused(thing: Any, tmp_path: Path) -> None:
    save_state(Several(1, 2), tmp_path / "a.npz")
    with pytest.raises(DatasetError, match="of another collection"):
        merge_state(thing, tmp_path / "a.npz")


def test_an_array_of_another_shape_is_refused_and_nothing_is_spread_over_it(tmp_path: Path) -> None:
    save_state(Sum(1), tmp_path / "a.npz")
    with pytest.raises(DatasetError, match="of another collection"):
        merge_state(Sum(1, 2), tmp_path / "a.npz")


def test_where_the_disk_is_full_what_was_there_stays_and_nothing_half_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.npz"
    save_state(Sum(1, 2), path)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DatasetError, match="No space left"):
        save_state(Sum(3, 4), path)
    assert load_arrays(path)["array"].tolist() == [1, 2]
    assert list(tmp_path.iterdir()) == [path]


def test_a_corpus_that_was_saved_has_the_same_batches(tmp_path: Path) -> None:
    corpus = make_corpus(60, seed=2, vocabulary=6)
    corpus.tokens.astype(np.int32).tofile(tmp_path / "tokens.bin")
    save_corpus(corpus, tmp_path)
    found, expected = (list(one.batches(tokens=64)) for one in (load_corpus(tmp_path), corpus))
    assert len(found) == len(expected) > 3
    for mine, theirs in zip(found, expected, strict=True):
        for name in ("excerpts", "token_ids", "positions", "part"):
            np.testing.assert_array_equal(getattr(mine, name), getattr(theirs, name))


def test_batches_by_number_are_some_of_all_of_them() -> None:
    corpus = make_corpus(60, seed=2, vocabulary=6)
    every = [batch.excerpts.tolist() for batch in corpus.batches(tokens=64)]
    assert [batch.excerpts.tolist() for batch in corpus.batches(tokens=64, only=range(2, 4))] == every[2:4]
    assert len(every) > 4
