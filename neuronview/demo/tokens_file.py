"""Texts as one flat file of token ids, and the batches that training draws from it.

Promises that batch number s depends on the file, the seed and s alone, so that a run which stops can go on, and
that an epoch shows almost every token once. Ids are uint16; `<|endoftext|>` stands before every document.
Knows nothing of models.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from neuronview.demo.tokenizer import END_OF_TEXT_ID
from neuronview.errors import BadInput

TokenIds = npt.NDArray[np.uint16]
DOCUMENTS_AT_ONCE = 2000
SHORTEST_ECHO = 12
"""Tokens of the shortest span that is said again; the longest is half of a row."""


def encode_documents(tokenizer: Tokenizer, texts: Iterable[str]) -> Iterator[TokenIds]:
    """Yield each text's ids, `<|endoftext|>` first, in the order of the texts."""
    texts = iter(texts)
    while some := list(islice(texts, DOCUMENTS_AT_ONCE)):
        for encoding in tokenizer.encode_batch_fast(some):
            yield np.array([END_OF_TEXT_ID, *encoding.ids], dtype=np.uint16)


def write_tokens(tokenizer: Tokenizer, texts: Iterable[str], *, path: str | Path) -> int:
    """Write the ids of all texts to `path` (under a temporary name until whole); return how many there are."""
    path = Path(path)
    unfinished = path.with_name(path.name + ".tmp")
    count = 0
    with unfinished.open("wb") as file:
        for ids in encode_documents(tokenizer, texts):
            file.write(ids.tobytes())
            count += len(ids)
    os.replace(unfinished, path)
    return count


def open_tokens(path: str | Path) -> TokenIds:
    """Return the file's ids, mapped, not read; raises BadInput when there are none."""
    path = Path(path)
    if not path.is_file() or path.stat().st_size == 0:
        raise BadInput(f"{path} holds no tokens; encode the texts first.")
    return np.memmap(path, dtype=np.uint16, mode="r")


@dataclass(frozen=True)
class Batches:
    """Crops of `context` inputs and their targets, in an order shuffled anew for every epoch.

    Every crop's first input is `<|endoftext|>`, in place of the token that stood there: the model is always
    used with it in front, often before text cut from the middle of a document. A share `noise` of the other
    inputs is replaced by tokens drawn from the file (the targets are not): a model that may not trust every word
    learns frames less by heart, and does better on text of other kinds. In a share `echo` of the rows a span of
    the row is said again further on: there nothing but looking back foretells what comes next, and a model that
    has learned to look back does it in any text.
    """

    tokens: TokenIds
    context: int
    rows: int
    seed: int
    noise: float = 0.0
    echo: float = 0.0
    _orders: dict[int, npt.NDArray[np.int64]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.per_epoch < 1:
            raise BadInput(
                f"{len(self.tokens)} tokens are fewer than one batch of {self.rows} x {self.context}; "
                "give more text, or a smaller batch or context."
            )

    @property
    def per_epoch(self) -> int:
        """Batches in an epoch; the crops start at an offset of up to one context, so one crop is spare."""
        return ((len(self.tokens) - 1) // self.context - 1) // self.rows

    def __call__(self, step: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return inputs and targets of batch number `step`, each of shape (rows, context)."""
        epoch, place = divmod(step, self.per_epoch)
        starts = self._order(epoch)[place * self.rows : (place + 1) * self.rows]
        crops = np.stack([self.tokens[start : start + self.context + 1] for start in starts]).astype(np.int64)
        self._say_again(crops, step)
        inputs = self._with_noise(crops[:, :-1], step)
        inputs[:, 0] = END_OF_TEXT_ID
        return inputs, crops[:, 1:]

    def _say_again(self, crops: npt.NDArray[np.int64], step: int) -> None:
        if not self.echo:
            return
        rng = np.random.default_rng([self.seed, step, 2])
        for row in np.flatnonzero(rng.random(len(crops)) < self.echo):
            length = int(rng.integers(min(SHORTEST_ECHO, self.context // 4), self.context // 2))
            said = int(rng.integers(self.context - 2 * length + 1))
            again = int(rng.integers(said + length, self.context - length + 1))
            crops[row, again : again + length] = crops[row, said : said + length]

    def _with_noise(self, inputs: npt.NDArray[np.int64], step: int) -> npt.NDArray[np.int64]:
        if not self.noise:
            return inputs.copy()
        rng = np.random.default_rng([self.seed, step, 1])
        replaced = rng.random(inputs.shape) < self.noise
        drawn = self.tokens[rng.integers(len(self.tokens), size=inputs.shape)].astype(np.int64)
        return np.where(replaced, drawn, inputs)

    def _order(self, epoch: int) -> npt.NDArray[np.int64]:
        if epoch not in self._orders:
            self._orders.clear()
            rng = np.random.default_rng([self.seed, epoch])
            crops = rng.permutation((len(self.tokens) - 1) // self.context - 1)
            self._orders[epoch] = crops * self.context + rng.integers(self.context)
        return self._orders[epoch]
