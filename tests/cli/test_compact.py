"""`compact` from the command line: the dataset's folder and the user's own."""

import json
from pathlib import Path

import pytest

from neuronview.cli.main import run
from neuronview.store import open_dataset, save_explanations
from tests.support import small_dataset


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_dataset.build(tmp_path / "small")


def own_results(folder: Path, count: int) -> Path:
    """The user's folder for the dataset, with so many commits."""
    mine = open_dataset(folder).overlay
    assert mine is not None
    for number in range(count):
        found = small_dataset.explanation(1, 2, "person", 0.9, f"Idea {number}.")
        save_explanations(mine, [found], label="run")
    return mine


def test_both_folders_are_folded_and_joined_without_a_change_to_what_is_shown(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = own_results(folder, 3)
    before = open_dataset(folder).explanations((1, 2))
    assert run(["compact", str(folder), "--join", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(entry["folder"], entry["commits"]) for entry in told["folders"]] == [(str(folder), 1), (str(mine), 3)]
    assert [entry["joined"] for entry in told["folders"]] == [4, 6]
    assert told["problems"] == []
    assert list(folder.glob("commits/*")) == list(mine.glob("commits/*")) == []
    after = open_dataset(folder).explanations((1, 2))
    assert [(e.text, e.scores) for e in after] == [(e.text, e.scores) for e in before]


def test_the_sentences_name_what_was_done(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compact", str(folder)]) == 0
    assert capsys.readouterr().out == f"{folder}: 1 commit folded, 8 files of rows now\n"


def test_a_damaged_folder_is_refused_and_the_other_is_done(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = own_results(folder, 2)
    part = next(folder.glob("scores-*.parquet"))
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    assert run(["compact", str(folder)]) == 1
    printed = capsys.readouterr()
    assert f"{part.name} is damaged, so nothing was compacted" in printed.err
    assert printed.out.startswith(f"{mine}: 2 commits folded")
    assert len(list(folder.glob("commits/*.json"))) == 1


def test_a_dataset_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compact", "absent"]) == 1
    assert "There is no dataset “absent”" in capsys.readouterr().err


def test_by_its_name_only_ones_own_results_are_joined(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURONVIEW_DATA", str(folder.parent))
    own_results(folder, 3)
    parts = {path.name: path.read_bytes() for path in folder.glob("*.parquet")}
    assert run(["compact", folder.name, "--join", "--json"]) == 0
    assert [entry["joined"] for entry in json.loads(capsys.readouterr().out)["folders"]] == [0, 6]
    assert {path.name: path.read_bytes() for path in folder.glob("*.parquet")} == parts
