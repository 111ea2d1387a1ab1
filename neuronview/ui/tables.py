"""Rows of the browse table on a page: readable columns, a score never without its interval and n, a way to the neuron.

One table for Overview, Browse and Explain. Text of explanations goes into text columns, which show it as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from neuronview.records import NeuronId
from neuronview.tokens import visible_quotes
from neuronview.ui import nav, state
from neuronview.ui.scores import STATES, brief_words, number

if TYPE_CHECKING:  # pages without a table need no styles
    from pandas.io.formats.style import Styler

__all__ = ["DEFAULT_COLUMNS", "SCORE_HELP", "SHARES", "neuron_table", "readable", "score_words", "state_words"]

DEFAULT_COLUMNS = (
    "open",
    "explanation",
    "score",
    "low",
    "high",
    "n_sequences",
    "state",
    "explainer",
    "corpus_score",
    "top_score",
    "random_score",
)
"""Whole at a width of 1280 beside a sidebar of 300, Streamlit's default; at 420, neuron, explanation and score are."""
SHARES = ("token_share", "bigram_share", "position_share")
"""Parts of a neuron's variance (`collect.shares`)."""
SCORE_HELP = "Score of the explanation, with its 95 % interval: correlation of simulated with real activations."
ROW_HEIGHT = 66
"""Pixels; from 64 on, Streamlit wraps the text of a cell."""
EXPLANATION, EXPLANATION_WIDE = 244, 640
"""Widths of an explanation's column in pixels. Streamlit divides what is left of a wide window evenly among all
columns; there the explanation asks for more."""
CELL_CHARACTERS, CELL_CHARACTERS_WIDE = 92, 290
"""What three lines of an explanation's column hold; a fourth would be cut through."""
DIGITS: Mapping[str, int] = {
    "score": 2,
    "low": 2,
    "high": 2,
    "n_sequences": 0,
    "corpus_score": 2,
    "top_score": 2,
    "random_score": 2,
    "lookup_score": 2,
    "score_a": 2,
    "score_b": 2,
    "lookup_beside": 2,
    "others_beside": 2,
    "accuracy": 2,
    "share_positive": 1,
    "maximum": 2,
    "mean": 3,
    "variance": 3,
    "skewness": 2,
    "kurtosis": 2,
    "token_share": 2,
    "bigram_share": 2,
    "position_share": 2,
    "activation": 2,
    "contribution": 3,
    "measured": 3,
    "apart": 2,
    "on_a": 2,
    "on_b": 2,
}
"""Decimal places of the columns that are printed as the cards print numbers, with a true minus sign."""
BLANK = "–"
SORTS: Mapping[str, str] = {"open": "layer"}
"""Columns whose header sorts by another column of the query."""


def state_words(row: Mapping[str, Any]) -> str:
    """The state of a row's score in words; what has none says why."""
    if pd.isna(row.get("explainer")):
        return "no explanation"
    state = row.get("state")
    if pd.isna(state):
        return "not scored"
    return STATES.get(str(state), str(state)) or "scored"


def score_words(row: Mapping[str, Any], *, named: bool = False) -> str:
    """The score of a row's explanation with its interval, or why there is none, in few words; "" unless explained.

    `named` is for where no column's head says that it is a score.
    """
    words = state_words(row)
    if words == "no explanation":
        return ""
    if words != "scored":
        return words if named else _state_cell(row)
    return ("score " if named else "") + brief_words(row["score"], (row["low"], row["high"]))


def _state_cell(row: Mapping[str, Any]) -> str:
    """The same in the few words that a cell has room for."""
    words = state_words(row)
    return words.removeprefix("no score: ") if words.startswith("no score") else words.split(":")[0]


