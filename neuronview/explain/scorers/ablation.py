"""Ablation: how much of what a neuron does to the next token is kept when its activation is replaced by a simulation?

The subject model reads an excerpt three times: as it is, with the neuron at its mean over the corpus everywhere, and
with the calibrated simulation in its place. What is kept is 1 less the mean Jensen-Shannon divergence of the third from
the first, as a part of that of the second: 1 for a perfect simulation, 0 for one that does no better than the mean,
below 0 for a worse one. A ratio of means over all tokens, never a mean of ratios. Undefined where the simulation never
varies, and where the neuron's whole effect is not well above the noise of the model's own arithmetic, which is measured
on the same excerpts. Knows the model by its protocol alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from neuronview.errors import EndpointError, ScoringError
from neuronview.explain.evaluation import EvaluationSet, other_neurons_baseline
from neuronview.explain.language import MOST_MISSING
from neuronview.records import (
    ActivationRecord,
    Baseline,
    Floats,
    NeuronId,
    NeuronRecord,
    Provenance,
    Score,
    ScoreState,
)

__all__ = ["SCORER", "TIMES_NOISE", "Ablator", "Effects", "score_ablation"]

SCORER = "ablation"
CHANCE = 0.0
"""What the corpus mean keeps, by definition."""
TIMES_NOISE = 100.0
"""The mean effect has to be so many times the noise: divergences grow with the square of what causes them, so noise
then moves them by a fifth at the very most."""
ROUNDING = 1e-14
"""What rounding leaves of a divergence in double precision, whatever the model."""
SAME_MODEL = 0.02
"""Recomputed activations may differ from the stored ones by so much of the largest: they are stored in 16 bits."""
RESAMPLES = 1000

Float64 = NDArray[np.float64]


class Effects(Protocol):
    """What replacing a neuron's activation on one excerpt does to the next token."""

    @property
    def activations(self) -> Floats:
        """(tokens,) the true activation, recomputed."""

    @property
    def divergences(self) -> Float64:
        """(replacements, tokens) Jensen-Shannon divergence from the true next-token distribution, in nats."""

    @property
    def noise(self) -> Float64:
        """(tokens,) the divergence when nothing differs but rounding."""


class Ablator(Protocol):
    """The subject model, as far as it is needed here."""

    def effects(self, neuron: NeuronId, token_ids: Sequence[int], replacements: Float64) -> Effects:
        """Effects of several replacements (replacements, tokens), each at all tokens at once; nan keeps the value."""


@dataclass(frozen=True, eq=False)
class _Sums:
    """Divergences by excerpt, summed over its tokens; the first replacement is the mean, the second the simulation."""

    divergences: Float64  # (replacements, excerpts)
    noise: Float64  # (excerpts,)
    n_tokens: int
    constant: tuple[bool, ...]
    """Which replacements never vary."""

    def kept(self, row: int) -> float:
        if self.constant[row]:
            return math.nan
        return 1.0 - float(self.divergences[row].sum() / self.divergences[0].sum())

    @property
    def floor(self) -> float:
        """Mean divergence a token that the neuron's effect has to exceed."""
        return max(TIMES_NOISE * float(self.noise.sum()) / self.n_tokens, ROUNDING)


def score_ablation(
    record: NeuronRecord,
    chosen: EvaluationSet,
    simulated: Sequence[Floats],
    ablator: Ablator,
    *,
    simulator: str,
    lookup: Sequence[Floats] | None = None,
    others: Sequence[Sequence[Floats]] = (),
    provider_errors: Sequence[EndpointError] = (),
    seed: int = 0,
    provenance: Provenance | None = None,
) -> Score:
    """The score of calibrated simulated values, one array (tokens,) a record of `chosen`.

    Where a value is missing (nan), the neuron is replaced by neither simulation nor mean, and the position is counted.
    `lookup` and `others` are calibrated values likewise, for the baselines. Values that never vary are no measurement:
    the score is undefined, as is that of such a baseline. Raises ScoringError when token ids or the
    neuron's mean are missing, lengths differ, or the model is another than the dataset's.
    """
    mean = record.statistics.mean
    if mean is None:
        raise ScoringError("The dataset does not store this neuron's mean activation, which ablation compares with.")
    if len(simulated) != len(chosen.records):
        raise ScoringError(f"{len(chosen.records)} records but {len(simulated)} simulations: one is needed for each.")
    missing = sum(int(np.isnan(values).sum()) for values in simulated)
    n_all = sum(len(values) for values in simulated)
    blank = Score(
        math.nan,
        n_sequences=len(chosen.records),
        n_tokens=n_all - missing,
        n_missing=missing,
        scorer=SCORER,
        simulator=simulator,
        split=chosen.split,
        subset="all",
        measures={"chance": CHANCE},
        provenance=replace(provenance or Provenance(), split=chosen.split, seed=seed),
    )
    trouble = _trouble(provider_errors, missing, n_all) or _flat(simulated)
    if trouble is not None:
        return replace(blank, state=trouble[0], reason=trouble[1])
    further = [*([lookup] if lookup is not None else []), *others]
    sums = _sums(record.id, chosen.records, simulated, further, mean, ablator)
    return _scored(blank, sums, chosen.sides, seed, has_lookup=lookup is not None, n_others=len(others))


