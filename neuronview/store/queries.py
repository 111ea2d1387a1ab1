"""What can be asked of the browse table: a filter, an order, a page. Values are bound, names are our own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from neuronview.errors import BadInput
from neuronview.records import NeuronId

__all__ = ["BEST_FIRST", "COLUMNS", "NOT_SCORED", "TO_FIT_ON", "NeuronFilter", "order_by", "where"]

BEST_FIRST = (
    "list_position($readers, reader) nulls last, low desc nulls last, score desc nulls last, explainer, explanation, "
    "explanation_id"
)
"""How the explanations of a neuron stand, everywhere: by reader, since scores of different simulators are never ranked
together, then by the lower end of the interval, and by the score where there is none, as with published scores."""

COLUMNS: Mapping[str, str] = {
    "layer": "layer",
    "neuron": "neuron",
    "explanation": "explanation",
    "explainer": "explainer",
    "reader": "how the explanation was read for its score: by rule, or by which simulator",
    "score": "score",
    "low": "lower bound of the score",
    "high": "upper bound of the score",
    "top_score": "score on top excerpts",
    "random_score": "score on random excerpts",
    "corpus_score": "correlation over the whole corpus",
    "n_sequences": "excerpts scored",
    "state": "state of the score",
    "share_positive": "share of tokens above zero",
    "mean": "mean activation",
    "maximum": "largest activation",
    "variance": "variance",
    "skewness": "skewness",
    "kurtosis": "kurtosis",
    "token_share": "share of the variance explained by the token",
    "bigram_share": "share of the variance explained by the bigram",
    "position_share": "share of the variance explained by the position",
    "share_tokens": "tokens that these shares are over",
    "relevance": "how well it fits the search",
}
"""Columns that can be shown and sorted by, and what they are called."""
TO_FIT_ON = """
    select excerpt_id, coalesce(is_random, false) as is_random, coalesce(is_quantile, false) as is_quantile
    -- Datasets of before lack the column.
    from (select * from (select null::boolean as held_out where false) union all by name {excerpts})
    left join (
        select excerpt_id, bool_or("group" = 'random') as is_random,
            bool_or(starts_with("group", 'quantile')) as is_quantile
        from ({records}) group by excerpt_id
    ) using (excerpt_id)
    where not coalesce(held_out, source = $first, false) and token_ids is not null
    order by excerpt_id
"""
"""Excerpts that rules may be fitted on; see `Dataset.excerpts_to_fit_on`."""
_WIDEST = 1_000_000_000
"""More neurons than a layer has."""
NOT_SCORED = "none"
"""Among a filter's states: rows that have no score of any state."""


@dataclass(frozen=True)
class NeuronFilter:
    """Which rows of the browse table; None or empty means any.

    `text` is looked for without regard to case, as words in what `within` names (see `searching`) or, with `regex`,
    as a regular expression in the explanation. `explainer` None keeps every explanation; a row is one explanation of
    one neuron. `states` are states of a score, or NOT_SCORED. `score` runs from its first to below its second value,
    with all beyond where that is -1 or 1: ranges that follow on one another share no row. `reader` (see
    `Dataset.readers`) keeps the scores of one simulator, and rows without a score: a list in order of the score needs
    it where there are several. `bigram_share` has no end where it is 0 or 1, which shares exceed by chance; neurons
    whose share was not collected are left out. `neurons` keeps these alone, and none where it is empty;
    `listed` is what a person calls them. `left_out` are explainers whose rows are not wanted.
    """

    layers: tuple[int, ...] = ()
    score: tuple[float, float] | None = None
    share_positive: tuple[float, float] | None = None
    explainer: str | None = None
    text: str = ""
    regex: bool = False
    within: str = "explanations"
    states: tuple[str, ...] = ()
    reader: str | None = None
    bigram_share: tuple[float, float] | None = None
    neurons: tuple[NeuronId, ...] | None = None
    listed: str = ""
    left_out: tuple[str, ...] = ()


def where(chosen: NeuronFilter) -> tuple[str, dict[str, Any]]:
    """The condition of a filter, but for its text, and the values bound in it; `searching` finds the text."""
    conditions, values = ["true"], dict[str, Any]()
    if chosen.layers:
        conditions.append("list_contains($layers, layer)")
        values["layers"] = list(chosen.layers)
    if chosen.score is not None:
        conditions.append("score is not null and (score >= $score_from or $score_from <= -1)")
        conditions.append("(score < $score_to or $score_to >= 1)")
        values |= {"score_from": chosen.score[0], "score_to": chosen.score[1]}
    if chosen.share_positive is not None:
        conditions.append("share_positive between $share_from and $share_to")
        values |= {"share_from": chosen.share_positive[0], "share_to": chosen.share_positive[1]}
    if chosen.bigram_share is not None:
        conditions.append("(bigram_share >= $bigram_from or (bigram_share is not null and $bigram_from <= 0))")
        conditions.append("(bigram_share < $bigram_to or $bigram_to >= 1)")
        values |= {"bigram_from": chosen.bigram_share[0], "bigram_to": chosen.bigram_share[1]}
    if chosen.neurons is not None:
        conditions.append(f"layer::bigint * {_WIDEST} + neuron in (select unnest($neurons))")
        values["neurons"] = [_WIDEST * layer + neuron for layer, neuron in chosen.neurons]
    if chosen.explainer is not None:
        conditions.append("explainer = $explainer")
        values["explainer"] = chosen.explainer
    if chosen.left_out:
        conditions.append("(explainer is null or not list_contains($left_out, explainer))")
        values["left_out"] = list(chosen.left_out)
    if chosen.reader is not None:
        conditions.append("coalesce(reader, $reader) = $reader")
        values["reader"] = chosen.reader
    if chosen.states:
        conditions.append(f"list_contains($states, coalesce(state, '{NOT_SCORED}'))")
        values["states"] = list(chosen.states)
    return " and ".join(conditions), values


def order_by(column: str, *, descending: bool) -> str:
    """An ORDER BY that puts missing values last; BadInput for an unknown column. Ties are left to who adds to it.

    Published scores have no interval: in order of its lower end they are by value.
    """
    if column not in COLUMNS:
        raise BadInput(f"There is no column “{column}” to sort by. Choose one of: {', '.join(COLUMNS)}.")
    direction = "desc" if descending else "asc"
    score = f"score {direction} nulls last, "
    # What fits a search equally well, as all that matches an expression does, is by score.
    then = {"low": score, "relevance": f"low {direction} nulls last, {score}"}.get(column, "")
    return f"order by {column} {direction} nulls last, {then}".removesuffix(", ")
