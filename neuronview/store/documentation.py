"""What each table of a dataset holds, column by column: for people who write SQL over it.

The tables are those of `visiting`; a test holds that every column of theirs is described.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["TABLES", "TableWords"]


@dataclass(frozen=True)
class TableWords:
    """A table in words."""

    row: str
    """What a row is."""
    columns: Mapping[str, str]


_NEURON = {"layer": "Layer of the neuron, from 0.", "neuron": "Its number within the layer, from 0."}
_EXPLANATION = {"explanation_id": "The explanation's name, from its content.", **_NEURON}
_PROVENANCE = "JSON: model, prompts, seed, versions and when."
_STATISTICS = {
    "count": "Tokens of the corpus that the statistics are over.",
    "n_excerpts": "Excerpts of the corpus.",
    "mean": "Mean activation.",
    "variance": "Variance of the activation.",
    "skewness": "Skewness; 0 for a symmetric distribution.",
    "kurtosis": "Excess kurtosis; large for a neuron that is rarely far from its mean.",
    "minimum": "Smallest activation.",
    "maximum": "Largest activation.",
    "share_positive": "Part of the tokens above zero, 0 to 1.",
}
_SHARES = {
    "token_share": "Part of the variance that the token alone accounts for; null where not collected.",
    "bigram_share": "Part that the token and the one before it account for.",
    "position_share": "Part that the position in the excerpt accounts for.",
}
_SCORE = {
    "scorer": "How it is scored: simulation, detection, fuzzing, ablation.",
    "simulator": "What predicted the activations: a rule or a language model's way to answer.",
    "split": "Which excerpts it is scored on: held_out, valid, test, corpus, published, ...",
}
_FIT = {
    "rsquared": "Part of the variance that the calibrated simulation accounts for; may be negative.",
    "absolute_dev_explained": "The same for absolute deviations.",
}

TABLES: Mapping[str, TableWords] = {
    "browse": TableWords(
        "an explanation as one reader scored it, with its neuron's statistics; the table of the Browse page",
        {
            **_NEURON,
            **_STATISTICS,
            **_SHARES,
            "share_tokens": "Tokens that the three shares are over.",
            "explanation_id": "The explanation's name; null for a neuron without one.",
            "explainer": "Who or what explained: lookup, dictionary, a model, person.",
            "explanation": "The sentence.",
            **_SCORE,
            "reader": "The simulator, all rules as `rule`: scores of different readers do not compare.",
            "state": "ok, undefined, unparsable or provider_error; a score is there only when ok.",
            "score": "Correlation of simulated with real activations, on top and random excerpts together.",
            "low": "Lower end of its 95 % interval.",
            "high": "Upper end.",
            "n_sequences": "Excerpts that it is computed on.",
            "reason": "Why there is no score.",
            "top_score": "The same on the top excerpts alone.",
            "random_score": "The same on the random excerpts alone.",
            "corpus_score": "Over every token of the corpus; rules only.",
        },
    ),
    "neurons": TableWords(
        "a neuron with its statistics over the corpus",
        {
            **_NEURON,
            **_STATISTICS,
            "histogram": "Counts in equal bins between minimum and maximum.",
            "quantile_boundaries": "Activations that part the quantile groups.",
            "tail_values": "Activations exceeded with probability 0.7, 0.5, 0.3, ... to 1e-7.",
            "tail_max_values": "The same for the maximum of an excerpt.",
            "top_tokens": "Tokens of highest mean activation: token, token_id, mean, count.",
            "features": "Dictionary features it goes with most: feature, correlation.",
        },
    ),
    "shares": TableWords(
        "a neuron's parts of variance", {**_NEURON, "n_tokens": "Tokens that the shares are over.", **_SHARES}
    ),
    "explanations": TableWords(
        "an explanation",
        {
            **_EXPLANATION,
            "explainer": "Who or what explained.",
            "text": "The sentence.",
            "rule": "JSON of the rule that it states; null where only the text says it.",
            "parent": "The explanation that it revises.",
            "provenance": _PROVENANCE,
        },
    ),
    "scores": TableWords(
        "a score of an explanation: one scorer, simulator, split and subset",
        {
            **_EXPLANATION,
            **_SCORE,
            "subset": "top_and_random, top or random excerpts of the split.",
            "state": "ok, undefined, unparsable or provider_error.",
            "reason": "Why there is no value.",
            "value": "The score; null unless the state is ok.",
            "low": "Lower end of its 95 % interval.",
            "high": "Upper end.",
            **_FIT,
            "n_sequences": "Excerpts.",
            "n_tokens": "Tokens.",
            "n_missing": "Tokens that the simulator gave no valid answer for.",
            "baselines": "JSON list: what trivial explanations reach on the same excerpts.",
            "note": "What to know of it.",
            "provenance": _PROVENANCE,
            "measures": "JSON of further measures of this scorer.",
        },
    ),
    "records": TableWords(
        "an excerpt that is kept for a neuron, with the activation of each token",
        {
            **_NEURON,
            "group": 'top, random or a quantile group. A word of SQL: write it as "group".',
            "rank": "Place within the group, from 0.",
            "excerpt_id": "The excerpt, in the table excerpts.",
            "activations": "A value a token, the leading token left out.",
        },
    ),
    "excerpts": TableWords(
        "an excerpt of the corpus",
        {
            "excerpt_id": "Its number.",
            "document_id": "The document that it is from.",
            "source": "Where the document is from.",
            "template": "Template that generated it, if one did.",
            "token_ids": "Its tokens by number.",
            "tokens": "Its tokens as text; empty where the vocabulary gives them.",
            "held_out": "Whether nothing is fitted on it; null where the source does not say.",
        },
    ),
    "vocabulary": TableWords(
        "a token",
        {
            "token_id": "Its number in the tokenizer.",
            "token": "Its text.",
            "count": "How often it stands in the corpus.",
        },
    ),
    "simulations": TableWords(
        "what a simulator predicted for one excerpt",
        {
            **_EXPLANATION,
            "simulator": "Which one.",
            "excerpt_id": "The excerpt; null for published ones.",
            "scale": "0-10 or calibrated.",
            "expected": "A value a token.",
            "values": "For each token the values that were thought possible.",
            "probabilities": "How likely each was.",
            "created": "When.",
            "place": "Among the excerpts that the explanation was scored on.",
            "true_activations": "The real values, where the source gives them.",
            "uncalibrated": "Expected values before calibration.",
            "uncalibrated_values": "Possible values before calibration.",
            "uncalibrated_probabilities": "Their probabilities; null where they are the same.",
            "ev_correlation": "Score of this excerpt alone.",
            **_FIT,
        },
    ),
    "related": TableWords(
        "tokens or neurons that published files name for a neuron",
        {
            **_NEURON,
            "kind": "tokens_by_activation, tokens_by_weight or neurons_by_weight.",
            "content": "JSON.",
        },
    ),
    "files": TableWords(
        "a published file that was asked for",
        {
            **_NEURON,
            "kind": "What the file holds.",
            "state": "stored, absent, refused or failed.",
            "reason": "Why it is not stored.",
            "bytes": "Its size.",
            "created": "When it was tried.",
        },
    ),
}
"""Tables in the order in which they are worth knowing."""