def _trouble(errors: Sequence[EndpointError], missing: int, n_all: int) -> tuple[ScoreState, str] | None:
    if errors:
        return "provider_error", f"{len(errors)} excerpts met an error of the endpoint; the first: {errors[0]}"
    if not n_all:
        return "undefined", "There is no excerpt of this split to replace the activation on."
    if missing > MOST_MISSING * n_all:
        return "unparsable", f"{missing} of {n_all} tokens have no simulated value, more than {MOST_MISSING:.0%}"
    return None


def _flat(simulated: Sequence[Floats]) -> tuple[ScoreState, str] | None:
    if not _is_constant(simulated):
        return None
    return "undefined", "The calibrated simulation is the same on every token: constant answers are no measurement."


def _is_constant(simulated: Sequence[Floats]) -> bool:
    values = np.concatenate([np.asarray(one, dtype=np.float64) for one in simulated])
    known = values[~np.isnan(values)]
    return not len(known) or not np.ptp(known)


def _sums(
    neuron: NeuronId,
    records: Sequence[ActivationRecord],
    simulated: Sequence[Floats],
    further: Sequence[Sequence[Floats]],
    mean: float,
    ablator: Ablator,
) -> _Sums:
    divergences, noise = [], []
    for place, record in enumerate(records):
        own = np.asarray(simulated[place], dtype=np.float64)
        if record.token_ids is None or len(own) != len(record.token_ids):
            raise ScoringError(
                "Ablation reads excerpts with the subject model: each needs its token ids, and one simulated value for "
                "each of them. This dataset or simulation does not have them."
            )
        rows = [np.full(len(own), mean), own, *(np.asarray(other[place], dtype=np.float64) for other in further)]
        # What the simulation says nothing of is left alone throughout, so that all replace the same positions.
        replacements = np.where(np.isnan(own), np.nan, np.stack(rows))
        found = ablator.effects(neuron, record.token_ids, replacements)
        _require_same_model(neuron, record, found.activations)
        divergences.append(found.divergences.sum(axis=1, dtype=np.float64))
        noise.append(float(found.noise.sum(dtype=np.float64)))
    n_tokens = sum(len(record.tokens) for record in records)
    constant = (True, *map(_is_constant, (simulated, *further)))
    return _Sums(np.stack(divergences, axis=1), np.array(noise), n_tokens, constant)


def _require_same_model(neuron: NeuronId, record: ActivationRecord, recomputed: Floats) -> None:
    stored = record.activations.astype(np.float64)
    apart = float(np.abs(stored - recomputed).max(initial=0.0))
    if apart > SAME_MODEL * max(float(np.abs(stored).max(initial=0.0)), 0.1):
        raise ScoringError(
            f"The model gives other activations of {neuron} than the dataset stores (apart by up to {apart:.3g}). "
            "Ablation needs the model that the dataset was collected with."
        )


def _scored(blank: Score, sums: _Sums, sides: Sequence[str], seed: int, *, has_lookup: bool, n_others: int) -> Score:
    of_mean, of_simulation = (float(sums.divergences[row].sum()) / sums.n_tokens for row in (0, 1))
    measures = {
        "chance": CHANCE,
        "divergence_mean_ablated": of_mean,
        "divergence_simulated": of_simulation,
        "divergence_floor": sums.floor,
    }
    if of_mean <= sums.floor:
        reason = (
            f"Replacing the neuron by its mean moves the next-token distributions by {of_mean:.1e} nats a token, which "
            f"is not above {sums.floor:.1e}, {TIMES_NOISE:.0f} times the noise of the model's arithmetic: there is no "
            "effect to keep."
        )
        return replace(blank, state="undefined", reason=reason, measures=measures)
    baselines = [Baseline("lookup", sums.kept(2), n=1)] if has_lookup else []
    if n_others:
        first = len(sums.divergences) - n_others
        baselines.append(other_neurons_baseline([sums.kept(row) for row in range(first, first + n_others)]))
    interval = _interval(sums, sides, seed)
    missing = f"{blank.n_missing} positions without a simulated value kept the true one. " if blank.n_missing else ""
    untried = (
        "No interval: a single excerpt on a side cannot be drawn again."
        if math.isnan(interval[0])
        else "How often such an interval holds the true value was not tried for this scorer."
    )
    return replace(
        blank,
        measure=sums.kept(1),
        measures=measures,
        interval=interval,
        baselines=tuple(baselines),
        note=(missing + untried).strip(),
    )


def _interval(sums: _Sums, sides: Sequence[str], seed: int) -> tuple[float, float]:
    """The middle 95 % when excerpts are drawn again within their side; (nan, nan) with fewer than two on a side."""
    if min(map(sides.count, set(sides))) < 2:
        return math.nan, math.nan
    generator = np.random.default_rng(seed)
    counts = np.zeros((RESAMPLES, len(sides)))
    names = np.asarray(sides)
    for name in sorted(set(sides)):
        members = np.flatnonzero(names == name)
        shares = np.full(len(members), 1 / len(members))
        counts[:, members] = generator.multinomial(len(members), shares, size=RESAMPLES)
    whole, left = counts @ sums.divergences[0], counts @ sums.divergences[1]
    kept = 1.0 - left[whole > 0] / whole[whole > 0]
    if len(kept) <= RESAMPLES / 2:
        return math.nan, math.nan
    low, high = np.quantile(kept, [0.025, 0.975])
    return float(low), float(high)
