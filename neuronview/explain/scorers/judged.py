"""Scores of judgements: how well a judge that knows only the explanation tells active items from the others.

The judge is a language model; for the baseline by token lookup it is that rule, whose judgement is the largest
simulated value of an excerpt, or the mean over its marked tokens. Four states are kept apart as for simulations: an
error of the endpoint, more than a tenth of the judgements missing, nothing to tell apart (a class without items, or a
judge that says the same of every item), and a number. These scores are not on the scale of correlations, and not
comparable from judge to judge.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from neuronview.errors import EndpointError
from neuronview.explain.evaluation import other_neurons_baseline
from neuronview.explain.language import MOST_MISSING
from neuronview.explain.prompts import prompt_hash
from neuronview.explain.rules import Simulator, simulator_for
from neuronview.explain.scorers.items import Item, Items
from neuronview.explain.scorers.judges import Judge, Judgements
from neuronview.explain.simulators.base import all_of
from neuronview.llm.calls import Request
from neuronview.records import Baseline, Explanation, Provenance, Score, ScoreState
from neuronview.scoring.classification import CHANCE, Classification, area_under_curve, classify

__all__ = ["SPLIT", "judge_requests", "rule_judgements", "score_by_judge"]

SPLIT = "held_out"
"""Items come from records that nothing was made or chosen on."""
LEAST_SURE = 5
"""With fewer items of a class the note says so."""
MANY, NEAR_END = 20, (0.15, 0.85)
"""With fewer items of a class and an area outside these, the note says how many intervals held the true area."""
EVEN = 0.5
"""Probability above which a language model's judgement is yes."""


def judge_requests(
    explanation: Explanation, items: Items, judge: Judge, *, others: Sequence[Explanation] = ()
) -> tuple[Request, ...]:
    """What `score_by_judge` would send: nothing where a class is empty."""
    if not items.n_positive or not items.n_negative:
        return ()
    return tuple(request for each in (explanation, *others) for request in judge.requests(each.text, items))


async def score_by_judge(
    explanation: Explanation,
    items: Items,
    judge: Judge,
    *,
    lookup: Explanation | None = None,
    others: Sequence[Explanation] = (),
    seed: int = 0,
    provenance: Provenance | None = None,
) -> Score:
    """The score of an explanation as a language model reads it.

    `lookup` is the neuron's own token lookup, judged by its rule; `others` are sentences of other neurons, judged by
    the same judge on the same items. Raises EndpointRefused, BudgetReached and Cancelled as they come.
    """
    where = _provenance(provenance, explanation, seed)
    if not items.n_positive or not items.n_negative:
        return _score(items, _nothing(items), judge.name, seed, [], where)
    own, *theirs = await all_of([judge.judge(each.text, items) for each in (explanation, *others)])
    where = replace(
        where,
        simulator=judge.description,
        prompt_hash=prompt_hash(judge.requests("explanation", replace(items, items=items.items[:1]))[0]),
        simulator_model=own.answered_by or judge.model,
    )
    baselines = [] if lookup is None else [_lookup_baseline(simulator_for(lookup), items)]
    if others:
        baselines.append(other_neurons_baseline([_area(items, found) for found in theirs]))
    return _score(items, own, judge.name, seed, baselines, where)


def rule_judgements(simulator: Simulator, items: Sequence[Item]) -> NDArray[np.float64]:
    """For each item the largest simulated value of its excerpt, or the mean over its marked tokens.

    In units of the simulation; nan where the simulator gives no value there.
    """
    return np.array([_judgement(simulator, item) for item in items], dtype=np.float64)


def _judgement(simulator: Simulator, item: Item) -> float:
    expected = simulator.simulate(item.record.tokens).expected
    values = expected[list(item.marked)] if item.marked else expected
    known = values[~np.isnan(values)]
    if not len(known):
        return math.nan
    return float(known.mean() if item.marked else known.max())


def _truth(items: Items) -> list[bool]:
    return [item.positive for item in items.items]


def _nothing(items: Items) -> Judgements:
    return Judgements(np.full(len(items.items), math.nan))


def _area(items: Items, judgements: Judgements) -> float:
    """The area alone; nan where it is undefined (also for constant judgements), unparsable or met an error."""
    if judgements.provider_errors or _missing_share(judgements) > MOST_MISSING or _is_constant(judgements):
        return math.nan
    return area_under_curve(judgements.values, _truth(items))


