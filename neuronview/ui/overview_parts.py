"""Overview: facts of the dataset, the tour, ways in, scores by layer, and three short lists of neurons.

Scores are never averaged across explainers: each has its own boxes. Lists come from the stored scores alone.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from neuronview.errors import BadInput, DatasetError, NotFound
from neuronview.links import Place
from neuronview.records import NeuronId
from neuronview.store import Dataset, NeuronFilter
from neuronview.ui import cached, charts, nav
from neuronview.ui.plain import activation_words, markdown_safe
from neuronview.ui.scores import explainer_words, number
from neuronview.ui.tables import neuron_table, state_words
from neuronview.ui.tour import KINDS, Stop, load_tour

__all__ = ["facts", "layer_quantiles", "lists", "scores_by_layer", "surprising_neurons", "tour", "ways_in"]

LISTED = 6
_LOOKUP = st.column_config.NumberColumn("Lookup", width=62, help="Score of token lookup.")
CARDS = 3
"""Cards of the tour in a row."""
_NEURON = re.compile(r"\s*\d+\s*:\s*\d+\s*")
WHISKERS = (0.05, 0.25, 0.5, 0.75, 0.95)


def facts(dataset: Dataset) -> None:
    """What the dataset is, in numbers and a sentence."""
    model, corpus = dataset.manifest.model, dataset.manifest.corpus
    with st.container(horizontal=True):
        st.metric("Dataset", dataset.manifest.name)
        st.metric("Layers × neurons", f"{model.n_layers} × {model.n_neurons:,}")
        for name, label in (("n_excerpts", "Excerpts"), ("n_tokens", "Tokens")):
            if corpus.get(name):
                st.metric(label, f"{corpus[name]:,}")
    inside = (dataset.folder / model.path).is_dir()
    st.text(
        f"Every MLP neuron of a GPT-2 ({'which is part of the dataset' if inside else model.path}), its value after "
        f"{activation_words(model.activation_function)} at each token of a corpus. "
        "A neuron is named layer:neuron, both from zero."
    )
    explainers = _scores(dataset, None)["explainer"].dropna().unique()
    who = "; ".join(explainer_words(str(name)) for name in sorted(explainers))
    st.caption(
        markdown_safe(
            f"Explained by: {who}." if who else "Nothing is explained yet: the page Explain does it on this computer."
        )
    )


def tour(dataset: Dataset, name: str) -> None:
    """The tour's neurons as cards; nothing when no tour is written for this model."""
    try:
        stops = load_tour(dataset.folder, fingerprint=dataset.manifest.model.fingerprint)
    except (DatasetError, BadInput) as error:
        st.error(str(error))
        return
    stops = tuple(stop for stop in stops if dataset.manifest.model.require(*stop.neuron) is None)
    if not stops:
        return
    st.subheader("A short tour", anchor=False)
    st.caption(
        f"{len(stops)} neurons to look at first: explanations that hold, that hold in part, and that mislead. "
        "The words are ours; the score on each card is that of its neuron's best explanation."
    )
    labels = cached.labels(dataset, tuple(stop.neuron for stop in stops))
    rows = labels.to_dict("records")
    for start in range(0, len(stops), CARDS):
        cells = st.columns(CARDS)
        for cell, stop, row in zip(cells, stops[start : start + CARDS], rows[start : start + CARDS], strict=False):
            with cell.container(border=True, height="stretch"):
                _card(name, stop, row)


def _card(name: str, stop: Stop, row: dict[object, object]) -> None:
    words, colour = KINDS[stop.kind]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{markdown_safe(stop.title)}**", width="content")
        st.badge(words, color=colour)  # type: ignore[arg-type]  # one of Streamlit's colour names
    st.text(stop.words)
    plain = {str(key): value for key, value in row.items()}
    if state_words(plain) != "no explanation":
        st.caption(markdown_safe(f"Best explanation ({plain['explainer']}): {plain['explanation']}"))
    st.caption(markdown_safe(_score_line(plain)))
    st.space("stretch")
    nav.neuron_link(name, stop.neuron, label=f"Open neuron {stop.neuron}")


def _score_line(plain: Mapping[str, object]) -> str:
    """Value, interval and n of a row of the browse table, or why there is none."""
    state = state_words(plain)
    if state != "scored":
        return f"Score: {state}"
    value, low, high = (float(str(plain[column])) for column in ("score", "low", "high"))
    excerpts = int(float(str(plain["n_sequences"])))
    return f"Score {number(value)}, 95 % interval {number(low)} to {number(high)}, {excerpts} excerpts"


