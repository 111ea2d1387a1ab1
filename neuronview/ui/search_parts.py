"""What Browse says of a search: where it looks, the rows that fit best with what was found in them marked, and, where
nothing is found, where else there is something.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from neuronview.records import NeuronId, Score
from neuronview.store import Dataset, NeuronFilter
from neuronview.store.search_words import AnyWord, Query, marked, parse_query, token_terms
from neuronview.tokens import visible_quotes
from neuronview.ui import cached, nav
from neuronview.ui.plain import html_safe
from neuronview.ui.scores import explainer_words, number, reader_words
from neuronview.ui.scores import marked as score_marked
from neuronview.ui.search_order import PLACES, ranked
from neuronview.ui.tables import state_words

__all__ = ["best", "elsewhere", "first_of_each", "looked_in", "snippet_html", "tokens_html"]

_WITHIN = "browse_within"
SHOWN = 5
SNIPPET = 180
"""Characters of an explanation around what was found in it."""
SHOWN_TOKENS = 12

Row = Mapping[Hashable, object]


def looked_in(dataset: Dataset, chosen: NeuronFilter) -> NeuronFilter:
    """The filter with where its words are looked for, which is chosen here; reads or builds the index before."""
    if not ranked(chosen):
        return chosen
    if not dataset.searcher.ready:
        with st.spinner("Preparing the search (a few seconds, once for a dataset) …"):
            dataset.searcher.prepare()
    if dataset.searcher.problem:
        st.caption(dataset.searcher.problem)
    within = st.segmented_control(
        "Look in",
        list(PLACES),
        default="explanations",
        required=True,
        format_func=lambda name: PLACES[name],
        key=_WITHIN,
        bind="query-params",
        help="Top tokens are those with the highest mean activation of a neuron; a row is an explanation of one.",
    )
    return replace(chosen, within=str(within or "explanations"))


def best(dataset: Dataset, name: str, chosen: NeuronFilter) -> None:
    """The first neurons of a search, what was found in them marked; nothing where nothing is searched for."""
    if not chosen.text.strip():
        return
    by_words = ranked(chosen)
    rows = cached.page_of_neurons(dataset, chosen, sort="relevance", limit=4 * SHOWN).to_dict("records")
    first = first_of_each(rows)[:SHOWN]
    neurons = [NeuronId(int(row["layer"]), int(row["neuron"])) for row in first]
    texts = [str(row["explanation"]) if isinstance(row["explanation"], str) else "" for row in first]
    query = parse_query(chosen.text) if by_words else Query()
    pieces = [marked(text, query) for text in texts] if by_words else dataset.searcher.matched(chosen, texts)
    tokens = dataset.searcher.top_tokens(neurons) if by_words else {}
    with st.container(key="nv_search_best"):
        st.html(f"<style>{_LOOK}</style>")
        st.subheader("Best matches" if by_words else "Matches with the best scores", anchor=False)
        if by_words and dataset.searcher.find(chosen.text, within=chosen.within).inside:
            st.caption("No explanation has these words; these hold them inside longer ones.")
        for neuron, row, found in zip(neurons, first, pieces, strict=True):
            with st.container(key=f"nv_search_row_{neuron.layer}_{neuron.neuron}", horizontal=True):
                nav.neuron_link(name, neuron)
                st.html(_row_html(row, found, tokens_html(tokens.get(neuron, []), query)), width="stretch")


def first_of_each(rows: Sequence[dict[Hashable, Any]]) -> list[dict[Hashable, Any]]:
    """Each neuron's first row, which is its best, in the order of those."""
    found: dict[tuple[int, int], dict[Hashable, Any]] = {}
    for row in rows:
        found.setdefault((row["layer"], row["neuron"]), row)
    return list(found.values())


def elsewhere(dataset: Dataset, chosen: NeuronFilter) -> None:
    """Where a search that finds nothing would find something, and a button that looks there."""
    if not ranked(chosen) or chosen.within == "either":
        return
    other = "tokens" if chosen.within == "explanations" else "explanations"
    count = dataset.count(replace(chosen, within=other))
    if count:
        st.info(f"In {PLACES[other]} there is something: {count:,} row{'s' if count > 1 else ''}.")
        st.button(
            f"Look in {PLACES[other]}",
            icon=":material/search:",
            key="nv_search_elsewhere",
            on_click=_look_in,
            args=(other,),
        )