def readable(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows with `open` (layer:neuron), the state in words and the share in per cent."""
    added: dict[str, Any] = {
        "open": [str(NeuronId(int(a), int(b))) for a, b in zip(rows["layer"], rows["neuron"], strict=True)],
        "state": [_state_cell(row) for row in rows.reindex(columns=["explainer", "state"]).to_dict("records")],
    }
    if "share_positive" in rows:
        added["share_positive"] = rows["share_positive"].astype(float) * 100
    return rows.assign(**added)


def neuron_table(
    rows: pd.DataFrame,
    *,
    dataset: str,
    key: str,
    alt: str,
    columns: Sequence[str] = DEFAULT_COLUMNS,
    extra: Mapping[str, Any] | None = None,
    on_sort: Callable[[str], None] | None = None,
    height: int | str = "content",
) -> None:
    """Show rows of the browse table; the button in a row opens its neuron.

    `extra` gives the column configuration of columns that the browse table does not have. With `on_sort`, a click on
    a column's header calls it with the name to sort by; without, the browser sorts the rows that are shown.
    """
    shown = readable(rows)
    present = [name for name in columns if name in shown]
    identities = [NeuronId(int(a), int(b)) for a, b in zip(rows["layer"], rows["neuron"], strict=True)]
    config = _columns(f"{key}_open", lambda place: _open(dataset, identities[place])) | dict(extra or {})
    selection: dict[str, Any] = {}
    if on_sort is not None:
        selection = {
            "on_select": lambda: _sorted(f"{key}_table", on_sort),
            "selection_mode": "single-column",
        }
    st.dataframe(
        _printed(shown[present]),
        key=f"{key}_table",
        alt=alt,
        hide_index=True,
        height=height,  # type: ignore[arg-type]  # Streamlit's own literal is not exported
        row_height=ROW_HEIGHT,
        placeholder=BLANK,
        column_config={name: config[name] for name in present if name in config},
        **selection,
    )


def _printed(shown: pd.DataFrame) -> Styler:
    """The same values, which sort as numbers, printed by `scores.number`: Streamlit's own formats write a hyphen."""
    printers: dict[str, Callable[[Any], str]] = {
        name: partial(_print, name=name) for name in shown.columns.intersection(list(DIGITS))
    }
    room = {"explanation": CELL_CHARACTERS_WIDE} if state.is_wide() else {}
    for name in shown.columns.intersection(["explanation", "explanation_a", "explanation_b"]):
        printers[name] = partial(_fitting, most=room.get(name, CELL_CHARACTERS))
    return shown.style.format(printers, na_rep=BLANK)


def _fitting(text: str, *, most: int) -> str:
    """As much of a text as a cell has room for; the neuron's page has all of it."""
    text = visible_quotes(text)
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0].rstrip(',;')} …"


def _print(value: float, *, name: str) -> str:
    return number(float(value), digits=DIGITS[name]) + (" %" if name == "share_positive" else "")


def _sorted(key: str, on_sort: Callable[[str], None]) -> None:
    chosen = st.session_state[key]["selection"]["columns"]
    if chosen:
        on_sort(SORTS.get(str(chosen[0]), str(chosen[0])))


def _open(dataset: str, neuron: NeuronId) -> None:
    nav.go("neuron", nav.neuron_place(dataset, neuron))


def _columns(key: str, on_open: Callable[[int], None]) -> dict[str, Any]:
    def clicked() -> None:
        on_open(int(st.session_state[key]["row"]))

    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return {
        "open": st.column_config.ButtonColumn(
            "Neuron", type="tertiary", pinned=True, width=62, on_click=clicked, key=key, help="Opens the neuron's page."
        ),
        "explanation": text("Explanation", width=EXPLANATION_WIDE if state.is_wide() else EXPLANATION),
        "explainer": text("Explainer", width=78, help="lookup and dictionary are rules, no language model."),
        "score": number("Score", width=52, help="Correlation of simulated with real activations."),
        "low": number("Low", width=48, help="Lower end of the score's 95 % interval."),
        "high": number("High", width=48, help="Upper end of the score's 95 % interval."),
        "n_sequences": number("n", width=36, help="Excerpts that the score is computed on."),
        "state": text("State", width=76, help="Why there is a score, or why there is none. Undefined is not zero."),
        "corpus_score": number(
            "Corpus", width=60, help="Exact correlation over every token of the corpus; rules only."
        ),
        "top_score": number("Top", width=48, help="Score on top excerpts alone."),
        "random_score": number("Random", width=64, help="Score on random excerpts alone."),
        "share_positive": number("Active", width=70, help="Share of the corpus's tokens above zero."),
        "maximum": number("Largest", width=70, help="Largest activation in the corpus."),
        "mean": number("Mean", width=64, help="Mean activation over the corpus."),
        "variance": number("Variance", width=76),
        "skewness": number("Skewness", width=82),
        "kurtosis": number("Kurtosis", width=76),
        "token_share": number("By token", width=72, help="Part of the variance that the token explains; 1 is all."),
        "bigram_share": number("By bigram", width=78, help="The same of the token with the one before it."),
        "position_share": number("By position", width=84, help="The same of the position in the excerpt."),
    }
