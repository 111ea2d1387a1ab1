"""`import openai` from the command line."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from neuronview.cli.importing import parse_layers, parse_size, size_words
from neuronview.cli.main import run
from neuronview.errors import BadInput
from neuronview.store import Dataset
from tests.formats import published_files as files

ROOT = Path(__file__).parents[2]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return files.tree(tmp_path / "data", [(0, 0), (0, 1), (3, 2)])


def test_the_report_is_one_json_document(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files.write(source, "explanations", 3, 2, b"<html>")
    arguments = ["--out", str(tmp_path / "out"), "--model", "gpt2-small", "--json"]
    assert run(["import", "openai", str(source), *arguments]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["stored"] == {"activations": 3, "explanations": 2}
    assert told["problems"] == [
        {
            "file": "3/2.jsonl",
            "kind": "explanations",
            "state": "refused",
            "reason": "it is a page of HTML or XML, not JSON",
        }
    ]


def test_the_sentences_name_files_that_are_not_in(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files.write(source, "activations", 0, 1, b"")
    assert run(["import", "openai", str(source), "--out", str(tmp_path / "out"), "--model", "gpt2-small"]) == 0
    printed = capsys.readouterr().out
    assert "2 activations, 3 explanations of gpt2-small" in printed
    assert "0/1.json (activations): refused, the file is empty" in printed


def test_layers_and_neurons_choose(source: Path, tmp_path: Path) -> None:
    common = ["import", "openai", str(source), "--model", "gpt2-small", "--out"]
    assert run([*common, str(tmp_path / "a"), "--layers", "1-3"]) == 0
    assert Dataset(tmp_path / "a").neurons_with("records") == [(3, 2)]
    assert run([*common, str(tmp_path / "b"), "--neurons", "0:1,3:2"]) == 0
    assert Dataset(tmp_path / "b").neurons_with("records") == [(0, 1), (3, 2)]


def test_a_cap_that_is_reached_is_said_and_the_import_failed(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--out", str(tmp_path / "out"), "--model", "gpt2-small", "--disk", "5k"]
    assert run(["import", "openai", str(source), *arguments]) == 1
    assert "cap on disk" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--layers", "0-"], ["--layers", "x"], ["--neurons", "5"], ["--disk", "much"]])
def test_what_cannot_be_meant_is_wrong_use(source: Path, tmp_path: Path, wrong: list[str]) -> None:
    arguments = ["--out", str(tmp_path / "out"), "--model", "gpt2-small"]
    if wrong == ["--layers", "0-"]:
        wrong = ["--layers", "3-0"]
    assert run(["import", "openai", str(source), *arguments, *wrong]) == 2


def test_layers_sizes_and_their_words() -> None:
    assert parse_layers("0-3,7") == [0, 1, 2, 3, 7]
    assert [parse_size(text) for text in ("2G", "1.5 GB", "300", "10MiB")] == [2 * 10**9, 15 * 10**8, 300, 10**7]
    assert [size_words(n) for n in (12, 1500, 2.5e9)] == ["12 B", "1.5 kB", "2.5 GB"]
    with pytest.raises(BadInput):
        parse_size("-1")


def test_ctrl_c_keeps_what_is_whole_and_a_second_call_goes_on(tmp_path: Path) -> None:
    count = 400
    source, out = files.tree(tmp_path / "data", [(0, n) for n in range(count)]), tmp_path / "out"
    script = tmp_path / "slow.py"
    script.write_text(
        "from neuronview.formats.openai import importing\n"
        "importing.FIRST_BATCH = importing.BATCH = 20\n"
        "if __name__ == '__main__':\n"
        "    from neuronview.cli.main import main\n"
        "    main()\n"
    )
    command = ["import", "openai", str(source), "--out", str(out), "--model", "gpt2-small", "--workers", "2"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, str(script), *command], env=environment, stderr=subprocess.PIPE, text=True
    )
    while process.poll() is None and not list((out / "commits").glob("*.json")):
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=180)
    assert process.returncode == 130
    assert "Start it again to go on" in told
    assert 0 < Dataset(out).count() < count
    assert run(command) == 0
    assert Dataset(out).count() == count
