"""Collecting every neuron, against nothing but the forward pass of transformers' own GPT2Model: tokens per second."""

from __future__ import annotations

from typing import Any

import torch

from benchmarks import workbench
from benchmarks.report import Row, medians, show

BATCH, LENGTH = 32, 64


def stock_forward(network: Any) -> float:
    """Tokens per second of transformers' GPT2Model on full batches; it keeps nothing."""
    ids = torch.randint(0, network.config.vocab_size, (BATCH, LENGTH + 1))

    @torch.inference_mode()
    def forward() -> None:
        network.transformer(ids, use_cache=False)

    (seconds,) = medians(forward, repeats=9)
    return BATCH * LENGTH / seconds


def measure() -> list[Row]:
    """Speed of each pass, and of all together."""
    plain = stock_forward(workbench.model().network)
    made = workbench.collected()
    plain = (plain + stock_forward(workbench.model().network)) / 2  # before and after: the machine may be busy
    n_tokens, seconds = made.result.corpus.n_tokens, made.seconds
    unit = "tokens/s"
    return [
        Row.against(
            "collect: first pass, statistics", n_tokens / seconds["statistics"], plain, unit=unit, at_least=0.2
        ),
        Row.against("collect: second pass, records", n_tokens / seconds["records"], plain, unit=unit, at_least=0.2),
        Row("collect: features of every token", n_tokens / seconds["features"], unit),
        Row.against("collect: everything", n_tokens / sum(seconds.values()), plain, unit=unit, at_least=0.05),
    ]


if __name__ == "__main__":
    show(measure())
