"""Forward passes over many prompts at once, with the keys and values of their common beginning kept.

What several prompts begin with is computed once and kept until prompts with another beginning come; of those, the part
that is shared is used still. Models whose state cannot be cut at any token (sliding windows, recurrent layers) are
computed whole. Works on token ids; gives logits to whoever wants them before it lets go of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

__all__ = ["Passes", "Prompt", "common_length", "new_cache"]

LOGITS = 1 << 27  # numbers that the logits of one pass may have: half a gigabyte
TOKENS = 8192  # that one pass may have, padding included
WORTH_KEEPING = 8  # tokens of a common beginning
Kept = list[tuple[torch.Tensor, torch.Tensor]]
Take = Callable[[int, torch.Tensor], None]


@dataclass(frozen=True)
class Prompt:
    """Token ids, and the positions (first to last) whose next-token logits are wanted."""

    ids: list[int]
    first: int
    last: int


class Passes:
    """A causal language model of transformers that computes prompts together. For one thread at a time."""

    def __init__(self, network: Any) -> None:
        self.network = network
        self.vocabulary_size = int(network.config.get_text_config().vocab_size)
        self._kept: Kept = []
        self._kept_ids: list[int] = []
        self._can_keep = _keeps_plainly(network)

    @property
    def device(self) -> torch.device:
        """Where the weights lie."""
        return torch.device(self.network.device)

    @torch.inference_mode()
    def forward(self, prompts: Sequence[Prompt], take: Take) -> list[int]:
        """Compute prompts in as few passes as fit; `take(index, logits)` gets each one's wanted positions (n, V).

        Returns for each prompt how many of its tokens were not computed for it alone. The logits are the caller's
        only until `take` returns.
        """
        if not prompts:
            return []
        rows = [prompt.ids for prompt in prompts]
        length = min(common_length(min(rows), max(rows)), *(prompt.first for prompt in prompts))
        before, kept = self._keep(rows[0][:length])
        order = sorted(range(len(prompts)), key=lambda index: len(rows[index]))
        for batch in self._batches([(index, prompts[index]) for index in order], kept):
            self._pass(batch, kept, take)
        # The first prompt pays for what was not there yet.
        return [before, *[kept] * (len(prompts) - 1)]

    def _keep(self, ids: list[int]) -> tuple[int, int]:
        """Have the keys and values of a common beginning; how much of it was there, and how much is there now."""
        if not self._can_keep or len(ids) < WORTH_KEEPING:
            return 0, 0
        there = common_length(self._kept_ids, ids)
        if there < len(ids):
            before = [(key[..., :there, :], value[..., :there, :]) for key, value in self._kept]
            cache = _cache_of(before, rows=1) if there else new_cache(self.network)
            given = torch.tensor([ids[there:]], device=self.device)
            mask = torch.ones((1, len(ids)), dtype=torch.long, device=self.device)
            self.network(given, attention_mask=mask, past_key_values=cache, use_cache=True, logits_to_keep=1)
            self._kept = [(layer.keys, layer.values) for layer in cache.layers]
            self._kept_ids = list(ids)
        return there, len(ids)

    def _batches(self, prompts: list[tuple[int, Prompt]], kept: int) -> list[list[tuple[int, Prompt]]]:
        """Prompts in order of length, as many together as one pass may hold."""
        batches: list[list[tuple[int, Prompt]]] = []
        for index, prompt in prompts:
            batch = [*batches[-1], (index, prompt)] if batches else [(index, prompt)]
            width = len(prompt.ids) - kept
            wanted = 1 + max(one.last for _, one in batch) - min(one.first for _, one in batch)
            fits = len(batch) * width <= TOKENS and len(batch) * wanted * self.vocabulary_size <= LOGITS
            if batches and fits:
                batches[-1] = batch
            else:
                batches.append([(index, prompt)])
        return batches

    def _pass(self, batch: list[tuple[int, Prompt]], kept: int, take: Take) -> None:
        """One forward pass over what follows the kept beginning."""
        width = max(len(prompt.ids) for _, prompt in batch) - kept
        # Padded at the end: no token sees what follows it.
        rows = [prompt.ids[kept:] + [0] * (width + kept - len(prompt.ids)) for _, prompt in batch]
        given = torch.tensor(rows, device=self.device)
        low = min(prompt.first for _, prompt in batch)
        high = max(prompt.last for _, prompt in batch)
        options: dict[str, Any] = {"use_cache": False}
        if kept:
            before = [(key[..., :kept, :], value[..., :kept, :]) for key, value in self._kept]
            options = {"use_cache": True, "past_key_values": _cache_of(before, rows=len(batch))}
        logits = self.network(
            given,
            attention_mask=torch.ones((len(batch), kept + width), dtype=torch.long, device=self.device),
            logits_to_keep=torch.arange(low - kept, high + 1 - kept, device=self.device),
            **options,
        ).logits
        for row, (index, prompt) in enumerate(batch):
            take(index, logits[row, prompt.first - low : prompt.last + 1 - low])


def common_length(one: Sequence[int], other: Sequence[int]) -> int:
    """How many items two sequences begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def new_cache(network: Any) -> Any:
    """An empty cache of keys and values."""
    from transformers import DynamicCache

    return DynamicCache(config=network.config)


def _keeps_plainly(network: Any) -> bool:
    """Whether keys and values can be cut at any token: not with sliding windows or recurrent states."""
    from transformers.cache_utils import DynamicLayer

    return all(type(layer) is DynamicLayer for layer in new_cache(network).layers)


def _cache_of(kept: Kept, *, rows: int) -> Any:
    """A cache that starts with kept keys and values for each of several rows; they are not copied."""
    from transformers import DynamicCache
    from transformers.cache_utils import DynamicLayer

    cache = DynamicCache()
    for key, value in kept:
        layer = DynamicLayer()
        layer.lazy_initialization(key, value)
        layer.keys, layer.values = key.expand(rows, -1, -1, -1), value.expand(rows, -1, -1, -1)
        cache.layers.append(layer)
    return cache
