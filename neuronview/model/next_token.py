"""What a model expects next: after each token of a typed text, and which ids a person means by a token they typed.

Probabilities are computed in double precision from the model's logits. A text longer than the context is read in
windows (`neuronview.model.windows`). Knows no neuron; an edited model is read like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from neuronview.errors import BadInput, ModelError
from neuronview.model.subject import SubjectModel
from neuronview.model.tokenize import Token
from neuronview.model.windows import cut_windows

__all__ = ["Preview", "log_probabilities", "next_probabilities", "one_token", "preview", "require_token"]

BATCH_ROWS = 64
"""Tokens whose distributions are held at once: of 50,257 entries in double precision they take 26 MB."""


@dataclass(frozen=True, eq=False)
class Preview:
    """A text with the model's expectation at each token; probabilities between 0 and 1."""

    token_ids: tuple[int, ...]
    probabilities: NDArray[np.float64]
    """(tokens,) of the token that stands there, given those before it; nan for the first without a leading token."""
    next_ids: NDArray[np.int64]
    """(tokens, top) the likeliest tokens after each token, likeliest first; after the last one, the model's guess."""
    next_probabilities: NDArray[np.float64]
    """(tokens, top)"""


@torch.inference_mode()
def preview(model: SubjectModel, token_ids: Sequence[int], *, top: int = 5, length: int | None = None) -> Preview:
    """Each token's probability and the `top` likeliest tokens after it.

    A text of more than `length` tokens (default: all that the model reads at once) is read in windows of that length.
    Raises BadInput for no ids, ids that the model does not know, a window that the context does not hold, and less
    than one token to list; ModelError when the model's numbers are not finite.
    """
    if top < 1:
        raise BadInput(f"{top} likeliest tokens are none. Ask for at least 1.")
    top = min(top, model.vocabulary_size)
    n_tokens = len(token_ids)
    actual = np.full(n_tokens, np.nan)
    next_ids = np.empty((n_tokens, top), dtype=np.int64)
    next_probabilities = np.empty((n_tokens, top))
    if not n_tokens:
        model.checked_ids(token_ids)
    for window in cut_windows(n_tokens, model.max_tokens if length is None else length):
        ids = model.checked_ids(token_ids[window.start : window.stop])
        stream = model.run(ids)[0]
        # The text's token at the first place of the stream: the one before the window's first, when it is the leading.
        shift = window.start - (stream.shape[0] - ids.shape[1])
        for begin in range(0, stream.shape[0], BATCH_ROWS):
            found = log_probabilities(model.logits(stream[begin : begin + BATCH_ROWS]))
            places = np.arange(len(found)) + begin + shift
            # A token's probability stands one place before it, in the window that the token counts in.
            before = (places + 1 >= window.first) & (places + 1 < window.stop)
            wanted = torch.tensor([token_ids[place + 1] for place in places[before]], dtype=torch.int64)
            rows = torch.from_numpy(np.flatnonzero(before))
            actual[places[before] + 1] = found[rows, wanted].exp().numpy()
            counted = (places >= window.first) & (places >= 0)
            likeliest = found[torch.from_numpy(np.flatnonzero(counted))].topk(top, dim=-1)
            next_ids[places[counted]] = likeliest.indices.numpy()
            next_probabilities[places[counted]] = likeliest.values.exp().numpy()
    return Preview(tuple(int(i) for i in token_ids), actual, next_ids, next_probabilities)


@torch.inference_mode()
def next_probabilities(model: SubjectModel, token_ids: Sequence[int]) -> NDArray[np.float64]:
    """Probability (vocabulary,) of each token after a text that is read at once; raises as `preview` does."""
    stream = model.run(model.checked_ids(token_ids))
    found: NDArray[np.float64] = log_probabilities(model.logits(stream[0, -1])).exp().numpy()
    return found


def log_probabilities(logits: torch.Tensor) -> torch.Tensor:
    """The same shape in double precision, on the CPU: not every device has it. ModelError when not all are finite."""
    found = torch.log_softmax(logits.float().cpu().double(), dim=-1)
    if not bool(torch.isfinite(found).all()):
        raise ModelError(
            "The model's numbers have left the range of its number format, so there are no probabilities. "
            "Use smaller factors or values, or load the model in float32."
        )
    return found


def one_token(model: SubjectModel, text: str) -> Token:
    """The token that a person means by what they typed, a space before it included.

    Raises BadInput, naming the pieces, when the model cuts it into several; and when it is empty.
    """
    tokens = model.tokenize(text)
    if len(tokens) > 1:
        pieces = ", ".join(f"“{token.text}”" for token in tokens[:8])
        raise BadInput(
            f"“{text}” is {len(tokens)} tokens for this model: {pieces}. Give one of them; "
            "within a sentence a word's token begins with its space."
        )
    return tokens[0]


def require_token(model: SubjectModel, token_id: int) -> int:
    """The id, when the model knows it; else raises BadInput with the range."""
    if not 0 <= token_id < model.vocabulary_size:
        raise BadInput(
            f"There is no token {token_id}. Token ids of this model lie between 0 and {model.vocabulary_size - 1}."
        )
    return int(token_id)
