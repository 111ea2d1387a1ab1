"""Browse: the filter as bound widgets, the order, the histogram, the pages, the downloads.

Every control is in the address. What was filtered last is kept for the visit, so that Explain can take it over.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from neuronview.errors import BadPattern, NeuronViewError
from neuronview.records import SCORE_STATES
from neuronview.store import Dataset, NeuronFilter
from neuronview.store.queries import COLUMNS
from neuronview.ui import cached, charts, nav
from neuronview.ui.scores import STATES, explainer_words
from neuronview.ui.tables import neuron_table

__all__ = [
    "ANY",
    "controls",
    "count",
    "downloads",
    "explain_these",
    "histogram",
    "last_filter",
    "reset",
    "table",
    "what_to_relax",
]

ANY = "any"
PER_PAGE = 25
_LAST = "nv_browse_filter"
FULL_SCORE, FULL_SHARE = (-1.0, 1.0), (0, 100)


def controls(dataset: Dataset) -> NeuronFilter:
    """The filter that the widgets, and so the address, say."""
    with st.container(border=True):
        search, expression = st.columns([5, 2], vertical_alignment="bottom")
        text = search.text_input(
            "Search explanations",
            key="q",
            bind="query-params",
            icon=":material/search:",
            placeholder="words, such as: numbers year",
            on_change=_first_page,
        )
        regex = expression.toggle(
            "Regular expression", key="browse_regex", bind="query-params", on_change=_first_page, help=_EXPRESSION_HELP
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
        on_change=_first_page,
    )
    explainer = first.selectbox(
        "Explainer",
        [ANY, *_explainers(dataset)],
        format_func=lambda name: "any" if name == ANY else explainer_words(name),
        key="browse_explainer",
        bind="query-params",
        on_change=_first_page,
    )
    score = first.slider(
        "Score", *FULL_SCORE, FULL_SCORE, 0.05, key="browse_score", bind="query-params", on_change=_first_page
    )
    share = first.slider(
        "Share of tokens above zero (%)",
        *FULL_SHARE,
        FULL_SHARE,
        1,
        key="browse_active",
        bind="query-params",
        on_change=_first_page,
    )
    states = st.pills(
        "State of the score",
        SCORE_STATES,
        selection_mode="multi",
        format_func=lambda name: STATES[name] or "scored",
        key="browse_state",
        bind="query-params",
        on_change=_first_page,
    )
    return NeuronFilter(
        layers=tuple(layers),
        explainer=None if explainer in (ANY, None) else explainer,
        score=None if tuple(score) == FULL_SCORE else (float(score[0]), float(score[1])),
        share_positive=None if tuple(share) == FULL_SHARE else (share[0] / 100, share[1] / 100),
        states=tuple(states),
    )


def count(dataset: Dataset, chosen: NeuronFilter) -> int:
    """How many rows the filter keeps; stops the run, in words, when its expression is none."""
    try:
        found = _count(dataset, str(dataset.folder), dataset.stamp, chosen)
    except BadPattern as error:
        st.error(str(error), icon=":material/search_off:")
        st.stop()
    except NeuronViewError as error:
        st.error(str(error))
        st.stop()
    st.session_state[_LAST] = (str(dataset.folder), chosen)
    return found


def last_filter(dataset: Dataset) -> NeuronFilter | None:
    """What was filtered last in this visit, when it was of this dataset."""
    folder, chosen = st.session_state.get(_LAST, ("", None))
    return chosen if folder == str(dataset.folder) else None


def order() -> tuple[str, bool]:
    """Column to sort by, and whether the largest comes first."""
    sort, direction = st.columns([3, 2], vertical_alignment="bottom")
    column = sort.selectbox(
        "Sort by",
        list(COLUMNS),
        index=list(COLUMNS).index("low"),
        format_func=lambda name: COLUMNS[name],
        key="browse_sort",
        bind="query-params",
        on_change=_first_page,
    )
    rising = direction.toggle("Smallest first", key="browse_rising", bind="query-params", on_change=_first_page)
    return column or "low", not rising


def histogram(dataset: Dataset, chosen: NeuronFilter, *, total: int) -> None:
    """Distribution of the scores that the filter keeps, and how many rows have none."""
    counts, edges = _histogram(dataset, str(dataset.folder), dataset.stamp, chosen)
    scored = int(counts.sum())
    if not scored:
        st.caption("None of these rows has a score.")
        return
    middle = float((edges[:-1] + edges[1:]) @ counts / 2 / scored)
    charts.show(
        charts.bars(counts, edges, x="score", y="explanations"),
        key="browse_histogram",
        alt=f"Histogram of {scored} scores from -1 to 1; their mean is about {middle:.2f}.",
        height=180,
    )
    without = f"; {total - scored:,} rows have no score" if total > scored else ""
    st.caption(f"Scores of the {scored:,} rows that have one{without}.")


def table(dataset: Dataset, name: str, chosen: NeuronFilter, *, total: int) -> None:
    """One page of the table; its header sorts, its buttons open neurons."""
    sort, descending = order()
    pages = max(1, -(-total // PER_PAGE))
    page = min(int(st.session_state.get("browse_page", 1)), pages)
    if st.session_state.get("browse_page", 1) > pages:
        st.session_state["browse_page"] = pages
    slot = st.container()
    if pages > 1:
        page = st.pagination(pages, key="browse_page", bind="query-params")
    rows = _rows(dataset, chosen, sort=sort, descending=descending, page=page)
    with slot:
        first = (page - 1) * PER_PAGE + 1
        st.caption(
            f"Rows {first:,} to {first + len(rows) - 1:,} of {total:,}, by {COLUMNS[sort]}, "
            f"{'largest' if descending else 'smallest'} first. Click a column's name to sort all rows by it, "
            "again to turn the order round; click a neuron to open it."
        )
        neuron_table(
            rows,
            dataset=name,
            # Another key when the order changes, so that no column stays selected.
            key=f"browse_{sort}_{descending}",
            alt="Neurons with their explanations and scores",
            on_sort=_sort_by,
        )


def what_to_relax(chosen: NeuronFilter) -> str:
    """Which parts of a filter that keeps nothing can be loosened, in words."""
    parts = []
    if chosen.text.strip():
        parts.append("search for fewer words" if not chosen.regex else "loosen the regular expression")
    if chosen.score is not None:
        parts.append("widen the score range (a range leaves out rows without a score)")
    if chosen.share_positive is not None:
        parts.append("widen the share of tokens above zero")
    if chosen.explainer is not None:
        parts.append("choose any explainer")
    if chosen.states:
        parts.append("allow other states of the score")
    if chosen.layers:
        parts.append("add layers")
    if not parts:
        return "This dataset has no neurons."
    return f"No neuron fits. You could {' or '.join([', '.join(parts[:-1]), parts[-1]] if parts[1:] else parts)}."


def reset() -> None:
    """A button that clears every filter; the address is cleared with it."""
    st.button("Clear all filters", icon=":material/filter_alt_off:", on_click=_clear, key="browse_clear")


def downloads(dataset: Dataset, chosen: NeuronFilter, *, total: int) -> None:
    """The filtered table as files."""
    with st.container(horizontal=True, vertical_alignment="center"):
        for form, label, mime in (
            ("csv", "Download CSV", "text/csv"),
            ("parquet", "Download Parquet", "application/vnd.apache.parquet"),
        ):
            st.download_button(
                label,
                data=lambda form=form: dataset.export(chosen, form),  # type: ignore[misc]  # made when asked for
                file_name=f"{dataset.manifest.name}-neurons.{form}",
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"browse_{form}",
            )
        st.caption(f"All {total:,} rows of the filter, with every column.")


def explain_these(name: str) -> None:
    """A link to Explain, which offers the neurons of the filter."""
    nav.link(
        "explain", "Explain these neurons yourself", view={"dataset": name, "explain_which": "The filter of Browse"}
    )


def _sort_by(column: str) -> None:
    if column not in COLUMNS:
        return
    same = st.session_state.get("browse_sort", "low") == column
    st.session_state["browse_sort"] = column
    st.session_state["browse_rising"] = not st.session_state.get("browse_rising", False) if same else False
    _first_page()


def _first_page() -> None:
    st.session_state["browse_page"] = 1


def _clear() -> None:
    st.session_state["q"] = ""
    st.session_state["browse_regex"] = False
    st.session_state["browse_layers"] = []
    st.session_state["browse_explainer"] = ANY
    st.session_state["browse_score"] = FULL_SCORE
    st.session_state["browse_active"] = FULL_SHARE
    st.session_state["browse_state"] = []
    _first_page()


def _rows(dataset: Dataset, chosen: NeuronFilter, *, sort: str, descending: bool, page: int) -> pd.DataFrame:
    return cached.page_of_neurons(
        dataset, chosen, sort=sort, descending=descending, limit=PER_PAGE, offset=(page - 1) * PER_PAGE
    )


def _explainers(dataset: Dataset) -> list[str]:
    return _explainer_names(dataset, str(dataset.folder), dataset.stamp)


@st.cache_data(max_entries=16, show_spinner=False)
def _explainer_names(_dataset: Dataset, folder: str, stamp: str) -> list[str]:
    return _dataset.explainers()


@st.cache_data(max_entries=128, show_spinner=False)
def _count(_dataset: Dataset, folder: str, stamp: str, chosen: NeuronFilter) -> int:
    return _dataset.count(chosen)


@st.cache_data(max_entries=64, show_spinner=False)
def _histogram(_dataset: Dataset, folder: str, stamp: str, chosen: NeuronFilter) -> tuple[np.ndarray, np.ndarray]:
    return _dataset.score_histogram(chosen)
