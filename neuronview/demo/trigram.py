"""The yardstick: an interpolated trigram (Jelinek-Mercer) over the same tokens that the demo model is trained on.

Promises probabilities that sum to one over the vocabulary for every context: at each order a relative frequency
is mixed with the order below, by a weight that depends on how often the context was seen and how many different
tokens followed it, fitted by expectation maximisation on tokens kept out of the counts (Jelinek and Mercer 1980;
buckets after Chen and Goodman 1998, section 2.4). Before a document stand two `<|endoftext|>`; contexts never
reach into the document before. Knows nothing of text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from neuronview.demo.tokenizer import END_OF_TEXT_ID
from neuronview.errors import BadInput

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

COUNT_BUCKETS = 16
VARIETY_BUCKETS = 6
KEPT_OUT_ONE_IN = 20
KEPT_OUT_RUN = 20_000
EM_ROUNDS = 30
FEWEST_TO_FIT = 10
DEFAULT_WEIGHT = 0.5
# A weight of 1 would give a probability of 0 to what was never seen, however sure the fit was.
LARGEST_WEIGHT = 0.9995


@dataclass(frozen=True)
class _Counts:
    """Counts of n-grams as sorted keys; a key is the ids as digits of a number in base `vocabulary`."""

    keys: Ints
    counts: Ints

    @classmethod
    def of(cls, keys: Ints) -> _Counts:
        unique, counts = np.unique(keys, return_counts=True)
        return cls(unique, counts.astype(np.int64))

    def __call__(self, keys: Ints) -> Ints:
        """Return how often each key was counted, 0 for those that never were."""
        places = np.searchsorted(self.keys, keys)
        places[places == len(self.keys)] = 0
        return np.where(self.keys[places] == keys, self.counts[places], 0)


@dataclass(frozen=True)
class _Order:
    """One order of the mixture: n-grams, their contexts (all but the last token), and the weights by bucket."""

    grams: _Counts
    contexts: _Counts
    variety: _Counts
    """How many different tokens followed each context."""
    weights: Floats

    @classmethod
    def of(cls, grams: _Counts, *, vocabulary: int, weights: Floats | None = None) -> _Order:
        heads, first = np.unique(grams.keys // vocabulary, return_index=True)
        followers = np.diff(np.append(first, len(grams.keys))).astype(np.int64)
        totals = np.add.reduceat(grams.counts, first)
        if weights is None:
            weights = np.full(COUNT_BUCKETS * VARIETY_BUCKETS, DEFAULT_WEIGHT)
        return cls(grams, _Counts(heads, totals), _Counts(heads, followers), weights)

    def frequency(self, keys: Ints, *, vocabulary: int) -> tuple[Floats, Ints]:
        """Return the relative frequency of each n-gram after its context, and its bucket (-1: context unseen)."""
        heads = keys // vocabulary
        seen = self.contexts(heads)
        frequency = self.grams(keys) / np.maximum(seen, 1)
        return frequency, np.where(seen > 0, self._bucket(seen, self.variety(heads)), -1)

    def _bucket(self, seen: Ints, variety: Ints) -> Ints:
        by_count = np.minimum(np.log2(np.maximum(seen, 1)), COUNT_BUCKETS - 1).astype(np.int64)
        # Occurrences per different follower: 1 says that nothing has repeated, so nothing can be trusted.
        repeats = np.log2(seen / np.maximum(variety, 1), where=seen > 0, out=np.zeros(len(seen)))
        return by_count * VARIETY_BUCKETS + np.minimum(repeats, VARIETY_BUCKETS - 1).astype(np.int64)

    def mix(self, keys: Ints, lower: Floats, *, vocabulary: int) -> Floats:
        """Return the mixed probability, given the order below's."""
        frequency, bucket = self.frequency(keys, vocabulary=vocabulary)
        weight = np.where(bucket >= 0, self.weights[bucket], 0.0)
        return weight * frequency + (1 - weight) * lower

    def fit(self, keys: Ints, lower: Floats, *, vocabulary: int) -> None:
        """Set the weights to those under which `keys` are likeliest, bucket by bucket."""
        frequency, bucket = self.frequency(keys, vocabulary=vocabulary)
        known = bucket >= 0
        frequency, bucket, lower = frequency[known], bucket[known], lower[known]
        members = np.bincount(bucket, minlength=len(self.weights))
        for _ in range(EM_ROUNDS):
            upper = self.weights[bucket] * frequency
            share = upper / (upper + (1 - self.weights[bucket]) * lower)
            sums = np.bincount(bucket, weights=share, minlength=len(self.weights))
            fitted = members >= FEWEST_TO_FIT
            self.weights[fitted] = np.minimum(sums[fitted] / members[fitted], LARGEST_WEIGHT)


