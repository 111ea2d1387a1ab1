"""`verify` as a command: its exit codes, its JSON, its words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from neuronview.cli.main import run
from tests.model.tiny_gpt2 import save_tiny_gpt2
from tests.support import stored_activations as stored


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURONVIEW_HOME", str(tmp_path / "home"))


def test_a_dataset_that_is_as_computed_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = stored.build(tmp_path, inside=True).folder
    assert run(["verify", str(folder)]) == 0
    printed = capsys.readouterr().out
    assert "Match: the dataset's own model with quick_gelu and nothing before each excerpt" in printed
    assert "All 6 scores" in printed


def test_json_is_one_document_with_all_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = stored.build(tmp_path).folder
    assert run(["verify", str(folder), "--sample", "12", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["activations"]["verdict"] == "match"
    assert document["activations"]["n_records"] == 12
    assert len(document["activations"]["variants"]) == 6
    assert document["scores"]["n_agree"] == document["scores"]["n_scores"] > 0


def test_another_model_ends_with_1_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = stored.build(tmp_path).folder
    other = save_tiny_gpt2(tmp_path / "other", seed=1)
    assert run(["verify", str(folder), "--model", str(other)]) == 1
    captured = capsys.readouterr()
    assert "No match" in captured.err
    assert "quick_gelu" in captured.out


def test_a_model_that_is_not_there_ends_with_1_after_the_scores(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = stored.build(tmp_path).folder
    stored.change(tmp_path, path="someone/not-downloaded")
    assert run(["verify", str(folder)]) == 1
    captured = capsys.readouterr()
    assert "HF_HUB_OFFLINE" in captured.err
    assert "All 6 scores" in captured.out
