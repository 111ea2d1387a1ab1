"""A text of any length, read in windows that are like the excerpts of a corpus.

Every window has the leading token before it. Windows overlap by a quarter, and a token's values are those of the first
window that holds it, where it has most text before it: so each token counts once, and past the first window each is
read with a quarter of a window of text or more. A text that fits into one window is read as it stands. Works on token
ids; knows no distribution and no ranking.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from neuronview.errors import BadInput
from neuronview.model.subject import SubjectModel
from neuronview.records import NeuronId

__all__ = [
    "Peaks",
    "Window",
    "cut_windows",
    "peaks",
    "tokens_above",
    "window_activations",
    "window_start",
]

BATCH_TOKENS = 2048
"""Tokens read in one go: a layer of 3,072 neurons then takes 25 MB."""

OVERLAP = 4
"""Two windows share a quarter of their tokens, or more, and one at least: what a token past the first has before it."""

GROUP = 16
"""Tokens whose largest values are taken together."""


class Window(NamedTuple):
    """Tokens `start` to `stop` are read together; the values of those from `first` on are taken from here."""

    start: int
    stop: int
    first: int


@dataclass(frozen=True, eq=False)
class Peaks:
    """The largest value of every neuron over a text, and where in the text it is."""

    values: NDArray[np.float32]  # (layers, neurons)
    positions: NDArray[np.int64]  # (layers, neurons), tokens counted from zero
    n_tokens: int
    """How many tokens were looked at."""


def cut_windows(n_tokens: int, length: int) -> list[Window]:
    """Windows of `length` tokens that overlap, the last one at the end of the text; one for a shorter text."""
    if length < 1:
        raise BadInput(f"A window of {length} tokens holds nothing. Give at least 1.")
    if n_tokens <= length:
        return [Window(0, n_tokens, 0)]
    step = max(1, length - max(1, length // OVERLAP))
    starts = [*range(0, n_tokens - length, step), n_tokens - length]
    firsts = [0, *(start + length for start in starts[:-1])]
    return [Window(start, start + length, first) for start, first in zip(starts, firsts, strict=True)]


def peaks(model: SubjectModel, token_ids: Sequence[int], *, length: int, span: range | None = None) -> Peaks:
    """Every neuron's largest value over a text read in windows; bounded memory whatever the text's length.

    Over the tokens of `span` alone where one is given, each read with what is before it in its window. Raises
    BadInput for no ids, ids that the model does not know, a window that the context does not hold, and a span that is
    empty or not within the text.
    """
    span = range(len(token_ids)) if span is None else _checked_span(span, len(token_ids))
    values = np.full((model.n_layers, model.n_neurons), -np.inf, dtype=np.float32)
    positions = np.zeros((model.n_layers, model.n_neurons), dtype=np.int64)
    for windows, ids in _batches(model, token_ids, length, span):
        places = _places(windows, span).ravel()
        counted = np.flatnonzero(places >= 0)
        # The last one fills the last group, and is no higher than itself.
        counted = np.pad(counted, (0, -len(counted) % GROUP), mode="edge")
        rows = torch.from_numpy(counted).to(model.device)
        for layer, activation in enumerate(model.batch_activations(ids)):
            found, at = _highest(activation.flatten(0, 1).index_select(0, rows).float())
            larger = found > values[layer]
            values[layer][larger] = found[larger]
            positions[layer][larger] = places[counted[at[larger]]]
    return Peaks(values, positions, len(span))


def tokens_above(
    model: SubjectModel, token_ids: Sequence[int], bounds: NDArray[np.floating[Any]], *, length: int
) -> NDArray[np.int64]:
    """How many tokens of a text read in windows are above each bound (layers, neurons, grid), in the same shape.

    The bounds of a neuron rise along the grid, nan only at its end; nothing is above nan. Raises as
    `peaks` does.
    """
    n_bounds = bounds.shape[-1]
    rising = torch.from_numpy(np.nan_to_num(bounds, nan=np.inf).astype(np.float32, order="C")).to(model.device)
    found = np.zeros(bounds.shape, dtype=np.int64)
    whole = range(len(token_ids))
    for windows, ids in _batches(model, token_ids, length, whole):
        counted = torch.from_numpy(_places(windows, whole) >= 0).to(model.device)
        for layer, activation in enumerate(model.batch_activations(ids)):
            values = activation[counted].float().T.contiguous()
            below = torch.searchsorted(rising[layer], values)  # (neurons, tokens): how many bounds are below the token
            tally = torch.zeros(len(values), n_bounds + 1, dtype=torch.int64, device=model.device)
            tally.scatter_add_(1, below, torch.ones_like(below))
            found[layer] += tally[:, 1:].flip(1).cumsum(1).flip(1).cpu().numpy()
    return found


def window_activations(
    model: SubjectModel, token_ids: Sequence[int], neurons: Sequence[NeuronId], *, length: int
) -> NDArray[np.float32]:
    """Activations (tokens, neurons) of chosen neurons on a text read in windows; raises as `peaks` does."""
    values = np.empty((len(token_ids), len(neurons)), dtype=np.float32)
    layers = [neuron.layer for neuron in neurons]
    whole = range(len(token_ids))
    for windows, ids in _batches(model, token_ids, length, whole):
        places = _places(windows, whole)
        for layer, activation in enumerate(model.batch_activations(ids, n_layers=max(layers, default=-1) + 1)):
            columns = [column for column, wanted in enumerate(layers) if wanted == layer]
            if columns:
                picked = activation[..., [neurons[column].neuron for column in columns]].float().cpu().numpy()
                values[places[places >= 0][:, None], columns] = picked[places >= 0]
    return values


def window_start(n_tokens: int, position: int, length: int | None) -> int:
    """First token of the window that a token's values are taken from; 0 when the text is read at once (None).

    Raises BadInput for a position that the text does not have.
    """
    if not 0 <= position < n_tokens:
        raise BadInput(f"There is no token {position}: the text has {n_tokens}, counted from 0.")
    windows = cut_windows(n_tokens, n_tokens if length is None else length)
    return next(window.start for window in windows if window.first <= position < window.stop)


def _highest(rows: torch.Tensor) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Largest value of each column (tokens, neurons) and the token that has it; of several groups, which is faster.

    By torch alone it takes four times as long, a thirtieth of reading a text: it looks for places one by one.
    """
    groups = rows.view(-1, GROUP, rows.shape[1])
    found, group = groups.amax(dim=1).max(dim=0)
    within = groups.gather(0, group.expand(1, GROUP, -1))[0].max(dim=0).indices
    return found.cpu().numpy(), (group * GROUP + within).cpu().numpy()


