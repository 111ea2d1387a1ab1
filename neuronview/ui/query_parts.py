"""The parts of the Query page: the query, the tables' documentation beside it, and the answer."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import streamlit as st

from neuronview.errors import BadQuery
from neuronview.records import NeuronId
from neuronview.store import Dataset
from neuronview.store.csv_cells import csv_of_table
from neuronview.store.documentation import TABLES
from neuronview.store.nested import nested_bytes
from neuronview.store.visiting import MOST_CHARACTERS, Answer
from neuronview.store.visiting_apart import VisitorApart
from neuronview.ui import nav
from neuronview.ui.problems import say

__all__ = ["answer", "documentation", "query"]

EXAMPLES: dict[str, str] = {
    "Best explained neurons": (
        "select layer, neuron, explanation, score, low, high, n_sequences\nfrom browse\n"
        "where explainer = 'dictionary'\norder by low desc nulls last\nlimit 50"
    ),
    "Scores by layer": (
        "select layer, explainer, count(score) as n, avg(score) as mean, median(score) as median,\n"
        "    avg((score > 0.3)::int) as above_03\nfrom browse\ngroup by layer, explainer\norder by explainer, layer"
    ),
    "Two explainers that disagree most": (
        "select layer, neuron, a.explanation, b.explanation as other, a.score, b.score as other_score\n"
        "from browse a join browse b using (layer, neuron)\n"
        "where a.explainer = 'lookup' and b.explainer = 'dictionary'\n"
        "order by a.score - b.score desc nulls last\nlimit 50"
    ),
    "Neurons that fire most on one token": (
        "select layer, neuron, top.token, top.mean, top.count\n"
        "from (select layer, neuron, unnest(top_tokens) as top from neurons)\nwhere trim(top.token) = 'the'\n"
        "order by top.mean desc\nlimit 50"
    ),
    "Excerpts of one neuron": (
        'select "group", rank, list_max(activations) as maximum, document_id, source\n'
        "from records join excerpts using (excerpt_id)\nwhere layer = 0 and neuron = 0\norder by maximum desc"
    ),
    "Scores that are missing, and why": (
        "select scorer, simulator, split, state, reason, count(*) as n\nfrom scores\nwhere state <> 'ok'\n"
        "group by all\norder by n desc"
    ),
}
ROWS = 10_000
SECONDS = 10.0
MOST_NESTED = 8 * 2**20
"""Bytes of lists that are written as CSV, which makes texts of a few times as many."""
CELL_CHARACTERS = 2_000
_SQL = "sql"


def query() -> str:
    """The query as typed, which the address holds; an example can be put in its place."""
    with st.form("query_form", border=False):
        st.text_area(
            "Query",
            EXAMPLES["Best explained neurons"],
            key=_SQL,
            bind="query-params",
            height=190,
            max_chars=MOST_CHARACTERS,
            help=(
                f"One SELECT in DuckDB's SQL, which reads and changes nothing; after {SECONDS:g} s it is stopped. "
                "Ctrl + Enter runs it."
            ),
        )
        st.form_submit_button("Run", type="primary", icon=":material/play_arrow:")
    st.selectbox(
        "Examples",
        list(EXAMPLES),
        index=None,
        placeholder="Put an example in place of the query …",
        key="query_example",
        on_change=_take_example,
    )
    return str(st.session_state[_SQL] or "").strip()


def _take_example() -> None:
    chosen = st.session_state.get("query_example")
    if chosen:
        st.session_state[_SQL] = EXAMPLES[chosen]
        st.session_state["query_example"] = None


def documentation() -> None:
    """What a table holds, column by column; which one, is chosen."""
    chosen = str(st.selectbox("Table", list(TABLES), key="query_table_words", help="What can be asked, in words."))
    words = TABLES[chosen]
    st.caption(f"A row is {words.row}.")
    lines = "".join(f"<dt>{column}</dt><dd>{said}</dd>" for column, said in words.columns.items())
    with st.container(height=250, border=True, key="query_words"):
        st.html(f'<dl class="nv-columns" tabindex="0" aria-label="Columns of {chosen}">{lines}</dl>')


def answer(dataset: Dataset, name: str, sql: str) -> None:
    """What the query gives, linked to neurons and to be had as files; or why it gives nothing."""
    if not sql:
        st.info("Write a query above, or take an example.", icon=":material/database_search:")
        return
    try:
        with st.spinner("Asking …", show_time=True):
            found = _ask(dataset, str(dataset.folder), dataset.stamp, sql)
    except BadQuery as error:
        first, *more = str(error).split("\n", 1)
        say(first, icon=":material/database_off:")
        if more:  # What would be right, or where it stands, letter under letter.
            st.code(more[0].strip("\n"), language=None, wrap_lines=True)
        return
    table = found.table
    if not table.num_rows:
        st.info(f"No row is like that ({found.seconds:.2f} s).", icon=":material/filter_alt:")
        return
    rows, columns = _several(table.num_rows, "row"), _several(table.num_columns, "column")
    first, there_is_more = ("The first ", _CUT) if found.is_cut else ("", "")
    st.caption(f"{first}{rows}, {columns}, in {found.seconds:.2f} s.{there_is_more}")
    _table(name, table)
    _downloads(dataset, table)


def _several(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


_CUT = " There are more: narrow the query, or `python -m neuronview query` gives up to 100,000."


@st.cache_data(max_entries=4, ttl=600, show_spinner=False)
def _ask(_dataset: Dataset, folder: str, stamp: str, sql: str) -> Answer:
    return _visitor(_dataset, folder, stamp).ask(sql, rows=ROWS, seconds=SECONDS)


@st.cache_resource(max_entries=2, show_spinner=False, on_release=VisitorApart.retire)
def _visitor(_dataset: Dataset, folder: str, stamp: str) -> VisitorApart:
    """A process apart from the one that makes the pages."""
    return VisitorApart(_dataset.folder, _dataset.overlay)


def _table(name: str, table: pa.Table) -> None:
    """The rows; the first column opens a row's neuron where the query names layer and neuron."""
    shown = _plain(table)
    neurons = _neurons(table)
    config = {}
    if neurons:
        opened = _unused("open", shown.columns)
        shown.insert(0, opened, [str(neuron) if neuron else None for neuron in neurons])
        config[opened] = st.column_config.ButtonColumn(
            "Neuron",
            type="tertiary",
            pinned=True,
            width=62,
            on_click=_opening(name, neurons),
            key="query_open",
            help="Opens the neuron's page.",
        )
    st.container(key="query_rows").dataframe(
        shown,
        key="query_table",
        alt="Rows that the query gave",
        hide_index=True,
        height="content" if len(shown) < 16 else 560,
        placeholder="–",
        column_config=config,
    )


