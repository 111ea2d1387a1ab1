"""Data: add published neurons, from the public files or from a copy of them."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.formats.openai.published import SETS
from neuronview.formats.openai.source import open_source
from neuronview.jobs.adding import RECORDS, added, amount_words, measure, plan_adding
from neuronview.links import parse_layers
from neuronview.ui import cached, task_parts
from neuronview.ui.plain import markdown_safe
from neuronview.ui.problems import say

__all__ = ["published"]

TITLES = {"gpt2-small": "GPT-2 small", "gpt2-xl": "GPT-2 XL"}
_MEASURED = "data_add_measured"
CAPS = {"no cap": "", "1 GB": "1G", "2 GB": "2G", "5 GB": "5G", "10 GB": "10G", "50 GB": "50G"}


def published() -> None:
    """Choose a set, layers and records; say how much it would be; start fetching."""
    st.caption(
        "OpenAI's neurons of GPT-2: explanations by GPT-4 with their scores and simulations, and the excerpts. "
        "Explanations come first and can be browsed after the first minute; stopped, it is gone on with later."
    )
    left, middle, right = st.columns(3)
    chosen = left.selectbox("Set", list(SETS), format_func=_title, key="data_add_set")
    layers = middle.text_input(
        "Layers", key="data_add_layers", placeholder="all", help="Numbers and ranges, such as 0-3 or 0,2,5."
    )
    records = right.selectbox(
        "Records", list(RECORDS), index=1, format_func=lambda name: f"{name}: {RECORDS[name]}", key="data_add_records"
    )
    left, right = st.columns([1, 2])
    cap = left.selectbox("Most on disk", list(CAPS), key="data_add_cap")
    base = right.text_input(
        "Where from",
        key="data_add_base",
        placeholder="the public files",
        help="A folder, or an https address, that holds the files in the published layout.",
    )
    try:
        if "://" in base:
            open_source(base)  # before an address with a password in it is written down with the command
    except NeuronViewError as error:
        say(error)
        return
    arguments = _arguments(chosen, layers.strip(), records, CAPS[cap], base.strip())
    st.code("python -m neuronview " + " ".join(arguments), language=None, wrap_lines=True)
    begun = added(chosen, cached.settings())
    if begun is not None:
        st.caption(markdown_safe(_goes_on(chosen, begun.source, base.strip())))
    amount = st.container()
    with st.container(horizontal=True):
        if st.button("Add", icon=":material/download:", key="data_add_start", type="primary"):
            task_parts.begin("add", arguments, title=f"Add {_title(chosen)}", dataset=chosen)
        asked = st.button("How much is it?", icon=":material/straighten:", key="data_add_measure")
    with amount:
        _measure(chosen, layers.strip(), base.strip(), asked=asked)


def _title(name: str) -> str:
    entry = SETS[name]
    return f"{TITLES.get(name, name)}: {entry.n_layers * entry.n_neurons:,} neurons"


def _arguments(chosen: str, layers: str, records: str, cap: str, base: str) -> list[str]:
    if base and "://" not in base:
        base = str(Path(base).expanduser().absolute())  # the command runs in another folder
    options = {"--layers": layers, "--records": records, "--disk-cap": cap, "--base": base}
    return ["datasets", "add", chosen, *(word for name, value in options.items() if value for word in (name, value))]


def _goes_on(chosen: str, source: str, base: str) -> str:
    """Where the rest of a set that was begun comes from."""
    begun = f"{chosen} was begun with files from {source}"
    if base and not source.startswith(base.rstrip("/")):
        return f"{begun}. What is missing is looked for in {base} from now on, records of opened neurons too."
    return f"{begun}, and goes on from there."


def _measure(chosen: str, layers: str, base: str, *, asked: bool) -> None:
    """How many files, how large: from a few of them, when asked."""
    kept: dict[str, list[str]] = st.session_state.setdefault(_MEASURED, {})
    identity = " ".join((chosen, layers, base))
    if asked and identity not in kept:
        try:
            with st.spinner("Asking for a few files …"):
                numbers = parse_layers(layers) if layers else None
                adding = plan_adding(chosen, settings=cached.settings(), base=base or None, layers=numbers)
                kept[identity] = [amount_words(amount) for amount in measure(adding)]
        except NeuronViewError as error:
            say(error, icon=":material/cloud_off:")
    if identity in kept:
        st.info(markdown_safe(" ".join(kept[identity])), icon=":material/straighten:")
