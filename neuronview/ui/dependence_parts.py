"""What a neuron depends on, on its page: earlier tokens of an excerpt are deleted or swapped, one at a time.

The model is loaded, and read, only when the button is pressed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import streamlit as st

from neuronview.errors import BadInput, NeuronViewError
from neuronview.jobs.stored_ids import compare
from neuronview.records import ActivationRecord, Floats, NeuronId, NeuronRecord
from neuronview.store import Dataset
from neuronview.tokens import display_text
from neuronview.ui import glyphs
from neuronview.ui.components.token_strip import mount
from neuronview.ui.connection_parts import model_or_words, vocabulary
from neuronview.ui.heatmap import Group, Strip, heatmap_payload, token_heatmaps
from neuronview.ui.model_turn import in_turn
from neuronview.ui.plain import html_safe, html_table, markdown_safe
from neuronview.ui.problems import say
from neuronview.ui.scores import number
from neuronview.ui.wrong_values import tell_unknown
from neuronview.view.evaluation import neuron_maximum

if TYPE_CHECKING:
    from neuronview.model import SubjectModel
    from neuronview.model.dependence import Dependence

__all__ = ["dependence_view"]

Way = Literal["delete", "swap"]
WAYS: dict[Way, str] = {"delete": "delete", "swap": "swap for a neutral token"}
LEGENDS: dict[Way, str] = {
    "delete": "Change of the activation when this token is deleted",
    "swap": "Change of the activation when this token is swapped",
}
STRONGEST = 5
_FOUND = "nv_dependence"
_WANTED = "nv_dependence_wanted"
"""What was asked for and not read yet: kept while the page asks where the model is."""


@dataclass(frozen=True)
class Asked:
    """What is looked at; a result is shown as long as the same is asked for."""

    dataset: str
    neuron: NeuronId
    tokens: tuple[str, ...]
    position: int
    way: Way


def dependence_view(dataset: Dataset, name: str, record: NeuronRecord) -> None:
    """Choose an excerpt, a token and a way; then see which earlier tokens the activation there depends on."""
    excerpts = sorted((entry for found in record.groups.values() for entry in found), key=lambda entry: -entry.maximum)
    if not excerpts:
        st.info("No excerpts are stored for this neuron, so there is no token to ask for.")
        return
    key = f"depends_{record.id.layer}_{record.id.neuron}"
    at = _excerpt_choice(excerpts, key=f"{key}_excerpt")
    excerpt, token_key = excerpts[at], f"{key}_token_{at}"
    position, way = _token_and_way(excerpt, key=token_key)
    _whole_excerpt(name, record, excerpt, position, token_key)
    if position == 0:
        st.info("This is the excerpt's first token: nothing stands before it. Choose a later one.")
        return
    asked = Asked(name, record.id, excerpt.tokens, position, way)
    if st.button("See what it depends on", key="depends_go", icon=":material/conversion_path:", type="primary"):
        st.session_state[_WANTED] = asked
    if st.session_state.get(_WANTED) == asked:
        _measure(dataset, name, excerpt, asked)
    kept = st.session_state.get(_FOUND)
    if kept is not None and kept[0] == asked:
        _changes(name, record, excerpt, asked, kept[1], token_key)
        _strongest(excerpt, asked.way, kept[1], kept[2])


# --- what is asked for ----------------------------------------------------------------------------------------------


def _excerpt_choice(excerpts: list[ActivationRecord], *, key: str) -> int:
    return st.selectbox(
        "Excerpt",
        range(len(excerpts)),
        format_func=lambda at: f"{at + 1} · maximum {number(excerpts[at].maximum, digits=3)} · {_around(excerpts[at])}",
        key=key,
    )


def _around(excerpt: ActivationRecord) -> str:
    """The text before and at the excerpt's maximum, short."""
    end = int(np.argmax(excerpt.activations)) + 1
    text = "".join(display_text(token).replace("·", " ") for token in excerpt.tokens[max(0, end - 12) : end])
    return f"… {text.strip()}"


def _token_and_way(excerpt: ActivationRecord, *, key: str) -> tuple[int, Way]:
    """The position of the token whose activation is looked at, at first the largest, and the way to take one out."""
    st.session_state.setdefault(key, int(np.argmax(excerpt.activations)))
    left, right = st.columns(2)
    position = left.selectbox(
        "Token whose activation is looked at",
        range(len(excerpt.tokens)),
        format_func=lambda at: (
            f"{at}: {display_text(excerpt.tokens[at])} · {number(float(excerpt.activations[at]), digits=3)}"
        ),
        key=key,
    )
    tell_unknown("depends_way", WAYS.values())
    way = right.segmented_control(
        "What is done with each earlier token",
        list(WAYS),
        default="delete",
        format_func=lambda way: WAYS[way],
        key="depends_way",
        required=True,
        bind="query-params",
        help="Deleting moves the tokens behind it one place nearer to the beginning; swapping keeps every place but "
        "says something else. Where both agree, the token matters.",
    )
    return position, way


def _whole_excerpt(name: str, record: NeuronRecord, excerpt: ActivationRecord, position: int, key: str) -> None:
    strip = Strip(excerpt, record.id, neuron_maximum(record), statistics=record.statistics, chosen=position)
    token_heatmaps(
        [Group([strip])], key="depends_excerpt", dataset=name, on_pick=lambda: _picked("depends_excerpt", key)
    )
    st.caption("Click a token, or press Enter on it, to ask for that one.")


