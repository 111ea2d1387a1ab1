"""What a run found, read back from where it is stored: also that of its earlier parts, and of one that is over."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from neuronview.errors import NotFound
from neuronview.jobs.choices import uses_language_model
from neuronview.jobs.plan import Progress, RunFolder, RunPlan
from neuronview.records import Explanation
from neuronview.store import Dataset

__all__ = ["another_try_helps", "of_run", "results_of"]

STORED_AS = {"pattern": "person"}
"""The name that explanations are stored under, where it is another than the explainer's."""


def results_of(plan: RunPlan, dataset: Dataset, *, finished: Collection[str]) -> list[Explanation]:
    """What is stored of the run, in the order of its neurons. `dataset` has to be opened after the run.

    `finished`: its finished neurons; another one may be stored with a score in a state that a further try can mend.
    """
    found: list[Explanation] = []
    for neuron in plan.neuron_ids:
        if str(neuron) not in finished and not uses_language_model(plan):
            continue
        try:
            found += of_run(dataset.explanations(neuron), plan)
        except NotFound:
            continue
    return found


def of_run(explanations: Sequence[Explanation], plan: RunPlan) -> list[Explanation]:
    """Those of a neuron's explanations that the run found; the stored equal, where the same rule was there before."""
    explainer = STORED_AS.get(plan.explainer, plan.explainer)
    mine = [entry for entry in explanations if entry.explainer == explainer]
    own = [entry for entry in mine if entry.provenance.created == plan.created]
    if own or uses_language_model(plan):
        return own
    return [
        entry for entry in mine if plan.explainer != "pattern" or (entry.rule or {}).get("pattern") == plan.pattern
    ][:1]


def another_try_helps(folder: RunFolder, plan: RunPlan, progress: Progress) -> bool:
    """Whether another try of a run that came to its end may find more: not where the dataset lacks what is needed."""
    if progress.left:
        return True
    return uses_language_model(plan) and any(entry.state != "failed" for entry in folder.failed().values())
