"""Scores in words and as HTML: value, interval, n and state, and what a score stands beside.

Undefined, unparsable, failed and a true zero are four different things here. Knows nothing of how a score came about.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from neuronview.explain import evaluation
from neuronview.records import Baseline, Explanation, Score
from neuronview.store.tables import BY_RULE, HEADLINE_SPLITS
from neuronview.view.plain import html_safe, html_table

__all__ = [
    "BASELINES",
    "EXPLAINERS",
    "SPLITS",
    "STATES",
    "SUBSETS",
    "badge_html",
    "baseline_words",
    "brief_words",
    "common_circumstances",
    "elsewhere_words",
    "explainer_words",
    "headline",
    "marked",
    "number",
    "reader_words",
    "score_html",
    "score_table_html",
]

STATES = {
    "ok": "",
    "undefined": "undefined: one side does not vary",
    "unparsable": "no score: the answer could not be read",
    "provider_error": "no score: the endpoint failed",
}
SPLITS = {
    **evaluation.SPLITS,
    "test": "test split",
    "published": "as published with the data",
    "other_half": "the half of the group, and of the random excerpts, that nothing was fitted on",
}
SUBSETS = {
    "top_and_random": "top and random excerpts",
    "top": "top excerpts only",
    "random": "random excerpts only",
    "all": "all excerpts",
}
EXPLAINERS = {
    "lookup": "token lookup (a rule, no language model)",
    "dictionary": "feature dictionary (a rule, no language model)",
    "pattern": "pattern (a rule, no language model)",
    "person": "written by a person",
    "tour": "the tour (written by us for chosen neurons)",
    "pairs": "token-activation pairs (a language model)",
    "summary": "summary of active tokens (a language model)",
    "token-space": "token space (a language model)",
    "revision": "revision (a language model)",
}
BASELINES = {"lookup": "token lookup", "other neurons": "mean of {n} other neurons' explanations"}
UNITS = {
    "simulation": "correlation of simulated with real activations (1 best, 0 chance)",
    "detection": "area under the ROC curve (1 best, 0.5 chance)",
    "fuzzing": "area under the ROC curve (1 best, 0.5 chance)",
    "ablation": "part of the neuron's effect on the next token that is kept (1 all, 0 none)",
}
"""What the number of each scorer is."""
_NAMES = {"simulation": "Score", "detection": "Detection", "fuzzing": "Fuzzing", "ablation": "Ablation"}


def number(value: float, *, digits: int = 2) -> str:
    """A number with a true minus sign; “n/a” for what is undefined."""
    if math.isnan(value):
        return "n/a"
    text = f"{value:.{digits}f}"
    return ("−" + text[1:]) if text.startswith("-") and float(text) != 0 else text.lstrip("-")


def explainer_words(name: str) -> str:
    """Who explained: rule explainers are called rules."""
    return EXPLAINERS.get(name, name)


def reader_words(name: str) -> str:
    """How explanations were read for their scores: by rule, or by which simulator."""
    return "rule" if name == BY_RULE else f"simulator {name}"


def badge_html(score: Score | None, *, named: bool = False) -> str:
    """One score as HTML: value with 95 % interval, or its state where there is no value; `named`: that it is a score.

    What kind of number it is, the tooltip says.
    """
    if score is None:
        return '<span data-nv-score data-state="none">not scored</span>'
    name = f"{_NAMES.get(score.scorer, html_safe(score.scorer))} " if named and score.state == "ok" else ""
    return marked(score, name + _headline(score))


def brief_words(value: float, interval: tuple[float, float], state: str = "ok") -> str:
    """A score in as few words as a card or a line has room for: “0.91 (0.85 to 0.95)”, or why it has no number."""
    if state != "ok":
        return STATES.get(state, state)
    low, high = interval
    spread = "" if math.isnan(low) or math.isnan(high) else f" ({number(low)} to {number(high)})"
    return f"{number(value)}{spread}"


def elsewhere_words(explanation: Explanation) -> str:
    """The headline's simulator over the whole corpus and on random excerpts alone, where that is known; else empty.

    The headline is of excerpts half of which the neuron fires on most, so it is mostly higher than these.
    """
    shown = headline(explanation)
    if shown is None:
        return ""
    same = [s for s in explanation.scores if (s.scorer, s.simulator) == (shown.scorer, shown.simulator)]
    whole = next((s for s in same if s.split == "corpus"), None)
    random = next((s for s in same if (s.split, s.subset) == (shown.split, "random")), None)
    named = ((whole, SPLITS["corpus"]), (random, SUBSETS["random"]))
    parts = [
        f"{'over' if s is whole else 'on'} {where} {brief_words(s.value, s.interval, s.state)}"
        for s, where in named
        if s is not None
    ]
    return f"The same score {', '.join(parts)}." if parts else ""


def marked(score: Score, content: str) -> str:
    """HTML content inside the element that says, for scripts and tests, which score it is."""
    attributes = {
        "data-scorer": score.scorer,
        "data-simulator": score.simulator,
        "data-state": score.state,
        "data-n": score.n_sequences,
        "data-split": score.split,
        "data-subset": score.subset,
    } | ({"data-value": f"{score.value:.6f}"} if score.state == "ok" else {})
    attributes |= {"title": UNITS[score.scorer]} if score.scorer in UNITS else {}
    marks = " ".join(f'{name}="{html_safe(value)}"' for name, value in attributes.items())
    return f"<span data-nv-score {marks}>{content}</span>"


def common_circumstances(scores: Sequence[Score | None]) -> tuple[str, ...]:
    """What is true of how all these scores were made, a statement each: to be said once, beside all of them."""
    known = [score for score in scores if score is not None]
    if not known:
        return ()
    said = [(*_circumstances(score), score.note) for score in known]
    return tuple(text for text in said[0] if text and all(text in statements for statements in said))


def headline(explanation: Explanation) -> Score | None:
    """The score that stands for an explanation, the same as in the tables: top and random excerpts together."""
    found = (explanation.score(split=split) for split in HEADLINE_SPLITS)
    return next((score for score in found if score is not None), None)


def _row(score: Score) -> list[str]:
    low, high = score.interval
    interval = "none" if math.isnan(low) else f"{number(low)} to {number(high)}"
    text = number(score.value) if score.state == "ok" else html_safe(STATES[score.state])
    return [
        html_safe(SUBSETS[score.subset].replace(" excerpts", "")),
        marked(score, text),
        interval,
        f"{score.n_sequences:,}" if score.n_sequences else f"{score.n_tokens:,} tokens",
        number(score.rsquared),
        number(score.absolute_dev_explained),
    ]


def _headline(score: Score) -> str:
    if score.state != "ok":
        return f'<strong style="font-size:1.1rem">{html_safe(STATES[score.state])}</strong>'
    value = f'<strong style="font-size:1.6rem">{number(score.value)}</strong>'
    low, high = score.interval
    if math.isnan(low) or math.isnan(high):
        return f"{value} <span>(no interval)</span>"
    return f"{value} <span>95&nbsp;% interval {number(low)} to {number(high)}</span>"


def _amount(score: Score) -> str:
    excerpts = f"{score.n_sequences} excerpts, " if score.n_sequences else ""
    missing = f", {score.n_missing} tokens without a simulated value" if score.n_missing else ""
    return f"{excerpts}{score.n_tokens:,} tokens{missing}"


def _circumstances(score: Score) -> tuple[str, ...]:
    return (
        UNITS.get(score.scorer, "") if score.state == "ok" else "",
        SPLITS.get(score.split, score.split),
        SUBSETS[score.subset],
        f"scorer {score.scorer}",
        f"simulator {score.simulator or 'not named'}{_on_model(score)}",
    )


def _on_model(score: Score) -> str:
    """The language model that simulated or judged, where one did."""
    model = score.provenance.simulator_model
    return f" on {model}" if model else ""


def _baseline_name(entry: Baseline) -> str:
    """What a baseline is, in words, with how many explanations were averaged."""
    if entry.name == "other neurons" and entry.n < 2:
        return "explanation of another neuron" if entry.n else "other neurons' explanations"
    return BASELINES.get(entry.name, entry.name).replace("{n}", str(entry.n))


def baseline_words(entry: Baseline) -> str:
    """A baseline with its number and spread; in words where it has none."""
    if math.isnan(entry.value):
        return f"{_baseline_name(entry)} without a score"
    return f"{_baseline_name(entry)} {number(entry.value)}{_spread(entry)}"


def _spread(entry: Baseline) -> str:
    """How far the averaged scores lie apart: a range of theirs, no interval of their mean."""
    if math.isnan(entry.low) or entry.n < 2:
        return ""
    return f" (95 % of them from {number(entry.low)} to {number(entry.high)})"


def _small(text: str) -> str:
    return f'<span style="font-size:0.875rem;opacity:0.8">{html_safe(text)}</span>'


def score_html(score: Score | None, *, baselines: bool = True, brief: bool = False, told: Collection[str] = ()) -> str:
    """One score as HTML with everything that it takes to trust it; `brief` where split and scorer stand beside it.

    What is `told` (of common_circumstances) stands beside several scores and is not said again.
    """
    lines = [badge_html(score, named=True)]
    if score is not None:
        lines += [_small(score.reason)] if score.reason and score.reason not in told else []
        made = [] if brief else [text for text in _circumstances(score) if text and text not in told]
        unit = UNITS.get(score.scorer)
        lines += [_small(unit.capitalize())] if unit is not None and unit in made else []
        lines.append(_small("; ".join([_amount(score), *(text for text in made if text != unit)])))
        if baselines and score.baselines:
            lines.append(_small("Beside it: " + "; ".join(baseline_words(entry) for entry in score.baselines)))
        lines += [_small(score.note)] if score.note and score.note not in told else []
    return "".join(f"<div>{line}</div>" for line in lines)


def score_table_html(scores: Sequence[Score]) -> str:
    """All scores of an explanation, a table for each split and a row for each score; nothing is averaged.

    r² and the absolute deviation explained are of the calibrated simulation.
    """
    headers = ("Excerpts", "Score", "95 % interval", "n", "r²", "dev. expl.")
    splits = list(dict.fromkeys(score.split for score in scores))
    tables = [
        html_table(headers, [_row(s) for s in scores if s.split == split], caption=SPLITS.get(split, split), wrap=False)
        for split in splits
    ]
    return '<div style="height:0.75rem"></div>'.join(tables)
