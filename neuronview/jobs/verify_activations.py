"""Recompute stored activations with a model, under each known variant of GELU, with and without the leading token.

Every variant is tried on some records, and those that come near on all. Which fits is decided by the differences, not
by what the dataset says of itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neuronview.errors import DatasetError, ModelError
from neuronview.jobs.stored_ids import Comparable, compare
from neuronview.jobs.stored_precision import Precision, diagnostic
from neuronview.jobs.verified import ActivationCheck, Deviation, Differences, VariantFit, Verdict
from neuronview.records import ActivationRecord, NeuronId
from neuronview.store import Dataset

if TYPE_CHECKING:
    from neuronview.model import SubjectModel
    from neuronview.model.excerpts import Reading

__all__ = ["ERRATUM", "Sampled", "check_activations", "judged", "variant_words"]

Array = NDArray[np.float64]
Progress = Callable[[int, int], Any]
Variant = tuple[str, bool]
"""Activation function, and whether the leading token stands before the excerpt."""

ERRATUM = {"median": 0.0090, "p90": 0.0252, "p99": 0.0839, "p999": 0.1736}
"""Absolute differences that the publishers of GPT-2 small's neurons state, of another GELU than the model's own."""
SAMPLING = 1.5
"""By how much a sample's quantiles may exceed those figures."""
LEAST_CORRELATION = 0.9
LEAST_SHARE = 0.999
FARTHEST = 20.0
"""A match: this share of the values is within the stored precision, and none beyond so many times it."""
CLEARLY = 1.1
"""A variant is told apart from the next by a mean difference that is smaller by this factor."""
SCREENED = 24
"""Records that every variant is tried on; the others are for those that come near."""
NEAR = 4.0
"""A variant whose mean difference is above so many times the least one is tried no further."""
SHOWN = 5


@dataclass(frozen=True, eq=False)
class Sampled:
    """Records drawn from a dataset, and the smallest activation and number of values among all that was read."""

    records: tuple[tuple[NeuronId, ActivationRecord], ...]
    minimum: float
    n_values: int


def check_activations(
    dataset: Dataset,
    model: SubjectModel,
    sampled: Sampled,
    *,
    name: str,
    on_progress: Progress = lambda done, total: None,
) -> ActivationCheck:
    """Recompute the sampled records under the variants; `name` is how the model is called in what is found.

    `on_progress` hears how many readings of all are done; the number of all changes once, when it is known which
    variants come near. Raises ModelError when the model has another shape, DatasetError when it reads no excerpt.
    """
    from neuronview.model.excerpts import Reading

    _require_shape(dataset, model, name)
    comparable = compare(sampled.records, model.vocabulary(), longest=model.max_tokens)
    kept = comparable.records
    if not kept:
        raise DatasetError(_none_comparable(dataset, model, name, comparable))
    readings = [Reading(ids, neuron) for ids, (neuron, _) in zip(comparable.token_ids, kept, strict=True)]
    stored = [np.asarray(record.activations, dtype=np.float64) for _, record in kept]
    precision = Precision.of(dataset)
    fits = []
    for (activation, leading), values in _recomputed(model, readings, stored, on_progress).items():
        real = np.concatenate([stored[place] for place in values])
        fits.append((judged(activation, leading, real, np.concatenate(list(values.values())), precision), values))
    fits.sort(key=lambda entry: (len(entry[1]) < len(readings), entry[0].differences.mean))
    best, recomputed = fits[0]
    told_apart = fits[1][0].differences.mean > CLEARLY * best.differences.mean
    return ActivationCheck(
        model=name,
        model_fingerprint=model.fingerprint,
        n_records=len(kept),
        n_not_comparable=comparable.n_unknown,
        n_too_long=comparable.n_too_long,
        n_by_strings=comparable.n_by_strings,
        variants=tuple(fit for fit, _ in fits),
        verdict=best.verdict,
        told_apart=told_apart,
        precision=precision.words,
        words=_words(dataset, model, name, [fit for fit, _ in fits], precision, told_apart),
        diagnostic=diagnostic(sampled.minimum, sampled.n_values, precision),
        farthest=_farthest(kept, stored, recomputed, precision),
    )


def _recomputed(
    model: SubjectModel, readings: Sequence[Reading], stored: Sequence[Array], on_progress: Progress
) -> dict[Variant, dict[int, Array]]:
    """Values by variant and place of the reading: on some readings of every variant, on all of those that come near."""
    from neuronview.model.excerpts import excerpt_activations

    some = np.unique(np.linspace(0, len(readings) - 1, min(SCREENED, len(readings))).round().astype(int)).tolist()
    rest = sorted(set(range(len(readings))) - set(some))
    variants, done = _variants(model), 0
    total = len(variants) * len(some) + len(rest)

    def heard(count: int) -> None:
        nonlocal done
        done += count
        on_progress(done, total)

    def read(variant: Variant, places: Sequence[int]) -> dict[int, Array]:
        subject = model.variant(activation=variant[0], leading=variant[1])
        values = excerpt_activations(subject, [readings[place] for place in places], on_batch=heard)
        return {place: array.astype(np.float64) for place, array in zip(places, values, strict=True)}

    found = {variant: read(variant, some) for variant in variants}
    off = {
        variant: float(np.mean(np.concatenate([np.abs(stored[place] - again) for place, again in values.items()])))
        for variant, values in found.items()
    }
    near = [variant for variant in variants if off[variant] <= NEAR * min(off.values())]
    total = len(variants) * len(some) + len(near) * len(rest)
    for variant in near:
        found[variant] |= read(variant, rest)
    return found


