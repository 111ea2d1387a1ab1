"""The filter in words, a chip for each part of it; a click on a chip removes that part."""

from __future__ import annotations

import streamlit as st

from neuronview.store import NeuronFilter
from neuronview.store.queries import NOT_SCORED
from neuronview.ui.browse_defaults import clear
from neuronview.ui.plain import markdown_safe
from neuronview.ui.scores import STATES, explainer_words, number
from neuronview.ui.search_order import PLACES, ranked

__all__ = ["chips", "filter_words", "what_to_relax"]

LONGEST = 60


def filter_words(chosen: NeuronFilter) -> dict[str, str]:
    """What each part of a filter keeps, in words, by the key of its widget."""
    words = {}
    if chosen.text.strip():
        kind = "matches" if chosen.regex else "has"
        words["q"] = f"{kind} “{_short(chosen.text.strip())}”"
    if chosen.layers:
        words["browse_layers"] = f"layer {', '.join(map(str, chosen.layers))}"
    if chosen.explainer is not None:
        words["browse_explainer"] = f"explained by {explainer_words(chosen.explainer)}"
    if chosen.score is not None:
        words["browse_score"] = f"score {number(chosen.score[0])} to {number(chosen.score[1])}"
    if chosen.share_positive is not None:
        words["browse_active"] = f"active on {_per_cent(chosen.share_positive)} of tokens"
    if chosen.bigram_share is not None:
        words["browse_context"] = f"bigram explains {_per_cent(chosen.bigram_share)}"
    if chosen.states:
        said = ["not scored" if name == NOT_SCORED else STATES[name] or "scored" for name in chosen.states]
        words["browse_state"] = " or ".join(said)
    if chosen.neurons is not None:
        words["browse_list"] = f"in the list “{_short(chosen.listed)}”"
    return words


def chips(chosen: NeuronFilter) -> None:
    """What is filtered by, for a container in a row; each entry is a button that removes it."""
    words = filter_words(chosen)
    for key, said in words.items():
        st.button(
            markdown_safe(said),
            icon=":material/close:",
            key=f"chip_{key}",
            on_click=clear,
            args=([key, "browse_regex"] if key == "q" else [key],),
            help="Remove this part of the filter.",
        )
    if len(words) > 1:
        st.button("Clear all", type="tertiary", key="chip_all", on_click=clear)


def what_to_relax(chosen: NeuronFilter) -> str:
    """Which parts of a filter that keeps nothing can be loosened, in words."""
    parts = []
    if chosen.text.strip():
        parts.extend(_other_search(chosen))
    if chosen.score is not None:
        parts.append("widen the score range (a range leaves out rows without a score)")
    if chosen.share_positive is not None:
        parts.append("widen the share of tokens above zero")
    if chosen.bigram_share is not None:
        parts.append("widen what the bigram explains")
    if chosen.explainer is not None:
        parts.append("choose any explainer")
    if chosen.states:
        parts.append("allow other states of the score")
    if chosen.layers:
        parts.append("add layers")
    if chosen.neurons is not None:
        parts.append("add neurons to the list" if not chosen.neurons else "choose all neurons in place of the list")
    if not parts:
        return "This dataset has no neurons."
    said = f"No neuron fits. You could {' or '.join([', '.join(parts[:-1]), parts[-1]] if parts[1:] else parts)}."
    return f"{said} {_OPENING}" if ranked(chosen) else said


_OPENING = "A neuron is written 2:17, layer and number, in the search box at the side."


def _other_search(chosen: NeuronFilter) -> list[str]:
    """What to search for instead, and where."""
    if not ranked(chosen):
        return ["loosen the regular expression"]
    parts = ["search for fewer words" if chosen.text.split()[1:] else "search for another word"]
    if chosen.within == "either":
        return parts
    other = "tokens" if chosen.within == "explanations" else "explanations"
    return [*parts, f"look in {PLACES[other]} or {PLACES['either']}"]


def _per_cent(limits: tuple[float, float]) -> str:
    low, high = (f"{100 * value:.4g}" for value in limits)
    return f"{low} to {high} %"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} …"