def snippet_html(pieces: Sequence[tuple[str, bool]]) -> str:
    """As much of a text as SNIPPET holds, from shortly before what was found in it on, with that marked.

    The text is in pieces, each with whether it was found (`search_words.marked`).
    """
    text = "".join(piece for piece, _ in pieces)
    hit = next((place for place, (_, is_hit) in enumerate(pieces) if is_hit), 0)
    before = len("".join(piece for piece, _ in pieces[:hit]))
    start = max(0, min(before - SNIPPET // 4, len(text) - SNIPPET))
    shown, at = [], 0
    for piece, is_hit in pieces:
        kept = piece[max(0, start - at) : max(0, start + SNIPPET - at)]
        at += len(piece)
        if kept:
            words = html_safe(visible_quotes(kept))
            shown.append(f"<mark>{words}</mark>" if is_hit else words)
    return ("… " if start else "") + "".join(shown) + (" …" if start + SNIPPET < len(text) else "")


def tokens_html(tokens: Sequence[str], query: Query) -> str:
    """A neuron's top tokens, those that were found first and marked; empty where none was."""
    any_word = AnyWord.of(query)
    found = [token for token in tokens if _is_found(token, query, any_word)]
    if not found:
        return ""
    others = [token for token in tokens if token not in found and token.strip()][: max(0, SHOWN_TOKENS - len(found))]
    shown = [f"<mark>{html_safe(token.strip())}</mark>" for token in found]
    return ", ".join([*shown, *(html_safe(token.strip()) for token in others)])


def _is_found(token: str, query: Query, any_word: AnyWord) -> bool:
    return any(literal in token_terms(token) for literal in query.literals) or any_word.is_in(token)


def _row_html(row: Row, pieces: Sequence[tuple[str, bool]], tokens: str) -> str:
    lines = [f"<div>{snippet_html(pieces)}</div>"] if pieces else []
    lines += [f'<div class="nv-search-aside">Top tokens: {tokens}</div>'] if tokens else []
    lines.append(f'<div class="nv-search-aside">{_score_html(row)}</div>')
    return f'<div class="nv-search-hit">{"".join(lines)}</div>'


_LOOK = """
[class*="st-key-nv_search_row_"] { flex-wrap: nowrap; align-items: flex-start; }
[class*="st-key-nv_search_row_"] [data-testid="stPageLink"] { min-width: 5.75rem; }
.nv-search-hit { overflow-wrap: anywhere; }
.nv-search-aside { font-size: 0.875rem; opacity: 0.8; }
.nv-search-hit mark { background: color-mix(in srgb, #f5b301 40%, transparent); color: inherit; font-weight: 600; }
"""


def _score_html(row: Row) -> str:
    """Score, interval, n and who explained and scored; or in words why there is no score."""
    plain = {str(name): value for name, value in row.items()}
    words = state_words(plain)
    if words == "no explanation":
        return words
    by = f"explained by {html_safe(explainer_words(str(row['explainer'])))}"
    if words == "not scored":
        return f'<span data-nv-score data-state="none">not scored</span>; {by}'
    low, high = (float(str(row[column])) for column in ("low", "high"))
    count = float(str(row["n_sequences"]))
    score = Score(
        float(str(row["score"])),
        n_sequences=0 if math.isnan(count) else int(count),
        scorer=str(row["scorer"]),
        simulator=str(row["simulator"]),
        split=str(row["split"]),
        state=plain["state"],  # type: ignore[arg-type]  # what is stored is a state
    )
    if words != "scored":
        return f"{score_marked(score, html_safe(words))}; {by}"
    interval = "no interval" if math.isnan(low) else f"95&nbsp;% interval {number(low)} to {number(high)}"
    said = f"Score {number(score.value)}, {interval}, {score.n_sequences} excerpts"
    return f"{score_marked(score, said)}, by {html_safe(reader_words(str(row['reader'])))}; {by}"


def _look_in(place: str) -> None:
    st.session_state[_WITHIN] = place
