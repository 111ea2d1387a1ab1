"""Files are replaced in one step; what killed writers left goes, and what living ones are at is left alone."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

from neuronview import replaced
from neuronview.replaced import replace_by, replace_whole

DIES = """
import os, signal, sys
from pathlib import Path
from neuronview.replaced import replace_whole
os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
replace_whole(Path(sys.argv[1]), b"half")
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_a_killed_writer_left_goes_with_the_next_write(tmp_path: Path) -> None:
    path = tmp_path / "rates [1].json"
    replace_whole(path, b"old")
    assert subprocess.run([sys.executable, "-c", DIES, str(path)], check=False).returncode == -signal.SIGKILL
    assert len(names(tmp_path)) == 2
    assert path.read_bytes() == b"old"
    replace_whole(path, b"new")
    assert names(tmp_path) == [path.name]
    assert path.read_bytes() == b"new"


def test_what_somebody_is_writing_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "rates.json"
    theirs, handle = replaced._begun(path)
    theirs.write_bytes(b"theirs")
    replace_whole(path, b"ours")
    assert theirs.read_bytes() == b"theirs"
    os.replace(theirs, path)
    os.close(handle)
    assert path.read_bytes() == b"theirs"


def test_files_of_other_names_are_left_alone(tmp_path: Path) -> None:
    others = ["b.json.01234567.tmp", "a.json.tmp", "a.json.mine.tmp", "a.json.01234567.tmp.txt", "xa.json.01234567.tmp"]
    for name in others:
        (tmp_path / name).write_text("")
    replace_whole(tmp_path / "a.json", b"")
    assert names(tmp_path) == sorted(["a.json", *others])


def test_a_writer_that_was_taken_for_dead_begins_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, locked = fcntl.flock, list[Path]()

    def flock(handle: int, how: int) -> None:
        locked.extend(tmp_path.glob("*.tmp"))
        if len(locked) == 1:
            locked[0].unlink()
        plain(handle, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    replace_whole(tmp_path / "a.json", b"whole")
    assert len(set(locked)) == 2
    assert names(tmp_path) == ["a.json"]
    assert (tmp_path / "a.json").read_bytes() == b"whole"


def test_where_files_cannot_be_locked_they_are_written_and_nothing_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(handle: int, how: int) -> None:
        raise OSError("no locks here")

    monkeypatch.setattr(fcntl, "flock", flock)
    (tmp_path / "a.json.01234567.tmp").write_text("")
    replace_whole(tmp_path / "a.json", b"whole")
    assert names(tmp_path) == ["a.json", "a.json.01234567.tmp"]


def test_a_write_that_fails_leaves_nothing_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_whole(tmp_path / "a.json", b"old")

    def full(handle: int) -> None:
        raise OSError("full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="full"):
        replace_whole(tmp_path / "a.json", b"new")
    assert names(tmp_path) == ["a.json"]
    assert (tmp_path / "a.json").read_bytes() == b"old"


def test_a_writer_that_fails_halfway_leaves_nothing_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    replace_by(path, lambda stream: stream.write(b"old"))

    def write(stream: BinaryIO) -> None:
        stream.write(b"half")
        assert path.read_bytes() == b"old"
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        replace_by(path, write)
    assert names(tmp_path) == ["a.npz"]
    assert path.read_bytes() == b"old"
