"""Where intermediate files of a collection lie when nobody says where."""

import tempfile
from pathlib import Path

import pytest

from neuronview.cli import folders
from neuronview.collect import outside


@pytest.mark.parametrize(("free", "expected"), [(0, "large"), (10**9, "small")])
def test_large_files_go_where_the_system_keeps_them_if_small_ones_lie_in_memory(
    free: int, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("small", "large"):
        (tmp_path / name).mkdir()
        monkeypatch.setattr(folders, name.upper(), tmp_path / name)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "small"))
    monkeypatch.setattr(outside, "room_outside", lambda folder: free)
    with folders.work_folder(None) as work:
        assert work.parent == tmp_path / expected
    assert not work.exists()


def test_a_folder_for_temporary_files_that_the_user_named_is_taken_even_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(outside, "room_outside", lambda folder: 0)
    with folders.work_folder(None) as work:
        assert work.parent == tmp_path
