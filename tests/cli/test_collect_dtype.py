"""`collect --dtype`: computed in shorter numbers, what that costs is said, and a dataset knows its own."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from neuronview.cli import progressive
from neuronview.cli.main import run
from neuronview.demo.passages_written import written
from neuronview.jobs import collecting_shards
from neuronview.jobs.engines import Here
from neuronview.jobs.stored_precision import against_float32_words
from neuronview.store import open_dataset
from neuronview.store.manifest import read_manifest
from neuronview.ui.data_parts import manifest_rows
from tests.model.tiny_gpt2 import save_tiny_gpt2


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr("neuronview.cli.engines.open_engine", lambda name, **options: Here())
    monkeypatch.setattr(progressive, "FIRST", 10)
    monkeypatch.setenv("NEURONVIEW_HOME", str(tmp_path / "home"))
    save_tiny_gpt2(tmp_path / "model", width=4)
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"id": p.id, "text": p.text}) + "\n" for p in written()[:12]))
    asked = ["collect", "--model", str(tmp_path / "model"), "--corpus", str(tmp_path / "a.jsonl"), "--layers", "1"]
    return [*asked, "--no-explain", "--out", str(tmp_path / "d"), "--device", "cpu"]


def manifest(folder: Path) -> dict[str, Any]:
    return dict(read_manifest(folder / "d").raw)


def test_the_command_and_the_data_page_say_what_the_manifest_holds(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*asked, "--dtype", "bfloat16"]) == 0
    said = manifest(tmp_path)["against_float32"]
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("against_float32: "))
    assert f"median {100 * said['median']:.3g} %" in line
    assert f"maximum {100 * said['maximum']:.3g} %" in line
    assert f"{said['records']} drawn records" in line
    with closing(open_dataset(tmp_path / "d")) as dataset:
        rows = dict(manifest_rows(dataset))
    assert rows["Value shown"].endswith("computed in bfloat16")
    assert f"against_float32: {rows['Against float32']}" == line


def test_json_holds_the_field_itself(asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*asked, "--dtype", "bfloat16", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["against_float32"] == manifest(tmp_path)["against_float32"]


def test_float32_is_the_default_and_says_nothing_of_it(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(asked) == 0
    assert manifest(tmp_path)["model"]["dtype"] == "float32"
    assert "against" not in capsys.readouterr().out
    with closing(open_dataset(tmp_path / "d")) as dataset:
        assert "Against float32" not in dict(manifest_rows(dataset))


def test_another_number_format_is_refused_in_words(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*asked, "--dtype", "int8"]) != 0
    said = capsys.readouterr().err
    assert "int8" in said
    assert "float32" in said
    assert "bfloat16" in said


def test_workers_are_told(asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []
    real = collecting_shards._loaded.__wrapped__
    monkeypatch.setattr(collecting_shards, "_loaded", lambda *a: loaded.append(real(*a)) or loaded[-1])
    assert run([*asked, "--dtype", "bfloat16", "--engine", "local"]) == 0
    assert {model.dtype for model in loaded} == {"bfloat16"}
    assert manifest(tmp_path)["model"]["dtype"] == "bfloat16"
    assert manifest(tmp_path)["against_float32"]["records"] > 0


def test_pass_by_pass_each_says_it_and_is_gone_on_with_in_the_same_numbers_only(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [*asked, "--progressive", "--most-excerpts"]
    assert run([*command, "10", "--dtype", "bfloat16"]) == 0
    first = manifest(tmp_path)["against_float32"]
    assert run([*command, "30"]) != 0
    assert "number format" in capsys.readouterr().err
    assert run([*command, "30", "--dtype", "bfloat16"]) == 0
    assert manifest(tmp_path)["against_float32"]["median"] != first["median"]


def test_verify_recomputes_in_the_numbers_of_the_dataset(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*asked, "--dtype", "bfloat16"]) == 0
    capsys.readouterr()
    assert run(["verify", str(tmp_path / "d")]) == 0
    assert "computed in bfloat16" in capsys.readouterr().out


def test_what_cannot_be_said_is_not_said_as_a_number() -> None:
    nothing = {"records": 0, "tokens": 0, "seed": 0, "median": None, "p99": None, "maximum": None, "correlation": None}
    assert against_float32_words(nothing).count("not known") == 4
    assert against_float32_words(None) == ""
