"""A run by language model in detail: what it does now, what it has cost, and what it may spend yet."""

from __future__ import annotations

import streamlit as st

from neuronview.jobs.plan import Progress, RunFolder, RunPlan
from neuronview.ui.amounts import amount_words, facts_html, money_words, price_words, time_words
from neuronview.ui.plain import markdown_safe

__all__ = ["live", "other_caps", "spent_words"]


def live(progress: Progress) -> None:
    """How far a run is, how fast, what it has spent, and why it waits; of one that is done, what is to be known."""
    if progress.state != "done":
        _facts(progress)
    if progress.waiting and not progress.is_over:
        st.warning(f"Waiting for the endpoint: {markdown_safe(progress.waiting)}", icon=":material/hourglass_top:")
    for note in progress.notes:
        st.caption(markdown_safe(note))


def _facts(progress: Progress) -> None:
    facts = [
        ("done", f"{progress.done:,}"),
        ("failed", f"{progress.failed:,}"),
        ("left", f"{progress.left:,}"),
        ("calls", f"{progress.calls:,}"),
        ("already answered", f"{progress.cached:,}"),
        ("failed calls", f"{progress.failed_calls:,}"),
        ("tokens", amount_words(progress.tokens)),
        ("money", _money(progress)),
    ]
    if not progress.is_over:
        facts += [
            ("rate", "not known yet" if progress.rate is None else f"{progress.rate:.1f} calls/s"),
            ("time left", "not known yet" if progress.seconds_left is None else time_words(progress.seconds_left)),
        ]
    st.html(facts_html(facts))


def _money(progress: Progress) -> str:
    if progress.unpriced and not progress.money:
        return "price unknown"
    more = f" and {progress.unpriced:,} calls without a price" if progress.unpriced else ""
    return f"{money_words(progress.money)}{more}"


def spent_words(progress: Progress, plan: RunPlan) -> str:
    """What a run has cost, in a sentence."""
    was = "answer was" if progress.cached == 1 else "answers were"
    cached = f" {progress.cached:,} {was} there already and cost nothing." if progress.cached else ""
    cost = money = _money(progress)
    if money == "price unknown":
        cost = "at a price that is not known"
    elif progress.money:  # nothing is nothing at any price, and a server on this machine is in no list
        cost = f"{money} {price_words(plan.price, plan.simulator_price)}"
    calls = f"{progress.calls:,} {'call' if progress.calls == 1 else 'calls'}"
    return f"In all {calls}, {progress.tokens:,} tokens, {cost}.{cached}"


def other_caps(folder: RunFolder, plan: RunPlan) -> None:
    """For a run with caps: what it may spend in all when it is gone on with, kept at once."""
    if plan.max_cost is None and plan.max_tokens is None:
        return
    left, right = st.columns(2)
    money, tokens = plan.max_cost, plan.max_tokens
    if money is not None:
        money = left.number_input(
            "Spend at most, in dollars", min_value=0.01, value=money, step=0.5, key=f"caps_{plan.id}_cost"
        )
    if tokens is not None:
        tokens = right.number_input(
            "Use at most so many tokens", min_value=1_000, value=tokens, step=10_000, key=f"caps_{plan.id}_tokens"
        )
    st.caption("Both count from the run's beginning.")
    if (money, tokens) != (plan.max_cost, plan.max_tokens):
        folder.set_caps(max_cost=money, max_tokens=tokens)
