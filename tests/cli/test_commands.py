"""Commands on a small drawn dataset: documents, exit codes, sentences. What needs a model is in test_loop."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from neuronview.cli.main import app, run
from neuronview.store import open_dataset
from tests.support import small_dataset
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder that holds the dataset `small`."""
    data = tmp_path_factory.mktemp("data")
    small_dataset.build(data / "small")
    return data


@pytest.fixture
def data(built: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEURONVIEW_DATA", str(built))
    return built


def document(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    """The one JSON document that a command prints."""
    assert run([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str, code: int) -> str:
    """What a command that fails says; nothing of it on stdout."""
    assert run(arguments) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    return printed.err


def commands() -> dict[str, Any]:
    """Every command by its name, as typer runs it."""
    import typer.main

    group: Any = typer.main.get_command(app)
    flat = {}
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        flat |= {f"{name} {sub}": entry for sub, entry in inner.items()} if inner else {name: command}
    return flat


def test_every_command_but_serve_prints_json_and_says_what_it_is() -> None:
    for name, command in commands().items():
        options = {option for parameter in command.params for option in parameter.opts}
        assert command.help, name
        assert "--json" in options or name == "serve", name
        assert all(parameter.help for parameter in command.params), name


def test_datasets_lists_what_can_be_opened_by_name(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = document(capsys, "datasets")[0]
    assert (row["name"], row["layers"], row["neurons_per_layer"], row["explanations"]) == ("small", 2, 5, 20)


def test_a_damaged_dataset_is_listed_with_its_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "dataset.json").write_text("{")
    monkeypatch.setenv("NEURONVIEW_DATA", str(tmp_path))
    assert "cannot be read" in document(capsys, "datasets")[0]["problem"]


def test_search_refuses_a_reader_that_there_is_no_score_by(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "thing", "--dataset", "small", "--reader", "decisions"]) == 2
    assert "There are scores by: rule" in capsys.readouterr().err


def test_search_finds_all_words_and_of_what_fits_equally_the_best_lower_bound_first(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = document(capsys, "search", "THING dictionary", "--dataset", "small")
    assert len(rows) == 10
    assert {row["explainer"] for row in rows} == {"dictionary"}
    assert [row["low"] for row in rows] == sorted((row["low"] for row in rows), reverse=True)
    assert rows[0].keys() == {
        "layer",
        "neuron",
        "explainer",
        "reader",
        "score",
        "low",
        "high",
        "n_sequences",
        "explanation",
        "relevance",
    }


def test_search_looks_in_top_tokens_and_names_them(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert document(capsys, "search", "cat", "--dataset", "small") == []
    rows = document(capsys, "search", "cat", "--in", "tokens", "--limit", "30", "--dataset", "small")
    assert len(rows) == 20
    assert {row["top_tokens"] for row in rows} == {"cat"}
    assert all(row["relevance"] > 0 for row in rows)


def test_search_is_ranked_by_fit_or_by_score_and_an_expression_by_score(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fit = document(capsys, "search", "thing 0", "--dataset", "small")
    by_score = document(capsys, "search", "thing 0", "--sort", "score", "--dataset", "small")
    assert [row["relevance"] for row in fit] == sorted((row["relevance"] for row in fit), reverse=True)
    assert [row["low"] for row in by_score] == sorted((row["low"] for row in by_score), reverse=True)
    matched = document(capsys, "search", "/thing 0[12]/", "--dataset", "small")
    assert len(matched) == 4
    assert {row["relevance"] for row in matched} == {None}


def test_search_says_where_its_index_cannot_be_kept(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = open_dataset("small").overlay / "search"
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file where the folder should be")
    assert run(["search", "thing", "--dataset", "small"]) == 0
    said = capsys.readouterr()
    assert "could not be kept" in said.err
    assert "1:3" in said.out


def test_a_table_writes_a_neuron_as_the_options_read_it(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "thing 13", "--dataset", "small"]) == 0
    assert "1:3" in capsys.readouterr().out


def test_the_environment_names_the_dataset(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEURONVIEW_DATASET", "small")
    assert len(document(capsys, "search", "thing", "--limit", "3")) == 3


def test_nothing_found_is_an_empty_list_and_a_sentence(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert document(capsys, "search", "zebra", "--dataset", "small") == []
    assert run(["search", "zebra", "--dataset", "small"]) == 0
    assert capsys.readouterr().out == "Nothing found.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("search", "thing", "--dataset", "absent"), 1, "There is no dataset “absent”. Known by name: small."),
        (("search", "(", "--regex", "--dataset", "small"), 2, "not a regular expression"),
        (("search", "x", "--in", "names", "--dataset", "small"), 2, "Choose one of: explanations, tokens, either."),
        (("search", "x", "--sort", "luck", "--dataset", "small"), 2, "Choose one of: fit, score."),
        (("search",), 2, "Missing argument 'TEXT'"),
        (("serch", "x"), 2, "No such command 'serch'"),
        (("search", "x", "--colour"), 2, "No such option"),
        (("search", "x", "--limit", "0"), 2, "Invalid value for '--limit'"),
        (("explain", "--dataset", "small"), 2, "Name neurons with --neurons"),
        (("explain", "--neurons", "three", "--dataset", "small"), 2, "“three” is not a neuron"),
        (("explain", "--neurons", "0:1", "--explainer", "magic", "--dataset", "small"), 2, "Choose one of: dictionary"),
        (("explain", "--neurons", "0:1", "--explainer", "pattern", "--dataset", "small"), 2, "The pattern is empty"),
        (("explain", "--run", "20000101-000000-abcdef"), 1, "There is no run"),
        (("check", "absent"), 1, "There is no dataset"),
        (("top", "some text", "--dataset", "small"), 1, "tiny"),
        (("collect", "--model", "nowhere/at/all", "--corpus", "x.txt", "--out", "somewhere"), 1, "There is no folder"),
        (
            ("collect", "--model", "m", "--corpus", "x.txt", "--out", "o", "--bits", "8"),
            2,
            "Invalid value for '--bits'",
        ),
        (("serve", "--port", "0"), 2, "Invalid value for '--port'"),
        (("serve", "--dataset", "absent"), 1, "There is no dataset"),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_an_exit_code(
    arguments: tuple[str, ...], code: int, words: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert words in refusal(capsys, *arguments, code=code)


def test_a_refused_run_leaves_no_folder(
    data: Path, clean_environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refusal(capsys, "explain", "--neurons", "0:1", "--explainer", "magic", "--dataset", "small", code=2)
    assert list(clean_environment.iterdir()) == []


def test_check_names_the_damaged_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = small_dataset.build(tmp_path / "small")
    found = document(capsys, "check", str(folder))
    assert (found["ok"], found["problems"], found["checked"][0]["without_checksum"]) == (True, [], [])
    part = next(folder.glob("records-*.parquet"))
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    assert part.name in document(capsys, "check", str(folder), code=1)["problems"][0]
    part.unlink()
    assert part.name in document(capsys, "check", str(folder), code=1)["problems"][0]


def test_a_dataset_in_the_way_is_seen_before_the_model_is_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = small_dataset.build(tmp_path / "small")
    said = refusal(capsys, "collect", "--model", "absent", "--corpus", "x.txt", "--out", str(folder), code=1)
    assert "already holds a dataset" in said


def test_doctor_never_shows_a_key(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-words")
    report = document(capsys, "doctor")
    assert report["environment"]["OPENAI_API_KEY"] is True
    assert report["datasets"] == ["small"]
    assert report["packages"]["torch"]
    assert run(["doctor"]) == 0
    assert "secret" not in capsys.readouterr().out


def test_serve_becomes_streamlit_on_this_machine_only(
    data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    called: dict[str, Any] = {}
    monkeypatch.setattr(os, "execv", lambda path, arguments: called.update(arguments=arguments, folder=Path.cwd()))
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("NEURONVIEW_DATA", os.path.relpath(data, tmp_path))
    monkeypatch.chdir(tmp_path)
    environment = dict(os.environ)
    try:
        assert run(["serve", "--port", "8765", "--dataset", "small", "--no-open"]) == 0
        options = dict(zip(called["arguments"][5::2], called["arguments"][6::2], strict=True))
        assert called["folder"] == ROOT
        assert Path(os.environ["NEURONVIEW_DATA"]) == data
        assert os.environ["NEURONVIEW_DATASET"] == "small"
    finally:
        os.environ.clear()
        os.environ.update(environment)
    assert options == {
        "--server.port": "8765",
        "--server.address": "localhost",
        "--server.headless": "true",
        "--server.showEmailPrompt": "false",
        "--browser.serverAddress": "localhost",
        "--browser.gatherUsageStats": "false",
    }


@pytest.mark.parametrize("named", ["", "nv.example.com"])
def test_serve_says_how_a_server_for_others_is_named(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], named: str
) -> None:
    monkeypatch.setattr(os, "execv", lambda path, arguments: None)
    for name, value in (("PUBLIC", "1"), ("DATA", str(data)), ("HOME", "/nowhere"), ("DATASET", "small")):
        monkeypatch.setenv(f"NEURONVIEW_{name}", value)
    monkeypatch.setenv("NEURONVIEW_HOSTS", named)
    monkeypatch.chdir(data)
    assert run(["serve", "--address", "0.0.0.0", "--no-open"]) == 0
    assert ("Set NEURONVIEW_HOSTS" in capsys.readouterr().err) is (not named)


def test_serve_refuses_what_is_no_name_of_a_server(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "execv", lambda path, arguments: pytest.fail("served"))
    monkeypatch.setenv("NEURONVIEW_HOSTS", "https://nv.example.com")
    assert run(["serve", "--no-open"]) != 0
    assert "without http:// and port" in capsys.readouterr().err


def test_the_app_does_not_start_with_what_is_no_name_of_a_server() -> None:
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(free_port())]
    environment = {**os.environ, "NEURONVIEW_HOSTS": "https://nv.example.com"}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False)
    assert ended.returncode != 0
    assert "without http:// and port" in ended.stderr


def test_the_process_ends_with_the_code_and_keeps_logs_off_stdout(data: Path) -> None:
    command = [sys.executable, "-m", "neuronview", "search", "x", "--dataset", "absent", "--json"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("There is no dataset “absent”.")
    assert ended.stderr.count("\n") == 1
