"""Browse: the order, the table or the strips and their pages, the downloads of what the filter keeps.

Order, columns, page and view are in the address.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from neuronview.giving_way import page_made
from neuronview.records import NeuronId
from neuronview.store import Dataset, NeuronFilter
from neuronview.store.queries import COLUMNS
from neuronview.ui import cached, nav
from neuronview.ui.ahead import ahead
from neuronview.ui.browse_defaults import first_page
from neuronview.ui.browse_filter import no_shares_words, shares_collected
from neuronview.ui.browse_strips import best_snippets, best_strips
from neuronview.ui.list_parts import STARS, current_list, neuron_lists, note_words, toggle
from neuronview.ui.plain import markdown_safe
from neuronview.ui.search_order import BEST, orders
from neuronview.ui.tables import DEFAULT_COLUMNS, SHARES, neuron_table
from neuronview.ui.wrong_values import tell_number, tell_unknown

__all__ = ["COLUMNS_SHOWN", "downloads", "explain_these", "keep_starred", "order", "table"]

PER_PAGE = 25
MORE_COLUMNS = ("share_positive", "maximum", "mean", "variance", "skewness", "kurtosis", *SHARES)
CHOICE = ("explanation", "excerpt", *DEFAULT_COLUMNS[2:], "note", *MORE_COLUMNS)
"""Columns that can be shown, beside the neuron and its star."""
COLUMNS_SHOWN = ("explanation", "excerpt", "score", "low", "high", "n_sequences", "state", "explainer")
VIEWS = ("Table", "Strips")
_STARRED = "nv_browse_starred"
"""The neuron whose star was clicked, and the list: lists, and the filter by one, are drawn again once that is done."""


def order(dataset: Dataset, chosen: NeuronFilter) -> tuple[str, bool]:
    """Column to sort by, and whether the largest comes first."""
    tell_unknown("browse_sort", COLUMNS.values())
    tell_unknown("browse_view", VIEWS)
    tell_unknown("browse_columns", map(column_title, CHOICE))
    sort, direction, how, more = st.columns([5, 2, 2, 2], vertical_alignment="bottom")
    column = sort.selectbox(
        "Sort by",
        # The default comes first: Streamlit warns where a value that a header's click sets has another default.
        orders(chosen, list(COLUMNS)),
        format_func=lambda name: COLUMNS[name],
        key="browse_sort",
        bind="query-params",
        on_change=first_page,
    )
    rising = direction.toggle("Smallest first", key="browse_rising", bind="query-params", on_change=first_page)
    how.segmented_control(
        "Rows as", VIEWS, default=VIEWS[0], required=True, key="browse_view", bind="query-params", help=_VIEW_HELP
    )
    with more.popover("Columns", icon=":material/view_column:", key="browse_choose_columns"):
        st.multiselect(
            "Columns",
            CHOICE,
            default=COLUMNS_SHOWN,
            format_func=column_title,
            key="browse_columns",
            bind="query-params",
            placeholder="the neuron alone",
        )
        if not shares_collected(dataset):
            st.caption(f"What token, bigram and position explain: {no_shares_words(dataset)}")
    return column or BEST, not rising


_VIEW_HELP = "Strips show each neuron's best excerpt as a heat map."


def column_title(name: str) -> str:
    """What a column is called in the choice of columns."""
    return {"excerpt": "best excerpt", "note": "your note"}.get(name) or COLUMNS[name].partition(":")[0]


def _columns(sort: str) -> list[str]:
    """What the table shows: the neuron, its star, the columns asked for, and the one that it is sorted by."""
    asked = st.session_state.get("browse_columns", COLUMNS_SHOWN)
    return ["open", "star", *(name for name in CHOICE if name in asked or name == sort)]


def keep_starred(dataset: Dataset) -> None:
    """Put the neuron whose star was clicked into its list, or take it out; before anything tells of the lists."""
    if _STARRED in st.session_state:
        toggle(dataset, *st.session_state.pop(_STARRED))


@st.fragment
def table(dataset: Dataset, name: str, chosen: NeuronFilter, *, total: int) -> None:
    """One page of the table, or of strips; a header sorts, a button in a row opens its neuron or bookmarks it.

    A fragment: another page or order leaves the rest of Browse as it is. The whole is drawn again where a list or the
    dataset has changed.
    """
    page_made()
    if _STARRED in st.session_state or dataset.stamp != dataset.current_stamp():
        st.rerun()
    sort, descending = order(dataset, chosen)
    pages = max(1, -(-total // PER_PAGE))
    page = min(int(st.session_state.get("browse_page", 1)), pages)
    if st.session_state.get("browse_page", 1) > pages:
        st.session_state["browse_page"] = pages
    slot = st.container()
    tell_number("browse_page", 1, pages, whole=True)
    if pages > 1:
        page = st.pagination(pages, key="browse_page", bind="query-params")
    rows = _rows(dataset, chosen, sort=sort, descending=descending, page=page)
    with slot:
        first = (page - 1) * PER_PAGE + 1
        st.caption(
            f"Rows {first:,} to {first + len(rows) - 1:,} of {total:,}, by {COLUMNS[sort]}, "
            f"{'largest' if descending else 'smallest'} first."
        )
        if st.session_state.get("browse_view") == VIEWS[1]:
            best_strips(dataset, name, rows)
        else:
            _table(dataset, name, rows, sort=sort, descending=descending)
    if page < pages:
        with_excerpts = st.session_state.get("browse_view") == VIEWS[1] or "excerpt" in _columns(sort)
        ahead([partial(_read, dataset, chosen, sort, descending, page + 1, with_excerpts)])


def _read(dataset: Dataset, chosen: NeuronFilter, sort: str, descending: bool, page: int, with_excerpts: bool) -> None:
    """Read what a page shows, so that it is there when somebody turns to it."""
    rows = _rows(dataset, chosen, sort=sort, descending=descending, page=page)
    if with_excerpts:
        best_snippets(dataset, _neurons(rows))


def _neurons(rows: pd.DataFrame) -> tuple[NeuronId, ...]:
    return tuple(NeuronId(int(a), int(b)) for a, b in zip(rows["layer"], rows["neuron"], strict=True))


def _table(dataset: Dataset, name: str, rows: pd.DataFrame, *, sort: str, descending: bool) -> None:
    columns, kept = _columns(sort), neuron_lists(dataset)
    into = current_list(kept)
    neurons = _neurons(rows)
    shown = rows.assign(
        star=[STARS[neuron in kept.lists[into]] for neuron in neurons], note=[note_words(kept, n) for n in neurons]
    )
    if "excerpt" in columns:
        shown["excerpt"] = best_snippets(dataset, neurons)
    # Another key when the order changes, so that no column stays selected.
    key = f"browse_{sort}_{descending}"
    neuron_table(
        shown,
        dataset=name,
        key=key,
        alt="Neurons with their explanations and scores",
        columns=columns,
        extra={"star": _star(dataset, neurons, into, f"{key}_star")} | _EXTRA,
        on_sort=_sort_by,
    )
    st.caption(
        "Click a column's name to sort all rows by it, again to turn the order round; a neuron to open it; a star to "
        "bookmark it. Without a mouse: as strips, rows are links that Tab reaches."
    )
    if set(columns) & set(SHARES):
        _shares_caption(dataset, rows)


def _star(dataset: Dataset, neurons: Sequence[NeuronId], into: str, key: str) -> Any:
    def starred() -> None:
        st.session_state[_STARRED] = (neurons[int(st.session_state[key]["row"])], into)

    return st.column_config.ButtonColumn(
        "★",
        type="tertiary",
        width=40,
        on_click=starred,
        key=key,
        help=markdown_safe(f"Puts the neuron into the list “{into}”, or takes it out."),
    )


_EXTRA = {
    "excerpt": st.column_config.TextColumn(
        "Best excerpt", width=204, help="Where the neuron fires most; the strongest token stands between » and «."
    ),
    "note": st.column_config.TextColumn("Note", width=150, help="Yours; written on the neuron's page."),
}


def _shares_caption(dataset: Dataset, rows: pd.DataFrame) -> None:
    """What the shares are, and over how many tokens."""
    if not shares_collected(dataset):
        st.caption(f"What token, bigram and position explain: {no_shares_words(dataset)}")
        return
    known = rows["share_tokens"].dropna()
    n = f"{int(known.max()):,} tokens" if len(known) else "a sample"
    st.caption(
        f"By token, By bigram, By position: how much of the neuron's variance the token, it and the one before, or its "
        f"place in the excerpt explain, over {n}, documents against other documents; chance alone gives about 0, of "
        "either sign. Small values by bigram: what the neuron does needs more context."
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
