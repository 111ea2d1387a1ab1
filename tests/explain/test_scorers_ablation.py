"""What a simulation keeps of a neuron's effect: arithmetic with a made-up model, the whole with a real one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from neuronview.errors import EndpointError, ScoringError
from neuronview.explain.evaluation import EvaluationSet, evaluation_sets
from neuronview.explain.scorers import score_ablation
from neuronview.model import load
from neuronview.model.ablation import Ablation, Effects
from neuronview.records import ActivationRecord, NeuronId, NeuronRecord, NeuronStatistics, Score
from tests.model.tiny_gpt2 import SENTENCES, save_tiny_gpt2
from tests.support.drawn_statistics import known_neuron

torch.set_num_threads(1)


def with_ids(record: NeuronRecord) -> NeuronRecord:
    """Each excerpt's ids tell it apart: its id, then counting."""

    def one(r: ActivationRecord) -> ActivationRecord:
        return replace(r, token_ids=tuple(1000 * (r.excerpt_id or 0) + i for i in range(len(r.tokens))))

    return replace(record, top=[one(r) for r in record.top], random=[one(r) for r in record.random])


RECORD = with_ids(known_neuron())
CHOSEN = evaluation_sets(RECORD)["held_out"]
TRUE = [record.activations.astype(float) for record in CHOSEN.records]
MEAN = float(RECORD.statistics.mean or 0)


@dataclass
class Squares:
    """A model whose divergence is the square of the change of the activation."""

    noise: float = 0.0
    scale: float = 1.0
    shift: float = 0.0
    asked: list[np.ndarray] = field(default_factory=list)

    def effects(self, neuron: NeuronId, token_ids: Sequence[int], replacements: np.ndarray) -> Effects:
        true = next(r.activations for r in CHOSEN.records if r.token_ids == tuple(token_ids)) + self.shift
        self.asked.append(replacements)
        found = self.scale * np.where(np.isnan(replacements), 0.0, (replacements - true) ** 2)
        return Effects(np.asarray(true, dtype=np.float32), found, np.full(len(true), self.noise))


def score(simulated: Sequence[np.ndarray], model: Any = None, chosen: EvaluationSet = CHOSEN, **options: Any) -> Score:
    return score_ablation(RECORD, chosen, simulated, model or Squares(), simulator="test", **options)


def shifted(by: float) -> list[np.ndarray]:
    return [values + by for values in TRUE]


def nearly_the_mean() -> list[np.ndarray]:
    """Not quite constant."""
    return [np.full(len(t), MEAN) + 1e-9 * np.arange(len(t)) for t in TRUE]


def test_kept_is_one_less_the_ratio_of_mean_divergences_not_a_mean_of_ratios() -> None:
    drawn = np.random.default_rng(0)
    simulated = [values + drawn.normal(size=len(values)) for values in TRUE]
    left = sum(((s - t) ** 2).sum() for s, t in zip(simulated, TRUE, strict=True))
    whole = sum(((t - MEAN) ** 2).sum() for t in TRUE)
    found = score(simulated)
    assert found.value == pytest.approx(1 - left / whole)
    ratios = [((s - t) ** 2).sum() / ((t - MEAN) ** 2).sum() for s, t in zip(simulated, TRUE, strict=True)]
    assert abs(found.value - (1 - np.mean(ratios))) > 0.01
    n = sum(map(len, TRUE))
    assert found.measures["divergence_mean_ablated"] == pytest.approx(whole / n)
    assert found.measures["divergence_simulated"] == pytest.approx(left / n)


def test_a_perfect_simulation_keeps_all_the_mean_nothing_and_a_worse_one_less() -> None:
    assert score(TRUE).value == 1.0
    assert score(nearly_the_mean()).value == pytest.approx(0.0, abs=1e-6)
    assert score(shifted(9.0)).value < 0
    found = score(TRUE)
    assert (found.scorer, found.subset, found.split, found.measures["chance"]) == ("ablation", "all", "held_out", 0.0)


