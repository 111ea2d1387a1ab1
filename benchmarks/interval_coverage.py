"""How often the 95 % interval of a score holds the true value, by how many excerpts it is drawn from.

    python benchmarks/interval_coverage.py

The true value is the correlation of a large population of top and of random excerpts, half and half. Trials draw
n + n excerpts of it, as a score does, and ask `resampled_interval`. The activations are heavy-tailed, as those of
neurons after GELU are: mostly near zero, rare bursts whose size differs from excerpt to excerpt; top excerpts are the
best of the population by their maximum. Simulations are rules that hit some of the bursts and fire elsewhere too.
Prints a table and, as its last line, one JSON document. Knows no model and no dataset.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from neuronview.scoring.metrics import resampled_interval

POPULATION, TOP_SHARE, TOKENS = 40_000, 0.01, 64
SIZES = ((5, 5), (10, 10), (12, 15), (20, 20), (50, 50))
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


def population(neuron: Neuron, generator: np.random.Generator) -> tuple[Floats, Floats]:
    """Activations and simulated values (excerpts, tokens) of a population."""
    shape = (POPULATION, TOKENS)
    rates = generator.beta(0.3, 0.3 / neuron.rate, size=(POPULATION, 1))  # topics: most excerpts have none of it
    bursts = generator.random(shape, dtype=np.float32) < rates
    told = np.where(
        bursts,
        # What an explanation misses, it often misses in the whole excerpt.
        generator.random(shape, dtype=np.float32) < generator.beta(neuron.recall, 1 - neuron.recall, (POPULATION, 1)),
        generator.random(shape, dtype=np.float32) < neuron.false_alarms,
    )
    size = generator.lognormal(0.0, neuron.spread, size=(POPULATION, 1)) * generator.gamma(2.0, 0.5, size=shape)
    floor = generator.gamma(0.3, 0.2, size=shape) - 0.1
    return np.where(bursts, size, floor).astype(np.float32), told.astype(np.float32)


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


def trials(neuron: Neuron, *, seed: int) -> Iterator[tuple[tuple[int, int], float, float, float]]:
    """(size, true value, low, high) of every trial with an interval."""
    generator = np.random.default_rng(seed)
    activations, simulated = population(neuron, generator)
    sides = strata(activations)
    for n_top, n_random in SIZES:
        true = true_value(activations, simulated, sides, n_top / (n_top + n_random))
        names = ["top"] * n_top + ["random"] * n_random
        for trial in range(TRIALS):
            drawn = [
                generator.choice(sides[name], n, replace=False) for name, n in (("top", n_top), ("random", n_random))
            ]
            pairs = [(activations[i], simulated[i]) for i in np.concatenate(drawn)]
            yield (n_top, n_random), true, *resampled_interval(pairs, names, seed=trial, resamples=RESAMPLES)


def measure() -> list[dict[str, object]]:
    """Coverage by neuron and size."""
    rows: list[dict[str, object]] = []
    for seed, neuron in enumerate(NEURONS):
        found = list(trials(neuron, seed=seed))
        for size in SIZES:
            mine = [(true, low, high) for s, true, low, high in found if s == size and not np.isnan(low)]
            held = [low <= true <= high for true, low, high in mine]
            rows.append(
                asdict(neuron)
                | {"top": size[0], "random": size[1], "true": round(mine[0][0], 3), "trials": len(mine)}
                | {"coverage": round(float(np.mean(held)), 3)}
                | {"width": round(float(np.mean([high - low for _, low, high in mine])), 3)}
            )
    return rows


def main() -> None:
    """Print the table, then the JSON document."""
    rows = measure()
    print(f"{'rate':>6} {'spread':>6} {'recall':>6} {'alarms':>6} {'true':>6}   coverage at " + str(SIZES))
    for neuron in NEURONS:
        mine = [row for row in rows if all(row[name] == value for name, value in asdict(neuron).items())]
        values = "  ".join(f"{row['coverage']:.2f}" for row in mine)
        kind = " ".join(f"{value:6}" for value in (*asdict(neuron).values(), mine[0]["true"]))
        print(f"{kind}   {values}")
    for size in SIZES:
        mine = [row["coverage"] for row in rows if (row["top"], row["random"]) == size]
        print(f"{size[0]} + {size[1]}: mean coverage {np.mean(mine):.3f}, least {min(mine):.2f}, most {max(mine):.2f}")
    machine = {"python": platform.python_version(), "numpy": np.__version__, "cores": os.cpu_count()}
    print(json.dumps({"machine": machine, "rows": rows}))


if __name__ == "__main__":
    main()
