"""Where the shards of a job are computed: in this process, in processes beside it, or on Ray."""

from __future__ import annotations

from neuronview.errors import BadInput
from neuronview.jobs.engines.base import Engine, Here
from neuronview.jobs.engines.local import LocalEngine
from neuronview.jobs.engines.on_ray import RayEngine

__all__ = ["ENGINES", "Engine", "Here", "LocalEngine", "RayEngine", "open_engine"]

ENGINES = ("local", "ray")


def open_engine(name: str, *, address: str = "", workers: int | None = None, gpus: float = 0) -> Engine:
    """The engine of that name. BadInput where there is none, or what it needs is not installed.

    `address`: of a Ray cluster; empty to start one on this machine. `workers`: shards at a time. `gpus`: of a shard.
    """
    if workers is not None and workers < 1:
        raise BadInput(f"{workers} workers can do nothing. Give --workers a number from 1 on.")
    if address and name != "ray":
        raise BadInput(f"The engine {name} has no address. Leave --address out, or choose --engine ray.")
    if name == "local":
        return LocalEngine(workers)
    if name == "ray":
        return RayEngine(address, workers=workers, gpus=gpus)
    raise BadInput(f"There is no engine “{name}”. Choose one of: {', '.join(ENGINES)}.")
