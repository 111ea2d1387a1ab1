"""Hours that a whole job takes, from measured rates: GPT-2 XL over 50,000 and 10 million excerpts.

    python -m benchmarks.scaling --forward 120 --gpu-forward 90000 --rules 6.5 --calls 150

Rates are of one machine or GPU. A rate that is not given is not guessed: its rows are empty. Prints the table of
docs/scaling.md; what takes longest in a row is what limits it.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Job", "Rates", "hours", "table"]

LENGTH = 64
"""Tokens of an excerpt."""
PASSES = 2
"""Times that the corpus is read when everything is collected: statistics, then records."""
LAYERS, WIDTH = 48, 6_400
"""GPT-2 XL's neurons."""
CALLS_A_NEURON = 52
"""Of a language model, for an explanation by `pairs` with simulation and scores on ten excerpts."""


@dataclass(frozen=True)
class Job:
    """What is to be done, and on how much of what."""

    excerpts: int
    where: str
    workers: int
    """Machines or GPUs."""
    cores: int
    """Of all machines together, for what no GPU does."""


@dataclass(frozen=True)
class Rates:
    """What was measured; None for what was not."""

    forward: float | None = None
    """Tokens a second of one CPU machine that collects all neurons of GPT-2 XL."""
    gpu_forward: float | None = None
    """The same of one GPU."""
    rules: float | None = None
    """Neurons a second that one core explains and scores by rule."""
    merge: float | None = None
    """Seconds to merge one shard's state of GPT-2 XL's records into another's."""
    calls: float | None = None
    """Calls a second of a language model, of all workers together: the provider's limit as a rule."""


JOBS = tuple(
    Job(excerpts, where, workers, cores)
    for excerpts in (50_000, 10_000_000)
    for where, workers, cores in (("1 CPU machine", 1, 2), ("1 GPU", 1, 16), ("40 GPUs", 40, 640))
)


def hours(job: Job, rates: Rates) -> Mapping[str, float | None]:
    """Hours of each stage: what shards share is divided by the workers, what the driver does alone is not."""
    forward = rates.gpu_forward if "GPU" in job.where else rates.forward
    tokens, neurons = job.excerpts * LENGTH * PASSES, LAYERS * WIDTH
    # A layer is one shard: 40 cores do 48 layers in two rounds.
    rounds = math.ceil(LAYERS / job.cores)
    return {
        "collect": _hours(tokens, forward, job.workers),
        "merge": None if rates.merge is None else rates.merge * max(job.workers - 1, 0) / 3600,
        "rules": _hours(WIDTH * rounds, rates.rules, 1),
        "language": _hours(neurons * CALLS_A_NEURON, rates.calls, 1),
    }


def _hours(amount: float, rate: float | None, workers: float) -> float | None:
    return None if rate is None else amount / (rate * workers) / 3600


def table(rates: Rates) -> str:
    """The table in Markdown."""
    stages = ("collect", "merge", "rules", "language")
    lines = [f"| excerpts | where | {' | '.join(f'{name}, h' for name in stages)} | what limits |", "| --- " * 7 + "|"]
    for job in JOBS:
        found = hours(job, rates)
        known = {name: value for name, value in found.items() if value is not None}
        longest = max(known, key=lambda name: known[name]) if known else ""
        cells = ["" if (value := found[name]) is None else f"{value:,.2f}" for name in stages]
        lines.append(f"| {job.excerpts:,} | {job.where} | {' | '.join(cells)} | {longest} |")
    return "\n".join(lines)


def main() -> None:
    """Read rates, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--forward", type=float, help="tokens/s of one CPU machine that collects GPT-2 XL")
    parser.add_argument("--gpu-forward", type=float, help="tokens/s of one GPU that collects GPT-2 XL")
    parser.add_argument("--rules", type=float, help="neurons/s of one core (benchmarks.rules)")
    parser.add_argument("--merge", type=float, help="seconds to merge one shard's state of GPT-2 XL")
    parser.add_argument("--calls", type=float, help="calls/s of a language model (benchmarks.bulk_explain)")
    print(table(Rates(**vars(parser.parse_args()))))


if __name__ == "__main__":
    main()
