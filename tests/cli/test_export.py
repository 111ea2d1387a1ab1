"""`export`, and `import` of what it wrote, from the command line: documents, refusals, Ctrl-C."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from neuronview.cli.main import run
from neuronview.formats import exporting
from neuronview.formats.slices import Slice, slices
from neuronview.store import Dataset
from tests.support import small_dataset

FORMS = ("openai", "neuronpedia", "parquet", "csv")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(small_dataset.build(tmp_path_factory.mktemp("data") / "small"))


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str, code: int) -> str:
    assert run(arguments) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    return printed.err


@pytest.mark.parametrize("form", FORMS)
def test_an_export_is_one_document_that_says_what_is_not_in_it(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    assert run(["export", form, small, "--out", str(tmp_path / "out"), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (found["neurons"], found["format"], found["dataset"]) == (10, form, "small")
    assert found["bytes"] == sum(p.stat().st_size for p in (tmp_path / "out").rglob("*") if p.is_file())
    lost = "where an explanation comes from: models, seed, text fitted on" in found["cannot_hold"]
    assert lost is (form in ("openai", "neuronpedia"))
    assert not any(
        words.startswith(("records of the group first", "the model itself")) for words in found["cannot_hold"]
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_model_in_the_datasets_folder_is_named_as_not_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    folder = small_dataset.build(tmp_path / "small")
    (folder / Dataset(folder).manifest.model.path).mkdir()
    assert run(["export", form, str(folder), "--out", str(tmp_path / "out")]) == 0
    assert "the model itself, where it lies in the dataset's folder" in capsys.readouterr().out


def test_what_is_not_in_it_is_said_to_people_too(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", "openai", small, "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    assert "10 neurons of small as openai" in printed
    assert "no place for it: " in printed
    assert "how the dataset was made: corpus, seed, versions." in printed
    assert run(["export", "parquet", small, "--out", str(tmp_path / "tables")]) == 0
    assert "Not in it" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "n"),
    [
        (["--layers", "1"], 5),
        (["--neurons", "0:1,1:2"], 2),
        (["--text", "thing 1[34] in", "--regex"], 2),
        (["--explainer", "lookup", "--score", "0.3,1"], 3),
        (["--share-positive", "0,1"], 10),
        (["--state", "ok", "--layers", "0"], 5),
    ],
)
def test_filters_are_those_of_browsing(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], n: int
) -> None:
    assert run(["export", "parquet", small, "--out", str(tmp_path / "out"), *options, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["neurons"] == n


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--layers", "9"], 2, "layers 0 to 1"),
        (["--layers", "x"], 2, "no layer"),
        (["--neurons", "0:9"], 1, "out of range"),
        (["--neurons", "3"], 2, "such as 2:17"),
        (["--score", "1"], 2, "no range"),
        (["--score", "1,0"], 2, "no range"),
        (["--text", "(", "--regex"], 2, "not a regular expression"),
        (["--text", "zebra"], 2, "nothing to export"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: int, message: str
) -> None:
    assert message in refusal(capsys, "export", "csv", small, "--out", str(tmp_path / "out"), *options, code=code)
    assert not list(tmp_path.iterdir())


def test_a_dataset_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = refusal(capsys, "export", "csv", "nothing", "--out", str(tmp_path / "out"), code=1)
    assert "no dataset “nothing”" in message


def test_a_file_is_no_place_for_an_export(small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").write_text("x")
    assert "is a file" in refusal(capsys, "export", "csv", small, "--out", str(tmp_path / "out"), code=2)
    assert "is a file" in refusal(capsys, "export", "csv", small, "--out", str(tmp_path / "out"), "--overwrite", code=2)


def test_ctrl_c_leaves_nothing(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: Any, **options: Any) -> Iterator[Slice]:
        for found in slices(*arguments, **options):
            os.kill(os.getpid(), signal.SIGINT)
            yield found

    monkeypatch.setattr(exporting, "slices", interrupted)
    message = refusal(capsys, "export", "neuronpedia", small, "--out", str(tmp_path / "out"), code=130)
    assert "Nothing was written" in message
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("form", ["neuronpedia", "parquet"])
def test_an_import_says_what_came_in(small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    run(["export", form, small, "--out", str(tmp_path / "files"), "--json"])
    capsys.readouterr()
    assert run(["import", form, str(tmp_path / "files"), "--out", str(tmp_path / "again"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["rows"]["neurons"], found["rows"]["explanations"]) == (10, 20)
    assert "2 layers of 5" in found["notes"][0]
    assert Dataset(tmp_path / "again").count() == 20


@pytest.mark.parametrize("form", ["neuronpedia", "parquet"])
def test_a_source_that_is_not_there_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    assert "nowhere" in refusal(capsys, "import", form, "nowhere", "--out", str(tmp_path / "out"), code=2)


def test_files_of_our_own_export_are_imported_as_what_they_are_of(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["export", "openai", small, "--out", str(tmp_path / "files")])
    assert run(["import", "openai", str(tmp_path / "files"), "--out", str(tmp_path / "again"), "--json"]) == 0
    manifest = Dataset(tmp_path / "again").manifest
    assert (manifest.model.path, manifest.model.n_layers, manifest.model.n_neurons) == ("tiny", 2, 5)
    assert "erratum" not in manifest.raw["origin"]


def test_one_neuron_is_one_html_file(small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "neuron.html"
    assert run(["export", "html", small, "--neuron", "1:3", str(out), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == {"dataset": "small", "neuron": "1:3", "file": str(out), "bytes": out.stat().st_size}
    assert "<h1>Neuron 1:3</h1>" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("neuron", "code", "message"), [("17", 2, "Write layer:neuron"), ("1:99", 1, "has neurons 0 to 4")]
)
def test_a_neuron_that_cannot_be_written_leaves_no_file(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], neuron: str, code: int, message: str
) -> None:
    out = tmp_path / "neuron.html"
    assert message in refusal(capsys, "export", "html", small, "--neuron", neuron, str(out), code=code)
    assert not out.exists()


def test_a_file_that_is_there_is_replaced_only_when_that_is_said(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "neuron.html"
    out.write_text("mine")
    arguments = ["export", "html", small, "--neuron", "1:3", str(out)]
    assert "--overwrite" in refusal(capsys, *arguments, code=2)
    assert out.read_text() == "mine"
    assert run([*arguments, "--overwrite"]) == 0
    assert "Neuron 1:3" in out.read_text()
