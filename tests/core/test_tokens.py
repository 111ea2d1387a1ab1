"""Tokens are shown with what cannot be seen marked, and never as nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronview.tokens import display_text, quoted, visible_quotes


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        (" cat", "·cat"),
        ("\n", "↵"),
        ("\n\n", "↵↵"),
        ("    ", "····"),
        ("", "∅"),
        ("\t", "⇥"),
        ("<script>", "<script>"),
        ("$x$", "$x$"),
        ("\u202e", "U+202E"),
        ("\x00", "U+0000"),
        ("two words", "two words"),
    ],
)
def test_marks(token: str, shown: str) -> None:
    assert display_text(token) == shown


@given(st.text())
def test_no_token_is_invisible(token: str) -> None:
    assert display_text(token).strip()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Fires on “        ” and “ ”.", "Fires on “········” and “·”."),
        ("Fires on “\n\t”, “\u3000”.", "Fires on “↵⇥”, “U+3000”."),
        ("Fires on “�” and “ ��”.", "Fires on a part of a character and a part of a character."),
        ("Fires on “New York” “é”, “a�”.", "Fires on “New York” “é”, “a�”."),
    ],
)
def test_quoted_white_space_and_lone_bytes_are_made_visible_and_nothing_else(text: str, shown: str) -> None:
    assert visible_quotes(text) == shown


def test_quoted_leaves_out_the_space_before_a_word() -> None:
    assert quoted(" cat") == "“cat”"
    assert quoted(" ") == "“ ”"
