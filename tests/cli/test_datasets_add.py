"""`datasets add` from the command line: what is said before anything is fetched."""

from pathlib import Path

import pytest

from neuronview.cli.main import run
from tests.support.published_tree import SET, build, serve_tree, small_set


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Published files, and a home that has no dataset."""
    small_set(monkeypatch)
    for name in ("HOME", "DATA"):
        monkeypatch.setenv(f"NEURONVIEW_{name}", str(tmp_path / name))
    build(tmp_path / "tree")
    return tmp_path / "tree"


def test_a_place_with_none_of_the_files_fails_and_begins_no_dataset(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve_tree(tree) as (address, _):
        assert run(["datasets", "add", SET, "--base", f"{address}/elsewhere"]) == 1
    assert "none of the files of gpt2-small" in capsys.readouterr().err
    assert not (tmp_path / "HOME").exists()


def test_another_place_than_the_one_begun_with_is_said(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["datasets", "add", SET, "--base", str(tree), "--records", "none"]) == 0
    assert "was begun" not in capsys.readouterr().err
    build(tmp_path / "copy")
    assert run(["datasets", "add", SET, "--base", str(tmp_path / "copy")]) == 0
    assert f"was begun with files from {tree}" in capsys.readouterr().err
