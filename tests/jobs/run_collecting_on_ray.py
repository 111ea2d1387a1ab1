"""A collection on a Ray of two workers, which are killed once in each reading, as a program of its own."""

import sys
from pathlib import Path

from neuronview.jobs import collecting, collecting_shards
from neuronview.jobs.engines import RayEngine
from neuronview.model import load
from tests.support.sharded_collection import dies_once, in_shards


def main(model: Path, folder: Path) -> None:
    """Collect to `folder/data`; in each reading a worker is killed in the midst of a shard."""
    collecting_shards.LEAST, collecting.EXCERPTS = 2, 50
    in_shards(load(model, device="cpu"), folder, RayEngine(workers=2), load_model=dies_once)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
