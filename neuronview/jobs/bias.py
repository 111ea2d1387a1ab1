"""The label bias of a run's simulator: what it answers when it is told nothing, measured once and said in words."""

from __future__ import annotations

from neuronview.errors import EndpointError, EndpointRefused
from neuronview.explain.simulators import Decisions, LanguageSimulator, label_bias
from neuronview.jobs.choices import chooses, simulates
from neuronview.jobs.plan import RunPlan

__all__ = ["bias_words"]


async def bias_words(plan: RunPlan, simulator: LanguageSimulator) -> str:
    """A sentence for results; empty where it is not to be measured, or nothing is simulated.

    An answer that did not come or cannot be read is said, and costs no neuron its score. EndpointRefused, which would
    meet every call, passes through, as do BudgetReached and Cancelled.
    """
    wanted = plan.label_bias or simulator.name == Decisions.name
    if not wanted or not (simulates(plan) or chooses(plan)):
        return ""
    try:
        found = await label_bias(simulator)
    except EndpointRefused:
        raise
    except EndpointError as error:
        return f"Label bias is not known: {error}"
    missing = f", {found.n_missing} more without an answer" if found.n_missing else ""
    return (
        f"Label bias: told nothing, the simulator expects {found.expected:.1f} on the scale 0 to 10 "
        f"(standard deviation {found.spread:.1f} over {found.n_tokens} tokens{missing})."
    )