@dataclass(frozen=True)
class Trigram:
    """The fitted model; `orders` from unigram to trigram."""

    vocabulary: int
    orders: tuple[_Order, _Order, _Order]

    def probabilities(self, ids: npt.ArrayLike) -> Floats:
        """Return the probability of each id of a document given those before it (`<|endoftext|>` not among them)."""
        first, second, third = _columns(np.asarray(ids, dtype=np.int64), leading=True)
        return self._mixed(first, second, third)

    def loss(self, ids: npt.ArrayLike) -> float:
        """Return the mean cross entropy of a document in nats a token; nan when it is empty."""
        probabilities = self.probabilities(ids)
        return float(-np.log(probabilities).mean()) if len(probabilities) else float("nan")

    def distribution(self, before: int, last: int) -> Floats:
        """Return the probabilities of all tokens after the tokens `before`, `last`; shape (vocabulary,)."""
        third = np.arange(self.vocabulary)
        return self._mixed(np.full_like(third, before), np.full_like(third, last), third)

    def _mixed(self, first: Ints, second: Ints, third: Ints) -> Floats:
        probability: Floats = np.full(len(third), 1 / self.vocabulary)
        for order, keys in zip(self.orders, _keys(first, second, third, self.vocabulary), strict=True):
            probability = order.mix(keys, probability, vocabulary=self.vocabulary)
        return probability

    def refitted(self, documents: Iterable[npt.ArrayLike]) -> Trigram:
        """Return a trigram of the same counts whose weights are fitted to other documents' ids.

        Text unlike the training text punishes weights fitted on the latter, so this is the stronger yardstick
        there; fit on documents that it is not measured on.
        """
        parts = [_columns(np.asarray(ids, dtype=np.int64), leading=True) for ids in documents]
        first, second, third = (np.concatenate(column) for column in zip(*parts, strict=True))
        orders = tuple(replace(order, weights=order.weights.copy()) for order in self.orders)
        _fit(orders, _keys(first, second, third, self.vocabulary), self.vocabulary)
        return Trigram(self.vocabulary, (orders[0], orders[1], orders[2]))

    def save(self, path: str | Path) -> None:
        """Write the model as one .npz file."""
        arrays = {"vocabulary": np.array(self.vocabulary)}
        for number, order in enumerate(self.orders):
            parts = {"keys": order.grams.keys, "counts": order.grams.counts, "weights": order.weights}
            arrays |= {f"{name}{number}": value for name, value in parts.items()}
        np.savez(Path(path), **arrays)  # type: ignore[arg-type]


def _columns(ids: Ints, *, leading: bool) -> tuple[Ints, Ints, Ints]:
    """Return the two ids before each id, and the id; a context stops at the start of its document."""
    if leading:
        ids = np.concatenate([[END_OF_TEXT_ID, END_OF_TEXT_ID], ids])
    first, second, third = ids[:-2], ids[1:-1], ids[2:]
    return np.where(second == END_OF_TEXT_ID, END_OF_TEXT_ID, first), second, third


def _keys(first: Ints, second: Ints, third: Ints, vocabulary: int) -> tuple[Ints, Ints, Ints]:
    pairs = second * vocabulary + third
    return third, pairs, first * vocabulary**2 + pairs


def _keys_where(
    chosen: npt.NDArray[np.bool_], columns: tuple[Ints, Ints, Ints], vocabulary: int
) -> tuple[Ints, Ints, Ints]:
    first, second, third = columns
    return _keys(first[chosen], second[chosen], third[chosen], vocabulary)


def train_trigram(ids: npt.ArrayLike, *, vocabulary: int) -> Trigram:
    """Count and fit on a stream of documents, each with `<|endoftext|>` before it.

    One run of 20,000 tokens in twenty is kept out of the counts to fit the weights (one in twenty tokens where
    there are fewer). Needs about 50 bytes a token. Raises BadInput for fewer than 1,000 tokens or an id that is
    not in the vocabulary.
    """
    stream = np.asarray(ids)
    if len(stream) < 1000:
        raise BadInput(f"{len(stream)} tokens are too few for a trigram; give 1,000 or more.")
    if int(stream.max()) >= vocabulary:
        raise BadInput(f"Token id {int(stream.max())} is not in a vocabulary of {vocabulary}.")
    columns = _columns(stream.astype(np.int64), leading=False)
    predicted = columns[2] != END_OF_TEXT_ID
    kept_out = _kept_out(len(predicted)) & predicted
    counted = _keys_where(predicted & ~kept_out, columns, vocabulary)
    tests = _keys_where(kept_out, columns, vocabulary)
    orders = tuple(_Order.of(_Counts.of(keys), vocabulary=vocabulary) for keys in counted)
    _fit(orders, tests, vocabulary)
    return Trigram(vocabulary, (orders[0], orders[1], orders[2]))


def _fit(orders: tuple[_Order, ...], tests: tuple[Ints, ...], vocabulary: int) -> None:
    lower: Floats = np.full(len(tests[0]), 1 / vocabulary)
    for order, keys in zip(orders, tests, strict=True):
        order.fit(keys, lower, vocabulary=vocabulary)
        lower = order.mix(keys, lower, vocabulary=vocabulary)


def _kept_out(length: int) -> npt.NDArray[np.bool_]:
    run = min(KEPT_OUT_RUN, max(1, length // (5 * KEPT_OUT_ONE_IN)))
    kept: npt.NDArray[np.bool_] = (np.arange(length) // run) % KEPT_OUT_ONE_IN == KEPT_OUT_ONE_IN - 1
    return kept


def load_trigram(path: str | Path) -> Trigram:
    """Return the model that `Trigram.save` wrote."""
    with np.load(path) as arrays:
        vocabulary = int(arrays["vocabulary"])
        orders = [
            _Order.of(
                _Counts(arrays[f"keys{number}"], arrays[f"counts{number}"]),
                vocabulary=vocabulary,
                weights=arrays[f"weights{number}"],
            )
            for number in range(3)
        ]
    return Trigram(vocabulary, (orders[0], orders[1], orders[2]))
