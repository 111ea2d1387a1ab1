"""Runs on a local Ray of two workers, of which one is killed in the midst: the bytes of the local engines.

Ray is started once, for a run by rule and one by language model.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.language_server import serve_language
from neuronview.jobs import shards
from neuronview.jobs.engines import Engine, Here, LocalEngine
from neuronview.jobs.engines.base import THREADS
from neuronview.jobs.plan import RunFolder
from neuronview.jobs.sharded import execute_sharded
from neuronview.store import Dataset
from tests.jobs import run_on_ray as program
from tests.support import run_dataset as made
from tests.support.scripted_server import CHAT, ScriptedServer, scripted_server
from tests.support.sharded_run import ANSWERS, BY_LANGUAGE, fake_model, parts_of, planned

ROOT = Path(__file__).parents[2]
LOOPBACK = ("0100007F:", "0000000000000000FFFF00000100007F:", "00000000000000000000000001000000:")
KEY, LOCAL_KEY = "sk-only-in-the-environment-4c1f", "sk-of-this-machine-alone-77d0"


@dataclass(frozen=True)
class OnRay:
    """What the program did, and where."""

    dataset: Path
    home: Path
    temporary: Path
    found: dict[str, Any]
    said: str
    server: ScriptedServer
    asked: list[str]
    """Bodies of the chats that the server was asked for."""


@pytest.fixture(scope="module")
def on_ray(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnRay]:
    """The runs, done."""
    home = tmp_path_factory.mktemp("ray")
    folder = made.build(tmp_path_factory.mktemp("data") / "runs")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("NEURONVIEW_", "OPENAI_"))}
    # A short path for Ray, since names of sockets are.
    with tempfile.TemporaryDirectory(prefix="nv", ignore_cleanup_errors=True) as temporary, scripted_server() as server:
        serve_language(server, "structured")
        keys = {"OPENAI_API_KEY": KEY, "NEURONVIEW_LOCAL_KEY": LOCAL_KEY}
        of_theirs = {"OMP_NUM_THREADS": "3", "MKL_NUM_THREADS": "2"}
        done = subprocess.run(
            [sys.executable, "-m", "tests.jobs.run_on_ray", str(folder), str(home), server.base_url],
            cwd=ROOT,
            env=ours | keys | of_theirs | {"NEURONVIEW_HOME": str(home / "answers"), "RAY_TMPDIR": temporary},
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        found = json.loads((home / "found.json").read_text())
        yield OnRay(folder, home, Path(temporary), found, done.stdout + done.stderr, server, chats(server))


def chats(server: ScriptedServer) -> list[str]:
    """Bodies; a worker that is killed as it sends leaves a request without one."""
    return [json.dumps(request.body) for request in server.asked(CHAT) if request.body is not None]


def contents(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SIZES", program.SIZES)


def carried_out(run: RunFolder, dataset: Path, mine: Path, engine: Engine) -> dict[str, str]:
    opened = Dataset(dataset, overlay=mine)
    execute_sharded(run, opened, engine, load_model=fake_model, report=lambda progress: None)
    return parts_of(mine)


@pytest.mark.usefixtures("small_shards")
def test_by_rule_with_a_worker_killed_the_bytes_are_those_of_this_process(on_ray: OnRay, tmp_path: Path) -> None:
    assert (on_ray.dataset.parent / "died").exists()
    assert len(on_ray.found["rule"]) == 12
    assert on_ray.found["rule"] == carried_out(planned(tmp_path), on_ray.dataset, tmp_path / "mine", Here())


@pytest.mark.usefixtures("small_shards")
def test_by_language_model_with_a_worker_killed_amid_its_answers_the_bytes_are_those_of_local_processes(
    on_ray: OnRay, tmp_path: Path
) -> None:
    run = planned(tmp_path, "pairs", explainer_url=on_ray.server.base_url, **BY_LANGUAGE)
    assert len(shards.cut(run.plan())) == 4
    before = len(chats(on_ray.server))
    plain = carried_out(run, on_ray.dataset, tmp_path / "mine", LocalEngine(2))
    assert {name.partition("-")[0] for name in plain} == {"explanations", "scores", "simulations"}
    assert on_ray.found["died"]
    assert on_ray.found["language"] == plain
    # Of what the killed worker had no more is asked again than what was under way, and what a model can do.
    assert set(on_ray.asked) == set(chats(on_ray.server)[before:])
    assert len(on_ray.asked) - len(set(on_ray.asked)) < ANSWERS / 2


def test_workers_of_ray_have_one_thread_whatever_this_machine_is_set_to(on_ray: OnRay) -> None:
    assert on_ray.found["threads"] == [THREADS, THREADS]


def test_ray_is_told_no_key_and_nobody_outside_this_machine_can_reach_it(on_ray: OnRay) -> None:
    heard = on_ray.server.asked(CHAT)[: len(on_ray.asked)]
    assert {request.headers["authorization"] for request in heard} == {f"Bearer {LOCAL_KEY}"}  # from the environment
    assert b"raylet" in contents(on_ray.temporary)
    written = contents(on_ray.temporary) + contents(on_ray.home) + on_ray.said.encode()
    assert [key for key in (KEY, LOCAL_KEY) if key.encode() in written] == []
    assert on_ray.found["listening"]
    assert [place for place in on_ray.found["listening"] if not place.startswith(LOOPBACK)] == []
    assert on_ray.found["telemetry"] == ["0"]