def _require_shape(dataset: Dataset, model: SubjectModel, name: str) -> None:
    named = dataset.manifest.model
    if (model.n_layers, model.n_neurons) != (named.n_layers, named.n_neurons):
        raise ModelError(
            f"{_capital(name)} has {model.n_layers} layers of {model.n_neurons} neurons, but the dataset "
            f"“{dataset.manifest.name}” is of a model with {named.n_layers} of {named.n_neurons} ({named.path}). "
            "Give that model."
        )


def _none_comparable(dataset: Dataset, model: SubjectModel, name: str, found: Comparable) -> str:
    excerpts = f"excerpts of “{dataset.manifest.name}”"
    if found.n_too_long > found.n_unknown:
        return f"The {excerpts} are longer than the {model.max_tokens} tokens that {name} reads."
    return (
        f"None of the {found.n_unknown + found.n_too_long} sampled {excerpts} can be read by {name}: the dataset "
        "stores no ids of its vocabulary, and the token strings are not in it. Give the model that the dataset is of."
    )


def _variants(model: SubjectModel) -> list[Variant]:
    """Every variant of GELU and, where it is another one, the model's own function; with the leading token first."""
    from neuronview.model.activation import GELU_VARIANTS, activation_function

    names = list(GELU_VARIANTS)
    if activation_function(model.activation_function) not in [activation_function(name) for name in names]:
        names.append(model.activation_function)
    sides = (True, False) if model.leading_id is not None else (False,)
    return [(name, leading) for leading in sides for name in names]


def judged(activation: str, leading: bool, stored: Array, recomputed: Array, precision: Precision) -> VariantFit:
    """A variant with the differences of its values from those stored, and what these amount to."""
    off = np.abs(stored - recomputed)
    times = off / precision.tolerance(stored)
    median, p90, p99, p999 = (float(value) for value in np.quantile(off, [0.5, 0.9, 0.99, 0.999]))
    varies = np.ptp(stored) > 0 and np.ptp(recomputed) > 0
    found = Differences(
        n=len(off),
        mean=float(off.mean()),
        median=median,
        p90=p90,
        p99=p99,
        p999=p999,
        maximum=float(off.max()),
        correlation=float(np.corrcoef(stored, recomputed)[0, 1]) if varies else math.nan,
        share_within=float((times <= 1).mean()),
    )
    return VariantFit(activation, leading, found, _verdict(found, float(times.max())))


def _verdict(found: Differences, farthest: float) -> Verdict:
    """`farthest`: the largest difference in multiples of what the stored precision explains."""
    if found.share_within >= LEAST_SHARE and farthest <= FARTHEST:
        return "match"
    within = all(getattr(found, name) <= SAMPLING * value for name, value in ERRATUM.items())
    return "near" if within and found.correlation >= LEAST_CORRELATION else "none"


def _farthest(
    kept: Sequence[tuple[NeuronId, ActivationRecord]],
    stored: Sequence[Array],
    recomputed: Mapping[int, Array],
    precision: Precision,
) -> tuple[Deviation, ...]:
    """The farthest token of each record that has one beyond the stored precision, farthest first."""
    found = []
    for place, again in recomputed.items():
        (neuron, record), real = kept[place], stored[place]
        times = np.abs(real - again) / precision.tolerance(real)
        position = int(times.argmax())
        if times[position] > 1:
            values = float(real[position]), float(again[position])
            found.append((times[position], Deviation(*neuron, record.excerpt_id, position, *values)))
    found.sort(key=lambda entry: -entry[0])
    return tuple(deviation for _, deviation in found[:SHOWN])


def _words(
    dataset: Dataset, model: SubjectModel, name: str, fits: Sequence[VariantFit], precision: Precision, told: bool
) -> str:
    best = fits[0]
    found, how = best.differences, f"{name} with {variant_words(best.activation, leading=best.leading)}"
    if best.verdict == "match":
        said = (
            f"Match: {how} gives the {found.n:,} stored activations that were recomputed, as far as the stored "
            f"precision tells ({precision.words}); the largest difference is {found.maximum:.2g}."
        )
    elif best.verdict == "near":
        said = (
            f"Near match: {how} is off by {found.median:.2g} in the median, {found.p99:.2g} at 99 %. That is more than "
            "rounding, but about as much as the publishers of GPT-2 small's neurons state for theirs "
            f"({ERRATUM['median']:g} and {ERRATUM['p99']:g}): the same model, computed otherwise."
        )
    else:
        named = dataset.manifest.model
        other = named.fingerprint and named.fingerprint != model.fingerprint
        said = (
            f"No match: even {how}, the nearest, is off by {found.median:.2g} in the median and {found.p99:.2g} at "
            f"99 % (correlation {found.correlation:.2f}). These activations are not of this model"
            + (", whose fingerprint is not the one that the dataset names either." if other else ".")
        )
    second = fits[1]
    if best.verdict != "none" and not told:
        said += f" {_capital(variant_words(second.activation, leading=second.leading))} fits nearly as well."
    return said


def variant_words(activation: str, *, leading: bool) -> str:
    """A variant in words."""
    return f"{activation} and {'<|endoftext|>' if leading else 'nothing'} before each excerpt"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
