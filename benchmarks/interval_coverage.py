"""How often the 95 % interval of a score, and of a difference of two, holds the true value, by how many excerpts.

    python -m benchmarks.interval_coverage

The true value is the correlation of a large population of top and of random excerpts, in the shares that are drawn.
Trials draw so many of each side, as a score does (one side alone for top-only and random-only scores), and ask
`resampled_interval`; or `paired_difference` for the first rule minus a second one. The activations are heavy-tailed, as
those of neurons after GELU are: mostly near zero, rare bursts whose size differs from excerpt to excerpt; top excerpts
are the best of the population by their maximum. Simulations are rules that hit some of the bursts and fire elsewhere
too. Prints a table, whose figures `neuronview/scoring/coverage.py` holds, and, as its last line, one JSON document.
Knows no model and no dataset.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from neuronview.scoring.metrics import paired_difference, resampled_interval

POPULATION, TOP_SHARE, TOKENS = 40_000, 0.01, 64
TOGETHER = (
    (3, 3),
    (5, 5),
    (5, 10),
    (10, 5),
    (5, 15),
    (7, 15),
    (10, 10),
    (10, 15),
    (10, 20),
    (20, 10),
    (20, 20),
    (50, 50),
)
SIZES = (*TOGETHER, *((n, 0) for n in (5, 10, 15, 20, 50)), *((0, n) for n in (5, 10, 15, 20, 50)))
COMPARED = ((5, 5), (10, 10), (10, 15), (20, 20), (50, 50))
"""Sizes at which the difference of two scores is measured too."""
TRIALS = 240
RESAMPLES = 400
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Neuron:
    """What kind of neuron, and how good its explanation is."""

    rate: float
    """Share of tokens at which it fires strongly."""
    spread: float
    """Standard deviation of the logarithm of a burst's size, from excerpt to excerpt."""
    recall: float
    """Share of the bursts that the explanation tells."""
    false_alarms: float
    """Share of other tokens that it tells."""


NEURONS = tuple(
    Neuron(rate, spread, recall, alarms)
    for rate in (0.005, 0.03)
    for spread in (0.4, 1.0)
    for recall, alarms in ((0.9, 0.005), (0.5, 0.02), (0.2, 0.05))
)


OTHER = (0.6, 0.01)
"""Recall and false alarms of the second rule, for differences."""


def population(neuron: Neuron, generator: np.random.Generator, size: int = POPULATION) -> tuple[Floats, Floats, Floats]:
    """Activations, and simulated values of two rules: (excerpts, tokens) of a population of that size each."""
    shape = (size, TOKENS)
    rates = generator.beta(0.3, 0.3 / neuron.rate, size=(size, 1))  # topics: most excerpts have none of it
    bursts = generator.random(shape, dtype=np.float32) < rates
    first, second = (
        told(bursts, recall, alarms, generator) for recall, alarms in ((neuron.recall, neuron.false_alarms), OTHER)
    )
    burst = generator.lognormal(0.0, neuron.spread, size=(size, 1)) * generator.gamma(2.0, 0.5, size=shape)
    floor = generator.gamma(0.3, 0.2, size=shape) - 0.1
    return np.where(bursts, burst, floor).astype(np.float32), first, second


def told(bursts: NDArray[np.bool_], recall: float, alarms: float, generator: np.random.Generator) -> Floats:
    """What a rule fires on. What it misses, it often misses in the whole excerpt."""
    hits = generator.beta(recall, 1 - recall, (len(bursts), 1))
    drawn = generator.random(bursts.shape, dtype=np.float32)
    return np.where(bursts, drawn < hits, drawn < alarms).astype(np.float32)


def strata(activations: Floats) -> dict[str, NDArray[np.int64]]:
    """Excerpts of the top and of the random side."""
    order = np.argsort(-activations.max(axis=1))
    top = int(POPULATION * TOP_SHARE)
    return {"top": order[:top], "random": order[top:]}


