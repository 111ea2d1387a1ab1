"""What stands around every page: its title, the sidebar, and what to do when an address is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar

import streamlit as st

from neuronview.errors import BadLink, NeuronViewError
from neuronview.links import Place, parse
from neuronview.records import NeuronId
from neuronview.store import Dataset, NeuronFilter, names
from neuronview.ui import cached, nav, state
from neuronview.ui.page_tools import page_tools
from neuronview.ui.problems import begin_run, say
from neuronview.ui.search_box import search_box
from neuronview.ui.unknown_names import tell_unknown_names
from neuronview.ui.wrong_values import tell_flags

T = TypeVar("T")
ICON = Path(__file__).with_name("icon.png")
"""A file of ours: an icon by name would be fetched from the network by the browser."""

_HEADED = "nv_headed"
"""Whether this run has shown the page's title: a page has one heading of the first level."""
_UNTOLD = "nv_untold"
"""The page, as long as this run has not said what of its address is ignored."""

__all__ = [
    "attempt",
    "begin",
    "begin_if_there",
    "dataset_name",
    "first_neuron",
    "heading",
    "place",
    "refuse",
    "require_neuron",
]


def begin(page: str, *, with_heading: bool = True) -> Dataset:
    """Set up a page and return its dataset; stops the run, in words, when the address cannot be followed."""
    row = _set_up(page)
    name = dataset_name()
    try:
        opened = cached.dataset(name)
    except NeuronViewError as error:
        if not place().dataset and not names(cached.settings()):
            _no_dataset()
        refuse(error)
    _kept(name)
    _sidebar(page, opened, name)
    page_tools(page, opened, name)
    if with_heading:
        heading(row.title, row.says(public=bool(cached.settings().public)))
    _tell_address()
    return opened


def begin_if_there(page: str) -> tuple[Dataset | None, str]:
    """The same for a page that has something to show where there is no dataset: the dataset, if any, and its name."""
    row = _set_up(page)
    name = dataset_name()
    problem, opened = "", None
    try:
        opened = cached.dataset(name)
        _kept(name)
        _sidebar(page, opened, name)
        page_tools(page, opened, name)
    except NeuronViewError as error:
        # The page lists those that there are, and says how to get one.
        problem = str(error) if place().dataset else ""
    heading(row.title, row.says(public=bool(cached.settings().public)))
    if problem:
        say(problem, icon=":material/link_off:")
    _tell_address()
    return opened, name


def _set_up(page: str) -> nav.PageRow:
    row = nav.row(page)
    st.session_state[_HEADED] = False
    st.session_state[_UNTOLD] = page
    title = f"{row.title} · NeuronView"
    st.set_page_config(page_title=title, page_icon=ICON, layout="wide")
    begin_run(page)
    return row


def _tell_address() -> None:
    """What of the address is ignored, once in a run: names that mean nothing here, and switches neither on nor off."""
    if page := st.session_state.pop(_UNTOLD, None):
        tell_unknown_names(page)
        tell_flags()


def heading(title: str, sentence: str) -> None:
    """The page's title and, in a sentence, what it shows."""
    st.title(title, anchor=False)
    st.caption(sentence)
    st.session_state[_HEADED] = True


def place() -> Place:
    """What the address identifies; stops the run, in words, when it is malformed."""
    try:
        return parse(st.query_params)
    except BadLink as error:
        refuse(error)


def dataset_name() -> str:
    """The dataset that the address names, else the one looked at last, else the one of the settings."""
    return place().dataset or state.chosen_dataset(cached.settings().dataset)


def require_neuron(opened: Dataset, *, default: Callable[[], NeuronId] | None = None) -> NeuronId:
    """The neuron of the address, or what `default` gives, which it names from then on; stops the run without either."""
    identity = place().neuron_id
    if identity is None:
        if default is None:
            refuse(BadLink("The address names no neuron. Add layer=0&neuron=0, or choose one in Browse."))
        identity = default()
        st.query_params.update(nav.neuron_place(dataset_name(), identity).parameters())
    try:
        return opened.require(identity)
    except NeuronViewError as error:
        refuse(error)


def first_neuron(opened: Dataset, name: str) -> NeuronId:
    """What to show where the address names no neuron: the one looked at last, else the best explained."""
    last = state.last_neuron(name)
    if last is not None:
        return last
    best = cached.page_of_neurons(opened, NeuronFilter(), limit=1)
    return NeuronId(int(best["layer"][0]), int(best["neuron"][0])) if len(best) else NeuronId(0, 0)


def attempt(load: Callable[[], T]) -> T:
    """What `load` returns; stops the run, in words, when the library refuses."""
    try:
        return load()
    except NeuronViewError as error:
        refuse(error)


def refuse(error: NeuronViewError) -> NoReturn:
    """Say what is wrong and where a working page is, and stop the run.

    The ways out are buttons: a link from a page to itself leaves the browser's address as it was, the wrong one.
    """
    said = "This address cannot be shown"
    headed = st.session_state.get(_HEADED, False)
    if not headed:
        st.title(said, anchor=False)
    say(error, title=said if headed else None, icon=":material/link_off:")
    _tell_address()
    default, known = cached.settings().dataset, names(cached.settings())
    if known and default not in known and not Path(default).exists():
        default = known[0]
    with st.container(horizontal=True):
        if st.button("Go to the overview", key="nv_to_overview", icon=nav.row("overview").icon):
            nav.go("overview", Place(dataset=default))
        if st.button("Open neuron 0:0", key="nv_to_neuron", icon=nav.row("neuron").icon):
            nav.go("neuron", Place(default, 0, 0))
        if st.button("See which datasets there are", key="nv_to_data", icon=nav.row("data").icon):
            nav.go("data", Place(dataset=default))
    st.stop()


def _no_dataset() -> NoReturn:
    """A first visit without any dataset: nothing is wrong with the address, and one page helps."""
    st.title("There is no dataset yet", anchor=False)
    st.info("Add published neurons of GPT-2, or collect from a model of yours, on the page Data.")
    if st.button("Add one", key="nv_add_one", icon=nav.row("data").icon, type="primary"):
        nav.go("data", Place())
    st.stop()


def _kept(name: str) -> None:
    """Keep the dataset for pages that are opened by the menu, whose links name none; the address then says which."""
    state.remember_dataset(name)
    if place().dataset is None and name != cached.settings().dataset:
        st.query_params["dataset"] = name


def _sidebar(page: str, opened: Dataset, name: str) -> None:
    with st.sidebar:
        _dataset_choice(name)
        search_box(page, opened, name)


def _dataset_choice(name: str) -> None:
    known = names(cached.settings())
    options = known if name in known else [name, *known]
    if len(options) == 1:
        st.caption(f"Dataset: {options[0]}")
        return
    chosen = st.selectbox("Dataset", options, index=options.index(name), key=f"nv_dataset_{name}")
    if chosen != name:
        nav.go("overview", Place(dataset=chosen))
