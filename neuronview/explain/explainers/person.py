"""A person as explainer: their own sentence, scored like any other, with no rule behind it."""

from __future__ import annotations

from dataclasses import replace

from neuronview.errors import BadInput
from neuronview.records import Explanation, NeuronId, Provenance

__all__ = ["LONGEST", "NAME", "explain"]

NAME = "person"
LONGEST = 1000


def explain(
    text: str, *, neuron: NeuronId | None = None, provenance: Provenance | None = None, parent: str | None = None
) -> Explanation:
    """The sentence with its white space tidied. BadInput when it is empty or too long."""
    sentence = " ".join(text.split())
    if not sentence:
        raise BadInput("The explanation is empty. Write what the neuron responds to, in one sentence.")
    if len(sentence) > LONGEST:
        raise BadInput(f"The explanation has {len(sentence)} characters; at most {LONGEST} are scored. Shorten it.")
    where = replace(provenance or Provenance(), explainer=NAME)
    return Explanation(sentence, NAME, neuron, parent=parent, provenance=where)
