"""A neuron of published data whose files are not here yet: fetched when it is opened, or said why not.

Nothing here reads a file of that layout; `jobs.neuron_files` does.
"""

from __future__ import annotations

import streamlit as st

from neuronview.errors import NeuronViewError, NotFound
from neuronview.jobs.neuron_files import (
    FileState,
    fetch_neurons,
    fetches_when_opened,
    file_state,
    is_published,
    source_of,
)
from neuronview.records import NeuronId, NeuronRecord, NeuronStatistics
from neuronview.store import Dataset
from neuronview.ui import cached, frame
from neuronview.ui.plain import markdown_safe
from neuronview.ui.problems import problem, solved, stands_here

__all__ = ["missing_files", "neuron_record"]

_TRIED = "nv_fetch_tried"
_EXCERPTS = 320  # pixels: about what stands there once they have come
KINDS = {"activations": "excerpts and statistics", "explanations": "explanation and scores"}


def neuron_record(dataset: Dataset, identity: NeuronId) -> NeuronRecord:
    """What is stored of a neuron; nothing, where it is published and was not fetched yet. Stops the run otherwise."""
    try:
        return cached.neuron(dataset, identity)
    except NotFound as error:
        if is_published(dataset):
            return NeuronRecord(id=identity, top=[], random=[], quantiles=[], statistics=NeuronStatistics())
        frame.refuse(error)
    except NeuronViewError as error:
        frame.refuse(error)


def missing_files(dataset: Dataset, name: str, record: NeuronRecord) -> None:
    """Fetch what is missing of a published neuron, where that was asked for, or offer it; say why it cannot be had."""
    if record.groups or not is_published(dataset):
        return
    states = {kind: file_state(dataset, record.id, kind) for kind in KINDS}
    if all(state.state == "stored" for state in states.values()):
        return
    if cached.settings().public:
        st.info("The files of this neuron are not on this server.", icon=":material/cloud_off:")
        return
    wanted = states["activations"].state == "missing"
    problem = _problems().get((name, record.id), "")
    if wanted and not problem and fetches_when_opened(name, cached.settings()):
        problem = _fetch(dataset, name, record.id)
    _tell(dataset, name, record.id, states, problem)


def _tell(dataset: Dataset, name: str, identity: NeuronId, states: dict[str, FileState], problem: str) -> None:
    """Each file in its state, the button that tries it, and the command that does the same."""
    with st.container(border=True, key="neuron_fetch"):
        if problem:
            stands_here(_words(identity, problem))
        for kind, found in states.items():
            _state(KINDS[kind], found, problem)
        again = any(found.state in ("missing", "failed") for found in states.values())
        if not again:
            return
        try:
            source_of(dataset, name, cached.settings())
        except NotFound as error:
            st.caption(markdown_safe(str(error)))
            return
        label = "Try again" if problem or any(found.state == "failed" for found in states.values()) else "Fetch them"
        if st.button(label, icon=":material/download:", key="neuron_fetch_now"):
            _problems().pop((name, identity), None)
            _fetch(dataset, name, identity)
            st.rerun()
        st.code(f"python -m neuronview datasets fetch {name} --neurons {identity}", language=None, wrap_lines=True)


def _state(what: str, found: FileState, problem: str) -> None:
    if problem and found.state in ("missing", "failed"):
        st.error(f"Its {what} could not be fetched: {markdown_safe(problem)}", icon=":material/cloud_off:")
    elif found.state == "missing":
        st.info(f"Its {what} are not fetched yet.", icon=":material/cloud_download:")
    elif found.state == "absent":
        st.info(f"Its {what} were not published: {markdown_safe(found.reason)}.", icon=":material/block:")
    elif found.state == "refused":
        st.error(f"The file with its {what} was refused: {markdown_safe(found.reason)}", icon=":material/error:")
    elif found.state == "failed":
        st.error(f"Its {what} could not be fetched: {markdown_safe(found.reason)}", icon=":material/cloud_off:")


def _fetch(dataset: Dataset, name: str, identity: NeuronId) -> str:
    """Why it could not be fetched; the page is drawn again where it could."""
    try:
        with st.spinner("Fetching this neuron's files …"), st.skeleton(height=_EXCERPTS):
            report = fetch_neurons(dataset, name, [identity], cached.settings())
    except (NeuronViewError, OSError) as error:
        return _failed(name, identity, str(error))
    if report.stored or report.counts:
        solved("fetch")
        st.rerun()
    return _failed(name, identity, report.stopped)


def _failed(name: str, identity: NeuronId, why: str) -> str:
    """Keep why; the page says it where the files are missing."""
    _problems()[name, identity] = why
    if why:
        problem("fetch", _words(identity, why), shown=False)
    return why


def _words(identity: NeuronId, why: str) -> str:
    return f"The files of neuron {identity} could not be fetched: {why}"


def _problems() -> dict[tuple[str, NeuronId], str]:
    """Why neurons could not be fetched in this visit: one that failed is not tried again until somebody asks."""
    kept: dict[tuple[str, NeuronId], str] = st.session_state.setdefault(_TRIED, {})
    return kept
