"""Data: which datasets and models are on this computer, and what can be done with each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.jobs.adding import RECORDS, Adding, added, remove_dataset
from neuronview.jobs.library import describe, models, models_of_datasets, what_stays
from neuronview.jobs.sizes import size_words
from neuronview.links import Place
from neuronview.store import names
from neuronview.ui import cached, nav, task_parts
from neuronview.ui.plain import html_safe, html_table, markdown_safe
from neuronview.ui.problems import problem, say, solved

__all__ = ["datasets", "listed", "models_here"]


def datasets(opened: str | None) -> None:
    """Every dataset that is found by name; `opened` is the one that the page is about."""
    st.subheader("On this computer", anchor=False)
    settings = cached.settings()
    known = names(settings)
    if not known:
        st.info("There is no dataset yet. Add published neurons, or collect from a model of yours, below.")
    for name in known:
        with st.container(border=True, key=f"data_set_{name}"):
            # What is being added grows: its figures are read again and again.
            st.fragment(_card, run_every=3.0 if task_parts.is_busy(name) else None)(name, is_open=name == opened)
    st.caption("Any other folder opens with ?dataset= and its path in the address.")
    st.text(f"Looked for in: {settings.data} and {settings.home / 'datasets'}")


def listed() -> None:
    """The datasets of a public server, to open."""
    st.subheader("On this server", anchor=False)
    for name in names(cached.settings()):
        nav.link("overview", name, place=Place(dataset=name), icon=":material/database:")


def models_here() -> None:
    """Models that datasets were collected from, and those that were downloaded from the hub."""
    rows = [*models_of_datasets(cached.settings()), *models()]
    st.markdown("##### Models on this computer")
    if rows:
        cells = [
            [html_safe(cell) for cell in (row["name"], size_words(row["bytes"]), row["date"], row["origin"])]
            for row in rows
        ]
        st.html(html_table(("Model", "Size", "Date", "From"), cells))
    else:
        st.caption("None. A model is fetched when it is named below, or loaded from a folder.")
    st.caption(
        "Those of the hub lie where HF_HOME says; the command “hf cache rm” of the hub's own tool removes one. "
        "A model inside a dataset goes with the dataset."
    )


def _card(name: str, *, is_open: bool) -> None:
    try:
        _dataset(describe(name, cached.settings()), is_open=is_open)
    except NeuronViewError as error:
        st.markdown(f"**{markdown_safe(name)}**")
        say(error)
        _remove(name)


def _dataset(row: Mapping[str, Any], *, is_open: bool) -> None:
    name = row["name"]
    st.markdown(f"**{markdown_safe(name)}**{' (open)' if is_open else ''}")
    st.caption(markdown_safe(_facts(row)))
    settings = cached.settings()
    adding = added(name, settings)
    if adding is not None:
        st.caption(markdown_safe(_wanted(adding)))
    busy = task_parts.is_busy(name)
    with st.container(horizontal=True, vertical_alignment="center"):
        nav.link(
            "overview", "Its overview" if is_open else "Open", place=Place(dataset=name), icon=":material/database:"
        )
        if adding is not None and not busy:
            _fill_up(adding)
        if row["removable"] and not busy:
            _remove(name, row["size"])


def _facts(row: Mapping[str, Any]) -> str:
    neurons = row["layers"] * row["neurons_per_layer"]
    parts = (
        f"{row['model']}, {neurons:,} neurons in {row['layers']} layers",
        _counted(row["explanations"], "explanation"),
        _counted(row["records"], "record"),
        row["size"],
        row["date"] or "no date",
        row["from"],
    )
    return " · ".join(parts)


def _counted(n: int, noun: str) -> str:
    """A number of things."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _wanted(adding: Adding) -> str:
    several = "s" if len(adding.layers or ()) > 1 else ""
    layers = "all layers" if adding.layers is None else f"layer{several} {', '.join(map(str, adding.layers))}"
    cap = f"; at most {size_words(adding.disk_cap)} on disk" if adding.disk_cap else ""
    return f"Wanted: {layers}; records {RECORDS[adding.records]}{cap}."


def _fill_up(adding: Adding) -> None:
    """Fetch what is missing, all records included where they are wanted."""
    if st.button(
        "Fetch what is missing",
        icon=":material/download:",
        key=f"data_fill_{adding.name}",
        help="Goes on with what was begun: only files that are not here are asked for.",
    ):
        arguments = ["datasets", "add", adding.set, "--name", adding.name]
        task_parts.begin("add", arguments, title=f"Fetch {adding.name}", dataset=adding.name)


def _remove(name: str, size: str = "") -> None:
    with st.popover("Remove", icon=":material/delete:", key=f"data_remove_{name}"):
        what, stays = f", {size}" if size else "", markdown_safe(what_stays(name, cached.settings()))
        st.write(f"Remove {markdown_safe(name)}{what} from this computer? {stays}")
        if st.button("Yes, remove it", key=f"data_remove_yes_{name}", type="primary"):
            try:
                remove_dataset(name, cached.settings())
            except (NeuronViewError, OSError) as error:
                problem("remove", str(error))
                return
            solved("remove")
            st.rerun()
