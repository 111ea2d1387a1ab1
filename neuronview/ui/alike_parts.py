"""Neurons that are like one, on its page: by what is stored, or by correlation, read from the model on request."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from neuronview.errors import BadInput, NeuronViewError
from neuronview.jobs.stored_ids import compare
from neuronview.records import ActivationRecord, NeuronId
from neuronview.store import Dataset
from neuronview.store.alike import Alike, alike, random_excerpt_ids
from neuronview.ui import cached, nav
from neuronview.ui.connection_parts import model_or_words, vocabulary
from neuronview.ui.model_turn import in_turn
from neuronview.ui.plain import html_safe, markdown_safe, sentence_html
from neuronview.ui.problems import say
from neuronview.ui.scores import common_circumstances, headline, number, score_badge
from neuronview.ui.wrong_values import tell_unknown

if TYPE_CHECKING:
    from neuronview.model import SubjectModel
    from neuronview.model.correlation import Correlations

__all__ = ["neurons_like_it", "stored_alike"]

STORED, CORRELATION = "stored", "correlation"
WAYS = {STORED: "what is stored of both", CORRELATION: "correlation, read from the model here"}
SIZES = (50, 200, 500)
SHOWN = 8
SEED = 0
_FOUND, _WANTED = "nv_alike_found", "nv_alike_wanted"
"""In the session: what was asked for last with its result; what is waited for while the model is not there."""


@dataclass(frozen=True)
class Asked:
    """One request for correlations."""

    dataset: str
    neuron: NeuronId
    n_excerpts: int


def neurons_like_it(dataset: Dataset, name: str, identity: NeuronId) -> None:
    """The neurons most like this one, each with its best explanation and score."""
    st.markdown("#### Neurons like it")
    tell_unknown("neuron_alike", WAYS.values())
    way = st.segmented_control(
        "Told by",
        list(WAYS),
        default=STORED,
        format_func=lambda way: WAYS[way],
        key="neuron_alike",
        required=True,
        bind="query-params",
    )
    if way == STORED:
        _by_stored(dataset, name, identity)
    else:
        _by_correlation(dataset, name, identity)


def _cards(dataset: Dataset, name: str, found: Sequence[tuple[NeuronId, str]], *, key: str) -> None:
    """A card for each neuron: how alike it is, its best explanation, and the score of that."""
    best = {neuron: next(iter(cached.explanations(dataset, neuron)), None) for neuron, _ in found}
    told = common_circumstances([headline(entry) for entry in best.values() if entry is not None])
    for start in range(0, len(found), 2):
        for cell, (neuron, words) in zip(st.columns(2), found[start : start + 2], strict=False):
            with cell.container(
                border=True, height="stretch", gap="xsmall", key=f"{key}_{neuron.layer}_{neuron.neuron}"
            ):
                nav.link(
                    "neuron",
                    f"Neuron {neuron}",
                    place=nav.neuron_place(name, neuron),
                    view={"neuron_tab": "Connections"},
                )
                st.html(f'<div data-nv-alike="{html_safe(neuron)}">{html_safe(words)}</div>')
                if (entry := best[neuron]) is None:
                    st.caption("Not explained yet.")
                    continue
                st.html(sentence_html(entry.text, size="1rem"))
                score_badge(headline(entry), baselines=False, told=told)
    if told:
        st.caption(markdown_safe(f"Each score: {'; '.join(text.removesuffix('.') for text in told)}."))


# --- by what is stored -----------------------------------------------------------------------------------------------


def _by_stored(dataset: Dataset, name: str, neuron: NeuronId) -> None:
    found = stored_alike(dataset, neuron)
    if found is None:
        st.info("Nothing is stored of this neuron by which others could be told: no top tokens, features or excerpts.")
        return
    if not found:
        st.info("No other neuron has top tokens, features or top excerpts in common with it.")
        return
    _cards(dataset, name, [(entry.neuron, _stored_words(entry)) for entry in found], key="neuron_alike_stored")
    st.caption(
        "An overlap of short stored lists, and no correlation: the parts of this neuron's top tokens and top excerpts "
        "that are the other's too, and the cosine of both neurons' correlations with the dictionary's features. What a "
        "card does not name is not stored of one of the two. In order of the mean of what is, a negative cosine "
        "counted as nothing."
    )


def stored_alike(dataset: Dataset, neuron: NeuronId) -> list[Alike] | None:
    """The neurons most like one by what is stored of both, most alike first; None where nothing is stored of it."""
    return _alike(dataset, str(dataset.folder), dataset.stamp, neuron.layer, neuron.neuron)


@st.cache_resource(max_entries=64, show_spinner="Looking at all neurons …")
def _alike(_dataset: Dataset, folder: str, stamp: str, layer: int, neuron: int) -> list[Alike] | None:
    return alike(_dataset, NeuronId(layer, neuron), most=SHOWN)


def _stored_words(entry: Alike) -> str:
    said = [
        (entry.tokens, "of its top tokens", "{:.0%}"),
        (entry.excerpts, "of its top excerpts", "{:.0%}"),
        (entry.features, "cosine of features", "{:.2f}"),
    ]
    return " · ".join(
        f"{form.format(value).replace('-', '−')} {what}" for value, what, form in said if value is not None
    )


# --- by correlation --------------------------------------------------------------------------------------------------


def _by_correlation(dataset: Dataset, name: str, neuron: NeuronId) -> None:
    tell_unknown("neuron_alike_size", map(str, SIZES))
    size = st.segmented_control(
        "Excerpts to read", SIZES, default=SIZES[1], key="neuron_alike_size", required=True, bind="query-params"
    )
    asked = Asked(name, neuron, int(size or SIZES[1]))
    if st.button("Compute the correlations", key="neuron_alike_go", icon=":material/calculate:", type="primary"):
        st.session_state[_WANTED] = asked
    if st.session_state.get(_WANTED) == asked:
        _measure(dataset, name, asked)
    kept = st.session_state.get(_FOUND)
    if kept is not None and kept[0] == asked:
        _draw(dataset, name, neuron, kept[1])
    else:
        st.caption(
            "Reads excerpts that were drawn at random for this dataset, twice each, and correlates this neuron with "
            "every other one over their tokens."
        )


def _measure(dataset: Dataset, name: str, asked: Asked) -> None:
    """Read the excerpts, with progress, and keep what came of it for this visit."""
    st.session_state.pop(_FOUND, None)
    model = model_or_words(dataset, name, key="neuron_alike_model")
    if model is None:
        return
    st.session_state.pop(_WANTED)
    from neuronview.model.correlation import correlations

    bar, done = st.progress(0.0, text="Choosing excerpts …"), 0
    try:
        texts = _texts(dataset, model, asked.n_excerpts)

        def show(read: int) -> None:
            nonlocal done
            done += read
            bar.progress(min(1.0, done / (2 * len(texts))), text=f"{done // 2} of {len(texts)} excerpts read")

        st.session_state[_FOUND] = (asked, in_turn(correlations)(model, asked.neuron, texts, on_batch=show))
    except NeuronViewError as error:
        say(error, title="This cannot be computed")
    finally:
        bar.empty()


def _texts(dataset: Dataset, model: SubjectModel, n: int) -> list[tuple[int, ...]]:
    """Token ids of up to `n` random excerpts, drawn by SEED; BadInput where the model can read none."""
    ids = random_excerpt_ids(dataset)
    drawn = np.random.default_rng(SEED).permutation(len(ids))[:n]
    rows = dataset.excerpts([ids[place] for place in sorted(drawn.tolist())])
    records = [
        ActivationRecord(
            tuple(row["tokens"]), np.zeros(len(row["tokens"])), tuple(row["token_ids"]) if row["token_ids"] else None
        )
        for row in rows
    ]
    # The neuron is only what `compare` keeps beside each record.
    found = compare([(NeuronId(0, 0), entry) for entry in records], vocabulary(model), longest=model.max_tokens)
    if not found.token_ids:
        raise BadInput(
            "The dataset has no random excerpt that the model can read. Collect one of your own with `collect`, or say "
            "where the model is that this dataset was made from."
        )
    return list(found.token_ids)


def _draw(dataset: Dataset, name: str, neuron: NeuronId, found: Correlations) -> None:
    values = found.values.copy()
    values[neuron] = math.nan
    order = np.argsort(-np.nan_to_num(values, nan=-2.0), axis=None, kind="stable")[:SHOWN]
    best = [NeuronId(*divmod(int(place), values.shape[1])) for place in order if not np.isnan(values.flat[place])]
    if not best:
        st.info("This neuron does not vary over these excerpts, so it has no correlation with any other.")
        return
    _cards(dataset, name, [(other, _correlation_words(found, other)) for other in best], key="neuron_alike_correlated")
    least = NeuronId(*divmod(int(np.nanargmin(values)), values.shape[1]))
    st.caption(
        f"Pearson correlation of the activations over {found.n_tokens:,} tokens of {found.n_texts} random excerpts "
        f"(seed {SEED}), with each of {int(np.isfinite(values).sum()):,} neurons that vary there. Of so many, the "
        "highest are partly chance: in brackets every other excerpt by itself. Tokens of one excerpt are not "
        f"independent, so there is no interval. Most opposed is {least}, r {_correlation_words(found, least)[2:]}."
    )


def _correlation_words(found: Correlations, other: NeuronId) -> str:
    one, two = (number(float(half[other])) for half in found.halves)
    return f"r {number(float(found.values[other]))} (halves {one} and {two})"
