"""Which of several candidates is kept: the one whose simulation agrees best with the calibration split.

What is chosen here was selected on that split, so its score there flatters it: report another split.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from neuronview.errors import BadInput
from neuronview.explain.evaluation import EvaluationSet
from neuronview.explain.language import NOT_SCORED, language_value, simulate_language
from neuronview.explain.simulators import LanguageSimulator
from neuronview.explain.simulators.base import all_of
from neuronview.records import Explanation

__all__ = ["Choice", "choose", "index_of_best", "require_selection_split", "values_of"]


@dataclass(frozen=True, eq=False)
class Choice:
    """The candidate that was kept, and what it was compared by."""

    explanation: Explanation
    """Its provenance names the split that it was chosen on."""
    values: tuple[float, ...]
    """Correlation of each candidate on the split, in their order; nan where undefined, unparsable, or not tried
    because there is no other candidate."""


async def choose(candidates: Sequence[Explanation], chosen: EvaluationSet, simulator: LanguageSimulator) -> Choice:
    """The candidate with the highest correlation, the first of equals, also where none has one.

    A single candidate is kept without a call. The first provider error is raised: a choice among candidates of which
    some could not be tried would be chance. BadInput for a split that is reported.
    """
    require_selection_split(chosen)
    if not candidates:
        raise BadInput("There is no candidate to choose from: explain the neuron first.")
    if len(candidates) == 1:
        return Choice(candidates[0], (math.nan,))
    values = await values_of(candidates, chosen, simulator)
    explanation = candidates[index_of_best(values)]
    where = replace(explanation.provenance, split=chosen.split)
    return Choice(replace(explanation, provenance=where), tuple(values))


async def values_of(
    candidates: Sequence[Explanation], chosen: EvaluationSet, simulator: LanguageSimulator
) -> list[float]:
    """Correlation of each candidate on a set; nan where undefined or unparsable. Raises the first provider error."""
    simulated = await all_of([simulate_language(simulator, c.text, {chosen.split: chosen}) for c in candidates])
    sets = [found[chosen.split] for found in simulated]
    for one in sets:
        if one.provider_errors:
            raise one.provider_errors[0]
    return [language_value(one) for one in sets]


def index_of_best(values: Sequence[float]) -> int:
    """Where the highest value stands, the first of equals; nan is below every number."""
    return max(range(len(values)), key=lambda i: -math.inf if math.isnan(values[i]) else values[i])


def require_selection_split(chosen: EvaluationSet) -> None:
    """Raise BadInput when a split is reported, and so must not decide which explanation is kept."""
    if chosen.split not in NOT_SCORED:
        raise BadInput(
            f"Explanations must not be chosen on “{chosen.split}”, which their score is reported on: "
            f"choose on {' or '.join(NOT_SCORED)}."
        )
