"""Hours that a whole job takes, from measured rates: GPT-2 XL over 50,000 and 10 million excerpts.

    python -m benchmarks | tee bench.txt; python -m benchmarks.scaling --of bench.txt
    python -m benchmarks.scaling --collect 900 --save 20000 --merge 9000 --rules 6.5 --calls 150

Rates are of one machine or GPU, as other benchmarks print them. A rate that is not given is not guessed: its cells say
so. Prints the table of docs/scaling.md; what takes longest in a row is what limits it, unless what was not measured
does. The rates above, which no GPU is needed for, fill all cells but those of collecting on GPUs.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from neuronview.collect.build import READ_ONCE
from neuronview.collect.passes import BATCH_TOKENS
from neuronview.collect.sizes import Sizes
from neuronview.jobs.collecting_shards import cut

__all__ = ["Job", "Rates", "hours", "table"]

LENGTH = 64
"""Tokens of an excerpt."""
LAYERS, WIDTH = 48, 6_400
"""GPT-2 XL's neurons."""
SMALLER = (48 * 1600**2) / (12 * 768**2)
"""Times that GPT-2 XL multiplies as often for a token as GPT-2: what a rate of GPT-2 is divided by, 17."""
NOT_MEASURED = "not measured"
CALLS_A_NEURON = 52
"""Of a language model, for an explanation by `pairs` with simulation and scores on ten excerpts."""


ROWS = {
    "collect": "GPT-2 124M: with token means, shares, all features, pairs",
    "save": "state of a shard, saved",
    "merge": "state of a shard, merged into another",
    "rules": "rules: explain and score",
    "calls": "explain: simulator's calls of 200 ms, 32 at once",
}
"""Rows of the benchmarks whose values are the rates of these names."""


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
    save: float | None = None
    """Neurons a second whose state a worker writes."""
    merge: float | None = None
    """Neurons a second whose state the driver reads and adds to the others."""
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
    neurons = LAYERS * WIDTH
    shards = _shards(job.excerpts)
    # A layer is one shard: 40 cores do 48 layers in two rounds.
    rounds = math.ceil(LAYERS / job.cores)
    return {
        "collect": _collect(job, shards, forward),
        "save": _hours(neurons * sum(math.ceil(len(some) / job.workers) for some in shards), rates.save, 1),
        "merge": _hours(neurons * sum(map(len, shards)), rates.merge, 1),
        "rules": _hours(WIDTH * rounds, rates.rules, 1),
        "language": _hours(neurons * CALLS_A_NEURON, rates.calls, 1),
    }


def _shards(excerpts: int) -> list[list[int]]:
    """Tokens of each shard of both readings: of most of the corpus, and of what was drawn by chance."""
    pool = min(Sizes().quantile_pool, excerpts // 3)
    if excerpts < READ_ONCE:
        raise ValueError(f"{excerpts} excerpts are read twice; from {READ_ONCE} on the rates here hold.")
    at_once = BATCH_TOKENS // LENGTH
    return [[len(some) * BATCH_TOKENS for some in cut(math.ceil(n / at_once))] for n in (excerpts - pool, pool)]


def _collect(job: Job, shards: list[list[int]], rate: float | None) -> float | None:
    """Each worker takes as many shards as the others, or one more."""
    return _hours(sum(max(some) * math.ceil(len(some) / job.workers) for some in shards), rate, 1)


def _hours(amount: float, rate: float | None, workers: float) -> float | None:
    return None if rate is None else amount / (rate * workers) / 3600


def table(rates: Rates) -> str:
    """The table in Markdown."""
    stages = ("collect", "save", "merge", "rules", "language")
    lines = [f"| excerpts | where | {' | '.join(f'{name}, h' for name in stages)} | what limits |", "| --- " * 8 + "|"]
    for job in JOBS:
        found = hours(job, rates)
        cells = [NOT_MEASURED if (value := found[name]) is None else f"{value:,.2f}" for name in stages]
        lines.append(f"| {job.excerpts:,} | {job.where} | {' | '.join(cells)} | {_limit(found)} |")
    return "\n".join(lines)


def _limit(found: Mapping[str, float | None]) -> str:
    """The stage that takes longest, and which others might take longer still."""
    known = {name: value for name, value in found.items() if value is not None}
    if not known:
        return NOT_MEASURED
    unknown = [name for name in found if name not in known]
    return max(known, key=lambda name: known[name]) + (f", unless {' or '.join(unknown)}" if unknown else "")


def measured(output: str) -> dict[str, float]:
    """Rates of a run of all benchmarks by option, from the document in its last line; those that it has."""
    values = {row["name"]: row["value"] for row in json.loads(output.splitlines()[-1])["rows"]}
    return {rate: values[row] for rate, row in ROWS.items() if values.get(row)}


def main() -> None:
    """Read rates, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--forward", type=float, help="tokens/s of one CPU machine that collects GPT-2 XL")
    parser.add_argument("--gpu-forward", type=float, help="tokens/s of one GPU that collects GPT-2 XL")
    parser.add_argument("--collect", type=float, help="tokens/s that collect GPT-2 (benchmarks collect), for --forward")
    parser.add_argument("--gpu-collect", type=float, help="the same of one GPU, for --gpu-forward")
    parser.add_argument("--rules", type=float, help="neurons/s of one core (benchmarks.rules)")
    parser.add_argument("--save", type=float, help="neurons/s whose state is saved (benchmarks states)")
    parser.add_argument("--merge", type=float, help="neurons/s whose state is merged (benchmarks states)")
    parser.add_argument("--calls", type=float, help="calls/s of a language model (benchmarks.bulk_explain)")
    parser.add_argument("--of", type=Path, help="what `python -m benchmarks` printed: rates that are not given")
    given = vars(parser.parse_args())
    if (of := given.pop("of")) is not None:
        given = measured(of.read_text()) | {name: rate for name, rate in given.items() if rate is not None}
        given = dict.fromkeys(("forward", "gpu_forward", "collect", "gpu_collect")) | given
    for name, smaller in (("forward", given.pop("collect")), ("gpu_forward", given.pop("gpu_collect"))):
        if given[name] is None and smaller is not None:
            given[name] = smaller / SMALLER
    print(table(Rates(**given)))


if __name__ == "__main__":
    main()
