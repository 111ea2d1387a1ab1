"""Scores by other scorers than simulation: each on its own scale, with chance drawn.

An area under the ROC curve and a share of an effect are no correlations: they are never ranked or averaged with them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from neuronview.records import Explanation, Score
from neuronview.view.plain import html_safe
from neuronview.view.scores import SPLITS, STATES, baseline_words, marked, number

__all__ = ["WHAT", "has_other_scores", "other_scores_html"]

WHAT: Mapping[str, str] = {
    "detection": "Detection: does it tell excerpts on which the neuron fires from others? Area under the ROC curve",
    "fuzzing": "Fuzzing: does it tell marked tokens on which the neuron fires from others? Area under the ROC curve",
    "ablation": "Ablation: how much of the neuron's effect on the next token does its simulation keep?",
}
UNDEFINED = "undefined: there is nothing to measure"
"""Of these scorers it has other reasons than a side that does not vary."""
_LINE = "position:absolute;top:0;bottom:0;width:2px;background:currentColor;"


def has_other_scores(explanation: Explanation) -> bool:
    """Whether anything but simulation scored it."""
    return any(score.scorer != "simulation" for score in explanation.scores)


def other_scores_html(explanation: Explanation) -> str:
    """Each score of another scorer with its interval, chance and baselines, as HTML."""
    return "".join(_block(score) for score in explanation.scores if score.scorer != "simulation")


def _block(score: Score) -> str:
    lines = [f'<div style="font-weight:600">{html_safe(WHAT.get(score.scorer, score.scorer))}</div>']
    if score.state == "ok":
        low, high = score.interval
        interval = "no interval" if math.isnan(low) else f"95&nbsp;% interval {number(low)} to {number(high)}"
        value = f'<strong style="font-size:1.25rem">{number(score.value)}</strong>'
        lines += [f"<div>{marked(score, f'{value} {interval}')}</div>", _bar(score)]
    else:
        state = UNDEFINED if score.state == "undefined" else STATES[score.state]
        lines.append(f"<div>{marked(score, f'<strong>{html_safe(state)}</strong>')}</div>")
    said = [*([score.reason] if score.reason else []), *_details(score)]
    lines += [f'<div style="font-size:0.875rem;opacity:0.8">{html_safe(text)}</div>' for text in said]
    return f'<div style="padding:0.25rem 0">{"".join(lines)}</div>'


def _details(score: Score) -> list[str]:
    """What it takes to trust the number, a line each."""
    told = score.measures
    counts = f"{score.n_sequences} excerpts"
    if "n_positive" in told:
        counts = f"{told['n_positive']:.0f} active and {told['n_negative']:.0f} inactive items from {counts}"
    missing = f", {score.n_missing} without an answer" if score.n_missing else ""
    by = "judged" if score.scorer != "ablation" else "simulated"
    lines = [f"{counts}{missing}; {SPLITS.get(score.split, score.split)}; {by} by {score.simulator or 'nobody named'}"]
    accuracy = told.get("balanced_accuracy", math.nan)
    if not math.isnan(accuracy):
        low, high = told.get("balanced_accuracy_low", math.nan), told.get("balanced_accuracy_high", math.nan)
        spread = "" if math.isnan(low) else f" ({number(low)} to {number(high)})"
        lines.append(f"Balanced accuracy {number(accuracy)}{spread}; chance 0.50")
    if score.baselines:
        lines.append("Beside it: " + "; ".join(map(baseline_words, score.baselines)))
    return [*lines, *([score.note] if score.note else [])]


def _bar(score: Score) -> str:
    """The value with its interval between 0 and 1, and a line where chance is."""
    chance = score.measures.get("chance", 0.0)
    low, high = score.interval
    drawn = "" if math.isnan(low) else _span(_place(low), _place(high))
    dot = (
        f'<div style="position:absolute;left:calc({_place(score.value):.1f}% - 5px);top:3px;width:10px;height:10px;'
        f'border-radius:50%;background:var(--st-primary-color, currentColor)"></div>'
    )
    line = f'<div style="{_LINE}left:{_place(chance):.1f}%;opacity:0.7"></div>'
    axis = '<div style="position:absolute;top:7px;left:0;right:0;height:2px;background:currentColor;opacity:0.2"></div>'
    alt = f"On a line from 0 to 1: {number(score.value)}; chance is at {chance:g}"
    bar = (
        f'<div role="img" aria-label="{html_safe(alt)}" data-nv-chance="{chance:g}" '
        f'style="position:relative;height:16px;max-width:20rem;margin:0.25rem 5px">{axis}{drawn}{line}{dot}</div>'
    )
    beyond = f"; the value lies {'below' if score.value < 0 else 'above'} it" if not 0 <= score.value <= 1 else ""
    words = f"from 0 to 1{beyond}; the upright line is chance, {chance:g}"
    return f'{bar}<div style="font-size:0.875rem;opacity:0.8">{words}</div>'


def _span(low: float, high: float) -> str:
    style = "position:absolute;top:5px;height:6px;border-radius:3px;background:var(--st-primary-color, currentColor)"
    return f'<div style="{style};opacity:0.4;left:{low:.1f}%;width:{max(high - low, 0.5):.1f}%"></div>'


def _place(value: float) -> float:
    """Per cent of the way from 0 to 1; what lies outside stands at its end."""
    return 100 * min(max(value, 0.0), 1.0)