def true_value(activations: Floats, simulated: Floats, sides: dict[str, NDArray[np.int64]], share: float) -> float:
    """Correlation over both sides, the top one counting for `share` of the tokens."""
    weights = np.zeros(POPULATION)
    for name, part in (("top", share), ("random", 1 - share)):
        weights[sides[name]] = part / len(sides[name]) / TOKENS
    flat = np.repeat(weights, TOKENS)
    x, y = activations.ravel().astype(np.float64), simulated.ravel().astype(np.float64)
    x, y = x - flat @ x, y - flat @ y
    return float(flat @ (x * y) / np.sqrt((flat @ x**2) * (flat @ y**2)))


def trials(neuron: Neuron, *, seed: int) -> Iterator[tuple[str, tuple[int, int], float, float, float]]:
    """(`score` or `difference`, size, true value, low, high) of every trial with an interval."""
    generator = np.random.default_rng(seed)
    activations, *rules = population(neuron, generator)
    sides = strata(activations)
    for n_top, n_random in SIZES:
        compared = rules if (n_top, n_random) in COMPARED else rules[:1]
        true = [true_value(activations, rule, sides, n_top / (n_top + n_random)) for rule in compared]
        names = ["top"] * n_top + ["random"] * n_random
        for trial in range(TRIALS):
            drawn = [
                generator.choice(sides[name], n, replace=False) for name, n in (("top", n_top), ("random", n_random))
            ]
            chosen = np.concatenate(drawn)
            pairs = [[(activations[i], rule[i]) for i in chosen] for rule in compared]
            options = {"seed": trial, "resamples": RESAMPLES}
            yield "score", (n_top, n_random), true[0], *resampled_interval(pairs[0], names, **options)
            if len(compared) == 2:
                _, interval = paired_difference(pairs[0], pairs[1], names, **options)
                yield "difference", (n_top, n_random), true[0] - true[1], *interval


def measure() -> list[dict[str, object]]:
    """Coverage by neuron, kind and size."""
    rows: list[dict[str, object]] = []
    for seed, neuron in enumerate(NEURONS):
        found = list(trials(neuron, seed=seed))
        for kind, size in [("score", size) for size in SIZES] + [("difference", size) for size in COMPARED]:
            all_of_it = [entry[2:] for entry in found if entry[:2] == (kind, size)]
            mine = [(true, low, high) for true, low, high in all_of_it if not np.isnan(low)]
            held = [low <= true <= high for true, low, high in mine]
            rows.append(
                asdict(neuron)
                | {"kind": kind, "top": size[0], "random": size[1], "true": round(all_of_it[0][0], 3)}
                | {"trials": len(mine), "coverage": round(float(np.mean(held)), 3) if held else None}
                | {"width": round(float(np.mean([high - low for _, low, high in mine])), 3) if mine else None}
            )
        print(f"neuron {seed + 1} of {len(NEURONS)}", file=sys.stderr)
    return rows


def main() -> None:
    """Print the means and ranges over the neurons, then the JSON document."""
    rows = measure()
    for kind, sizes in (("score", SIZES), ("difference", COMPARED)):
        for size in sizes:
            mine = [row for row in rows if (row["kind"], row["top"], row["random"]) == (kind, *size)]
            values = [row["coverage"] for row in mine if row["coverage"] is not None]
            without = 1 - sum(row["trials"] for row in mine) / (TRIALS * len(mine))
            print(
                f"{kind:10} {size[0]:2} + {size[1]:2}: mean coverage {np.mean(values):.3f}, least {min(values):.2f}, "
                f"most {max(values):.2f}, without an interval {without:.3f}"
            )
    machine = {"python": platform.python_version(), "numpy": np.__version__, "cores": os.cpu_count()}
    print(json.dumps({"machine": machine, "rows": rows}))


if __name__ == "__main__":
    main()
