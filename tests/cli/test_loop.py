"""The whole loop from the command line: a tiny random GPT-2, written passages, collect, search, top, explain, check."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from neuronview import open_dataset
from neuronview.cli import collect as collecting
from neuronview.cli.main import run
from neuronview.demo.passages_written import written
from neuronview.model import load
from neuronview.ui.live import Known, rank, read_text
from tests.model.tiny_gpt2 import save_tiny_gpt2

ROOT = Path(__file__).parents[2]
PASSAGES = 60


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with `model`, `a.jsonl`, `b.txt` and the dataset `tiny`, collected and explained by the command."""
    folder = tmp_path_factory.mktemp("loop")
    save_tiny_gpt2(folder / "model", width=4)
    passages = written()[:PASSAGES]
    rows = [{"id": passage.id, "text": passage.text, "source": "written"} for passage in passages[:-1]]
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "b.txt").write_text(passages[-1].text)
    corpus = ["--corpus", str(folder / "a.jsonl"), str(folder / "b.txt")]
    assert run(["collect", "--model", str(folder / "model"), *corpus, "--out", str(folder / "tiny"), "--json"]) == 0
    return folder / "tiny"


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_collect_reads_every_file_and_covers_every_neuron(collected: Path) -> None:
    dataset = open_dataset(collected)
    assert dataset.manifest.corpus["n_documents"] == PASSAGES
    assert dataset.manifest.corpus["sources"].keys() == {"", "written"}
    rows = dataset.neurons(limit=1000)
    assert set(zip(rows["layer"], rows["neuron"], strict=True)) == {(a, b) for a in range(2) for b in range(16)}
    assert set(rows["explainer"]) == {"dictionary", "lookup"}


