"""Why this token: all neurons by what each adds, directly, to the logit of a next token; checked by replacing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from neuronview.errors import NeuronViewError
from neuronview.records import NeuronId, whole_number
from neuronview.store import Dataset
from neuronview.tokens import display_text
from neuronview.ui import cached, expected, nav
from neuronview.ui.edit_parts import edit_these
from neuronview.ui.expected import percent, quoted
from neuronview.ui.live import Reading
from neuronview.ui.panels import live_section
from neuronview.ui.plain import html_table, markdown_safe
from neuronview.ui.problems import say
from neuronview.ui.scores import number
from neuronview.ui.tables import SCORE_HELP, neuron_table, score_words
from neuronview.ui.text_neurons import draw
from neuronview.ui.wrong_values import tell_unknown

if TYPE_CHECKING:
    from neuronview.model import SubjectModel
    from neuronview.model.attribution import Attribution

__all__ = ["ask_why", "why_this_token"]

OFFERED, SHOWN, USED = 12, 20, 5
UNCHOSEN = -1
"""Instead of a token's id: the likeliest as token A, the mean of all tokens as what it is compared with."""
OPENED = "text_why"
"""Key of the section: whether it is open."""
AFTER, A, B = "text_why_after", "text_why_a", "text_why_b"
"""Keys of widgets, and query parameters: a token's position, ids of tokens."""
_READ = "text_why_read"
ORDERS = {"size": "either way", "for": "for it", "against": "against it"}


def why_this_token(dataset: Dataset, name: str, model: SubjectModel, reading: Reading) -> None:
    """A section that is worked out when it is opened."""
    live_section(
        "Why this token: the neurons behind what the model says next",
        OPENED,
        lambda: _panel(dataset, name, model, reading),
    )


def ask_why(reading: Reading, position: int) -> None:
    """Open the section with the token of the text at that position as token A; for callbacks of other sections."""
    asked = {AFTER: position - 1, A: reading.token_ids[position], B: UNCHOSEN, _READ: reading.text, OPENED: True}
    for key, value in asked.items():
        st.session_state[key] = value


def _panel(dataset: Dataset, name: str, model: SubjectModel, reading: Reading) -> None:
    _follow_address(model, reading)
    columns = st.columns([3, 4, 4])
    with columns[0]:
        position = _position(reading)
    probabilities = expected.after(model, reading.token_ids, position)
    top = expected.likeliest(probabilities, OFFERED)
    offered = list(top)
    if position + 1 < len(reading.token_ids):
        offered.append(reading.token_ids[position + 1])
    with columns[1]:
        first = f"{quoted(model, top[0])} {percent(probabilities[top[0]])}: the likeliest"
        chosen = _token("Token A", A, model, offered, probabilities, first)
    target = top[0] if chosen == UNCHOSEN else chosen
    with columns[2]:
        against = _token("Against B", B, model, offered, probabilities, "the mean of all tokens")
    _to_address()
    found = expected.attributed(model, reading.token_ids, position, target, None if against == UNCHOSEN else against)
    tell_unknown("text_why_order", ORDERS.values())
    order = st.segmented_control(
        "Neurons that add most",
        list(ORDERS),
        default="size",
        format_func=ORDERS.__getitem__,
        key="text_why_order",
        bind="query-params",
        required=True,
    )
    st.markdown(_in_words(model, found, probabilities))
    _neurons(dataset, name, model, found, order)
    _sum(found)


# --- what is asked -------------------------------------------------------------------------------------------------


def _follow_address(model: SubjectModel, reading: Reading) -> None:
    """Take what the address names; a position belongs to the text that it was chosen for."""
    limits = {AFTER: len(reading.tokens), A: model.vocabulary_size, B: model.vocabulary_size}
    read = st.session_state.get(_READ)
    if read is not None and read != reading.text:
        st.session_state.pop(AFTER, None)
        st.query_params.pop(AFTER, None)
    st.session_state[_READ] = reading.text
    for key, limit in limits.items():
        named = st.query_params.get(key)
        if named is None or key in st.session_state:
            continue
        number = whole_number(named)
        if number is not None and number < limit:
            st.session_state[key] = number
        else:
            say(f"{key}={named[:40]} is none of 0 to {limit - 1:,}. Choose below.")


def _to_address() -> None:
    for key in (AFTER, A, B):
        value = st.session_state.get(key)
        if value is None or value == UNCHOSEN:
            st.query_params.pop(key, None)
        else:
            st.query_params[key] = str(value)


def _position(reading: Reading) -> int:
    last = len(reading.tokens) - 1
    chosen = st.selectbox(
        "What comes after",
        range(last + 1),
        index=None,
        format_func=lambda at: f"{at}: {display_text(reading.tokens[at])}",
        placeholder="The end of the text",
        key=AFTER,
    )
    return last if chosen is None else chosen


