"""A person's own sentence as an explanation, scored at once where it says by which words it can be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from neuronview.explain.explainers import person
from neuronview.records import Explanation, NeuronRecord, Provenance
from neuronview.view.evaluation import pattern_explanation

__all__ = ["own_explanation", "words_in_quotes"]

_QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»")


def words_in_quotes(sentence: str) -> list[str]:
    """What stands in double quotation marks, each once, in order; commas inside separate words."""
    found = (next(filter(None, groups)) for groups in _QUOTED.findall(sentence))
    words = (word.strip() for quoted in found for word in quoted.split(","))
    return list(dict.fromkeys(word for word in words if word))


def own_explanation(
    record: NeuronRecord, sentence: str, *, explanations: Sequence[Explanation] = (), dataset: str | None = None
) -> Explanation:
    """The sentence by the explainer `person`, with the rule that its words in quotation marks are, and its scores.

    Without any, it has no rule and no score: a language model has to read it. `explanations` of the same neuron lend
    their baselines. Raises BadInput when it is empty or too long, BadPattern when a quoted text is no pattern, and
    ScoringError where there are too few records to score it on.
    """
    provenance = Provenance(dataset=dataset, explainer=person.NAME, seed=0)
    plain = person.explain(sentence, neuron=record.id, provenance=provenance)
    words = words_in_quotes(plain.text)
    if not words:
        return plain
    scored = pattern_explanation(record, ", ".join(words), is_regex=False, explanations=explanations, dataset=dataset)
    return replace(scored, text=plain.text)
