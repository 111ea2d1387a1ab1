"""What a neuron is tied to by weights, on its page: tokens it reads and writes, neurons before and behind it.

Lists that were published with a dataset stand where those computed from the local weights stand, and are named so.
The model is loaded only where its weights are asked for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import shorten
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.records import NeuronId
from neuronview.store import Dataset
from neuronview.tokens import display_text, visible_quotes
from neuronview.ui import cached
from neuronview.ui.model_parts import model_field
from neuronview.ui.plain import html_safe, html_table
from neuronview.ui.problems import say
from neuronview.ui.scores import number
from neuronview.ui.tables import SCORE_HELP, score_words
from neuronview.ui.wrong_values import tell_unknown

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["Connections", "connections", "model_or_words", "vocabulary"]

T = TypeVar("T")
PUBLISHED, COMPUTED = "published", "weights"
SOURCES = {PUBLISHED: "published with the dataset", COMPUTED: "the weights on this computer"}
TOKEN_LISTS = {
    "input_positive": "Input: excite it",
    "input_negative": "Input: inhibit it",
    "output_positive": "Output: favoured",
    "output_negative": "Output: disfavoured",
}
"""Lists of tokens in the order of the page, with their headings: each one line, or the tables stand askew."""
NEURON_LISTS = {
    "upstream_positive": "Upstream neurons that excite it",
    "upstream_negative": "Upstream neurons that inhibit it",
    "downstream_positive": "Downstream neurons that it excites",
    "downstream_negative": "Downstream neurons that it inhibits",
}
GRID = "display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:1rem"
"""Four lists of tokens beside each other, two on a phone."""
ROW_HEIGHT = 66
"""Pixels; from 64 on, Streamlit wraps the text of a cell."""
CELL_CHARACTERS = 80
"""What three lines of a cell hold; a fourth would be cut through."""
UNDEFINED = float("nan")


@dataclass(frozen=True)
class Connections:
    """The strongest connections by list, strongest first; nan for a weight that is undefined. Lists may be missing."""

    tokens: Mapping[str, Sequence[tuple[str, float]]] = field(default_factory=dict)
    neurons: Mapping[str, Sequence[tuple[NeuronId, float]]] = field(default_factory=dict)


def connections(dataset: Dataset, name: str, identity: NeuronId) -> None:
    """Tokens and neurons that the neuron is tied to, and where that is from."""
    related = dataset.related(identity)
    published = _as_published(related)
    from_published = _source_choice() if published.tokens or published.neurons else False
    if from_published:
        _draw(dataset, published)
        st.caption("Published with the dataset, shown as published, the strongest first.")
    elif (model := model_or_words(dataset, name, key="connections_model")) is not None:
        _draw(dataset, _of_weights(model, identity))
        st.caption(
            "Products of the two sides' weights through the gain of the layer norm between them, without biases and "
            "scale: they rank within a list, and are no share of anything. Whether a connection is used at all, the "
            "weights do not say."
        )
    _by_activation(related.get("tokens_by_activation"))


def model_or_words(dataset: Dataset, name: str, *, key: str) -> SubjectModel | None:
    """The dataset's model; where it is not here, None, and it is said how to have it."""
    try:
        return cached.model(dataset)
    except NeuronViewError as error:
        say(error, title="This needs the model")
        model_field(dataset, key=key)
        st.caption("Or say it once in a terminal, for every page:")
        st.code(f"python -m neuronview datasets model {name} FOLDER", language=None, wrap_lines=True)
        return None


def _source_choice() -> bool:
    """Whether the published lists are looked at; the others need the model."""
    tell_unknown("neuron_connections", SOURCES.values())
    chosen = st.segmented_control(
        "From",
        list(SOURCES),
        default=PUBLISHED,
        format_func=lambda source: SOURCES[source],
        key="neuron_connections",
        required=True,
        bind="query-params",
    )
    return chosen == PUBLISHED


# --- where lists are from -------------------------------------------------------------------------------------------


def _of_weights(model: SubjectModel, identity: NeuronId) -> Connections:
    from neuronview.model.weights import neuron_weights

    found = neuron_weights(model, identity)
    strings = vocabulary(model)
    tokens = {
        f"{side}_{sign}": [(strings[token], weight) for token, weight in end]
        for side, ends in (("input", found.input_tokens), ("output", found.output_tokens))
        for sign, end in (("positive", ends.highest), ("negative", ends.lowest))
    }
    neurons = {
        f"{side}_{sign}": end
        for side, ends in (("upstream", found.upstream), ("downstream", found.downstream))
        for sign, end in (("positive", ends.highest), ("negative", ends.lowest))
    }
    return Connections(tokens, neurons)


def vocabulary(model: SubjectModel) -> list[str]:
    """The model's token strings by id."""
    return _vocabulary(model, model.fingerprint)


@st.cache_resource(max_entries=2, show_spinner=False)
def _vocabulary(_model: SubjectModel, fingerprint: str) -> list[str]:
    return _model.vocabulary()