def _missing_share(judgements: Judgements) -> float:
    return float(np.isnan(judgements.values).mean()) if len(judgements.values) else 0.0


def _is_constant(judgements: Judgements) -> bool:
    known = judgements.values[~np.isnan(judgements.values)]
    return not len(known) or not np.ptp(known)


def _lookup_baseline(lookup: Simulator, items: Items) -> Baseline:
    return Baseline("lookup", _area(items, Judgements(rule_judgements(lookup, items.items))), n=1)


def _score(
    items: Items,
    judgements: Judgements,
    simulator: str,
    seed: int,
    baselines: Sequence[Baseline],
    provenance: Provenance,
) -> Score:
    excerpts = [item.excerpt for item in items.items]
    found = classify(judgements.values, _truth(items), threshold=EVEN, excerpts=excerpts, seed=seed)
    state, reason = _state(items, judgements, found)
    is_ok = state == "ok"
    records = {item.excerpt: item.record for item in items.items}
    return Score(
        ev_correlation=math.nan,
        measure=found.area if is_ok else math.nan,
        measures=_measures(found, items, is_ok=is_ok),
        interval=found.area_interval if is_ok else (math.nan, math.nan),
        n_sequences=items.n_excerpts,
        n_tokens=sum(len(item.marked) for item in items.items) or sum(len(r.tokens) for r in records.values()),
        n_missing=found.n_missing,
        state=state,
        reason=reason,
        scorer=items.scorer,
        simulator=simulator,
        split=SPLIT,
        subset="all",
        baselines=tuple(baselines),
        note=_note(found) if is_ok else "",
        provenance=provenance,
    )


def _measures(found: Classification, items: Items, *, is_ok: bool) -> dict[str, float]:
    """`low` and `high` are the activations that the classes lie below and above."""
    low, high = found.accuracy_interval
    accuracy = {"balanced_accuracy": found.accuracy, "balanced_accuracy_low": low, "balanced_accuracy_high": high}
    return {
        "chance": CHANCE,
        **{name: value if is_ok else math.nan for name, value in accuracy.items()},
        "n_positive": float(items.n_positive),
        "n_negative": float(items.n_negative),
        "low": items.low,
        "high": items.high,
    }


def _state(items: Items, judgements: Judgements, found: Classification) -> tuple[ScoreState, str]:
    errors: Sequence[EndpointError] = judgements.provider_errors
    what = "excerpts" if items.scorer == "detection" else "excerpts with marked tokens"
    if not items.n_positive or not items.n_negative:
        side, where = ("active", "above") if not items.n_positive else ("inactive", "below")
        bound = items.high if not items.n_positive else items.low
        return "undefined", (
            f"No {what} of the {side} class are stored outside train and calibration "
            f"({where} {bound:.3g}), so there is nothing to tell apart."
        )
    if errors:
        return "provider_error", f"{len(errors)} requests met an error of the endpoint; the first: {errors[0]}"
    if _missing_share(judgements) > MOST_MISSING:
        said = f"; the first: {judgements.unparsable[0]}" if judgements.unparsable else ""
        count = f"{found.n_missing} of {len(items.items)} judgements are missing"
        return "unparsable", f"{count}, more than {MOST_MISSING:.0%}{said}"
    if math.isnan(found.area):
        return "undefined", "Every judgement of one class is missing, so there is nothing to tell apart."
    if _is_constant(judgements):
        same = np.nanmax(judgements.values)
        return "undefined", f"Every item was judged alike ({same:.3g}): constant answers are no measurement."
    return "ok", ""


def _note(found: Classification) -> str:
    said = []
    fewest = min(found.n_positive, found.n_negative)
    if fewest < LEAST_SURE:
        said.append(f"Only {found.n_positive} active and {found.n_negative} inactive: far from sure.")
    if math.isnan(found.area_interval[0]):
        said.append("No interval: a single excerpt of a class cannot be drawn again.")
    elif fewest < MANY and not NEAR_END[0] < found.area < NEAR_END[1]:
        said.append(
            "So near the end of the scale, intervals from few items are too narrow: in trials with a true area of .92, "
            "59 of 100 held it with 5 + 5 items, 84 with 8 + 12, 92 with 20 + 20."
        )
    return " ".join(said)


def _provenance(given: Provenance | None, explanation: Explanation, seed: int) -> Provenance:
    return replace(given or explanation.provenance, split=SPLIT, seed=seed)
