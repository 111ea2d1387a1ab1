"""What rule explainers of a few neurons are fitted on: excerpts of a dataset that stand for its corpus.

Most excerpts are stored because some neuron fires on them. So the sample is drawn from those that were not, where
there are enough, and each neuron weighs it, with its own top and quantile records, by the shares that the corpus has
of its largest activations. Nothing is fitted on what is held out, nor on any near-duplicate of what a neuron is
calibrated or scored on. Values are recomputed with the dataset's model, which is injected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neuronview.errors import Cancelled, DatasetError, ScoringError
from neuronview.explain.evaluation import evaluation_sets
from neuronview.explain.features import evaluate
from neuronview.explain.near_duplicates import Traits, Used
from neuronview.explain.weights import strata_of, strata_weights
from neuronview.records import ActivationRecord, NeuronId, NeuronRecord
from neuronview.store import Dataset

__all__ = ["FittingData", "Model", "Sample", "draw_sample"]

ENOUGH = 300
"""From how many excerpts on the sample is drawn from those alone that are stored whatever neurons do on them."""

BATCH_TOKENS = 2048
"""That the model reads at once."""

Strata = Sequence[tuple[float, float]]


class Model(Protocol):
    """What is needed of a subject model."""

    def activations_together(
        self, excerpts: Sequence[Sequence[int]], neurons: Sequence[NeuronId]
    ) -> NDArray[np.float32]:
        """Activations (excerpts, tokens, neurons) of excerpts of one length."""


@dataclass(frozen=True, eq=False)
class _Excerpt:
    token_ids: Sequence[int]
    tokens: Sequence[str]

    @cached_property
    def marks(self) -> NDArray[np.bool_]:
        """Which features hold on which token (features, tokens); not every explainer asks."""
        return evaluate(self.tokens)


_Read = tuple[_Excerpt, NDArray[np.float32]]
"""An excerpt with activations (tokens,) or (tokens, neurons)."""


@dataclass(frozen=True, eq=False)
class FittingData:
    """Tokens that one neuron is fitted on, one excerpt after another."""

    excerpts: Sequence[_Excerpt]
    token_ids: NDArray[np.int64]  # (tokens,)
    activations: NDArray[np.float32]  # (tokens,)
    weights: NDArray[np.float64]  # (tokens,)
    description: str
    """What it is, in a sentence."""

    @cached_property
    def marks(self) -> NDArray[np.bool_]:
        """Which features hold where: (features, tokens)."""
        return np.concatenate([excerpt.marks for excerpt in self.excerpts], axis=1)


@dataclass(frozen=True, eq=False)
class Sample:
    """A drawn sample with the activations of the chosen neurons, and what each neuron adds to it."""

    excerpts: Sequence[_Read]
    fitted: NDArray[np.bool_]  # (excerpts, neurons) False where a neuron must not be fitted on an excerpt
    own: Sequence[Sequence[_Read]]
    strata: Sequence[Strata]
    strings: Mapping[int, str]
    origin: str

    @property
    def n_excerpts(self) -> int:
        """Excerpts that the model was run over."""
        return len(self.excerpts)

    def of(self, column: int) -> FittingData:
        """What the neuron of this column is fitted on; ScoringError when nothing is left for it."""
        shared = [
            (excerpt, values[:, column])
            for (excerpt, values), may in zip(self.excerpts, self.fitted[:, column], strict=True)
            if may
        ]
        strata, chosen = self.strata[column], [*shared, *self.own[column]]
        if not chosen:
            raise ScoringError("Every stored excerpt is like one that the neuron is scored on: collect more text.")
        maxima = np.array([values.max() for _, values in chosen])
        lengths = [len(values) for _, values in chosen]
        return FittingData(
            excerpts=[excerpt for excerpt, _ in chosen],
            token_ids=np.concatenate([np.asarray(excerpt.token_ids, dtype=np.int64) for excerpt, _ in chosen]),
            activations=np.concatenate([values for _, values in chosen]),
            weights=np.repeat(strata_weights(maxima, strata), lengths),
            description=_description(len(shared), len(self.own[column]), self.origin, is_weighted=bool(strata)),
        )


def draw_sample(
    dataset: Dataset,
    model: Model,
    records: Sequence[NeuronRecord],
    *,
    size: int,
    seed: int = 0,
    on_progress: Callable[[int, int], Any] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Sample:
    """Run the model over up to `size` stored excerpts; the same seed draws the same ones, whatever the neurons.

    Raises DatasetError when the dataset has no excerpt to fit on, Cancelled when asked to stop.
    """
    allowed, drawn, origin = _draw(dataset, size, seed)
    rows = dataset.excerpts(drawn)
    scored = [_scored(record) for record in records]
    traits = [Traits.of_excerpt(r["excerpt_id"], r["document_id"], r["template"], r["tokens"]) for r in rows]
    fitted = np.array([[not used.holds(entry) for used in scored] for entry in traits]).reshape(len(rows), len(records))
    needed = [place for place in range(len(rows)) if fitted[place].any()]
    if not needed:
        raise DatasetError("This dataset stores no excerpt that the neuron is not scored on: collect more text.")
    neurons = [record.id for record in records]
    read: dict[int, NDArray[np.float32]] = {}
    for together in _batches(rows):
        if set(together).isdisjoint(needed):
            continue
        if should_stop():
            raise Cancelled("Stopped while reading the sample; nothing was changed.")
        values = model.activations_together([rows[place]["token_ids"] for place in together], neurons)
        read.update(zip(together, values, strict=True))
        on_progress(len(needed) - len(set(needed) - set(read)), len(needed))
    excerpts = [(_Excerpt(rows[place]["token_ids"], rows[place]["tokens"]), read[place]) for place in needed]
    strata = [_strata(record, dataset.manifest.quantiles) for record in records]
    own = [
        _own(record, used, allowed - set(drawn)) if known else []
        for record, used, known in zip(records, scored, strata, strict=True)
    ]
    pairs = [(row["token_ids"], row["tokens"]) for row in rows]
    pairs += [(r.token_ids, r.tokens) for record in records for r in _kept_by_itself(record) if r.token_ids]
    strings = {int(i): text for ids, tokens in pairs for i, text in zip(ids, tokens, strict=True)}
    return Sample(excerpts, fitted[needed], own, strata, strings, origin)


def _draw(dataset: Dataset, size: int, seed: int) -> tuple[set[int], list[int], str]:
    """All excerpts that may be fitted on; up to `size` of them, by id; and what they were drawn from."""
    frame = dataset.excerpts_to_fit_on()
    sizes = dataset.manifest.raw.get("sizes") or {}
    # Quantile records that are drawn from one pool make up that pool; else they are where neurons fire.
    drawn_blindly = frame["is_random"] | (frame["is_quantile"] & bool(sizes.get("quantile_pool")))
    ids = frame["excerpt_id"].to_numpy()
    chance = ids[drawn_blindly.to_numpy()]
    enough = len(chance) >= ENOUGH
    pool = chance if enough else ids
    places = np.random.default_rng(seed).permutation(len(pool))[:size]
    origin = "excerpts that were stored by chance" if enough else "all stored excerpts"
    return set(ids.tolist()), [int(pool[place]) for place in np.sort(places)], origin


def _scored(record: NeuronRecord) -> Used:
    """Every record that the neuron is calibrated or scored on."""
    sets = [chosen for chosen in evaluation_sets(record).values() if chosen.split != "train"]
    return Used(Traits.of(r) for chosen in sets for r in chosen.records)


def _strata(record: NeuronRecord, quantiles: Sequence[float]) -> Strata:
    least = min((r.maximum for r in record.top), default=None)
    return strata_of(record.statistics, quantiles, top_from=least)


def _batches(rows: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """Places of the rows, those of one length together.

    All rows count, needed or not: what stands in one batch has a say in the last digits of the others' activations.
    """
    by_length: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        by_length.setdefault(len(row["token_ids"]), []).append(place)
    return [
        places[start : start + size]
        for length, places in by_length.items()
        for size in [max(1, BATCH_TOKENS // length)]
        for start in range(0, len(places), size)
    ]


def _own(record: NeuronRecord, used: Used, allowed: set[int]) -> list[_Read]:
    """The neuron's own records that may be fitted on: the excerpts where it fires most are rare in any sample."""
    found = {}
    for entry in _kept_by_itself(record):
        if entry.excerpt_id in allowed and entry.token_ids and not used.holds(Traits.of(entry)):
            activations = np.asarray(entry.activations, dtype=np.float32)
            found[entry.excerpt_id] = (_Excerpt(entry.token_ids, entry.tokens), activations)
    return list(found.values())


def _kept_by_itself(record: NeuronRecord) -> list[ActivationRecord]:
    return [*record.top, *(entry for group in record.quantiles for entry in group)]


def _description(n_shared: int, n_own: int, origin: str, *, is_weighted: bool) -> str:
    added = f" and {n_own} top and quantile records of the neuron" if n_own else ""
    weighed = (
        "weighted by the corpus's shares of its largest activation" if is_weighted else "each token counted the same"
    )
    return f"Fitted on {n_shared:,} excerpts drawn from {origin}{added}, {weighed}; none is like one that is scored."