def test_a_simulation_that_never_varies_measures_nothing_and_the_model_is_not_asked() -> None:
    model = Squares()
    flat = [np.full(len(t), MEAN) for t in TRUE]
    flat[0][3] = np.nan
    found = score(flat, model)
    assert (found.state, math.isnan(found.value), math.isnan(found.interval[0])) == ("undefined", True, True)
    assert "constant answers are no measurement" in found.reason
    assert model.asked == []


def test_a_baseline_that_never_varies_has_no_value() -> None:
    flat = [np.full(len(t), 0.3) for t in TRUE]
    lookup, others = score(TRUE, lookup=flat, others=[flat, shifted(1.0)]).baselines
    assert math.isnan(lookup.value)
    assert (others.n, others.value) == (1, pytest.approx(score(shifted(1.0)).value))


@pytest.mark.parametrize(("n_top", "n_random"), [(1, 1), (2, 1), (1, 2), (2, 2), (0, 1), (0, 2)])
def test_a_single_excerpt_on_a_side_leaves_no_interval_and_the_note_says_why(n_top: int, n_random: int) -> None:
    top, random = ([i for i, side in enumerate(CHOSEN.sides) if side == name] for name in ("top", "random"))
    keep = top[:n_top] + random[:n_random]
    few = EvaluationSet("held_out", tuple(CHOSEN.records[i] for i in keep), tuple(CHOSEN.sides[i] for i in keep))
    found = score([shifted(0.5)[i] for i in keep], chosen=few)
    assert found.state == "ok"
    assert math.isnan(found.interval[0]) == ("No interval" in found.note) == (1 in (n_top, n_random))


def test_interval_is_that_of_excerpts_drawn_again_within_their_side() -> None:
    drawn = np.random.default_rng(1)
    simulated = [values + drawn.normal(size=len(values)) * drawn.uniform(0.1, 0.6) for values in TRUE]
    left = np.array([((s - t) ** 2).sum() for s, t in zip(simulated, TRUE, strict=True)])
    whole = np.array([((t - MEAN) ** 2).sum() for t in TRUE])
    sides = np.array(CHOSEN.sides)
    kept = []
    for _ in range(4000):
        places = np.concatenate([drawn.choice(np.flatnonzero(sides == s), (sides == s).sum()) for s in set(sides)])
        kept.append(1 - left[places].sum() / whole[places].sum())
    found = score(simulated)
    assert found.interval == pytest.approx(tuple(np.quantile(kept, [0.025, 0.975])), abs=0.03)
    assert found.interval[0] < found.value < found.interval[1]
    assert score(simulated).interval == found.interval != score(simulated, seed=1).interval


def test_where_the_simulation_is_silent_nothing_is_replaced_and_the_positions_are_counted() -> None:
    simulated = shifted(0.5)
    for values in simulated[:6]:
        values[2:5] = np.nan
    model = Squares()
    found = score(simulated, model, lookup=shifted(1.0))
    assert all(np.isnan(rows[:, 2:5]).all() for rows in model.asked[:6])
    assert not any(np.isnan(rows).any() for rows in model.asked[6:])
    n_all = sum(map(len, TRUE))
    assert (found.n_missing, found.n_tokens, found.state) == (18, n_all - 18, "ok")
    assert "18 positions" in found.note


def test_more_than_a_tenth_missing_is_unparsable_and_the_model_is_not_asked() -> None:
    simulated = shifted(0.5)
    for values in simulated:
        values[:2] = np.nan  # 2 of 16
    model = Squares()
    found = score(simulated, model)
    assert (found.state, math.isnan(found.value), model.asked) == ("unparsable", True, [])


def test_a_provider_error_makes_no_number() -> None:
    found = score(TRUE, provider_errors=[EndpointError("500 five times")])
    assert (found.state, math.isnan(found.value)) == ("provider_error", True)
    assert "500 five times" in found.reason