def _token(
    label: str, key: str, model: SubjectModel, offered: list[int], probabilities: NDArray[np.float64], first: str
) -> int:
    """Id of the chosen token, or UNCHOSEN; one that is typed is looked up, and said when it is none."""
    problem = None
    kept = st.session_state.get(key, UNCHOSEN)
    if isinstance(kept, str):
        try:
            kept = expected.meant(model, kept, probabilities)
        except NeuronViewError as error:
            kept, problem = UNCHOSEN, error
    st.session_state[key] = kept
    options = list(dict.fromkeys([UNCHOSEN, *offered, kept]))

    def shown(token: int) -> str:
        return first if token == UNCHOSEN else f"{quoted(model, token)} {percent(probabilities[token])}"

    chosen = st.selectbox(
        label,
        options,
        format_func=shown,
        key=key,
        accept_new_options=True,
        help="Choose one, or type any other token of the model. A word within a sentence begins with a space, "
        "which is added where that is likelier.",
    )
    if problem is not None:
        say(problem)
    return int(chosen)


# --- what is found -------------------------------------------------------------------------------------------------


def _in_words(model: SubjectModel, found: Attribution, probabilities: NDArray[np.float64]) -> str:
    target = f"{quoted(model, found.target)} ({percent(probabilities[found.target])})"
    other = "the mean logit of all tokens"
    if isinstance(found.against, int):
        other = f"that of {quoted(model, found.against)} ({percent(probabilities[found.against])})"
    neurons, attention = float(found.contributions.sum()), float(found.attention.sum())
    sums = [number(value, digits=3) for value in (found.difference, neurons, attention, found.rest - attention)]
    return markdown_safe(
        f"The logit of {target} less {other} is {sums[0]}: directly, neurons add {sums[1]}, attention {sums[2]}, "
        f"biases and embeddings {sums[3]}. A neuron adds its activation times what its output weights do to these "
        "logits."
    )


def _neurons(dataset: Dataset, name: str, model: SubjectModel, found: Attribution, order: str) -> None:
    ranked = found.ranked(SHOWN, by=order)  # type: ignore[arg-type]  # the keys of ORDERS
    neurons = tuple(neuron for neuron, _ in ranked)
    labels = cached.labels(dataset, neurons)
    rows = pd.DataFrame(
        {
            "layer": [neuron.layer for neuron in neurons],
            "neuron": [neuron.neuron for neuron in neurons],
            "explanation": labels["explanation"].to_list(),
            "activation": [float(found.activations[neuron]) for neuron in neurons],
            "contribution": [share for _, share in ranked],
            "scored": [score_words(row) for row in labels.to_dict("records")],
        }
    )
    what = (found.token_ids, found.target, found.against, order)
    with st.container(horizontal=True):
        if st.button(f"Check these {len(neurons)} by replacing them", key="text_why_check", icon=":material/science:"):
            st.session_state["text_why_checked"] = what
        _use_buttons(list(neurons))
    if st.session_state.get("text_why_checked") == what:
        rows["measured"] = [one.measured for one in expected.checked(model, found, neurons)]
        st.caption(
            "“Adds directly” is computed from the weights; “measured” is how much the difference falls when the model "
            "is run with the neuron at 0 at this token. They are two different numbers and may disagree: "
            "the second includes what later layers make of the neuron."
        )
    column = st.column_config.NumberColumn
    neuron_table(
        rows,
        dataset=name,
        key="text_why",
        alt="The neurons that add most to the logit, with what each adds.",
        columns=("open", "contribution", "measured", "activation", "explanation", "scored"),
        extra={
            "activation": column("Activation", width=78),
            "contribution": column("Adds directly", width=92, help="Activation times weight, in logits."),
            "measured": column("Measured", width=78, help="Fall of the logit difference with the neuron at 0."),
            "scored": st.column_config.TextColumn("Score", width=120, help=SCORE_HELP),
        },
    )


def _use_buttons(neurons: list[NeuronId]) -> None:
    """The first neurons drawn above, or edited below: in other sections, so the whole page is run again."""
    few = neurons[:USED]
    drawn = st.button(
        f"Draw the first {len(few)} on the text",
        key="text_why_draw",
        icon=nav.row("text").icon,
        on_click=draw,
        args=(few,),
    )
    edited = st.button(
        f"Edit the first {len(few)}", key="text_why_edit", icon=":material/tune:", on_click=edit_these, args=(few,)
    )
    if drawn or edited:
        st.rerun()


def _sum(found: Attribution) -> None:
    neurons = found.contributions
    parts = {
        f"All {neurons.size:,} neurons": float(neurons.sum()),
        "of which those that add": float(neurons[neurons > 0].sum()),
        "of which those that take away": float(neurons[neurons < 0].sum()),
        "Attention of all layers": float(found.attention.sum()),
        "Output biases of the MLPs": float(found.biases.sum()),
        "Embedding of the token": found.token,
        "Embedding of the position": found.place,
        "Bias of the final layer norm": found.final_bias,
        "Sum: the difference of logits": float(neurons.sum()) + found.rest,
    }
    rows = [
        [f"{'&emsp;' if part.startswith('of which') else ''}{part}", number(share, digits=3)]
        for part, share in parts.items()
    ]
    st.html(html_table(("Part of the model", "Adds"), rows, caption="The neurons and the rest"))
