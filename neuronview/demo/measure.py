"""What a saved model and a trigram make of documents and of probes, with the stock code of transformers.

Promises that model and trigram are asked about the same tokens: those of a document cut to the model's context,
each given all before it, `<|endoftext|>` in front. Losses are nats, computed in float32. Knows nothing of
training, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor

from neuronview.demo.probes import Scorer
from neuronview.demo.tokenizer import END_OF_TEXT_ID
from neuronview.demo.tokens_file import encode_documents
from neuronview.demo.trigram import Trigram

Floats = npt.NDArray[np.float64]
DOCUMENTS_AT_ONCE = 8


@dataclass(frozen=True)
class Losses:
    """Mean loss in nats a token of each way to predict the same tokens; nan where there are none."""

    documents: int
    tokens: int
    model: float
    trigram: float
    trigram_refitted: float
    """The trigram with its weights fitted to the other half of these very documents: it knows their kind."""


def cut_documents(tokenizer: Tokenizer, texts: Iterable[str], *, context: int) -> list[list[int]]:
    """Return each text's first `context` - 1 ids; texts without a token are left out."""
    cut = (ids[1:context].tolist() for ids in encode_documents(tokenizer, texts))
    return [ids for ids in cut if ids]


def measure_losses(model: Any, trigram: Trigram, documents: Sequence[Sequence[int]]) -> Losses:
    """Return the losses of both on documents' ids, each at most the model's context less one."""
    surprises = [
        np.concatenate(parts) if parts else np.empty(0)
        for parts in (
            model_surprises(model, documents),
            [-np.log(trigram.probabilities(ids)) for ids in documents],
            _refitted_surprises(trigram, documents),
        )
    ]
    means = [float(values.mean()) if len(values) else float("nan") for values in surprises]
    return Losses(len(documents), len(surprises[0]), *means)


def _refitted_surprises(trigram: Trigram, documents: Sequence[Sequence[int]]) -> list[Floats]:
    halves = documents[::2], documents[1::2]
    if not all(halves):
        return []
    pairs = ((trigram.refitted(one), other) for one, other in (halves, halves[::-1]))
    return [-np.log(refitted.probabilities(ids)) for refitted, half in pairs for ids in half]


def model_surprises(model: Any, documents: Sequence[Sequence[int]]) -> list[Floats]:
    """Return -log p of every id of each document, in the order of the documents."""
    found: dict[int, Floats] = {}
    by_length = sorted(range(len(documents)), key=lambda number: len(documents[number]))
    for start in range(0, len(by_length), DOCUMENTS_AT_ONCE):
        chosen = by_length[start : start + DOCUMENTS_AT_ONCE]
        for number, values in zip(chosen, _surprises(model, [documents[n] for n in chosen]), strict=True):
            found[number] = values
    return [found[number] for number in range(len(documents))]


@torch.no_grad()
def _surprises(model: Any, documents: Sequence[Sequence[int]]) -> list[Floats]:
    # Filled up at the end: a causal model's values before the filling do not depend on it.
    longest = max(len(ids) for ids in documents)
    rows = [[END_OF_TEXT_ID, *ids, *([END_OF_TEXT_ID] * (longest - len(ids)))] for ids in documents]
    ids = torch.tensor(rows, device=model.device)
    logits: Tensor = model(input_ids=ids[:, :-1], use_cache=False).logits.float()
    values = torch.nn.functional.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
    return [row[: len(document)].double().cpu().numpy() for row, document in zip(values, documents, strict=True)]


def model_scorer(model: Any, tokenizer: Tokenizer) -> Scorer:
    """Return the model's answer to a probe; it sees the end of a prefix that is longer than its context."""

    def score(prefix: str, continuation: str) -> float:
        before, after = tokenizer.encode(prefix).ids, tokenizer.encode(continuation).ids
        seen = (before + after)[1 - model.config.n_positions :]
        return float(-model_surprises(model, [seen])[0][-len(after) :].sum())

    return score


def trigram_scorer(trigram: Trigram, tokenizer: Tokenizer) -> Scorer:
    """Return the trigram's answer to a probe."""

    def score(prefix: str, continuation: str) -> float:
        before, after = tokenizer.encode(prefix).ids, tokenizer.encode(continuation).ids
        return float(np.log(trigram.probabilities(before + after)[len(before) :]).sum())

    return score


@torch.no_grad()
def sample(model: Any, tokenizer: Tokenizer, opening: str, *, seed: int, temperature: float, tokens: int = 60) -> str:
    """Return `tokens` tokens drawn after `opening`, without it; stops early where the model ends the document."""
    generator = torch.Generator().manual_seed(seed)
    ids = [END_OF_TEXT_ID, *tokenizer.encode(opening).ids]
    start = len(ids)
    for _ in range(tokens):
        window = torch.tensor([ids[-model.config.n_positions :]])
        logits = model(input_ids=window, use_cache=False).logits[0, -1].float()
        drawn = torch.multinomial(torch.softmax(logits / temperature, -1), 1, generator=generator)
        if drawn.item() == END_OF_TEXT_ID:
            break
        ids.append(int(drawn.item()))
    return str(tokenizer.decode(ids[start:]))