def test_an_effect_that_is_not_well_above_the_noise_is_undefined_and_says_so() -> None:
    whole = sum(((t - MEAN) ** 2).sum() for t in TRUE) / sum(map(len, TRUE))
    above, below = whole / 100 * 0.9, whole / 100 * 1.1
    assert score(TRUE, Squares(noise=above)).state == "ok"
    found = score(TRUE, Squares(noise=below))
    assert (found.state, math.isnan(found.value), math.isnan(found.interval[0])) == ("undefined", True, True)
    assert "no effect to keep" in found.reason
    assert found.measures["divergence_floor"] == pytest.approx(100 * below)


def test_an_effect_of_rounding_alone_is_undefined_also_where_no_noise_was_seen() -> None:
    assert score(shifted(0.1), Squares(scale=1e-16)).state == "undefined"


def test_baselines_meet_the_same_positions_of_the_same_excerpts() -> None:
    found = score(TRUE, lookup=shifted(0.2), others=[shifted(1.0), shifted(2.0)])
    lookup, others = found.baselines
    assert lookup.value == pytest.approx(score(shifted(0.2)).value)
    assert (others.name, others.n) == ("other neurons", 2)
    assert others.value == pytest.approx((score(shifted(1.0)).value + score(shifted(2.0)).value) / 2)


def test_another_model_than_the_datasets_is_refused() -> None:
    with pytest.raises(ScoringError, match="collected with"):
        score(TRUE, Squares(shift=0.2))


def test_what_cannot_be_replaced_is_refused_in_words() -> None:
    blind = EvaluationSet("held_out", tuple(replace(r, token_ids=None) for r in CHOSEN.records), CHOSEN.sides)
    with pytest.raises(ScoringError, match="token ids"):
        score(TRUE, chosen=blind)
    with pytest.raises(ScoringError, match="one is needed for each"):
        score(TRUE[1:])
    unknown = replace(RECORD, statistics=NeuronStatistics())
    with pytest.raises(ScoringError, match="mean activation"):
        score_ablation(unknown, CHOSEN, TRUE, Squares(), simulator="test")


def test_an_empty_split_is_undefined() -> None:
    found = score([], chosen=EvaluationSet("held_out", (), ()))
    assert (found.state, found.n_sequences) == ("undefined", 0)


def test_on_a_real_model_the_truth_keeps_all_of_the_effect_and_half_of_it_most(tmp_path: Path) -> None:
    model = load(save_tiny_gpt2(tmp_path), device="cpu")
    neuron, records = NeuronId(0, 5), []
    for text in SENTENCES:
        tokens = model.tokenize(text)
        ids = tuple(token.id for token in tokens)
        values = model.activations(ids, [neuron])[:, 0]
        records.append(ActivationRecord(tuple(token.text for token in tokens), values, ids, excerpt_id=len(records)))
    chosen = EvaluationSet("held_out", tuple(records), ("top", "top", "random", "random"))
    true = [r.activations.astype(float) for r in records]
    mean = float(np.concatenate(true).mean())
    record = NeuronRecord(neuron, statistics=NeuronStatistics(mean=mean))

    def kept(values: Sequence[np.ndarray]) -> Score:
        return score_ablation(record, chosen, values, Ablation(model), simulator="test")

    whole = kept(true)
    assert whole.state == "ok"
    assert whole.value == pytest.approx(1.0, abs=1e-6)
    flat = [np.full(len(t), mean) for t in true]
    flat[0][0] += 1e-6
    assert kept(flat).value == pytest.approx(0.0, abs=1e-6)
    # The divergence grows with the square of a small change: half the way keeps about three quarters.
    assert kept([(t + mean) / 2 for t in true]).value == pytest.approx(0.75, abs=0.1)
    assert whole.measures["divergence_mean_ablated"] > 10 * whole.measures["divergence_floor"]
