"""What each format keeps of a dataset after export and import, aspect by aspect.

`docs/round-trips.md` shows it as a table; a test exports, imports and compares, and fails where this says otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

__all__ = ["ASPECTS", "KEPT", "cannot_hold"]

ASPECTS: Mapping[str, str] = {
    "activations": "activations and token strings of records",
    "groups": "groups and ranks of top, random and quantile records",
    "first": "records of the group first (the best of the first source)",
    "token ids": "token ids",
    "documents": "which document, source and template an excerpt is from, and what is held out",
    "moments": "mean, variance, skewness and kurtosis",
    "boundaries": "quantile boundaries",
    "maximum": "largest activation over the corpus, beyond the records",
    "range": "smallest activation, share above zero and histogram",
    "counts": "numbers of tokens and excerpts in the corpus",
    "tails": "tails, from which neurons are ranked for a text",
    "top tokens": "tokens with the highest mean activation, and correlations with features",
    "text": "texts of explanations",
    "explainer": "which explainer wrote an explanation",
    "unscored": "that an explanation was never scored, as against a score that is undefined",
    "rule": "rules and parents of explanations",
    "explanation provenance": "where an explanation comes from: models, seed, text fitted on",
    "score": "the score that is shown first",
    "other scores": "scores of other splits, subsets, simulators and scorers",
    "interval": "intervals, baselines, states, numbers of excerpts and notes of scores",
    "simulations": "simulated excerpts of the score that is shown first",
    "related": "related tokens and neurons",
    "provenance": "how the dataset was made: corpus, seed, versions",
    "model": "the model itself, where it lies in the dataset's folder",
}
"""What a dataset may hold, and how it is named to people."""

_LOST: Mapping[str, frozenset[str]] = {
    "openai": frozenset(
        {"first", "token ids", "documents", "maximum", "range", "counts", "tails", "top tokens", "explainer"}
        | {"unscored", "rule", "explanation provenance", "other scores", "interval", "provenance", "model"}
    ),
    "neuronpedia": frozenset(
        {"token ids", "documents", "moments", "boundaries", "counts", "tails", "top tokens", "rule"}
        | {"explanation provenance", "simulations", "related", "provenance", "model"}
    ),
    "parquet": frozenset({"model"}),
    "csv": frozenset({"model"}),
}
KEPT: Mapping[str, frozenset[str]] = {form: frozenset(ASPECTS) - lost for form, lost in _LOST.items()}
"""By format."""


def cannot_hold(form: str, present: Collection[str] = ASPECTS) -> list[str]:
    """What the format has no place for, in words; of the aspects that are `present`, by default all."""
    return [words for name, words in ASPECTS.items() if name in present and name not in KEPT[form]]
