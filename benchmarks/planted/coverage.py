"""How often does a 95 % interval hold the score that a large sample tends to, by how many excerpts and by the way?

A pool of excerpts stands for the corpus: its best fiftieth is the top side. Trials draw from either side with
replacement, so what a large sample tends to is known exactly. Pools are planted neurons in real text, read by a rule
and by a judge, and, as a check of another make, the made-up kinds of `benchmarks.interval_coverage`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks import interval_coverage
from benchmarks.planted.field import Field
from benchmarks.planted.intervals import WAYS, moments_of, pooled_moments
from benchmarks.planted.judge import JUDGES, Judge
from benchmarks.planted.neurons import activations
from benchmarks.planted.shares import Share
from neuronview.scoring.intervals import Draws, correlations

__all__ = ["Pool", "measure", "pools"]

QUESTION = "interval holds"
TARGET = (0.93, 0.97)
TOP_SHARE = 0.02
COPIES = 4
"""How often each excerpt is in the pool, with other noise of the neuron."""
RESAMPLES = 400
TOP, RANDOM = 0, 1
ALL = "all of these"
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pool:
    """What trials draw from."""

    source: str
    moments: Floats  # (excerpts, 6)
    sides: NDArray[np.int64]  # (excerpts,) TOP or RANDOM

    @classmethod
    def of(cls, source: str, real: Floats, simulated: Floats) -> Pool:
        """From activations and simulated values (excerpts, tokens)."""
        sides = np.full(len(real), RANDOM)
        sides[np.argsort(-real.max(axis=1), kind="stable")[: round(TOP_SHARE * len(real))]] = TOP
        return cls(source, moments_of(real, simulated), sides)

    def tends_to(self, n_top: int, n_random: int) -> float:
        """The correlation of a large sample of both sides in these shares."""
        sums = pooled_moments(self.moments, self.sides, {TOP: n_top, RANDOM: n_random})
        return float(correlations(sums[None])[0])

    def draw(self, n_top: int, n_random: int, generator: np.random.Generator) -> tuple[Floats, NDArray[np.int64]]:
        """Sums and sides of so many excerpts."""
        chosen = np.concatenate(
            [generator.choice(np.flatnonzero(self.sides == s), n) for s, n in ((TOP, n_top), (RANDOM, n_random))]
        )
        return self.moments[chosen], self.sides[chosen]


def pools(
    field: Field, n_neurons: int, *, judge: str = "fair", made_up: int, population: int, seed: int = 0
) -> Iterator[Pool]:
    """Pools of planted neurons, each by a rule and by a judge, then of so many made-up kinds of so many excerpts."""
    for entry in field.first[:: max(1, len(field.first) // n_neurons)][:n_neurons]:
        marks = entry.corpus.marks(entry.neuron.expression)
        real = np.concatenate([activations(entry.neuron, marks, seed=100 + copy) for copy in range(COPIES)])
        reader = Judge({entry.neuron.text: entry.marks}, JUDGES[judge], seed=seed)
        said = np.stack([reader.values(entry.neuron.text, tokens) for tokens in entry.corpus.excerpts])
        for source, simulated in (("planted, rule", marks.astype(np.float64)), (f"planted, {judge} judge", said)):
            yield Pool.of(source, real.astype(np.float64), np.tile(simulated, (COPIES, 1)))
    for number, kind in enumerate(interval_coverage.NEURONS[:made_up]):
        real, rule, _ = interval_coverage.population(kind, np.random.default_rng(number), size=population)
        yield Pool.of("made-up kinds", real.astype(np.float64), rule.astype(np.float64))


def measure(
    every: Sequence[Pool], *, sizes: Sequence[tuple[int, int]], trials: int, resamples: int = RESAMPLES
) -> list[Share]:
    """Coverage by size, source and way; trials without an interval are counted apart."""
    found = []
    for size in sizes:
        tried = [_Tried.of(pool, size, trials, number, resamples) for number, pool in enumerate(every)]
        sources = list(dict.fromkeys(pool.source for pool in every))
        for source in (*sources, ALL):
            mine = [entry for entry in tried if source in (entry.source, ALL)]
            found += [_share(size, source, way, mine) for way in WAYS]
    return found


@dataclass(frozen=True, eq=False)
class _Tried:
    """What came of the trials in one pool: by way, whether each interval held, and its width."""

    source: str
    held: Mapping[str, list[bool]]
    widths: Mapping[str, list[float]]
    n: int

    @classmethod
    def of(cls, pool: Pool, size: tuple[int, int], trials: int, number: int, resamples: int) -> _Tried:
        held: dict[str, list[bool]] = {way: [] for way in WAYS}
        widths: dict[str, list[float]] = {way: [] for way in WAYS}
        true, generator = pool.tends_to(*size), np.random.default_rng([number, *size])
        for trial in range(trials):
            draws = Draws(*pool.draw(*size, generator), seed=trial, resamples=resamples)
            for way, interval in WAYS.items():
                low, high = interval(draws) if draws.usable else (np.nan, np.nan)
                if not np.isnan(low):
                    held[way].append(bool(low <= true <= high))
                    widths[way].append(high - low)
        return cls(pool.source, held, widths, trials)


def _share(size: tuple[int, int], source: str, way: str, tried: Sequence[_Tried]) -> Share:
    held = [entry.held[way] for entry in tried]
    every = [value for some in held for value in some]
    widths = [width for entry in tried for width in entry.widths[way]]
    more = {
        "least of a neuron": round(min((float(np.mean(some)) for some in held if some), default=np.nan), 2),
        "mean width": round(float(np.mean(widths)), 3) if widths else None,
        "without": sum(entry.n for entry in tried) - len(every),
    }
    setting = {"excerpts": "+".join(map(str, size)), "source": source, "way": way}
    return Share(QUESTION, setting, sum(every), len(every), TARGET, more)
