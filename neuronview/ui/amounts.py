"""Money, tokens and time in few characters, and several of them side by side. Knows no run and no Streamlit."""

from __future__ import annotations

from collections.abc import Sequence

from neuronview.ui.plain import html_safe

__all__ = ["amount_words", "facts_html", "money_words", "price_words", "time_words"]


def money_words(dollars: float) -> str:
    """Dollars with as many digits as are worth reading; what is not nothing never reads as nothing."""
    if dollars == 0:
        return "$0"
    if dollars < 0.0001:
        return "under $0.0001"
    return f"${dollars:.2g}" if dollars < 0.01 else f"${dollars:,.2f}"


def price_words(*stated: str) -> str:
    """At which prices something was counted: those of the price list, or those that a person stated, empty for none."""
    given = sum(bool(price) for price in stated)
    if not given:
        return "at list prices"
    return "at the price that you gave" if given == 1 else "at the prices that you gave"


def amount_words(n: int) -> str:
    """A large number, short."""
    if n < 100_000:
        return f"{n:,}"
    return f"{n / 1000:,.0f} k" if n < 10_000_000 else f"{n / 1_000_000:,.1f} M"


def time_words(seconds: float) -> str:
    """A duration in its own unit."""
    if seconds <= 0:
        return "none"
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def facts_html(facts: Sequence[tuple[str, str]]) -> str:
    """Names with their values, in as many columns as there is room for."""
    cells = "".join(
        f'<div><div style="font-size:0.8rem;opacity:0.75">{html_safe(name)}</div>'
        f'<div data-nv-fact="{html_safe(name)}" style="font-size:1.15rem;font-variant-numeric:tabular-nums">'
        f"{html_safe(value)}</div></div>"
        for name, value in facts
    )
    style = "display:grid;grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr));gap:0.5rem 1rem"
    return f'<div style="{style}">{cells}</div>'
