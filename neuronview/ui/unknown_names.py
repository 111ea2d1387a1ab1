"""Parameters of an address that the app does not know, such as a name with a slip in it, told in one line.

A parameter of another page is no mistake: links and the way back carry it along. Nor is one that mail programs and
other sites put into links to tell where a visitor comes from.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

import streamlit as st

from neuronview.tokens import display_text
from neuronview.ui.browse_address import NAMES as FILTER
from neuronview.ui.plain import markdown_safe

__all__ = ["NAMES", "tell_unknown_names", "unknown_in"]

NEURON = ("layer", "neuron")
NAMES: dict[str, tuple[str, ...]] = {
    "overview": ("overview_reading",),
    "tour": ("stop", "seen", "text"),
    "browse": (*FILTER, "browse_sort", "browse_rising", "browse_view", "browse_columns", "browse_page"),
    "neuron": (
        *NEURON,
        *("neuron_tab", "neuron_scale", "neuron_scale_fixed", "neuron_log", "neuron_pattern", "neuron_regex"),
        *("neuron_sim_own", "neuron_sim_difference", "neuron_pat_own", "neuron_pat_difference"),
        *("neuron_alike", "neuron_alike_size", "neuron_connections", "depends_way"),
    ),
    "text": (
        *(*NEURON, "text", "also", "at", "to", "pinned"),
        *("text_scale", "text_scale_fixed", "text_simulated", "text_reading", "text_by_value", "text_tokens"),
        *("text_apart", "text_apart_by", "text_apart_way"),
        *("text_why", "text_why_order", "text_why_after", "text_why_a", "text_why_b"),
        *("text_edit", "edit_neurons", "edit_way", "edit_amount"),
        *("edit_continue", "edit_draw", "edit_temperature", "edit_seed"),
    ),
    "explain": (
        *(*NEURON, "run", "explain_with", "explain_which", "explain_neurons", "explain_first"),
        *("explain_by", "explain_pattern", "explain_regex"),
    ),
    "compare": (
        *(*NEURON, *FILTER, "explanation", "against", "compare_mode", "compare_with", "compare_live"),
        *("compare_first", "compare_second", "compare_a", "compare_b", "compare_difference", "compare_paired"),
        *("compare_tie", "compare_split", "compare_split_valid", "compare_split_published"),
    ),
    "query": ("sql",),
    "data": (),
}
"""By page, what its address can say beside `dataset`."""
KNOWN = frozenset({"dataset"}.union(*NAMES.values()))
FOREIGN = frozenset({"ref", "fbclid", "gclid"})
"""What others add to links; and whatever begins with `utm_`."""
TOLD, LONGEST = 3, 40
LIKE = 0.6
"""Likeness from which a known name is offered."""


def tell_unknown_names(page: str) -> None:
    """One line that says which names of the address mean nothing here, and what is written like them; else nothing."""
    unknown = unknown_in(page, st.query_params)
    if not unknown:
        return
    said = [f"“{display_text(name[:LONGEST])}{'…' if len(name) > LONGEST else ''}”" for name, _ in unknown[:TOLD]]
    meant = [like for _, like in unknown[:TOLD]]
    each = [f"{name} (did you mean {like}?)" if like else name for name, like in zip(said, meant, strict=True)]
    more = f" and {len(unknown) - TOLD:,} more" if len(unknown) > TOLD else ""
    told = markdown_safe(f"The address says what is not known here, which is ignored: {', '.join(each)}{more}.")
    st.caption(f":material/link_off: {told}")


def unknown_in(page: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """Names that neither a page nor others know, each with the name of this page most like it, or nothing."""
    unknown = (name for name in names if name not in KNOWN | FOREIGN and not name.startswith("utm_"))
    return [(name, _most_like(name[:LONGEST], page)) for name in unknown]


def _most_like(name: str, page: str) -> str:
    """Compared also without what the page puts before its own names."""
    likeness = {
        known: max(_likeness(name, known), _likeness(name, known.partition("_")[2] or known))
        for known in (*NAMES[page], "dataset")
    }
    best = max(likeness, key=likeness.__getitem__)
    return best if likeness[best] >= LIKE else ""


def _likeness(name: str, known: str) -> float:
    return SequenceMatcher(None, name.lower(), known, autojunk=False).ratio()
