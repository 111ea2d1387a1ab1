"""A folder that cannot be made is named, with what to do, before a model is loaded."""

import errno
import os
from pathlib import Path

import pytest

from neuronview.cli import folders
from neuronview.cli.main import run


@pytest.fixture
def refusing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that says that it can be written and in which none can be made, as /proc is."""
    make = os.mkdir

    def mkdir(path: str | Path, *given: int, **named: int) -> None:
        if Path(path).parent == tmp_path:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        make(path, *given, **named)

    monkeypatch.setattr(os, "mkdir", mkdir)
    return tmp_path


@pytest.mark.parametrize("options", [[], ["--progressive"]])
def test_collect_names_the_folder_and_the_option(
    refusing: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["collect", "--model", "nowhere", "--out", str(refusing / "x"), *options]) == 2
    told = capsys.readouterr().err
    assert told == f"The folder {refusing / 'x'} cannot be made or written. Choose another one with --out.\n"


def test_collect_names_the_folder_for_work(
    refusing: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path_factory.mktemp("free") / "out"
    assert run(["collect", "--model", "nowhere", "--out", str(out), "--work", str(refusing / "w")]) == 2
    assert f"{refusing / 'w'} cannot be made or written. Choose another one with --work." in capsys.readouterr().err


def test_a_look_leaves_nothing_behind(tmp_path: Path) -> None:
    assert folders.writable(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not folders.writable(tmp_path / "file" / "x")
    assert not folders.writable(tmp_path / "file")