def ways_in(dataset: Dataset, name: str) -> None:
    """A search that opens Browse or, for layer:neuron, that neuron; and a random neuron."""
    with st.form("overview_search"):
        words = st.text_input(
            "Search explanations, or name a neuron",
            placeholder="words, such as: quotation marks; or layer:neuron, such as 2:17",
            key="overview_words",
        )
        with st.container(horizontal=True):
            searched = st.form_submit_button("Search", icon=":material/search:", type="primary")
            chance = st.form_submit_button("Random neuron", icon=":material/casino:", key="overview_random")
    if chance:
        model = dataset.manifest.model
        identity = NeuronId(random.randrange(model.n_layers), random.randrange(model.n_neurons))
        nav.go("neuron", nav.neuron_place(name, identity))
    if searched and _NEURON.fullmatch(words or ""):
        _jump(dataset, name, words or "")
    elif searched:
        nav.go("browse", Place(dataset=name), view={"q": words} if words else None)


def _jump(dataset: Dataset, name: str, typed: str) -> None:
    try:
        identity = dataset.require(NeuronId.parse(typed))
    except (BadInput, NotFound) as error:
        st.error(str(error))
        return
    nav.go("neuron", nav.neuron_place(name, identity))


def scores_by_layer(dataset: Dataset, reader: str | None = None) -> None:
    """Distribution of one reader's scores in each layer, for each explainer by itself; of all where there is one."""
    st.subheader("Scores by layer", anchor=False)
    scores = _scores(dataset, reader)
    table = layer_quantiles(scores)
    if table.empty:
        st.info("No explanation of this dataset has a score yet. The page Explain makes some on this computer.")
        nav.link("explain", "Explain neurons", icon=nav.row("explain").icon)
        return
    charts.show(_boxes(table), key="overview_layers", alt=_boxes_in_words(table), height=320)
    undefined = int(scores["explainer"].notna().sum() - scores["score"].notna().sum())
    st.caption(
        "One box for each layer and explainer: median and middle half; whiskers reach from 5 to 95 % of the neurons. "
        "Score: correlation of simulated with real activations on excerpts that no explanation was fitted on. "
        f"{undefined:,} explanations have no score and are in no box."
    )


def layer_quantiles(scores: pd.DataFrame) -> pd.DataFrame:
    """Columns explainer, layer, n and the quantiles of the score at WHISKERS, a row each; undefined ones left out."""
    defined = scores.dropna(subset=["score", "explainer"])
    rows = [
        {"explainer": str(explainer), "layer": int(layer), "n": len(group)}
        | dict(zip(WHISKERS, np.quantile(group["score"], WHISKERS), strict=True))
        for (explainer, layer), group in defined.groupby(["explainer", "layer"])
    ]
    return pd.DataFrame(rows, columns=["explainer", "layer", "n", *WHISKERS])


def _boxes(table: pd.DataFrame) -> go.Figure:
    figure = go.Figure()
    hues = [charts.colours()[name] for name in ("first", "second", "grey")]
    for place, (explainer, rows) in enumerate(table.groupby("explainer")):
        figure.add_trace(
            go.Box(
                name=explainer_words(str(explainer)),
                x=rows["layer"],
                lowerfence=rows[0.05],
                q1=rows[0.25],
                median=rows[0.5],
                q3=rows[0.75],
                upperfence=rows[0.95],
                marker={"color": hues[place % len(hues)]},
            )
        )
    figure.update_layout(
        boxmode="group", margin={"l": 10, "r": 10, "t": 10, "b": 10}, legend={"orientation": "h", "y": 1.15}
    )
    figure.update_xaxes(title="layer", type="category")
    figure.update_yaxes(title="score", range=[min(-0.25, float(table[0.05].min()) - 0.05), 1.0])
    return figure


def _boxes_in_words(table: pd.DataFrame) -> str:
    parts = [
        f"{row['explainer']} layer {row['layer']}: median {number(row[0.5])} of {row['n']}"
        for row in table.to_dict("records")
    ]
    return "Scores by layer. " + "; ".join(parts[:24])


