"""A full or read-only disk is told in words wherever work with a process of its own begins or is stopped."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from neuronview.errors import DatasetError
from neuronview.jobs.collecting_shards import GIVEN, JOB, Stage, compute
from neuronview.jobs.collecting_shards import Shard as CollectingShard
from neuronview.jobs.detach import detach
from neuronview.jobs.places import a_place
from neuronview.jobs.plan import RunFolder, RunPlan, new_run
from neuronview.jobs.shards import Shard, carry_out


def hold(run: RunFolder) -> None:
    with run.held():
        pass


def take_a_place(run: RunFolder) -> None:
    with a_place(run, lambda _: None):
        pass


def do_a_shard(run: RunFolder) -> None:
    carry_out(Shard(run.path, 0, ("0:1",), 1.0, run.path, run.path, lambda _: None))


def start(run: RunFolder) -> None:
    detach(["--help"], log=run.path / "log.txt", environment={}, name="none")


def collect_a_shard(run: RunFolder) -> None:
    stage = Stage(run.path, "statistics", "s")
    compute(CollectingShard(stage, 0, range(1), lambda: None, "cpu"))  # type: ignore[arg-type,return-value]


STEPS: dict[str, Callable[[RunFolder], object]] = {
    "lock": hold,
    "places": take_a_place,
    "0": take_a_place,
    "cancel": RunFolder.cancel,
    "pid": lambda run: run.launched(1),
    "log.txt": start,
    "00000": do_a_shard,
    "working": do_a_shard,
    "00000.working": collect_a_shard,
}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_what_cannot_be_written_is_named_with_what_to_do(
    name: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = new_run(tmp_path, RunPlan("", "d", ("0:1",), "pattern", pattern="a"))
    (run.path / "s").mkdir()
    for place in (run.path / JOB, run.path / "s" / GIVEN):
        place.write_bytes(b"{}")
    if name == "0":
        (tmp_path / "places").mkdir()

    def refusing(plain: Callable[..., object]) -> Callable[..., object]:
        def call(path: object, *given: object, **options: object) -> object:
            if not isinstance(path, int) and Path(str(path)).name == name:
                raise OSError(number, os.strerror(number), path)
            return plain(path, *given, **options)

        return call

    monkeypatch.setattr(os, "open", refusing(os.open))
    monkeypatch.setattr(os, "mkdir", refusing(os.mkdir))
    monkeypatch.setattr("io.open", refusing(open))
    with pytest.raises(DatasetError, match=rf"{name} could not be written \({os.strerror(number)}\)\. Free space"):
        STEPS[name](run)
