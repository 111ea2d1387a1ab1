"""Arrays in files are what plain arrays would be, take memory only while they are looked at, and leave no file."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from neuronview.collect.outside import SumsByPart, array_file, room_outside, zeros_outside
from neuronview.collect.states import merge_state, save_state
from neuronview.errors import DatasetError

SHAPE = (3, 2, 4, 5)


def resident() -> int:
    if not Path("/proc/self/statm").exists():
        pytest.skip("this system does not tell a process's memory this way")
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def fill(sums: SumsByPart, plain: np.ndarray, seed: int) -> None:
    """Add to parts and layers by turns."""
    rng = np.random.default_rng(seed)
    for _ in range(30):
        part, layer = int(rng.integers(SHAPE[0])), int(rng.integers(SHAPE[1]))
        some = rng.integers(0, 9, size=SHAPE[2:]).astype(plain.dtype)
        sums.at(part, layer)[:] += some
        plain[part, layer] += some
        if rng.random() < 0.2:
            np.testing.assert_array_equal(sums.array, plain)


def test_what_is_written_to_an_array_outside_is_there_when_it_is_asked_for_again(tmp_path: Path) -> None:
    mapped = zeros_outside((2, 3), np.float32, tmp_path)
    assert not mapped().any()
    first = mapped()
    first[1] = 7
    second = mapped()
    del first
    assert second.tolist() == [[0, 0, 0], [7, 7, 7]]
    assert zeros_outside((0, 3), np.float32, tmp_path)().shape == (0, 3)


def test_an_array_outside_has_no_name_and_no_memory_once_it_is_let_go_of(tmp_path: Path) -> None:
    before, size = resident(), 64 << 20
    mapped = zeros_outside((size,), np.uint8, tmp_path)
    array = mapped()
    array[:] = 1
    assert resident() > before + size // 2
    assert list(tmp_path.iterdir()) == []
    del array
    assert resident() < before + size // 2
    assert mapped()[-1] == 1


def test_a_folder_without_room_is_said_to_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with pytest.raises(DatasetError, match=r"3 MB could not be set aside in .*No space left.*Free space"):
        zeros_outside((1000, 750), np.float32, tmp_path)
    with pytest.raises(DatasetError, match=r"3 MB could not be set aside in .*No space left.*Free space"):
        array_file(tmp_path / "means.npy", (1000, 750), np.float32).__enter__()


def test_a_drive_that_is_memory_has_no_room_outside_of_it() -> None:
    here = Path(__file__).parent
    assert 0 < room_outside(here) == pytest.approx(shutil.disk_usage(here).free, rel=0.1)
    if not Path("/dev/shm").is_dir():
        pytest.skip("this system has no such drive")
    assert room_outside(Path("/dev/shm")) == 0


def test_a_file_of_an_array_has_all_its_room_before_anything_is_written(tmp_path: Path) -> None:
    with array_file(tmp_path / "means.npy", (1000, 750), np.float32) as stream:
        told = (tmp_path / "means.npy").stat()
        assert told.st_blocks * 512 >= told.st_size > 3_000_000
        stream.write(np.arange(750_000, dtype=np.float32).data)
    assert (np.load(tmp_path / "means.npy").ravel() == np.arange(750_000)).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sums_by_part_are_those_of_a_plain_array_whichever_part_is_added_to(dtype: type, tmp_path: Path) -> None:
    sums, plain = SumsByPart(SHAPE, dtype, work=tmp_path), np.zeros(SHAPE, dtype)
    fill(sums, plain, 0)
    np.testing.assert_array_equal(sums.array, plain)
    assert sums.array.dtype == dtype


@pytest.mark.parametrize("n_parts", [1, SHAPE[0]])
def test_sums_of_which_nothing_stays_are_those_of_a_plain_array_and_take_no_memory(
    n_parts: int, tmp_path: Path
) -> None:
    shape = (n_parts, 2, 1024, 4096)
    sums = SumsByPart(shape, np.float32, work=tmp_path, stays=False)
    before = resident()
    for turn in range(6):
        sums.at(turn % n_parts, turn % 2)[turn % 3] += turn
        assert resident() < before + (2 << 20)
    expected = np.zeros((*shape[:3], 1), np.float32)
    for turn in range(6):
        expected[turn % n_parts, turn % 2, turn % 3] += turn
    assert (sums.array == expected).all()


def test_sums_of_one_part_need_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neuronview.collect.outside.zeros_outside", None)
    sums = SumsByPart((1, *SHAPE[1:]), np.float32)
    sums.at(0, 1)[2] += 3
    assert sums.array.sum() == sums.array[0, 1, 2].sum() == 3 * SHAPE[3]


def test_a_state_of_sums_is_added_and_what_was_there_is_not_taken_for_it(tmp_path: Path) -> None:
    mine, theirs = (SumsByPart(SHAPE, np.float32, work=tmp_path) for _ in range(2))
    plain = np.zeros((2, *SHAPE), np.float32)
    fill(mine, plain[0], 1)
    fill(theirs, plain[1], 2)
    save_state(theirs, tmp_path / "a.npz")
    merge_state(mine, tmp_path / "a.npz")
    plain[0] += plain[1]
    fill(mine, plain[0], 3)
    np.testing.assert_array_equal(mine.array, plain[0])
    np.testing.assert_array_equal(theirs.array, plain[1])
