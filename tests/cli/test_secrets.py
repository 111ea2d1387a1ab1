"""A key in the environment, through success and every kind of failure of `explain`: in no file, no output, no log."""

import dataclasses
import gzip
import logging
import os
import socket
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from neuronview.cli import explain
from neuronview.cli.main import run
from neuronview.jobs.plan import RunFolder, list_runs
from neuronview.llm.openai_endpoint import OpenAIEndpoint
from neuronview.llm.retry import RetryPolicy
from tests.jobs.test_estimate import structured
from tests.support import run_dataset
from tests.support import scripted_server as scripted
from tests.support.scripted_server import Received, Reply, Step, chat_reply, status
from tests.support.secrets import KEY, files_with, texts_with

NOW = {"Retry-After": "0"}


def repeats(request: Received) -> Reply:
    return status(401, message=f"Incorrect API key provided: {request.headers['authorization']}")


def says_it(request: Received) -> Reply:
    """A model that repeats what it was sent, its key included."""
    return chat_reply(f"the key is {request.headers['authorization'].removeprefix('Bearer ')}")


FAULTS: dict[str, Step] = {
    "answered": structured,
    "wrong key, which the error repeats": repeats,
    "not allowed": status(403, message=f"{KEY} is not allowed"),
    "no such model": status(404, message=f"no model for {KEY}"),
    "not understood": status(400, message=f"header {KEY}"),
    "too many": status(429, NOW, message=f"{KEY} is over its limit"),
    "inside the server": status(500, NOW, message=f"trace: {KEY}"),
    "half a JSON": Reply(f'{{"choices": [{{"{KEY}'.encode()),
    "no JSON": Reply(f"<html>{KEY}".encode()),
    "unparsable": chat_reply(""),
    "a model that repeats it": says_it,
    "moved, with the key": Reply(status=307, headers={"Location": "http://127.0.0.1:9/v1?key=sk-canary"}),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_dataset.build(tmp_path_factory.mktemp("language") / "runs")


@pytest.fixture
def server() -> Iterator[scripted.ScriptedServer]:
    with scripted.scripted_server() as opened:
        opened.play(scripted.CHAT, structured)
        yield opened


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Path:
    """Everything is written below here: home, working folder, temporary files."""
    for name in ("home", "work", "tmp"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    monkeypatch.setenv("NEURONVIEW_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NEURONVIEW_LOCAL_KEY", KEY)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.chdir(tmp_path / "work")
    caplog.set_level(logging.DEBUG)
    return tmp_path


def _explain(built: Path, server: scripted.ScriptedServer, *more: str) -> int:
    chosen = ("--neurons", "0:0", "--explainer", "pairs", "--simulator", "structured", "--candidates", "1")
    asked = ("--model", "scripted", "--base-url", server.base_url, "--excerpts", "2", "--yes")
    return run(["explain", str(built), *chosen, *asked, *more])


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_leaves_the_key_anywhere(
    built: Path,
    server: scripted.ScriptedServer,
    place: Path,
    fault: str,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.play(scripted.CHAT, FAULTS[fault])
    _explain(built, server)
    printed = capsys.readouterr()
    assert any(request.headers.get("authorization") == f"Bearer {KEY}" for request in server.asked(scripted.CHAT))
    assert files_with(place, built) == []
    assert texts_with([printed.out, printed.err, caplog.text]) == []


@pytest.mark.parametrize("fault", ["answered", "a model that repeats it"])
def test_no_export_holds_it(built: Path, server: scripted.ScriptedServer, place: Path, fault: str) -> None:
    server.play(scripted.CHAT, FAULTS[fault])
    _explain(built, server)
    for form in ("openai", "neuronpedia", "parquet", "csv"):
        assert run(["export", form, str(built), "--out", str(place / "exports" / form), "--neurons", "0:0"]) == 0
    assert run(["export", "html", str(built), str(place / "exports" / "page.html"), "--neuron", "0:0"]) == 0
    written = [path for path in (place / "exports").rglob("*") if path.is_file()]
    assert len(written) > 8
    assert files_with(place) == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [("silent", "did not finish its answer"), ("refused", "ConnectError"), ("hung up", "or it broke off")],
)
def test_no_endpoint_that_is_not_reached_leaves_the_key_anywhere(
    built: Path,
    server: scripted.ScriptedServer,
    place: Path,
    fault: str,
    words: str,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hasty = {"timeout": 0.2, "policy": RetryPolicy(attempts=2, first_wait=0.01)}
    defaults = OpenAIEndpoint.__init__.__kwdefaults__ | hasty
    monkeypatch.setattr(OpenAIEndpoint.__init__, "__kwdefaults__", defaults)
    server.play(scripted.CHAT, Reply(delay=30) if fault == "silent" else Reply(b"{", length=90))
    if fault == "refused":
        with socket.create_server(("127.0.0.1", 0)) as closed:
            server.port = closed.getsockname()[1]
    assert _explain(built, server) != 0
    printed = capsys.readouterr()
    assert words in printed.err
    assert bool(server.asked(scripted.CHAT)) == (fault != "refused")
    assert files_with(place, built) == []
    assert texts_with([printed.out, printed.err, caplog.text]) == []


def test_neither_a_dry_run_nor_a_stopped_one_leaves_it(
    built: Path,
    server: scripted.ScriptedServer,
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert _explain(built, server, "--dry-run") == 0
    monkeypatch.setattr(RunFolder, "is_cancelled", lambda self: True)
    assert _explain(built, server) != 0
    printed = capsys.readouterr()
    assert list_runs(place / "home")
    assert files_with(place, built) == []
    assert texts_with([printed.out, printed.err]) == []


def test_a_crash_does_not_print_it(
    built: Path,
    server: scripted.ScriptedServer,
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(*_: object, **__: object) -> None:
        key = os.environ["NEURONVIEW_LOCAL_KEY"]
        raise RuntimeError(f"with {len(key)} characters")

    monkeypatch.setattr(explain, "execute", crash)
    with pytest.raises(RuntimeError):
        _explain(built, server)
    printed = capsys.readouterr()
    assert files_with(place, built) == []
    assert texts_with([printed.out, printed.err]) == []


def test_what_holds_keys_does_not_show_them() -> None:
    from neuronview.jobs.choices import Chosen
    from neuronview.jobs.endpoints import Keys, connect

    keys = Keys.from_environment({"OPENAI_API_KEY": KEY, "NEURONVIEW_LOCAL_KEY": KEY, "NEURONVIEW_SIMULATOR_KEY": KEY})
    endpoint = connect(Chosen("m", "https://host.test/v1"), keys=keys, key=keys.explainer)
    held = dataclasses.asdict(keys) if dataclasses.is_dataclass(keys) else {}
    assert KEY in held.values()
    assert texts_with([repr(keys), str(keys), repr(endpoint), str(endpoint), repr(vars(endpoint))]) == []


def test_the_search_finds_what_it_is_for(tmp_path: Path) -> None:
    import base64

    (tmp_path / "a").write_bytes(b"x" + base64.b64encode(b"user:" + KEY.encode()))
    (tmp_path / "b").write_text(f"?k={KEY.replace('/', '%2F').replace('+', '%2B').replace('=', '%3D')}")
    (tmp_path / "c").write_text("nothing")
    pq.write_table(pa.table({"text": ["nothing", f"the key is {KEY}"] * 9}), tmp_path / "d", compression="zstd")
    (tmp_path / "e").write_bytes(gzip.compress(KEY.encode() * 9))
    with closing(sqlite3.connect(tmp_path / "f")) as database:
        database.execute("create table answers (body blob)")
        database.execute("insert into answers values (?)", [zlib.compress(KEY.encode() * 9)])
        database.commit()
    with zipfile.ZipFile(tmp_path / "g", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("member", KEY * 9)
    assert [Path(path).name for path in sorted(files_with(tmp_path))] == ["a", "b", "d", "e", "f", "g"]
