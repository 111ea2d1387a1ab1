"""A corpus of one sentence again and again: there is nothing to score, and `collect` says that this is why."""

from pathlib import Path

import pytest

from neuronview.cli.main import run
from tests.model.tiny_gpt2 import save_tiny_gpt2


def test_a_corpus_that_repeats_itself_is_said_to_be_why_nothing_is_scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_tiny_gpt2(tmp_path / "model", width=4, layers=1)
    (tmp_path / "text.jsonl").write_text(
        '{"text": "The train leaves at 9:40 from the third platform, Martha said."}\n' * 30
    )
    options = ["--model", str(tmp_path / "model"), "--corpus", str(tmp_path / "text.jsonl")]
    assert run(["collect", *options, "--out", str(tmp_path / "new")]) == 1
    said = capsys.readouterr().err
    assert "30 excerpts, 1 of them different" in said
    assert "repeats itself" in said
    assert not (tmp_path / "new").exists()