def test_what_was_collected_passes_the_check(collected: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert document(capsys, "check", str(collected))["ok"]


def test_top_ranks_all_neurons_by_rarity(collected: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "Forty-two ravens left at dawn."
    rows = document(capsys, "top", text, "--dataset", str(collected), "--limit", "32")
    assert {(row["layer"], row["neuron"]) for row in rows} == {(a, b) for a in range(2) for b in range(16)}
    usual = [row["probability"] for row in rows if not row["state"]]
    assert usual == sorted(usual)
    assert all(row["value"] > row["corpus_maximum"] for row in rows if row["state"])
    by_value = document(capsys, "top", text, "--dataset", str(collected), "--by-value")
    assert [row["value"] for row in by_value] == sorted((row["value"] for row in by_value), reverse=True)


def test_top_reads_a_text_of_any_length_as_the_page_does(collected: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(passage.text for passage in written()[:3])
    rows = document(capsys, "top", text, "--dataset", str(collected), "--limit", "32")
    dataset = open_dataset(collected)
    model = load(dataset.model_source)
    reading = read_text(model, text, window=dataset.manifest.raw["excerpt_tokens"])
    assert len(reading.tokens) > model.max_tokens
    tails, _, probabilities = dataset.tails()
    page = rank(reading.peaks, Known(tails, probabilities, dataset.maxima()))
    assert [(row["layer"], row["neuron"]) for row in rows] == list(zip(page.layers, page.neurons, strict=True))
    assert [row["value"] for row in rows] == page.values.tolist()
    assert [row["probability"] for row in rows] == page.probabilities.tolist()


def test_top_by_value_needs_nothing_that_is_stored_of_the_neurons(
    collected: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = json.loads((collected / "dataset.json").read_text())
    manifest["model"]["path"] = str(collected.parent / "model")
    manifest.pop("parts", None)
    del manifest["checksum"]
    (tmp_path / "dataset.json").write_text(json.dumps(manifest))
    arguments = ["top", "Forty-two ravens left at dawn.", "--limit", "32"]
    assert run([*arguments, "--dataset", str(tmp_path)]) == 1
    assert "tails" in capsys.readouterr().err
    bare = document(capsys, *arguments, "--by-value", "--dataset", str(tmp_path))
    known = document(capsys, *arguments, "--by-value", "--dataset", str(collected))
    assert [(row["layer"], row["neuron"], row["value"]) for row in bare] == [
        (row["layer"], row["neuron"], row["value"]) for row in known
    ]
    assert {(row["probability"], row["corpus_maximum"], row["state"]) for row in bare} == {(None, None, "")}
    assert len(bare) == 32


def test_an_explanation_of_ones_own_is_scored_and_found_again(
    collected: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--neurons", "1:3", "--explainer", "pattern", "--pattern", "the, a*", "--dataset", str(collected)]
    rows = document(capsys, "explain", *options)["explanations"]
    assert {(row["layer"], row["neuron"], row["text"]) for row in rows} == {(1, 3, "the, a*")}
    assert {row["split"] for row in rows} == {"held_out", "valid"}
    found = document(capsys, "search", "the, a*", "--dataset", str(collected), "--explainer", "person")
    assert [(row["layer"], row["neuron"]) for row in found] == [(1, 3)]


def test_a_neuron_that_is_not_there_fails_and_the_others_are_done(
    collected: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--explainer", "pattern", "--pattern", "the", "--dataset", str(collected), "--json"]
    assert run(["explain", "--neurons", "0:1,7:0", *options]) == 1
    printed = capsys.readouterr()
    assert {row["neuron"] for row in json.loads(printed.out)["explanations"]} == {1}
    assert "7:0" in printed.err
    assert "layers 0 to 1" in printed.err
    assert "again" not in printed.err, "another try would end the same"


def test_another_model_than_the_dataset_was_collected_from_is_refused(
    collected: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "tiny"
    other.mkdir()
    for path in collected.rglob("*"):
        target = other / path.relative_to(collected)
        target.mkdir() if path.is_dir() else target.write_bytes(path.read_bytes())
    save_tiny_gpt2(tmp_path / "model", width=4, seed=1)
    assert run(["top", "any text", "--dataset", str(other)]) == 1
    assert "is not the model of" in capsys.readouterr().err


def test_ctrl_c_in_collect_leaves_nothing_and_ends_with_130(collected: Path, tmp_path: Path) -> None:
    corpus = collected.parent / "a.jsonl"
    repeated = tmp_path / "long.jsonl"
    rows = [json.loads(line) for line in corpus.read_text().splitlines()] * 8
    repeated.write_text("".join(json.dumps(row | {"id": str(n)}) + "\n" for n, row in enumerate(rows)))
    options = ["--model", str(collected.parent / "model"), "--corpus", str(repeated), "--out", str(tmp_path / "new")]
    command = [sys.executable, "-m", "neuronview", "collect", *options, "--work", str(tmp_path / "work"), "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        wait_for(tmp_path / "work" / "tokens.bin", process)
        process.send_signal(signal.SIGINT)
        printed, said = process.communicate(timeout=180)
    assert (process.returncode, printed) == (130, "")
    assert "Nothing was written" in said
    assert "Traceback" not in said
    assert not (tmp_path / "new").exists()


def wait_for(path: Path, process: "subprocess.Popen[str]") -> None:
    """Until a file of the running command is there: the work has begun."""
    deadline = time.monotonic() + 180
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_rules_that_cannot_be_made_take_the_dataset_away_again(
    collected: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "short.txt").write_text(written()[0].text)
    options = ["--model", str(collected.parent / "model"), "--corpus", str(tmp_path / "short.txt")]
    assert run(["collect", *options, "--out", str(tmp_path / "new")]) == 1
    assert "--no-explain" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
    assert run(["collect", *options, "--out", str(tmp_path / "new"), "--no-explain", "--bits", "32"]) == 0
    assert open_dataset(tmp_path / "new").manifest.raw["activation_bits"] == 32


def test_ctrl_c_while_the_dataset_is_written_takes_it_away_again(
    collected: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "late"

    @contextmanager
    def pressed_late() -> Iterator[Callable[[], bool]]:
        yield lambda: any(tmp_path.rglob("dataset.json"))

    monkeypatch.setattr(collecting, "stop_on_interrupt", pressed_late)
    corpus = ["--corpus", str(collected.parent / "b.txt")]
    assert run(["collect", "--model", str(collected.parent / "model"), *corpus, "--out", str(out)]) == 130
    assert not out.exists()
