"""Overview: facts of the dataset, ways in, and the tour. Scores and lists are in modules of their own."""

from __future__ import annotations

import random
import re
from collections.abc import Hashable, Mapping, Sequence

import streamlit as st

from neuronview.errors import BadInput, DatasetError, NotFound
from neuronview.links import Place
from neuronview.records import NeuronId
from neuronview.store import Dataset, NeuronFilter
from neuronview.ui import cached, nav
from neuronview.ui.plain import activation_words, markdown_safe
from neuronview.ui.scores import explainer_words, number
from neuronview.ui.tables import state_words
from neuronview.ui.tour import KINDS, Stop, load_tour

__all__ = ["facts", "tour", "ways_in"]

CARDS = 3
"""Cards of the tour in a row."""
_NEURON = re.compile(r"\s*\d+\s*:\s*\d+\s*")


def facts(dataset: Dataset) -> None:
    """What the dataset is, in numbers and a sentence."""
    model, corpus = dataset.manifest.model, dataset.manifest.corpus
    with st.container(horizontal=True):
        st.metric("Dataset", dataset.manifest.name)
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
    """The tour's neurons as cards, all but the first row on request; nothing when none is written for this model."""
    try:
        stops = load_tour(dataset.folder, fingerprint=dataset.manifest.model.fingerprint)
    except (DatasetError, BadInput) as error:
        st.error(str(error))
        return
    stops = tuple(stop for stop in stops if dataset.manifest.model.require(*stop.neuron) is None)
    if not stops:
        return
    st.subheader("A short tour", anchor=False)
    st.caption(
        f"{len(stops)} neurons to look at first: explanations that hold, that hold in part, and that mislead. "
        "The words are ours; the score on each card is that of its neuron's best explanation."
    )
    labels = cached.labels(dataset, tuple(stop.neuron for stop in stops))
    pairs = list(zip(stops, labels.to_dict("records"), strict=True))
    _cards(name, pairs[:CARDS])
    if pairs[CARDS:]:
        with st.expander(f"The other {len(pairs) - CARDS} neurons of the tour"):
            _cards(name, pairs[CARDS:])


def _cards(name: str, pairs: Sequence[tuple[Stop, dict[Hashable, object]]]) -> None:
    for start in range(0, len(pairs), CARDS):
        for cell, (stop, row) in zip(st.columns(CARDS), pairs[start : start + CARDS], strict=False):
            with cell.container(border=True, height="stretch"):
                _card(name, stop, row)


def _card(name: str, stop: Stop, row: Mapping[Hashable, object]) -> None:
    words, colour = KINDS[stop.kind]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{markdown_safe(stop.title)}**", width="content")
        st.badge(words, color=colour)  # type: ignore[arg-type]  # one of Streamlit's colour names
    st.text(stop.words)
    plain = {str(key): value for key, value in row.items()}
    if state_words(plain) != "no explanation":
        st.caption(markdown_safe(f"Best explanation ({plain['explainer']}): {plain['explanation']}"))
    st.caption(markdown_safe(_score_line(plain)))
    st.space("stretch")
    nav.neuron_link(name, stop.neuron, label=f"Open neuron {stop.neuron}")


def _score_line(plain: Mapping[str, object]) -> str:
    """Value, interval and n of a row of the browse table, or why there is none."""
    state = state_words(plain)
    if state != "scored":
        return f"Score: {state}"
    value, low, high = (float(str(plain[column])) for column in ("score", "low", "high"))
    excerpts = int(float(str(plain["n_sequences"])))
    return f"Score {number(value)}, 95 % interval {number(low)} to {number(high)}, {excerpts} excerpts"


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
        st.error(str(error))
        return
    nav.go("neuron", nav.neuron_place(name, identity))


def _best(dataset: Dataset) -> NeuronId:
    """The neuron with the highest lower bound, by the simulator that most scores are by."""
    reader = next(iter(dataset.readers()), None)
    rows = cached.page_of_neurons(dataset, NeuronFilter(reader=reader), limit=1)
    return NeuronId(int(rows["layer"][0]), int(rows["neuron"][0])) if len(rows) else NeuronId(0, 0)


@st.cache_data(max_entries=16, show_spinner=False)
def _explainers(_dataset: Dataset, folder: str, stamp: str) -> list[str]:
    return _dataset.explainers()
