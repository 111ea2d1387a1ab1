"""A way back to the run whose calls failed, or whose answers could not be read: where another try can be had."""

from __future__ import annotations

from neuronview.errors import NeuronViewError
from neuronview.jobs.plan import RunFolder, list_runs
from neuronview.links import Place
from neuronview.records import Explanation
from neuronview.ui import cached, nav

__all__ = ["again_link"]

CAN_BE_MENDED = ("unparsable", "provider_error")
"""States of a score that another try may turn into a number."""


def again_link(explanation: Explanation, dataset: str) -> None:
    """A link to the explanation's run where another try may help; nothing where not, or where the run is gone."""
    if not any(score.state in CAN_BE_MENDED for score in explanation.scores):
        return
    run = next((run for run in list_runs(cached.settings().home) if _made(run, explanation)), None)
    if run is not None:
        nav.link("explain", "Try again in its run", place=Place(dataset), view={"run": run.path.name})


def _made(run: RunFolder, explanation: Explanation) -> bool:
    """Whether an explanation is of a run; one that cannot be read made nothing that could be tried again."""
    try:
        plan = run.plan()
    except NeuronViewError:
        return False
    return (
        plan.created == explanation.provenance.created
        and plan.explainer == explanation.explainer
        and str(explanation.neuron) in plan.neurons
    )