def _picked(component: str, key: str) -> None:
    """A click on a token of a heat map chooses it."""
    if found := st.session_state[component].get("picked"):
        st.session_state[key] = int(found[2])


# --- reading the model ----------------------------------------------------------------------------------------------


def _measure(dataset: Dataset, name: str, excerpt: ActivationRecord, asked: Asked) -> None:
    """Read the changed texts, with progress, and keep what came of it for this visit."""
    st.session_state.pop(_FOUND, None)
    model = model_or_words(dataset, name, key="depends_model")
    if model is None:
        return
    st.session_state.pop(_WANTED)
    from neuronview.model.dependence import MOST_EARLIER, dependence

    total, done = min(asked.position, MOST_EARLIER), 0
    bar = st.progress(0.0, text="Reading the excerpt with a token changed …")

    def show(read: int) -> None:
        nonlocal done
        done += read
        bar.progress(min(1.0, done / total), text=f"{done} of {total} tokens tried")

    try:
        ids = _ids(model, asked, excerpt)
        found = in_turn(dependence)(
            model, ids, asked.position, asked.neuron, way=asked.way, most=MOST_EARLIER, on_batch=show
        )
    except NeuronViewError as error:
        say(error, title="This excerpt cannot be tried")
        return
    finally:
        bar.empty()
    strings = vocabulary(model)
    swaps = tuple(None if swap is None else strings[swap] for swap in found.swapped_for)
    st.session_state[_FOUND] = (asked, found, swaps)


def _ids(model: SubjectModel, asked: Asked, excerpt: ActivationRecord) -> tuple[int, ...]:
    """The model's ids of the excerpt up to the token: what follows a token never changes its activation."""
    end = asked.position + 1
    ids = excerpt.token_ids and excerpt.token_ids[:end]
    before = replace(excerpt, tokens=excerpt.tokens[:end], activations=excerpt.activations[:end], token_ids=ids)
    found = compare([(asked.neuron, before)], vocabulary(model), longest=model.max_tokens)
    if found.n_unknown:
        raise BadInput(
            "A token of this excerpt is not one of the model’s, or is a part of a character. Choose another excerpt, "
            "or say where the model is that this dataset was made from."
        )
    if found.n_too_long:
        raise BadInput(
            f"{end} tokens are more than the {model.max_tokens} that the model reads at once. Choose an earlier token."
        )
    return found.token_ids[0]


# --- what came of it ------------------------------------------------------------------------------------------------


def _changes(
    name: str, record: NeuronRecord, excerpt: ActivationRecord, asked: Asked, found: Dependence, key: str
) -> None:
    """The change for each earlier token as a strip."""
    tried = int(np.isfinite(found.activations).sum())
    token = markdown_safe(f"“{display_text(excerpt.tokens[found.position])}”")
    stored = number(float(excerpt.activations[found.position]), digits=3)
    st.markdown(
        f"At token {found.position}, {token}, the activation is **{number(found.activation, digits=3)}** as the model "
        f"reads it here (stored: {stored}). {tried} of {found.position} earlier tokens were tried, one at a time."
    )
    end = found.position
    shown = ActivationRecord(excerpt.tokens[:end], found.changes, excerpt.token_ids and excerpt.token_ids[:end])
    strip = Strip(shown, record.id, neuron_maximum(record))
    scale = _scale(found.changes)
    data = heatmap_payload(
        [Group([strip])], dataset=name, normalization="fixed", fixed=scale, pickable=True, cut=glyphs.cut_bytes(name)
    )
    mount(
        key="depends_changes",
        data=data | {"legend": _legend(asked.way, scale, tried < end)},
        on_picked_change=lambda: _picked("depends_changes", key),
    )


def _scale(changes: Floats) -> float:
    """The value of full colour: the largest change; 1 where nothing changes."""
    known = np.abs(changes[np.isfinite(changes)])
    return float(known.max(initial=0.0)) or 1.0


def _legend(way: Way, scale: float, some_untried: bool) -> list[dict[str, Any]]:
    end = number(scale, digits=2)
    ends = {"low": -scale, "high": scale, "lowText": f"−{end}", "highText": f"+{end}"}
    rows: list[dict[str, Any]] = [{"kind": "scale", "name": LEGENDS[way]} | ends]
    rows.append({"kind": "peak", "name": "the highest change"})
    return [*rows, {"kind": "missing", "name": "not tried"}] if some_untried else rows


def _strongest(excerpt: ActivationRecord, way: Way, found: Dependence, swaps: tuple[str | None, ...]) -> None:
    """The tokens whose change moves the activation most, either way."""
    changes = np.nan_to_num(found.changes)
    order = [int(at) for at in np.argsort(-np.abs(changes), kind="stable") if changes[at] != 0][:STRONGEST]
    if not order:
        st.info("No earlier token that was tried changes the activation.")
        return
    rows = []
    for at in order:
        cells = [str(at), _code(excerpt.tokens[at])]
        if way == "swap":
            cells.append(_code(swaps[at] or ""))
        rows.append([*cells, _signed(float(changes[at])), number(float(found.activations[at]), digits=3)])
    swapped = ("Swapped for",) if way == "swap" else ()
    headers = ("Position (from 0)", "Token", *swapped, "Change", "Activation then")
    st.html(html_table(headers, rows, caption="The strongest changes"))
    st.caption("A minus: the token excites the neuron here. What is tried one at a time may still act together.")


def _signed(change: float) -> str:
    return ("+" if change > 0 else "") + number(change, digits=3)


def _code(token: str) -> str:
    return f"<code>{html_safe(display_text(token))}</code>"
