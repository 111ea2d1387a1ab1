"""A collection on a local Ray, workers of which are killed in the midst of a shard: the rows of the local engine."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from neuronview.jobs import collecting, collecting_shards
from neuronview.jobs.engines import Here
from neuronview.model import load
from tests.model.tiny_gpt2 import save_tiny_gpt2
from tests.support.same_rows import rows_of
from tests.support.sharded_collection import DEATHS, DIED, died, in_shards

ROOT = Path(__file__).parents[2]


def test_on_ray_with_workers_killed_the_rows_are_those_of_the_local_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting_shards, "LEAST", 2)
    monkeypatch.setattr(collecting, "EXCERPTS", 50)
    place = save_tiny_gpt2(tmp_path / "model", width=4)
    (tmp_path / "died").mkdir()
    monkeypatch.setenv(DIED, str(tmp_path / "died"))
    plain = in_shards(load(place, device="cpu"), tmp_path / "here", Here())
    # A short path for Ray, since names of sockets are.
    with tempfile.TemporaryDirectory(prefix="nv", ignore_cleanup_errors=True) as temporary:
        done = subprocess.run(
            [sys.executable, "-m", "tests.jobs.run_collecting_on_ray", str(place), str(tmp_path / "ray")],
            cwd=ROOT,
            env=os.environ | {"RAY_TMPDIR": temporary},
            capture_output=True,
            text=True,
            timeout=240,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    assert died() == set(DEATHS)
    for kind in ("neurons", "records", "excerpts", "vocabulary", "shares"):
        rows = rows_of(plain.folder, kind)
        assert rows
        assert repr(rows_of(tmp_path / "ray" / "data", kind)) == repr(rows)
