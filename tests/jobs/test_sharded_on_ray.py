"""A run on a local Ray of two workers, of which one is killed in the midst: the bytes of the local engine."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from neuronview.jobs import shards
from neuronview.jobs.engines import Here
from neuronview.jobs.sharded import execute_sharded
from neuronview.store import Dataset
from tests.support import run_dataset as made
from tests.support.sharded_run import fake_model, parts_of, planned

ROOT = Path(__file__).parents[2]
LOOPBACK = ("0100007F:", "0000000000000000FFFF00000100007F:", "00000000000000000000000001000000:")
KEY = "sk-only-in-the-environment-4c1f"


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Where Ray writes: a short path, since names of sockets are."""
    with tempfile.TemporaryDirectory(prefix="nv", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def contents(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def test_on_ray_with_a_worker_killed_the_bytes_are_those_of_the_local_engine(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made.build(tmp_path / "data" / "runs")
    monkeypatch.setattr(shards, "SIZES", {"rule": 1, "language": 1})
    opened = Dataset(folder, overlay=tmp_path / "mine")
    execute_sharded(planned(tmp_path), opened, Here(), load_model=fake_model, report=lambda progress: None)
    environment = os.environ | {"OPENAI_API_KEY": KEY, "RAY_TMPDIR": str(temporary)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.jobs.run_on_ray", str(folder), str(tmp_path / "ray")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads((tmp_path / "ray" / "found.json").read_text())
    assert (folder.parent / "died").exists()
    assert len(found["parts"]) == 12
    assert found["parts"] == parts_of(tmp_path / "mine")
    # What Ray wrote down, and what was said, hold no key; nobody outside this machine can reach it.
    assert b"raylet" in contents(temporary)
    assert KEY.encode() not in contents(temporary) + contents(tmp_path)
    assert KEY not in done.stdout + done.stderr
    assert found["listening"]
    assert [place for place in found["listening"] if not place.startswith(LOOPBACK)] == []
    assert found["telemetry"] == ["0"]
