"""States of scores that a page computes from stored simulations: no number where the run that stored them had none."""

from __future__ import annotations

from collections.abc import Sequence

from neuronview.explain.language import MOST_MISSING
from neuronview.records import Explanation, Score

__all__ = ["as_run", "readable"]


def readable(score: Score) -> Score:
    """The score; `unparsable` where more than a tenth of the tokens have no value."""
    n_all = score.n_tokens + score.n_missing
    if score.n_missing <= MOST_MISSING * n_all:
        return score
    return score.without_value(
        "unparsable", f"{score.n_missing} of {n_all} tokens have no simulated value, more than 10 %."
    )


def as_run(scores: Sequence[Score], explanation: Explanation) -> list[Score]:
    """The scores; where the run met errors of the endpoint, what is left of a split is no score of it."""
    failed = {
        (score.split, score.simulator, score.subset): score
        for score in explanation.scores
        if score.scorer == "simulation" and score.state == "provider_error"
    }
    found = []
    for score in scores:
        stored = failed.get((score.split, score.simulator, score.subset))
        found.append(score if stored is None else score.without_value(stored.state, stored.reason))
    return found
