"""Bulk explaining against a server on loopback that answers in 200 ms, 32 calls at once: calls a second, memory.

    python -m benchmarks.bulk_explain                  about 25 s
    python -m benchmarks.bulk_explain --calls 20000    what a night's run is like, in about two minutes
    python -m benchmarks.bulk_explain --profile        where the time goes

A real run: demo neurons are explained by `pairs`, simulated excerpt by excerpt and scored; ledger, cache and commits
are on the disk as always. The server is a process of its own. The ideal is 32 calls every 200 ms. The simulator's calls
are counted, for the explainer has 32 turns of its own: by the ledger, from the tenth part of them that ended first to
the tenth that ended last, since a run of a minute begins and ends with fewer under way. Memory is this process's, and
what it grows by after three tenths of the calls has a goal in a run of 10,000 calls or more, since libraries take what
they need in the first thousands.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import multiprocessing
import pstats
import resource
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.language_runs import DEMO, demo_neurons, quiet
from benchmarks.language_server import EXPLAINER, SIMULATOR, routes_of
from benchmarks.report import Row, show
from neuronview.jobs.endpoints import Keys
from neuronview.jobs.language import execute_language
from neuronview.jobs.plan import Progress, RunPlan, new_run
from neuronview.store import Dataset
from tests.support.scripted_server import CHAT, Received, Reply, status

SECONDS, AT_ONCE, CALLS = 0.2, 32, 3_200
IDEAL = AT_ONCE / SECONDS
CALLS_A_NEURON = 52
GROWTH_MB, LONG = 24, 10_000
PLAN = RunPlan(
    "",
    "demo",
    (),
    "pairs",
    "structured",
    explainer_model=EXPLAINER,
    simulator_model=SIMULATOR,
    concurrency=AT_ONCE,
    candidates=2,
    excerpts=5,
    others=0,
)


@dataclass
class Took:
    """What a run took."""

    calls: int = 0
    speed: float = 0.0
    """Calls of the simulator a second."""
    cpu: float = 0.0
    """Processor seconds of this process."""
    memory: tuple[float, ...] = ()
    """MB, at each tenth of the calls."""


def carry_out(calls: int, home: Path, address: str) -> Took:
    """Do a run of about so many calls."""
    plan = replace(PLAN, neurons=demo_neurons(max(2, calls // CALLS_A_NEURON)), explainer_url=address)
    run = new_run(home, plan)
    dataset = Dataset(DEMO, overlay=home / "mine")
    seen: list[tuple[int, float]] = []

    def report(progress: Progress) -> None:
        seen.append((progress.calls, _memory()))

    cpu = time.process_time()
    execute_language(run, dataset, load_model=_no_model, report=report, keys=Keys())
    cpu = time.process_time() - cpu
    lines = [json.loads(line) for line in (run.path / "calls.jsonl").read_text().splitlines()]
    ended = [line for line in lines if line["event"] == "ended" and not line["cached"] and line["kind"] != "probe"]
    stamps = sorted(datetime.fromisoformat(line["time"]).timestamp() for line in ended if line["model"] == SIMULATOR)
    if any(line["error"] for line in ended) or run.progress().failures:
        raise AssertionError(f"Calls failed: {run.progress().failures[:3]}")
    n, simulated = len(ended), len(stamps)
    tenths = [next((memory for at, memory in seen if at >= n * tenth / 10), _memory()) for tenth in range(1, 11)]
    first, last = simulated // 10, simulated - simulated // 10 - 1
    return Took(n, (last - first) / (stamps[last] - stamps[first]), cpu, tuple(tenths))


def measure(calls: int = CALLS) -> list[Row]:
    """Speed and memory of one run."""
    with quiet(), tempfile.TemporaryDirectory() as folder, serving() as address:
        took = carry_out(calls, Path(folder), address)
    growth, further = took.memory[-1] - took.memory[2], f"explain: memory, {took.calls * 7 // 10:,} further calls"
    memory = (
        Row.within(further, growth, unit="MB", at_most=GROWTH_MB) if took.calls >= LONG else Row(further, growth, "MB")
    )
    return [
        Row.against(
            "explain: simulator's calls of 200 ms, 32 at once", took.speed, IDEAL, unit="calls/s", at_least=0.9
        ),
        memory,
        Row("explain: processor time a call", 1000 * took.cpu / took.calls, "ms"),
    ]


# --- the server ------------------------------------------------------------------------------------------------------


@contextmanager
def serving() -> Any:
    """A server in a process of its own, for the block; its address."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}/v1"
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Any) -> None:
    answer = routes_of("structured")[CHAT]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await _one(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        raw = await reader.readexactly(int(headers.get("content-length", 0)))
        due = asyncio.get_running_loop().time() + SECONDS
        body = json.loads(raw) if raw else None
        reply: Reply = (
            answer(Received(method, path, "", headers, body)) if path == CHAT else status(404, message="Not Found")
        )
        await asyncio.sleep(due - asyncio.get_running_loop().time())
        found = json.dumps(reply.body).encode()
        head = (f"HTTP/1.1 {reply.status} x", "content-type: application/json", f"content-length: {len(found)}", "\r\n")
        writer.write("\r\n".join(head).encode() + found)

    async def main() -> None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=1 << 22)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def _memory() -> float:
    """MB of this process now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def _no_model() -> Any:
    raise AssertionError("nothing here needs the dataset's model")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    if given.profile:
        profile = cProfile.Profile(time.process_time)
        rows = profile.runcall(measure, given.calls)
        pstats.Stats(profile).sort_stats("tottime").print_stats(35)
    else:
        rows = measure(given.calls)
    show(rows)
