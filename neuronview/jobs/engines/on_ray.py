"""Ray: processes of a cluster, or of one that is started on this machine for the while.

Nothing secret goes to Ray: a shard names folders and numbers, and a worker reads keys from its own environment. What
we start listens on this machine alone, has no dashboard and reports nothing to anybody. Ray is imported when it is
asked for.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import islice
from typing import Any, TypeVar

from neuronview.errors import BadInput, EngineError
from neuronview.jobs.engines.base import THREADS, TICK, TRIES, nothing

__all__ = ["RayEngine"]

S = TypeVar("S")
R = TypeVar("R")

QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # Ray's makers learn nothing of us
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
}
ALONE = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"
"""Where it is 0, Ray (on any system) gives its processes this machine's loopback address and no other."""
ALONE_HERE = (ALONE, "RAY_AUTH_MODE", "RAY_AUTH_TOKEN")
"""What a Ray of our own is told beside."""
SMALLEST_STORE = 80 << 20
"""Bytes of the store of objects of a Ray that we start: results are the names of files."""


class RayEngine:
    """Computes on Ray, each shard on one core of whichever machine has one free."""

    def __init__(self, address: str = "", *, workers: int | None = None, gpus: float = 0) -> None:
        """`address`: of a cluster; empty to start one here. `workers`: shards at a time, at most; as many as the
        cluster has cores when None. `gpus`: of each shard. BadInput where Ray is not installed."""
        if find_spec("ray") is None:
            raise BadInput("Ray is not installed. Install it with: pip install -r requirements-ray.txt")
        self.address, self.workers, self.gpus = address, workers, gpus
        self._kept: Any = None

    @contextmanager
    def kept(self) -> Iterator[None]:
        """See Engine."""
        with _kept_environment(), self._connected() as ray:
            self._kept = ray
            try:
                yield
            finally:
                self._kept = None

    def map(self, work: Callable[[S], R], shards: Iterable[S], *, tick: Callable[[], None] = nothing) -> Iterator[R]:
        """See Engine."""
        if self._kept is not None:
            yield from self._mapped(self._kept, work, shards, tick)
            return
        with _kept_environment(), self._connected() as ray:
            yield from self._mapped(ray, work, shards, tick)

    def _mapped(self, ray: Any, work: Callable[[S], R], shards: Iterable[S], tick: Callable[[], None]) -> Iterator[R]:
        # One core, and one thread whatever a machine's environment says. A worker that is lost is replaced, an error
        # of the work is not.
        alone = {"env_vars": THREADS}
        remote = ray.remote(work).options(num_cpus=1, num_gpus=self.gpus, max_retries=TRIES - 1, runtime_env=alone)
        left = iter(shards)
        at_once = self.workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
        order: list[Any] = []  # of what was not handed out yet
        running: list[Any] = []
        while True:
            # Some beyond those that run wait at the cluster, so that no core waits for us.
            ahead = at_once if self.workers else 2 * at_once
            # A slow first one holds those back that are finished behind it: no more than so many.
            for shard in islice(left, min(ahead - len(running), 2 * at_once - len(order))):
                order.append(remote.remote(shard))
                running.append(order[-1])
            if not order:
                return
            _, running = ray.wait(running, num_returns=1, timeout=TICK) if running else ([], [])
            tick()
            while order and order[0] not in running:
                first = order.pop(0)
                yield self._result(ray, first)

    def _result(self, ray: Any, reference: Any) -> Any:
        try:
            return ray.get(reference)
        except ray.exceptions.RayTaskError as error:
            raise error.cause if isinstance(error.cause, Exception) else EngineError(str(error)) from error
        except ray.exceptions.RayError as error:
            raise EngineError(
                f"Ray lost a piece of work {TRIES} times or cannot be reached ({type(error).__name__}). See that its "
                "machines have enough memory, then go on; what is finished is kept."
            ) from error

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        os.environ.update(QUIET)
        if not self.address:
            # Its processes ask each other for a word that is in no file and no list of processes.
            os.environ.update({ALONE: "0", "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)})
        import ray

        if ray.is_initialized():  # by whoever calls us as a library: theirs to close
            yield ray
            return
        try:
            ray.init(**(self._joined() if self.address else self._own()))
        except (ConnectionError, ValueError, RuntimeError, OSError) as error:
            raise EngineError(
                f"Ray does not answer{f' at {self.address}' if self.address else ''}: {str(error).splitlines()[0]}. "
                "Give the address of a cluster that runs, such as --address 10.0.0.1:6379, or none to start one here."
            ) from error
        try:
            yield ray
        finally:
            ray.shutdown()

    def _joined(self) -> dict[str, Any]:
        return {"address": self.address, "log_to_driver": False, "logging_level": "warning"}

    def _own(self) -> dict[str, Any]:
        # Named, or RAY_ADDRESS would lead elsewhere.
        return {
            "address": "local",
            "num_cpus": self.workers or os.cpu_count() or 1,
            "include_dashboard": False,
            "_node_ip_address": "127.0.0.1",
            "object_store_memory": SMALLEST_STORE,
            "log_to_driver": False,
            "logging_level": "warning",
        }


@contextmanager
def _kept_environment() -> Iterator[None]:
    """A block after which Ray's variables are what they were: the word of our Ray would lock callers out of theirs."""
    names = (*QUIET, *ALONE_HERE)
    before = {name: os.environ[name] for name in names if name in os.environ}
    try:
        yield
    finally:
        for name in names:
            os.environ.pop(name, None)
        os.environ.update(before)
