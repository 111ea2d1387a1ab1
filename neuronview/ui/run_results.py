"""What came of a run: a table for each scorer, and apart from them what has no number, with the reason.

A score that is there, one that is undefined, an answer that could not be read and an endpoint that failed are four
things: each has its own look and its reason in words, and only the first has a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from neuronview.jobs.choices import uses_language_model
from neuronview.jobs.plan import Failed, RunFolder
from neuronview.jobs.results import of_run
from neuronview.records import Explanation, NeuronId
from neuronview.store import Dataset
from neuronview.ui import cached, nav, run_details, run_tables
from neuronview.ui.plain import html_safe
from neuronview.ui.run_beside import beside

__all__ = ["LOOKS", "Trouble", "results", "troubles"]

SHOWN_NEURONS = 12


@dataclass(frozen=True)
class Look:
    """How a state is shown: its badge, and what it means for the person."""

    label: str
    color: str
    icon: str
    meaning: str


LOOKS: Mapping[str, Look] = {
    "ok": Look("scored", "green", ":material/check_circle:", ""),
    "undefined": Look(
        "undefined",
        "gray",
        ":material/do_not_disturb_on:",
        "There is no number to find, and another try will not find one; the reason says why.",
    ),
    "unparsable": Look(
        "answer could not be read",
        "orange",
        ":material/help:",
        "The model answered, but not with what it was asked for. Another try asks it anew.",
    ),
    "provider_error": Look(
        "endpoint failed",
        "red",
        ":material/cloud_off:",
        "No answer came. Another try asks for what is missing; what was answered is not paid for again.",
    ),
    "failed": Look(
        "cannot be done",
        "violet",
        ":material/report:",
        "The dataset lacks what is needed, so another try would end the same; the reason says what.",
    ),
}


@dataclass(frozen=True)
class Trouble:
    """One thing of one neuron that has no number, and why."""

    neuron: NeuronId
    state: str
    what: str
    reason: str


# --- the whole -------------------------------------------------------------------------------------------------------


def results(dataset: Dataset, name: str, folder: RunFolder) -> None:
    """Everything that a run found, by scorer and by state; nothing where it found nothing."""
    plan, finished = folder.plan(), folder.finished()
    by_model = uses_language_model(plan)
    failed = folder.failed() if by_model else {}
    if not finished and not failed:
        return
    found: list[Explanation] = []
    stored: dict[NeuronId, list[Explanation]] = {}
    for neuron in plan.neuron_ids:
        known = dataset.manifest.model.require(*neuron) is None
        if known and (str(neuron) in finished or str(neuron) in failed):
            stored[neuron] = cached.explanations(dataset, neuron)
            found += of_run(stored[neuron], plan)
    st.markdown("#### Results")
    spent = run_details.spent_words(folder.progress(), folder.plan()) if by_model else ""
    kept = "Kept on this computer, beside what other runs found, and shown on the neurons' pages." if found else ""
    st.caption(" ".join(filter(None, (spent, kept))))
    without = troubles(found, failed)
    _counts(found, without)
    run_tables.tables(found, plan, dataset=name)
    beside(found, stored, dataset=name)
    for state, look in LOOKS.items():
        mine = [entry for entry in without if entry.state == state]
        if mine:
            _trouble_box(state, look, mine, name)
    later = len(finished) - len({str(entry.neuron) for entry in found} & finished)
    if len(found) == 1 and found[0].neuron is not None:
        nav.neuron_link(name, found[0].neuron, label=f"Open neuron {found[0].neuron}")
    if later > 0:
        st.caption(f"{later} more came out the same in a later run of the same plan, and are shown with that one.")


# --- what has no number ----------------------------------------------------------------------------------------------


def troubles(found: Sequence[Explanation], failed: Mapping[str, Failed]) -> list[Trouble]:
    """Everything that has no number: scores in their states, then neurons without an explanation."""
    listed: dict[tuple[NeuronId, str, str], Trouble] = {}
    for entry in found:
        for score in entry.scores:
            if score.state == "ok" or entry.neuron is None or score.subset in ("top", "random"):
                continue
            what = f"{score.scorer}, {score.split.replace('_', '-')}"
            listed.setdefault(
                (entry.neuron, score.scorer, score.reason), Trouble(entry.neuron, score.state, what, score.reason)
            )
    explained = {str(entry.neuron) for entry in found}
    for name, one in failed.items():
        if name not in explained:  # its scores say the reason else; another run may have taken their place
            neuron = NeuronId.parse(name)
            what = "no explanation" if one.step == "explain" else ""
            listed[(neuron, "", one.reason)] = Trouble(neuron, one.state, what, one.reason)
    return list(listed.values())


def _counts(found: Sequence[Explanation], without: Sequence[Trouble]) -> None:
    """A badge for each state that there is, with its number of neurons."""
    in_state = {state: {entry.neuron for entry in without if entry.state == state} for state in LOOKS}
    in_state["ok"] = {entry.neuron for entry in found if entry.neuron and any(s.state == "ok" for s in entry.scores)}
    with st.container(horizontal=True, gap="small"):
        for state, look in LOOKS.items():
            if in_state[state]:
                n = len(in_state[state])
                label = f"{n} {'neuron' if n == 1 else 'neurons'}: {look.label}"
                st.badge(label, icon=look.icon, color=look.color)  # type: ignore[arg-type]  # Streamlit's own literal
    if sum(map(len, in_state.values())) > len(set().union(*in_state.values())):
        st.caption("A neuron counts once for each state that one of its scores has.")


def _trouble_box(state: str, look: Look, mine: Sequence[Trouble], dataset: str) -> None:
    with st.container(border=True, key=f"explain_state_{state}"):
        st.badge(look.label, icon=look.icon, color=look.color)  # type: ignore[arg-type]  # Streamlit's own literal
        st.caption(look.meaning)
        neurons = list(dict.fromkeys(entry.neuron for entry in mine))
        for neuron in neurons[:SHOWN_NEURONS]:
            nav.neuron_link(dataset, neuron)
            st.html("".join(_reason(entry) for entry in mine if entry.neuron == neuron))
        if len(neurons) > SHOWN_NEURONS:
            st.caption(f"and {len(neurons) - SHOWN_NEURONS} more neurons, which say so on their own pages.")


def _reason(entry: Trouble) -> str:
    what = f"<strong>{html_safe(entry.what)}</strong>: " if entry.what else ""
    reason = html_safe(entry.reason or "no reason was given")
    return f'<p data-nv-trouble="{entry.state}" style="margin:0 0 0.4rem;overflow-wrap:anywhere">{what}{reason}</p>'
