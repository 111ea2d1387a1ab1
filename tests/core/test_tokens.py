"""Tokens are shown with what cannot be seen marked, and never as nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronview.tokens import display_text, quoted


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


def test_quoted_leaves_out_the_space_before_a_word() -> None:
    assert quoted(" cat") == "“cat”"
    assert quoted(" ") == "“ ”"
