"""Options of commands whose work is cut into shards and computed on an engine."""

from __future__ import annotations

from typing import Annotated

import typer

from neuronview.errors import BadInput
from neuronview.jobs.engines import ENGINES, Engine, open_engine

__all__ = ["AddressOption", "EngineOption", "WorkersOption", "chosen_engine"]

EngineOption = Annotated[
    str | None,
    typer.Option("--engine", help=f"Cut the run into shards and compute them on one of {', '.join(ENGINES)}."),
]
AddressOption = Annotated[
    str, typer.Option("--address", help="Of a Ray cluster; without it one is started on this machine.")
]
WorkersOption = Annotated[int | None, typer.Option("--workers", help="Shards at a time; as many as there are cores.")]


def chosen_engine(name: str | None, address: str, workers: int | None, *, gpus: float | None = None) -> Engine | None:
    """The engine that was asked for; None without one. `gpus`: of each shard, on Ray.

    BadInput for an engine that cannot be, and where something is asked of one that is not named.
    """
    if name is None and (address or workers or gpus):
        raise BadInput("--address, --workers and --gpus are of an engine: name it with --engine local or --engine ray.")
    if gpus and name != "ray":
        raise BadInput("--gpus is of --engine ray. Processes of this machine share its GPU: leave --gpus out.")
    return None if name is None else open_engine(name, address=address, workers=workers, gpus=gpus or 0)
