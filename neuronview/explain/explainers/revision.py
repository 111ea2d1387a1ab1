"""Revision: a better sentence from what the old one gets wrong, kept only if excerpts that it has not seen agree.

Shown are the excerpts of train and calibration that the explanation predicts worst and, where the subject model is at
hand, sentences that a language model wrote against it, with the activations that they really give. The rest of the
calibration split decides. No excerpt of a split that is reported is ever looked at.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from neuronview.errors import UnparsableAnswer
from neuronview.explain.evaluation import EvaluationSet
from neuronview.explain.explainers.base import Settings, candidate_requests, candidates
from neuronview.explain.explainers.choose import index_of_best, require_selection_split, values_of
from neuronview.explain.explainers.worst import worst_excerpts
from neuronview.explain.language import SetSimulations, language_value, simulate_language
from neuronview.explain.prompts import count_messages
from neuronview.explain.prompts.explaining import WrongExcerpt, counter_example_messages, revision_messages
from neuronview.explain.simulators import LanguageSimulator
from neuronview.llm.calls import ChatAnswer, ChatRequest, Endpoint
from neuronview.records import ActivationRecord, Explanation, Provenance

__all__ = ["NAME", "Activations", "Revision", "RevisionSettings", "explain", "requests", "revise", "sentences_of"]

NAME = "revision"
Activations = Callable[[str], ActivationRecord]
"""Tokens of a text and the neuron's real activations on them."""
_MARK = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s*")
LONGEST_SENTENCE = 300


@dataclass(frozen=True)
class RevisionSettings(Settings):
    """How a revision asks."""

    n_worst: int = 4
    """Excerpts that are shown; of the calibration split at most half, so that the rest can decide."""
    n_sentences: int = 6
    """Sentences to try on the subject model, where it is at hand."""
    gain: float = 0.02
    """How much higher the correlation of a new sentence must be to be kept: less may be chance."""


@dataclass(frozen=True, eq=False)
class Revision:
    """Both sentences, which one to go on with, and why."""

    before: Explanation
    after: Explanation | None
    """The best new sentence; None where there was nothing to ask about, or no other sentence came."""
    kept: bool
    """Whether the new sentence is to take the old one's place."""
    reason: str
    value_before: float = math.nan
    """Correlation on the excerpts of the calibration split that were not shown."""
    value_after: float = math.nan
    tried: tuple[ActivationRecord, ...] = ()
    """Sentences that were run through the subject model."""

    @property
    def explanation(self) -> Explanation:
        """The sentence to go on with."""
        return self.after if self.kept and self.after is not None else self.before


def requests(
    explanation: Explanation, wrong: Sequence[WrongExcerpt], tried: Sequence[WrongExcerpt], settings: Settings
) -> tuple[ChatRequest, ...]:
    """One a candidate; fewer sentences, then fewer excerpts, where they do not fit into the context."""
    messages = revision_messages(explanation.text, wrong, tried)
    while len(wrong) + len(tried) > 1 and count_messages(messages, settings.count) > settings.budget:
        wrong, tried = (wrong, tried[:-1]) if tried else (wrong[:-1], tried)
        messages = revision_messages(explanation.text, wrong, tried)
    return candidate_requests(messages, settings)


async def explain(
    explanation: Explanation,
    wrong: Sequence[WrongExcerpt],
    endpoint: Endpoint,
    settings: Settings,
    *,
    tried: Sequence[WrongExcerpt] = (),
    provenance: Provenance | None = None,
) -> list[Explanation]:
    """New sentences for an explanation. EndpointError passes through."""
    found = await candidates(
        requests(explanation, wrong, tried, settings),
        endpoint,
        explainer=NAME,
        neuron=explanation.neuron,
        provenance=provenance or explanation.provenance,
        parent=explanation.id or None,
    )
    return [candidate for candidate in found if candidate.text != explanation.text]


async def revise(
    explanation: Explanation,
    sets: Mapping[str, EvaluationSet],
    endpoint: Endpoint,
    simulator: LanguageSimulator,
    settings: RevisionSettings | None = None,
    *,
    activations: Activations | None = None,
    provenance: Provenance | None = None,
) -> Revision:
    """Write better sentences for an explanation, and keep the best if the calibration split agrees.

    `sets` needs `train` and `calibration`; no other is read. EndpointError passes through.
    """
    settings = settings or RevisionSettings()
    own = await _simulated(simulator, explanation, {name: sets[name] for name in ("train", "calibration")})
    wrong, unseen = worst_excerpts(own, settings.n_worst)
    if not wrong or not unseen.chosen.records:
        return Revision(explanation, None, False, "There are too few excerpts to revise on; nothing was asked.")
    tried = await _tried(explanation, endpoint, settings, activations)
    shown = [WrongExcerpt(record.tokens, record.activations) for record in tried]
    found = await explain(explanation, wrong, endpoint, settings, tried=shown, provenance=provenance)
    if not found:
        return Revision(explanation, None, False, "The model wrote the same sentence again.", tried=tried)
    values = await values_of(found, unseen.chosen, simulator)
    best = index_of_best(values)
    where = replace(found[best].provenance, split=unseen.chosen.split)
    after, value = replace(found[best], provenance=where), values[best]
    kept, reason = _decision(language_value(unseen), value, len(unseen.outcomes), settings.gain)
    return Revision(explanation, after, kept, reason, language_value(unseen), value, tried)


def sentences_of(answer: ChatAnswer, most: int) -> list[str]:
    """The sentences of an answer, one a line, without list marks and quotes. UnparsableAnswer when there is none."""
    lines = [_MARK.sub("", line.strip()).strip(' "“”') for line in answer.text.splitlines()]
    found = [line for line in dict.fromkeys(lines) if " " in line and len(line) <= LONGEST_SENTENCE]
    if not found:
        raise UnparsableAnswer("The answer holds no sentences to try on the neuron.")
    return found[:most]


async def _simulated(
    simulator: LanguageSimulator, explanation: Explanation, sets: Mapping[str, EvaluationSet]
) -> dict[str, SetSimulations]:
    for chosen in sets.values():
        require_selection_split(chosen)
    found = await simulate_language(simulator, explanation.text, sets)
    for one in found.values():
        if one.provider_errors:
            raise one.provider_errors[0]
    return found


async def _tried(
    explanation: Explanation, endpoint: Endpoint, settings: RevisionSettings, activations: Activations | None
) -> tuple[ActivationRecord, ...]:
    """Sentences against the explanation with what the subject model really does on them; none without that model."""
    if activations is None or settings.n_sentences < 1:
        return ()
    messages = counter_example_messages(explanation.text, settings.n_sentences)
    room = settings.max_tokens + 60 * settings.n_sentences
    request = ChatRequest(messages, max_tokens=room, temperature=settings.temperature, seed=settings.seed)
    sentences = sentences_of(await endpoint.chat(request), settings.n_sentences)
    return tuple([await asyncio.to_thread(activations, sentence) for sentence in sentences])


def _decision(before: float, after: float, n: int, gain: float) -> tuple[bool, str]:
    on = f"on the {n} excerpts of the calibration split that were not shown"
    if math.isnan(after):
        return False, f"The new sentence has no score {on}, so the old one stays."
    if math.isnan(before):
        return True, f"The old sentence has no score {on}; the new one has {after:.2f}."
    if after >= before + gain:
        return True, f"The correlation rose from {before:.2f} to {after:.2f} {on}."
    return False, f"The correlation went from {before:.2f} to {after:.2f} {on}: less than {gain:.2f} more."
