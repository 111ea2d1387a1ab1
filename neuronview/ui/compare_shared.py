"""What both kinds of comparison show alike: who explained, and a difference with its interval in words."""

from __future__ import annotations

import numpy as np
import streamlit as st

from neuronview.records import Explanation
from neuronview.tokens import visible_quotes
from neuronview.ui.plain import html_safe
from neuronview.ui.scores import explainer_words, number
from neuronview.view.comparing import Difference, meaning

__all__ = ["difference_line", "who"]


def who(entry: Explanation) -> None:
    st.text(visible_quotes(entry.text.strip()))
    st.caption(explainer_words(entry.explainer))


def difference_line(
    found: Difference, title: str, *, first: str = "the first", second: str = "the second", trust: bool = True
) -> None:
    """A difference, its interval and what they mean; how far to trust the interval, unless it is said elsewhere."""
    low, high = found.interval
    value = f"{found.value:.6f}" if not np.isnan(found.value) else ""
    interval = "no interval" if np.isnan(low) else f"95&nbsp;% interval {number(low)} to {number(high)}"
    st.html(
        f'<div data-nv-difference data-value="{value}" data-n="{found.n}">{html_safe(title)}: '
        f'<strong style="font-size:1.4rem">{_signed(found.value)}</strong> '
        f"<span>paired {interval}, {found.n} excerpts.</span></div>"
        f"<div>{html_safe(meaning(found, first=first, second=second, numbers=False))}</div>"
    )
    if said := " ".join(filter(None, (found.note, found.trust if trust else ""))):
        st.caption(said)


def _signed(value: float) -> str:
    return f"+{number(value)}" if value > 0 else number(value)
