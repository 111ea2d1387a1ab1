"""Overview: facts of the dataset, ways in, and the tour. Scores and lists are in modules of their own."""

from __future__ import annotations

import random
import re

import streamlit as st

from neuronview.errors import BadInput, DatasetError, NotFound
from neuronview.links import Place
from neuronview.records import NeuronId, NeuronRecord
from neuronview.store import Dataset, NeuronFilter
from neuronview.ui import cached, nav
from neuronview.ui.heatmap import Group, Strip, token_heatmaps
from neuronview.ui.plain import activation_words, markdown_safe
from neuronview.ui.problems import problem, say, solved
from neuronview.ui.scores import explainer_words
from neuronview.view.evaluation import neuron_maximum
from neuronview.view.tour import KINDS, load_tour

__all__ = ["facts", "tour", "ways_in"]

TEASERS = 3
"""Neurons of the tour of which an excerpt is shown."""
_NEURON = re.compile(r"\s*\d+\s*:\s*\d+\s*")


def facts(dataset: Dataset) -> None:
    """What the dataset is, in numbers and a sentence."""
    model, corpus = dataset.manifest.model, dataset.manifest.corpus
    with st.container(horizontal=True):
        st.metric("Dataset", markdown_safe(dataset.manifest.name))
        st.metric("Layers × neurons", f"{model.n_layers} × {model.n_neurons:,}")
        for name, label in (("n_excerpts", "Excerpts"), ("n_tokens", "Tokens")):
            if corpus.get(name):
                st.metric(label, f"{corpus[name]:,}")
    inside = (dataset.folder / model.path).is_dir()
    st.text(
        f"Every MLP neuron of a GPT-2 ({'which is part of the dataset' if inside else model.path}), its value after "
        f"{activation_words(model.activation_function)} at each token of a corpus. "
        "A neuron is named layer:neuron, both from zero."
    )
    who = "; ".join(explainer_words(name) for name in sorted(_explainers(dataset, str(dataset.folder), dataset.stamp)))
    st.caption(
        markdown_safe(
            f"Explained by: {who}." if who else "Nothing is explained yet: the page Explain does it on this computer."
        )
    )


def tour(dataset: Dataset, name: str) -> None:
    """The way into the tour, with excerpts of its first stops; nothing when none is written for this model."""
    try:
        stops = load_tour(dataset.folder, fingerprint=dataset.manifest.model.fingerprint)
    except (DatasetError, BadInput) as error:
        say(error)
        return
    stops = tuple(stop for stop in stops if dataset.manifest.model.require(*stop.neuron) is None)
    if not stops:
        return
    st.subheader("A short tour", anchor=False)
    kinds = [(sum(stop.kind == kind for stop in stops), words) for kind, (words, _) in KINDS.items()]
    st.caption(
        f"{len(stops)} chosen neurons to guess, with explanations of ours: "
        + ", ".join(f"{n} that {words if n == 1 else _PLURAL[words]}" for n, words in kinds if n)
        + ". What do the most strongly coloured tokens of each have in common?"
    )
    strips = [_strip(cached.neuron(dataset, stop.neuron)) for stop in stops[:TEASERS]]
    token_heatmaps([Group([strip for strip in strips if strip])], key="overview_tour", dataset=name, length="snippet")
    if st.button("Take the tour", icon=nav.row("tour").icon, key="overview_to_tour", type="primary"):
        nav.go("tour", Place(dataset=name))


_PLURAL = {"holds": "hold", "holds in part": "hold in part", "misleads": "mislead"}


def _strip(record: NeuronRecord) -> Strip | None:
    best = next(iter(record.first or record.top), None)
    if best is None:
        return None
    heading = f"Neuron {record.id}"
    return Strip(best, record.id, neuron_maximum(record), statistics=record.statistics, heading=heading)


def ways_in(dataset: Dataset, name: str) -> None:
    """A search that opens Browse or, for layer:neuron, that neuron; a random neuron; the best explained one."""
    with st.form("overview_search"):
        words = st.text_input(
            "Search explanations, or name a neuron",
            placeholder="words, such as: quotation marks; or layer:neuron, such as 2:17",
            key="overview_words",
        )
        with st.container(horizontal=True):
            searched = st.form_submit_button("Search", icon=":material/search:", type="primary")
            chance = st.form_submit_button("Random neuron", icon=":material/casino:", key="overview_random")
            best = st.form_submit_button("Best explained neuron", icon=":material/star:", key="overview_first")
    if best:
        nav.go("neuron", nav.neuron_place(name, _best(dataset)))
    if chance:
        model = dataset.manifest.model
        identity = NeuronId(random.randrange(model.n_layers), random.randrange(model.n_neurons))
        nav.go("neuron", nav.neuron_place(name, identity))
    if searched and _NEURON.fullmatch(words or ""):
        _jump(dataset, name, words or "")
    elif searched:
        nav.go("browse", Place(dataset=name), view={"q": words} if words else None)


def _jump(dataset: Dataset, name: str, typed: str) -> None:
    try:
        identity = dataset.require(NeuronId.parse(typed))
    except (BadInput, NotFound) as error:
        problem("neuron", str(error))
        return
    solved("neuron")
    nav.go("neuron", nav.neuron_place(name, identity))


def _best(dataset: Dataset) -> NeuronId:
    """The neuron with the highest lower bound, by the simulator that most scores are by."""
    reader = next(iter(dataset.readers()), None)
    rows = cached.page_of_neurons(dataset, NeuronFilter(reader=reader), limit=1)
    return NeuronId(int(rows["layer"][0]), int(rows["neuron"][0])) if len(rows) else NeuronId(0, 0)


@st.cache_data(max_entries=16, show_spinner=False)
def _explainers(_dataset: Dataset, folder: str, stamp: str) -> list[str]:
    return _dataset.explainers()