def _as_published(related: Mapping[str, Any]) -> Connections:
    tokens = {
        name: _strongest_first(list(zip(found["tokens"], map(_weight, found["strengths"]), strict=True)))
        for name, found in related.get("tokens_by_weight", {}).items()
    }
    neurons = {
        f"{side}_{sign}": _strongest_first(
            [
                (NeuronId(*map(int, written.split("_"))), _weight(weight))
                for written, weight in zip(found[f"top_{sign}_neurons"], found[f"top_{sign}_weights"], strict=True)
            ]
        )
        for side, published in (("upstream", "c_fc"), ("downstream", "c_proj"))
        if (found := related.get("neurons_by_weight", {}).get(published))
        for sign in ("positive", "negative")
        if f"top_{sign}_neurons" in found
    }
    return Connections(tokens, neurons)


def _strongest_first(listed: list[tuple[T, float]]) -> list[tuple[T, float]]:
    """By the size of the weight; files need not be in order. What is undefined comes last."""
    return sorted(listed, key=lambda entry: -1.0 if math.isnan(entry[1]) else abs(entry[1]), reverse=True)


def _weight(published: float | None) -> float:
    return UNDEFINED if published is None else float(published)


# --- drawing --------------------------------------------------------------------------------------------------------


def _draw(dataset: Dataset, found: Connections) -> None:
    if found.tokens:
        st.markdown("#### Tokens")
        lists = "".join(_token_list(title, found.tokens.get(kind, ())) for kind, title in TOKEN_LISTS.items())
        st.html(f'<div style="{GRID}">{lists}</div>')
    if found.neurons:
        st.markdown("#### Neurons")
        columns = st.columns(2)
        for place, (kind, title) in enumerate(NEURON_LISTS.items()):
            with columns[place // 2]:
                _neuron_list(dataset, kind, title, found.neurons.get(kind, ()))


def _token_list(title: str, entries: Sequence[tuple[str, float]]) -> str:
    code = '<code style="overflow-wrap:anywhere">'
    rows = [[f"{code}{html_safe(display_text(token))}</code>", _printed(weight)] for token, weight in entries]
    return html_table(("Token", "Weight"), rows, caption=title, fills=True)


def _neuron_list(dataset: Dataset, kind: str, title: str, entries: Sequence[tuple[NeuronId, float]]) -> None:
    if not entries:
        end = "an earlier" if kind.startswith("upstream") else "a later"
        st.caption(f"{title}: none, there is no neuron of {end} layer.")
        return
    st.markdown(f"**{title}**")
    key = f"neuron_{kind}"
    identities = tuple(neuron for neuron, _ in entries)
    labels = cached.labels(dataset, identities)
    rows = pd.DataFrame(
        {
            "open": [str(neuron) for neuron in identities],
            "weight": [weight for _, weight in entries],
            "explanation": [_fitting(text) for text in labels["explanation"]],
            "score": [score_words(row) for row in labels.to_dict("records")],
        }
    )
    st.dataframe(
        rows.style.format(_printed, subset=["weight"]),
        key=f"{key}_table",
        alt=f"{title}, with weight, best explanation and its score.",
        hide_index=True,
        height="content",
        row_height=ROW_HEIGHT,
        column_config={
            "open": st.column_config.ButtonColumn(
                "Neuron",
                type="tertiary",
                pinned=True,
                width=72,
                key=f"{key}_open",
                on_click=_opened,
                args=(f"{key}_open", identities),
                help="Goes to that neuron; its connections stay open.",
            ),
            "weight": st.column_config.NumberColumn("Weight", width=62),
            "explanation": st.column_config.TextColumn("Best explanation", width=184),
            "score": st.column_config.TextColumn("Score", width=78, help=SCORE_HELP),
        },
    )


def _fitting(explanation: object) -> str:
    """As much of an explanation as a cell has room for; the neuron's own page has all of it."""
    text = visible_quotes(explanation) if isinstance(explanation, str) else "Not explained yet."
    return shorten(text, CELL_CHARACTERS, placeholder=" …")


def _opened(key: str, identities: Sequence[NeuronId]) -> None:
    """The address names the clicked neuron; the tab that it names stays."""
    target = identities[int(st.session_state[key]["row"])]
    st.query_params.update({"layer": str(target.layer), "neuron": str(target.neuron)})


def _by_activation(published: Mapping[str, Any] | None) -> None:
    """Tokens by mean activation, where a dataset was published with them."""
    if published is None:
        return
    st.markdown("#### Tokens by mean activation, as published")
    entries = zip(published["tokens"], map(_weight, published["average_activations"]), strict=True)
    rows = [[f"<code>{html_safe(display_text(token))}</code>", _printed(mean)] for token, mean in entries]
    st.html(html_table(("Token", "Mean activation"), rows))


def _printed(weight: float) -> str:
    """Three digits whatever the size; “n/a” for what is undefined."""
    if not math.isfinite(weight) or weight == 0:
        return number(weight, digits=0)
    return number(weight, digits=max(0, min(6, 2 - math.floor(math.log10(abs(weight))))))
