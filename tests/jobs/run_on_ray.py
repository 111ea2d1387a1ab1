"""Runs in shards on a Ray of two workers, as a program of its own, which writes what it found as JSON."""

import json
import os
import sys
from pathlib import Path

from neuronview.jobs import shards
from neuronview.jobs.engines import Engine, RayEngine
from neuronview.jobs.engines.base import THREADS
from neuronview.jobs.plan import RunFolder
from neuronview.jobs.sharded import execute_sharded
from neuronview.store import Dataset
from tests.support.sharded_run import BY_LANGUAGE, Dying, model_that_dies_once, parts_of, planned

SIZES = {"rule": 1, "language": 2}
"""Neurons of a shard."""
MARK = "RAY_TMPDIR"
"""Environment variable by whose value Ray's processes are known as ours."""


def listening() -> set[str]:
    """Addresses (hexadecimal) that this program and the processes of its Ray listen at."""
    sockets = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={os.environ[MARK]}".encode() in (process / "environ").read_bytes():
                sockets |= {os.readlink(file) for file in (process / "fd").iterdir()}
        except OSError:  # it has ended
            continue
    lines = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().split("\n")[1:]]
    return {line[1] for line in lines if line and line[3] == "0A" and f"socket:[{line[9]}]" in sockets}


def threads(_number: int) -> dict[str, str | None]:
    """How many threads libraries of this worker are told to have."""
    return {name: os.environ.get(name) for name in THREADS}


def main(folder: Path, home: Path, language_model: str) -> None:
    """A run by rule and one by language model, in each of which a worker is killed; keys are in the environment."""
    shards.SIZES = SIZES
    seen: set[str] = set()
    telemetry: set[str | None] = set()

    def look() -> None:
        seen.update(listening())
        telemetry.update({os.environ.get("RAY_USAGE_STATS_ENABLED")} - {None})  # before and after there is no Ray

    def carried_out(name: str, run: RunFolder, engine: Engine) -> dict[str, str]:
        opened = Dataset(folder, overlay=home / name)
        execute_sharded(run, opened, engine, load_model=model_that_dies_once, report=lambda progress: look())
        return parts_of(home / name)

    engine = RayEngine(workers=2)
    with engine.kept():
        by_language = planned(home, "pairs", explainer_url=language_model, **BY_LANGUAGE)
        found = {
            "rule": carried_out("rule", planned(home), engine),
            "language": carried_out("language", by_language, Dying(engine)),
            "died": (by_language.path / "died").exists(),
            "threads": list(engine.map(threads, range(2))),
            "listening": sorted(seen),
            "telemetry": sorted(telemetry),
        }
    (home / "found.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
