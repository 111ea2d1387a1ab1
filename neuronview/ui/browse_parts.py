"""Browse: the order, the table and its pages, the histogram, the downloads of what the filter keeps.

Order, columns and page are in the address.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from neuronview.store import Dataset, NeuronFilter
from neuronview.store.queries import COLUMNS
from neuronview.ui import cached, charts, nav
from neuronview.ui.browse_filter import first_page
from neuronview.ui.scores import number
from neuronview.ui.tables import DEFAULT_COLUMNS, neuron_table

__all__ = ["downloads", "explain_these", "histogram", "order", "table"]

PER_PAGE = 25
MORE_COLUMNS = ("share_positive", "maximum", "mean", "variance", "skewness", "kurtosis")


def order() -> tuple[str, bool]:
    """Column to sort by, and whether the largest comes first."""
    sort, direction, more = st.columns([4, 2, 4], vertical_alignment="bottom")
    column = sort.selectbox(
        "Sort by",
        # The default comes first: Streamlit warns where a value that a header's click sets has another default.
        ["low", *(name for name in COLUMNS if name != "low")],
        format_func=lambda name: COLUMNS[name],
        key="browse_sort",
        bind="query-params",
        on_change=first_page,
    )
    rising = direction.toggle("Smallest first", key="browse_rising", bind="query-params", on_change=first_page)
    more.multiselect(
        "More columns",
        MORE_COLUMNS,
        format_func=lambda name: COLUMNS[name],
        key="browse_columns",
        bind="query-params",
        placeholder="activity and moments",
    )
    return column or "low", not rising


def _columns(sort: str) -> list[str]:
    """What the table shows: the important columns, those asked for, and the one that it is sorted by."""
    asked = st.session_state.get("browse_columns", [])
    return [*DEFAULT_COLUMNS, *(name for name in MORE_COLUMNS if name in asked or name == sort)]


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
        alt=f"Histogram of {scored} scores from −1 to 1; their mean is about {number(middle)}.",
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
            columns=_columns(sort),
            on_sort=_sort_by,
        )


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
    first_page()


def _rows(dataset: Dataset, chosen: NeuronFilter, *, sort: str, descending: bool, page: int) -> pd.DataFrame:
    return cached.page_of_neurons(
        dataset, chosen, sort=sort, descending=descending, limit=PER_PAGE, offset=(page - 1) * PER_PAGE
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _histogram(_dataset: Dataset, folder: str, stamp: str, chosen: NeuronFilter) -> tuple[np.ndarray, np.ndarray]:
    return _dataset.score_histogram(chosen)