def lists(dataset: Dataset, name: str, reader: str | None = None) -> None:
    """The best, the most doubtful and the most surprising neurons by one reader's scores."""
    scores = _scores(dataset, reader)
    if scores["score"].notna().sum() == 0:
        return
    st.subheader("Best explained", anchor=False)
    bounded = bool(scores["low"].notna().any())
    by = (
        "Highest lower bound of the score: the explanations that one can rely on most."
        if bounded
        else "Highest score. The scores of this dataset have no interval, so chance has its part in the order."
    )
    st.caption(f"{by} A click on a neuron opens it, here and in every table.")
    neuron_table(
        cached.page_of_neurons(dataset, NeuronFilter(reader=reader), limit=LISTED),
        dataset=name,
        key="overview_best",
        alt="Neurons that are explained best",
    )
    if bounded:
        _doubtful(dataset, name, scores, reader)
    _surprising(dataset, name, scores)


def _doubtful(dataset: Dataset, name: str, scores: pd.DataFrame, reader: str | None) -> None:
    threshold = float(scores["score"].quantile(0.75))
    high = NeuronFilter(score=(threshold, 1.0), reader=reader)
    st.subheader("Most doubtful", anchor=False)
    columns = ("open", "explanation", "score", "low", "high", "n_sequences", "state", "explainer", "random_score")
    for sort, words in (
        ("low", "whose interval reaches lowest: a few excerpts decide them."),
        ("random_score", "that do worst on random excerpts alone: they hold only where the neuron was known to fire."),
    ):
        if not cached.page_of_neurons(dataset, high, sort=sort, descending=True, limit=1)[sort].notna().any():
            continue  # published scores have neither
        st.caption(f"Of the scores in the upper quarter (from {number(threshold)}), those {words}")
        neuron_table(
            cached.page_of_neurons(dataset, high, sort=sort, descending=False, limit=LISTED // 2),
            dataset=name,
            key=f"overview_doubt_{sort}",
            alt=f"High scores {words}",
            columns=columns,
        )


def _surprising(dataset: Dataset, name: str, scores: pd.DataFrame) -> None:
    found = surprising_neurons(scores, n=LISTED)
    if found.empty:
        return
    st.subheader("Most surprising", anchor=False)
    st.caption(
        "What the token alone does not tell: the feature dictionary, which reads the context, scores far above the "
        "token lookup on the same excerpts."
    )
    neurons = tuple(NeuronId(int(a), int(b)) for a, b in zip(found["layer"], found["neuron"], strict=True))
    rows = cached.labels(dataset, neurons)
    rows["lookup_score"] = found["lookup"].to_numpy()
    neuron_table(
        rows,
        dataset=name,
        key="overview_surprising",
        alt="Neurons whose context says more than their token",
        columns=(
            "open",
            "explanation",
            "score",
            "low",
            "high",
            "n_sequences",
            "state",
            "lookup_score",
            "explainer",
            "corpus_score",
        ),
        extra={"lookup_score": _LOOKUP},
    )


def surprising_neurons(scores: pd.DataFrame, *, n: int) -> pd.DataFrame:
    """Columns layer, neuron, lookup: the neurons whose dictionary's lower bound exceeds their lookup's score most."""
    rules = scores[scores["explainer"].isin(["dictionary", "lookup"])]
    best = rules.sort_values("score").drop_duplicates(["layer", "neuron", "explainer"], keep="last")
    wide = best.pivot(index=["layer", "neuron"], columns="explainer", values=["score", "low"])
    if not {("low", "dictionary"), ("score", "lookup")} <= set(wide.columns):
        return pd.DataFrame(columns=["layer", "neuron", "lookup"])
    gain = (wide["low", "dictionary"] - wide["score", "lookup"]).dropna()
    chosen = gain[gain > 0].nlargest(n).index
    lookup = wide["score", "lookup"].loc[chosen]
    return pd.DataFrame(
        {"layer": chosen.get_level_values(0), "neuron": chosen.get_level_values(1), "lookup": lookup.to_numpy()}
    )


def _scores(dataset: Dataset, reader: str | None) -> pd.DataFrame:
    scores = _all_scores(dataset, str(dataset.folder), dataset.stamp)
    return scores if reader is None else scores[scores["reader"].fillna(reader) == reader]


@st.cache_resource(max_entries=4, show_spinner=False)
def _all_scores(_dataset: Dataset, folder: str, stamp: str) -> pd.DataFrame:
    return _dataset.scores()
