"""The filter of Browse: its widgets, what it keeps, and what to loosen where it keeps nothing.

Every control is in the address. What was filtered last is kept for the visit, so that Explain can take it over.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from neuronview.errors import BadPattern, NeuronViewError
from neuronview.records import SCORE_STATES, NeuronId
from neuronview.store import Dataset, NeuronFilter
from neuronview.store.queries import NOT_SCORED
from neuronview.ui.browse_address import NAMES, wrong_in
from neuronview.ui.browse_defaults import ANY, EVERY, FULL_CONTEXT, FULL_SCORE, FULL_SHARE, clear, first_page
from neuronview.ui.list_parts import neuron_lists
from neuronview.ui.plain import markdown_safe
from neuronview.ui.problems import say
from neuronview.ui.scores import STATES, explainer_words, reader_words
from neuronview.ui.wrong_values import tell

__all__ = [
    "controls",
    "count",
    "last_filter",
    "no_shares_words",
    "reader_choice",
    "reset",
    "shares_collected",
]

_LAST = "nv_browse_filter"


def controls(dataset: Dataset) -> NeuronFilter:
    """The filter that the widgets, and so the address, say; what of the address they cannot say is told."""
    tell(wrong_in({name: st.query_params.get_all(name) for name in NAMES}, dataset))
    with st.container(border=True):
        search, expression = st.columns([5, 2], vertical_alignment="bottom")
        text = search.text_input(
            "Search explanations",
            key="q",
            bind="query-params",
            icon=":material/search:",
            placeholder="words, such as: quotation marks",
            on_change=first_page,
        )
        regex = expression.toggle(
            "Regular expression", key="browse_regex", bind="query-params", on_change=first_page, help=_EXPRESSION_HELP
        )
        return replace(_narrow(dataset), text=text or "", regex=regex)


_EXPRESSION_HELP = (
    "Read the search as a regular expression, without regard to case. Words are all looked for otherwise."
)


def _narrow(dataset: Dataset) -> NeuronFilter:
    """The filter without its text, from the other widgets."""
    n_layers = dataset.manifest.model.n_layers
    first = st.grid(4, min_column_width=150)
    layers = first.multiselect(
        "Layers",
        list(range(n_layers)),
        key="browse_layers",
        bind="query-params",
        placeholder="all layers",
        on_change=first_page,
    )
    explainer = first.selectbox(
        "Explainer",
        [ANY, *_explainers(dataset)],
        format_func=lambda name: "any" if name == ANY else explainer_words(name),
        key="browse_explainer",
        bind="query-params",
        on_change=first_page,
    )
    score = first.slider(
        "Score", *FULL_SCORE, FULL_SCORE, 0.05, key="browse_score", bind="query-params", on_change=first_page
    )
    share = first.slider(
        "Share of tokens above zero (%)",
        *FULL_SHARE,
        FULL_SHARE,
        0.001,
        format="%.4g",
        key="browse_active",
        bind="query-params",
        on_change=first_page,
    )
    context = first.slider(
        "Explained by the bigram (%)",
        *FULL_CONTEXT,
        FULL_CONTEXT,
        1,
        key="browse_context",
        bind="query-params",
        on_change=first_page,
        disabled=not shares_collected(dataset),
        help=_CONTEXT_HELP if shares_collected(dataset) else no_shares_words(dataset),
    )
    neurons = _list_choice(dataset, first)
    reader = reader_choice(dataset, key="browse_reader")
    states = _state_choice(dataset)
    return NeuronFilter(
        layers=tuple(layers),
        explainer=None if explainer in (ANY, None) else explainer,
        score=None if tuple(score) == FULL_SCORE else (float(score[0]), float(score[1])),
        share_positive=None if tuple(share) == FULL_SHARE else (share[0] / 100, share[1] / 100),
        states=states,
        reader=reader,
        bigram_share=None if tuple(context) == FULL_CONTEXT else (context[0] / 100, context[1] / 100),
        neurons=neurons,
        listed="" if neurons is None else str(st.session_state["browse_list"]),
    )


_CONTEXT_HELP = "How much of the neuron's variance the token and the one before it explain. Low: it needs more context."


def _list_choice(dataset: Dataset, cell: DeltaGenerator) -> tuple[NeuronId, ...] | None:
    """The neurons of the list that is chosen; None for all."""
    kept = neuron_lists(dataset, tell=True)
    asked = st.query_params.get("browse_list")
    if asked is not None and asked != EVERY and asked not in kept.lists:
        st.warning(markdown_safe(f"The address asks for a list “{asked[:80]}”, which you do not have here."))
    chosen = cell.selectbox(
        "List",
        [EVERY, *kept.lists],
        key="browse_list",
        bind="query-params",
        on_change=first_page,
        help="Neurons that you put into a list, with the star in their row or on their page.",
    )
    return None if chosen in (EVERY, None) else kept.lists.get(str(chosen))


def shares_collected(dataset: Dataset) -> bool:
    """Whether it is known what token, bigram and position explain of the neurons."""
    return _has_shares(dataset, str(dataset.folder), dataset.stamp_collected)


def no_shares_words(dataset: Dataset) -> str:
    """Why there are no shares, and what to run."""
    if not dataset.manifest.raw.get("sizes", {}).get("quantile_pool"):
        return "Not collected: published data does not hold it. Datasets that you collect do."
    return f"Not collected. Run: python -m neuronview shares {dataset.manifest.name}"


def reader_choice(dataset: Dataset, *, key: str) -> str | None:
    """Whose scores a list or chart shows, by rule or by one simulator; None where there is no choice to make."""
    readers = dataset.readers()
    if len(readers) < 2:
        return None
    chosen = st.pills(
        "Scores by",
        readers,
        default=readers[0],
        required=True,
        format_func=reader_words,
        key=key,
        bind="query-params",
        on_change=first_page,
        help="Scores of different simulators are different measures: one is shown at a time, never one list of both.",
    )
    return str(chosen or readers[0])


def _state_choice(dataset: Dataset) -> tuple[str, ...]:
    """The states to keep, of those that occur; where all rows have one there is nothing to choose."""
    occurring = _states(dataset, str(dataset.folder), dataset.stamp)
    if len(occurring) < 2:
        return ()
    chosen = st.pills(
        "State of the score",
        occurring,
        selection_mode="multi",
        format_func=lambda name: "not scored" if name == NOT_SCORED else STATES[name] or "scored",
        key="browse_state",
        bind="query-params",
        on_change=first_page,
    )
    return tuple(chosen)


def count(dataset: Dataset, chosen: NeuronFilter) -> int:
    """How many rows the filter keeps; stops the run, in words, when its expression is none."""
    try:
        found = _count(dataset, str(dataset.folder), dataset.stamp, chosen)
    except BadPattern as error:
        say(error, icon=":material/search_off:")
        st.stop()
    except NeuronViewError as error:
        say(error)
        st.stop()
    st.session_state[_LAST] = (str(dataset.folder), chosen)
    return found


def last_filter(dataset: Dataset) -> NeuronFilter | None:
    """What was filtered last in this visit, when it was of this dataset."""
    folder, chosen = st.session_state.get(_LAST, ("", None))
    return chosen if folder == str(dataset.folder) else None


def reset() -> None:
    """A button that clears every filter; the address is cleared with it."""
    st.button("Clear all filters", icon=":material/filter_alt_off:", on_click=clear, key="browse_clear")


def _explainers(dataset: Dataset) -> list[str]:
    return _explainer_names(dataset, str(dataset.folder), dataset.stamp)


@st.cache_data(max_entries=64, show_spinner=False)
def _explainer_names(_dataset: Dataset, folder: str, stamp: str) -> list[str]:
    return _dataset.explainers()


@st.cache_data(max_entries=64, show_spinner=False)
def _has_shares(_dataset: Dataset, folder: str, stamp: str) -> bool:
    return _dataset.count(NeuronFilter(bigram_share=(0, 1))) > 0


@st.cache_data(max_entries=64, show_spinner=False)
def _states(_dataset: Dataset, folder: str, stamp: str) -> list[str]:
    occurring = set(_dataset.scores()["state"].fillna(NOT_SCORED))
    return [name for name in (*SCORE_STATES, NOT_SCORED) if name in occurring]


@st.cache_data(max_entries=512, show_spinner=False)
def _count(_dataset: Dataset, folder: str, stamp: str, chosen: NeuronFilter) -> int:
    return _dataset.count(chosen)
