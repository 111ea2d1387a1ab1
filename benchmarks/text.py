"""Ranking all neurons for a typed text, against the bare forward pass of transformers' GPT2Model: milliseconds."""

from __future__ import annotations

import numpy as np
import torch

from benchmarks import workbench
from benchmarks.report import Row, medians, show
from neuronview.stats import rank_neurons
from neuronview.store.schema import TAIL_PROBABILITIES

TOKENS = 64


def measure() -> list[Row]:
    """The demo's size, and that of GPT-2 small's number of neurons for the ranking alone."""
    model = workbench.model()
    ids = [token.id for token in model.tokenize(" ".join(workbench.passages(workbench.TEXTS)[:3]))][:TOKENS]
    tails, maxima = _drawn_tails(model.n_layers, model.n_neurons)

    def ours() -> object:
        return rank_neurons(model.all_activations(ids), tails, TAIL_PROBABILITIES, maxima=maxima)

    @torch.inference_mode()
    def forward() -> object:
        return model.network.transformer(torch.tensor([[0, *ids]]), use_cache=False)

    ranked, plain = (1000 * s for s in medians(ours, forward, repeats=15))
    many, highest = _drawn_tails(12, 3072)
    drawn = np.random.default_rng(1).normal(size=(12, TOKENS, 3072)).astype(np.float32)
    (ranking,) = medians(lambda: rank_neurons(drawn, many, TAIL_PROBABILITIES, maxima=highest))
    return [
        Row.times(f"text: {TOKENS} tokens, all 4,096 neurons ranked", ranked, plain, unit="ms", at_most=3),
        Row.within("text: ranking alone, 36,864 neurons", 1000 * ranking, unit="ms", at_most=300),
    ]


def _drawn_tails(layers: int, neurons: int) -> tuple[np.ndarray, np.ndarray]:
    rising = np.linspace(0.1, 5, len(TAIL_PROBABILITIES), dtype=np.float32)
    tails = np.tile(rising, (layers, neurons, 1)) * np.random.default_rng(0).uniform(0.5, 2, (layers, neurons, 1))
    return tails, tails[..., -1]


if __name__ == "__main__":
    show(measure())
