"""Recompute stored activations with a model, under each known variant of GELU, with and without the leading token.

Which variant fits is decided by the differences, not by what the dataset says of itself. Ids are taken from the dataset
where they are the model's own for these token strings, and else looked up in the model's vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neuronview.errors import DatasetError, ModelError
from neuronview.jobs.stored_precision import Precision, diagnostic
from neuronview.jobs.verified import ActivationCheck, Deviation, Differences, VariantFit, Verdict
from neuronview.records import ActivationRecord, NeuronId
from neuronview.store import Dataset

if TYPE_CHECKING:
    from neuronview.model import SubjectModel
    from neuronview.model.excerpts import Reading

__all__ = ["ERRATUM", "Sampled", "check_activations", "variant_words"]

Array = NDArray[np.float64]

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
UNKNOWN_CHARACTER = "\ufffd"
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
    on_progress: Callable[[int, int], Any] = lambda done, total: None,
) -> ActivationCheck:
    """Recompute the sampled records under every variant. `on_progress` hears how many readings of all are done.

    `name`: how the model is called in what is found.

    Raises ModelError when the model has another shape, DatasetError when none of the excerpts can be read by it.
    """
    from neuronview.model.excerpts import Reading, excerpt_activations

    _require_shape(dataset, model, name)
    ids = _Ids(model.vocabulary())
    kept: list[tuple[NeuronId, ActivationRecord]] = []
    readings: list[Reading] = []
    n_unknown = n_long = n_by_strings = 0
    for neuron, record in sampled.records:
        found, by_strings = ids.of(record)
        if found is None:
            n_unknown += 1
        elif len(found) > model.max_tokens:
            n_long += 1
        else:
            kept.append((neuron, record))
            readings.append(Reading(found, neuron))
            n_by_strings += by_strings
    if not readings:
        raise DatasetError(_none_comparable(dataset, model, name, n_unknown, n_long))
    stored = [np.asarray(record.activations, dtype=np.float64) for _, record in kept]
    precision = Precision.of(dataset)
    variants = _variants(dataset, model)
    total, done, fits = len(variants) * len(readings), 0, []

    def heard(count: int) -> None:
        nonlocal done
        done += count
        on_progress(done, total)

    for activation, leading in variants:
        variant = model.variant(activation=activation, leading=leading)
        values = excerpt_activations(variant, readings, on_batch=heard)
        recomputed = [array.astype(np.float64) for array in values]
        fit = _fit(activation, leading, np.concatenate(stored), np.concatenate(recomputed), precision)
        fits.append((fit, recomputed))
    fits.sort(key=lambda entry: (("match", "near", "none").index(entry[0].verdict), entry[0].differences.mean))
    best, recomputed = fits[0]
    told_apart = fits[1][0].differences.mean > CLEARLY * best.differences.mean
    return ActivationCheck(
        model=name,
        model_fingerprint=model.fingerprint,
        n_records=len(kept),
        n_not_comparable=n_unknown,
        n_too_long=n_long,
        n_by_strings=n_by_strings,
        variants=tuple(fit for fit, _ in fits),
        verdict=best.verdict,
        told_apart=told_apart,
        precision=precision.words,
        words=_words(dataset, model, name, [fit for fit, _ in fits], precision, told_apart),
        diagnostic=diagnostic(sampled.minimum, sampled.n_values, precision),
        farthest=_farthest(kept, stored, recomputed, precision),
    )


class _Ids:
    """Token ids of stored excerpts in a model's vocabulary."""

    def __init__(self, strings: Sequence[str]) -> None:
        self._strings = strings
        self._ids: dict[str, int] = {}
        doubled = set()
        for number, string in enumerate(strings):
            doubled |= {string} & self._ids.keys()
            self._ids.setdefault(string, number)
        for string in ["", *doubled, *(string for string in self._ids if UNKNOWN_CHARACTER in string)]:
            self._ids.pop(string, None)

    def of(self, record: ActivationRecord) -> tuple[tuple[int, ...] | None, bool]:
        """The record's ids, None where a token is not this model's; and whether they were found by the strings."""
        if record.token_ids and self._are_own(record):
            return record.token_ids, False
        found = [self._ids.get(token) for token in record.tokens]
        known = tuple(number for number in found if number is not None)
        return (known if known and len(known) == len(found) else None), True

    def _are_own(self, record: ActivationRecord) -> bool:
        pairs = zip(record.token_ids or (), record.tokens, strict=True)
        return all(0 <= number < len(self._strings) and self._strings[number] == token for number, token in pairs)


def _require_shape(dataset: Dataset, model: SubjectModel, name: str) -> None:
    named = dataset.manifest.model
    if (model.n_layers, model.n_neurons) != (named.n_layers, named.n_neurons):
        raise ModelError(
            f"{_capital(name)} has {model.n_layers} layers of {model.n_neurons} neurons, but the dataset "
            f"“{dataset.manifest.name}” is of a model with {named.n_layers} of {named.n_neurons} ({named.path}). "
            "Give that model."
        )


def _none_comparable(dataset: Dataset, model: SubjectModel, name: str, n_unknown: int, n_long: int) -> str:
    excerpts = f"excerpts of “{dataset.manifest.name}”"
    if n_long > n_unknown:
        return f"The {excerpts} are longer than the {model.max_tokens} tokens that {name} reads."
    return (
        f"None of the {n_unknown + n_long} sampled {excerpts} can be read by {name}: the dataset "
        "stores no ids of its vocabulary, and the token strings are not in it. Give the model that the dataset is of."
    )


def _variants(dataset: Dataset, model: SubjectModel) -> list[tuple[str, bool]]:
    """Every variant of GELU and, where it is another one, the model's own function; with the leading token first."""
    from neuronview.model.activation import GELU_VARIANTS, activation_function

    names = list(GELU_VARIANTS)
    if activation_function(model.activation_function) not in [activation_function(name) for name in names]:
        names.append(model.activation_function)
    sides = (True, False) if model.leading_id is not None else (False,)
    return [(name, leading) for leading in sides for name in names]


def _fit(activation: str, leading: bool, stored: Array, recomputed: Array, precision: Precision) -> VariantFit:
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
    recomputed: Sequence[Array],
    precision: Precision,
) -> tuple[Deviation, ...]:
    """The farthest token of each record that has one beyond the stored precision, farthest first."""
    found = []
    for (neuron, record), real, again in zip(kept, stored, recomputed, strict=True):
        times = np.abs(real - again) / precision.tolerance(real)
        place = int(times.argmax())
        if times[place] > 1:
            values = float(real[place]), float(again[place])
            found.append((times[place], Deviation(*neuron, record.excerpt_id, place, *values)))
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
