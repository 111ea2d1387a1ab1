"""Tables of neurons: numbers printed as the cards print them, and still numbers; columns that fit."""

import numpy as np
import pandas as pd
import pytest

from neuronview.ui.tables import CELL_CHARACTERS, DEFAULT_COLUMNS, DIGITS, _columns, _printed, readable, score_words

ROWS = pd.DataFrame(
    {
        "layer": [0, 1],
        "neuron": [3, 4],
        "explanation": ["dashes - and <b>", None],
        "explainer": ["lookup", None],
        "score": [-0.034, np.nan],
        "low": [-0.004, np.nan],
        "n_sequences": [30, np.nan],
        "state": ["ok", None],
        "share_positive": [0.125, 0.5],
    }
)
WIDTH = 1280 - 300 - 2 * 80 - 2
"""What is left at 1280 beside a sidebar of Streamlit's own width, in pixels, without the table's border."""


def shown() -> list[list[str]]:
    body = _printed(readable(ROWS))._translate(False, False)["body"]
    return [[str(cell["display_value"]) for cell in row if cell["type"] == "td"] for row in body]


def test_negative_numbers_have_the_minus_sign_of_the_cards_and_zero_has_none() -> None:
    names = list(readable(ROWS).columns)
    first = dict(zip(names, shown()[0], strict=True))
    assert (first["score"], first["low"], first["n_sequences"]) == ("−0.03", "0.00", "30")
    assert first["share_positive"] == "12.5 %"
    assert first["explanation"] == "dashes - and <b>"


def test_a_quoted_token_of_spaces_is_visible_in_a_cell() -> None:
    body = _printed(readable(ROWS.assign(explanation="Fires on “  ”.")))._translate(False, False)["body"]
    assert "Fires on “··”." in [cell["display_value"] for cell in body[0]]


def test_what_is_not_there_is_a_dash_and_no_number() -> None:
    second = dict(zip(readable(ROWS).columns, shown()[1], strict=True))
    assert {second[name] for name in ("score", "low", "n_sequences", "explanation", "explainer")} == {"–"}


def test_a_score_in_words_has_its_interval_and_what_has_none_says_why() -> None:
    row = {"explainer": "lookup", "state": "ok", "score": 0.914, "low": -0.25, "high": 0.95}
    assert score_words(row) == "0.91 (−0.25 to 0.95)"
    assert score_words(row | {"low": np.nan, "high": np.nan}, named=True) == "score 0.91"
    assert score_words(row | {"state": "unparsable", "score": np.nan}, named=True).startswith("no score: the answer")
    assert score_words(row | {"state": "undefined", "score": np.nan}) == "undefined"
    assert score_words(row | {"state": None, "score": np.nan}) == "not scored"
    assert score_words(row | {"explainer": None, "state": None}) == ""


def test_a_long_explanation_ends_at_a_word_and_is_whole_behind_the_print() -> None:
    long = "Tokens with the highest mean activation: " + ", ".join(f"“word{n}”" for n in range(12)) + "."
    printed = _printed(readable(ROWS.assign(explanation=long)))
    cells = [str(cell["display_value"]) for cell in printed._translate(False, False)["body"][0]]
    (cut,) = [cell for cell in cells if cell.startswith("Tokens")]
    assert len(cut) <= CELL_CHARACTERS + 2
    assert long.startswith(cut.removesuffix(" …"))
    assert cut.endswith("” …")
    assert printed.data["explanation"].iloc[0] == long


def test_a_wide_window_has_room_for_more_words_of_an_explanation(monkeypatch: pytest.MonkeyPatch) -> None:
    long = " ".join(["words"] * 45) + "."
    shown = readable(ROWS.assign(explanation=long))
    narrow = _columns("key", lambda row: None)["explanation"]["width"]
    monkeypatch.setattr("neuronview.ui.tables.state.is_wide", lambda: True)
    cells = [str(cell["display_value"]) for cell in _printed(shown)._translate(False, False)["body"][0]]
    assert long in cells
    assert _columns("key", lambda row: None)["explanation"]["width"] > 2 * narrow


def test_the_values_behind_the_print_stay_numbers_so_that_they_sort() -> None:
    assert _printed(readable(ROWS)).data["score"].dtype == float


def test_no_format_of_the_browser_stands_above_the_print() -> None:
    columns = _columns("x", lambda place: None)
    assert not [name for name in DIGITS if name in columns and columns[name]["type_config"].get("format")]


def test_the_columns_of_every_table_fit_beside_a_sidebar_of_the_usual_width() -> None:
    columns = _columns("x", lambda place: None)
    widths = [dict(getattr(columns[name], "config", columns[name]))["width"] for name in DEFAULT_COLUMNS]
    assert sum(widths) <= WIDTH