def _checked_span(span: range, n_tokens: int) -> range:
    if span.step != 1 or not 0 <= span.start < span.stop <= n_tokens:
        raise BadInput(
            f"Tokens {span.start} to {span.stop - 1} are no part of this text: it has {n_tokens}, counted from 0."
        )
    return span


def _batches(
    model: SubjectModel, token_ids: Sequence[int], length: int, span: range
) -> Iterator[tuple[list[Window], torch.Tensor]]:
    """The windows that a token of the span counts in, some at a time, with their ids (B, T): all are of one length."""
    windows = cut_windows(len(token_ids), length)
    # Of a text without tokens there is one window without any, which the model refuses in words.
    windows = [w for w in windows if not token_ids or (w.first < span.stop and span.start < w.stop)]
    size = max(1, BATCH_TOKENS // length)
    for start in range(0, len(windows), size):
        some = windows[start : start + size]
        yield some, torch.cat([model.checked_ids(token_ids[window.start : window.stop]) for window in some])


def _places(windows: Sequence[Window], span: range) -> NDArray[np.int64]:
    """The token that each place of the windows holds (B, T); -1 beyond the span and where another window counts."""
    places = np.stack([np.arange(window.start, window.stop) for window in windows])
    firsts = np.array([[window.first] for window in windows])
    return np.where((places >= np.maximum(firsts, span.start)) & (places < span.stop), places, -1)
