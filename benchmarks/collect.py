"""Collecting every neuron of a GPT-2 of 124 million parameters, against nothing but the forward pass of transformers.

The weights are random. The corpus is read in stretches of a few batches, and between two of them transformers' own
GPT2Model reads batches of the same size, so that other work on the machine hits both alike; both run in one process
with one allocator. Memory is measured where activations are made up, which takes any corpus there in no time.

`python -m benchmarks.collect [excerpts]`; the more, the less the first few weigh, when most excerpts are still kept.
`python -m benchmarks.collect memory [excerpts, excerpts]` measures memory alone, which other work on the machine does
not change.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import torch

from benchmarks import workbench
from benchmarks.report import Row, show
from neuronview.collect import Document, Sizes, build, collect, passes
from neuronview.collect.passes import BATCH_TOKENS, reuse_memory, run_over
from neuronview.explain.features import evaluate, features
from neuronview.model import LayerMemory, SubjectModel

EXCERPTS, LENGTH = 768, 64
STRETCH = 8
"""Batches between two turns of the baseline."""
BASELINE = 3
"""Batches of a turn."""
LAYERS, WIDTH, HEADS = 12, 768, 12
GIGABYTE = 1e9
EVERYTHING = "token means, shares, all features, pairs"
SIZES_OF_MEMORY = (3_000, 6_000)


@dataclass
class Turns:
    """Reads a corpus in stretches, with the baseline between them; stands in for `run_over`."""

    network: Any
    seconds: dict[str, float] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    baseline: list[float] = field(default_factory=list)

    def run_over(self, model: Any, corpus: Any, visitor: Any, *, stage: str, report: Any, among: Any = None) -> None:
        """As `run_over`."""
        ids = np.arange(corpus.n_excerpts) if among is None else np.flatnonzero(among)
        ids = ids[np.argsort(corpus.parts[ids], kind="stable")]
        size = STRETCH * BATCH_TOKENS // LENGTH
        for first in range(0, len(ids), size):
            self.take_turn()
            some = np.zeros(corpus.n_excerpts, dtype=bool)
            some[ids[first : first + size]] = True
            begun = time.perf_counter()
            run_over(model, corpus, visitor, stage=stage, report=report, among=some)
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - begun
            self.tokens[stage] = self.tokens.get(stage, 0) + int(corpus.lengths[some].sum())
        self.take_turn()

    @torch.inference_mode()
    def take_turn(self) -> None:
        """Time a few batches of the baseline; a leading token is read besides, as it is by the collection."""
        ids = torch.randint(0, self.network.config.vocab_size, (BATCH_TOKENS // LENGTH, LENGTH + 1))
        for _ in range(BASELINE):
            begun = time.perf_counter()
            self.network.transformer(ids, use_cache=False)
            self.baseline.append(time.perf_counter() - begun)

    def speed(self, *stages: str) -> float:
        """Tokens per second of these stages."""
        return sum(self.tokens[stage] for stage in stages) / sum(self.seconds[stage] for stage in stages)

    @property
    def plain(self) -> float:
        """Tokens per second of the baseline."""
        return BATCH_TOKENS / statistics.mean(self.baseline)


class Trimmed:
    """A tokenizer whose documents end with a whole excerpt: in a small corpus, batches of the rest would be tiny."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tokenizer, name)

    def encode_many(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of each text."""
        return [list(ids[: len(ids) // LENGTH * LENGTH]) for ids in self._tokenizer.encode_many(texts)]


def subject(layers: int, width: int, heads: int) -> SubjectModel:
    """A random GPT-2 whose tokenizer trims."""
    model = workbench.model(layers, width, heads)
    leading = (
        None if model.leading_token is None or model.leading_id is None else (model.leading_token, model.leading_id)
    )
    tokenizer: Any = Trimmed(model.tokenizer)
    return SubjectModel(model.network, tokenizer, name="random", fingerprint=model.fingerprint, leading=leading)


def documents(tokenizer: Any, excerpts: int) -> Iterator[Document]:
    """Passages of the workbench, some after another in a document, until there are so many excerpts."""
    total, number = 0, 0
    texts = workbench.passages(excerpts)
    while total < excerpts:
        text = "\n\n".join(texts[(8 * number + k) % len(texts)] for k in range(8))
        total += len(tokenizer.encode_many([text])[0]) // LENGTH
        yield Document(f"d{number}", text)
        number += 1


def timed(
    model: SubjectModel, excerpts: int, *, with_features: bool, with_tokens: bool, turns: type[Turns] = Turns
) -> tuple[Turns, float]:
    """Collect with dictionary features and their pairs, with token means and shares, or without; turns, and
    seconds of the rest."""
    sizes = Sizes(quantile_pool=excerpts // 4, most_excerpts=excerpts, sample_tokens=4 * BATCH_TOKENS)
    if not with_tokens:
        sizes = replace(sizes, token_memory=0, token_file=0, shares=False)
    taking, texts = turns(model.network), list(documents(model.tokenizer, excerpts))
    begun = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as home,
        patch.object(build, "run_over", taking.run_over),
        patch.object(passes, "release_memory", lambda: None),  # a corpus is one pass, not one for each stretch
    ):
        collect(
            model,
            texts,
            Path(home) / "dataset",
            work=Path(home) / "work",
            features=evaluate if with_features else None,
            feature_names=[feature.name for feature in features()] if with_features else (),
            sizes=sizes,
        )
    return taking, time.perf_counter() - begun - sum(taking.seconds.values()) - sum(taking.baseline)


def speeds(model: SubjectModel, excerpts: int, named: str, *, goals: bool = True) -> Iterator[Row]:
    """Rows for one model, as they are measured; without goals for information only."""
    reuse_memory()
    collect_little(model, 64)
    main = ("statistics", "records")
    plain, rest = timed(model, excerpts, with_features=False, with_tokens=False)
    yield _speed(f"{named}: top-k, moments, tails, samples", plain.speed(*main), plain.plain, 0.9 if goals else None)
    yield Row(f"{named}: all else, of {excerpts} excerpts", rest, "s")
    for what, with_tokens, goal in (("all features, pairs", False, 0.85), (EVERYTHING, True, None)):
        more, rest = timed(model, excerpts, with_features=True, with_tokens=with_tokens)
        yield _speed(f"{named}: with {what}", more.speed(*main), more.plain, None)
        ratios = [turns.speed(*main) / turns.plain for turns in (plain, more)]
        yield _speed(
            f"{named}: its share of the first, with {what}", ratios[1], ratios[0], goal if goals else None, "of plain"
        )
    before = [stage for stage in more.seconds if stage not in main]
    yield Row(f"{named}: sample for pairs, {2 * more.tokens[before[0]]:,} tokens", more.speed(*before), "tokens/s")
    yield Row(f"{named}: all else with features", rest, "s")


def _speed(name: str, value: float, baseline: float, goal: float | None, unit: str = "tokens/s") -> Row:
    if goal is None:
        return Row(name, value, unit, baseline, value / baseline)
    return Row.against(name, value, baseline, unit=unit, at_least=goal)


def collect_little(model: SubjectModel, excerpts: int) -> None:
    """Collect one layer of a few excerpts, which compiles what there is to compile."""
    with tempfile.TemporaryDirectory() as home:
        collect(
            model,
            documents(model.tokenizer, excerpts),
            Path(home) / "dataset",
            work=Path(home) / "work",
            features=evaluate,
            feature_names=[feature.name for feature in features()],
            sizes=Sizes(most_excerpts=excerpts, layers=(0,)),
        )


class MadeUp:
    """Activations of all neurons of GPT-2, drawn by chance from a few tables; a model that computes nothing."""

    n_layers, n_neurons, max_tokens, vocabulary_size = 12, 3072, 1023, 4096
    device = torch.device("cpu")
    name, fingerprint, activation_function, dtype, leading_token = "made up", "none", "gelu_new", "float32", None

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = Trimmed(tokenizer)
        self._tables = torch.nn.functional.gelu(torch.randn(3, BATCH_TOKENS + 997, self.n_neurons))

    def vocabulary(self) -> list[str]:
        """Token strings."""
        strings: list[str] = self.tokenizer.vocabulary()
        return strings

    def batch_activations(
        self, ids: torch.Tensor, *, n_layers: int | None = None, into: LayerMemory
    ) -> Iterator[torch.Tensor]:
        """Activations (B, T, neurons) of one layer after the other, in memory as those of a model are."""
        start = int(ids.sum()) % 997
        for layer in range(self.n_layers):
            some = self._tables[layer % 3, start : start + ids.numel()]
            torch.mul(some, 1 + start / 5000, out=(values := into.shaped(*some.shape, like=some)))
            yield values.view(*ids.shape, -1)


def memory(excerpts: int) -> float:
    """Gigabytes that a collection with all that can be had takes at its peak, above what was there before."""
    code = f"from benchmarks.collect import peak; print(peak({excerpts}))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=os.getcwd())
    return float(answer.stdout.split()[-1])


def peak(excerpts: int) -> float:
    """The same, in this process."""
    made_up: Any = MadeUp(workbench.model(1, 64).tokenizer)
    list(documents(made_up.tokenizer, 10))
    evaluate(made_up.vocabulary()[:40])
    before = _status("VmRSS")
    with tempfile.TemporaryDirectory() as home:
        collect(
            made_up,
            documents(made_up.tokenizer, excerpts),
            Path(home) / "dataset",
            work=Path(home) / "work",
            features=evaluate,
            feature_names=[feature.name for feature in features()],
            sizes=Sizes(most_excerpts=excerpts, sample_tokens=20_000),
        )
    return (_status("VmHWM") - before) * 1024 / GIGABYTE


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def measure(excerpts: int = EXCERPTS) -> list[Row]:
    """Speed at the size of GPT-2 and of a small model, and memory for two corpora; each is printed when it is there."""
    rows = _tell(speeds(subject(LAYERS, WIDTH, HEADS), excerpts, "GPT-2 124M"))
    return rows + measure_memory() + _tell(speeds(subject(4, 256, 4), excerpts, "4 x 256", goals=False))


def measure_memory(*sizes: int) -> list[Row]:
    """Memory for two corpora, of so many excerpts."""
    return _tell(memories(*(sizes or SIZES_OF_MEMORY)))


def memories(smaller: int, larger: int) -> Iterator[Row]:
    """Rows for memory, as they are measured."""
    found = []
    for size in (smaller, larger):
        found.append(memory(size))
        yield Row.within(f"memory above the model, {size:,} excerpts", found[-1], unit="GB", at_most=1.5)
    yield Row.times("memory: the larger corpus", found[1], found[0], unit="GB", at_most=1.1)


def _tell(rows: Iterable[Row]) -> list[Row]:
    told = []
    for row in rows:
        told.append(row)
        print(
            f"{row.name}: {row.value:,.4g} {row.unit}" + (f", ratio {row.ratio:.2f}" if row.ratio else ""), flush=True
        )
    return told


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        show(measure_memory(*map(int, sys.argv[2:])))
    else:
        show(measure(*map(int, sys.argv[1:])))