def _unused(name: str, taken: Iterable[str]) -> str:
    """A name that no column of the answer has."""
    names = set(taken)
    while name in names:
        name += "_"
    return name


def _opening(name: str, neurons: list[NeuronId | None]) -> Callable[[], None]:
    def clicked() -> None:
        neuron = neurons[int(st.session_state["query_open"]["row"])]
        if neuron is not None:
            nav.go("neuron", nav.neuron_place(name, neuron))

    return clicked


def _neurons(table: pa.Table) -> list[NeuronId | None]:
    """The neuron of each row; empty where the columns layer and neuron are not there or are no whole numbers."""
    if not {"layer", "neuron"} <= set(table.column_names):
        return []
    columns = [table.column(name) for name in ("layer", "neuron")]
    if not all(pa.types.is_integer(column.type) for column in columns):
        return []
    pairs = zip(*(column.to_pylist() for column in columns), strict=True)
    return [None if None in pair or min(pair) < 0 else NeuronId(*pair) for pair in pairs]


def _plain(table: pa.Table) -> pd.DataFrame:
    """Rows as a page can show them: lists, structures and long texts as cut text."""
    shown = table.to_pandas()
    for field in table.schema:
        if pa.types.is_nested(field.type) or pa.types.is_string(field.type) or pa.types.is_binary(field.type):
            cells = table.column(field.name).to_pylist()
            shown[field.name] = [None if cell is None else _cell(cell) for cell in cells]
        elif pa.types.is_decimal(field.type):
            shown[field.name] = shown[field.name].astype(float)
    return shown


def _cell(cell: object) -> str:
    if isinstance(cell, list):
        text = ", ".join(_cell(entry) for entry in cell[:40]) + (f", … ({len(cell)})" if len(cell) > 40 else "")
    elif isinstance(cell, dict):
        text = "; ".join(f"{name} {_cell(entry)}" for name, entry in cell.items())
    elif isinstance(cell, float):
        text = f"{cell:.4g}"
    else:
        text = str(cell)
    return text if len(text) <= CELL_CHARACTERS else f"{text[:CELL_CHARACTERS]} …"


def _downloads(dataset: Dataset, table: pa.Table) -> None:
    is_large = nested_bytes(table) > MOST_NESTED
    with st.container(horizontal=True, vertical_alignment="center"):
        for form, mime, write in (
            ("csv", "text/csv", csv_of_table),
            ("parquet", "application/vnd.apache.parquet", _parquet),
        ):
            is_out = is_large and form == "csv"
            st.download_button(
                f"Download {form.upper() if form == 'csv' else 'Parquet'}",
                disabled=is_out,
                help="The lists of this answer are too large for CSV: take Parquet, or fewer rows." if is_out else None,
                data=lambda write=write: write(table),  # type: ignore[misc]  # made when asked for
                file_name=f"{dataset.manifest.name}-query.{form}",
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"query_{form}",
            )


def _parquet(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    pyarrow.parquet.write_table(table, stream)
    return stream.getvalue()
