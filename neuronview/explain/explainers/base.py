"""What every explainer by language model shares: its settings, candidates side by side, and one clean sentence of each.

Answers are cleaned and never mended: an empty answer, a refusal or an endless one is UnparsableAnswer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from neuronview.errors import BadInput, UnparsableAnswer
from neuronview.explain.prompts import Counter, Example, estimate_tokens, example_neurons, prompt_hash
from neuronview.explain.simulators.base import all_of, whole_text
from neuronview.llm.calls import ChatAnswer, ChatRequest, Endpoint, Message
from neuronview.records import Explanation, NeuronId, Provenance

__all__ = ["Settings", "candidate_requests", "candidates", "one_sentence"]

LONGEST = 400
"""Characters of an explanation; a sentence that goes on beyond them is none."""
_STEM = re.compile(
    r"^(?:explanation\s*:\s*|(?:the main thing )?this neuron (?:does is find|(?:mainly |mostly )?"
    r"(?:responds|fires|activates|is active|looks|is looking)(?: strongly)?(?: to| on| for| at)?)\s*:?\s*)",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s+")
_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)(?<!\b[A-Z])[.!?][\"”’')\]]*\s+(?=[\"“‘'(\[]?[A-Z])")
_REFUSAL = re.compile(
    r"^(?:sorry,|i(?: a|['’]?)m (?:sorry|unable)|i apologi[sz]e|i can(?:no|['’])t|as an ai|unfortunately, i)",
    re.IGNORECASE,
)
_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?</\1>", re.IGNORECASE | re.DOTALL)
_OPEN_THOUGHT = re.compile(r"<(?:think|thinking|reasoning)>", re.IGNORECASE)
_FENCE = re.compile(r"^\s*(?:`{3,}|~{3,})\s*\w*\s*$")
_LABEL = re.compile(r"^[*_#\s]*(?:explanation|answer|summary)[*_\s]*(?::[*_\s]*|$)", re.IGNORECASE)
_COURTESY = re.compile(
    r"^(?:sure|certainly|of course|okay|ok|absolutely)(?: thing)?\s*(?:[!.:]|,(?=\s*here))\s*", re.IGNORECASE
)
_ANNOUNCED = re.compile(r"^(?:here(?:['’]s| is| are)|below is|the following is)\b[^:]{0,80}:\s*", re.IGNORECASE)
_ENDED = re.compile(r"[.!?][\"”’')\]*_`]*$")
_QUOTES = {'"': '"', "“": "”", "'": "'", "‘": "’", "«": "»", "`": "`", "**": "**"}


@dataclass(frozen=True)
class Settings:
    """How an explainer asks."""

    n_candidates: int = 3
    temperature: float = 1.0
    max_tokens: int = 120
    """Room for an answer; models that think before they answer need more."""
    context_tokens: int = 8192
    """Prompt and answer together, in the model's tokens."""
    count: Counter = estimate_tokens
    examples: tuple[Example, ...] = field(default_factory=example_neurons)
    sparse_repeat: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        if self.n_candidates < 1:
            raise BadInput(f"{self.n_candidates} candidates: at least one is needed.")

    @property
    def budget(self) -> int:
        """Tokens that a prompt may have."""
        return self.context_tokens - self.max_tokens


def candidate_requests(messages: tuple[Message, ...], settings: Settings) -> tuple[ChatRequest, ...]:
    """The same question once for each candidate; they differ by their seed and the number of the sample."""
    return tuple(
        ChatRequest(
            messages,
            max_tokens=settings.max_tokens,
            temperature=settings.temperature,
            seed=settings.seed + sample,
            sample=sample,
        )
        for sample in range(settings.n_candidates)
    )


async def candidates(
    requests: Sequence[ChatRequest],
    endpoint: Endpoint,
    *,
    explainer: str,
    neuron: NeuronId | None = None,
    provenance: Provenance | None = None,
    parent: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> list[Explanation]:
    """One explanation for each different sentence, in the order of the requests.

    EndpointError passes through; UnparsableAnswer when not one of the answers holds a sentence.
    """
    answers = await all_of([endpoint.chat(request) for request in requests])
    found: dict[str, Explanation] = {}
    trouble: UnparsableAnswer | None = None
    for request, answer in zip(requests, answers, strict=True):
        try:
            text = one_sentence(answer)
        except UnparsableAnswer as error:
            trouble = error
            continue
        where = _provenance(provenance, explainer, request, answer, endpoint)
        found.setdefault(text, Explanation(text, explainer, neuron, parent=parent, provenance=where))
    if not found and trouble is not None:
        raise trouble
    return list(found.values())


def one_sentence(answer: ChatAnswer) -> str:
    """The first sentence of an answer, without thoughts, announcements, quotes, list marks and stock beginnings.

    UnparsableAnswer for an empty answer, a refusal, thoughts that never end, or a sentence that does not end.
    """
    text = _first_line(whole_text(answer))
    if _REFUSAL.match(text):
        raise UnparsableAnswer(f"The model declined to explain: “{text[:80]}”. Another model may do it.")
    end = _END.search(text)
    if answer.finish == "length" and not end and not _ENDED.search(text):
        raise UnparsableAnswer(f"The explanation was cut off for want of room: “…{text[-80:]}”. Allow more tokens.")
    text = text[: end.end()].strip() if end else text
    if not any(map(str.isalnum, text)):
        raise UnparsableAnswer(f"The explanation holds no word: “{text[:80]}”.")
    if len(text) > LONGEST:
        raise UnparsableAnswer(f"The explanation has {len(text)} characters in one sentence: “{text[:80]}…”.")
    return text[0].upper() + text[1:]


def _first_line(text: str) -> str:
    """The first line that says something of the neuron, bare."""
    text = _THOUGHT.sub("\n", text)
    if _OPEN_THOUGHT.search(text):
        raise UnparsableAnswer("The model was still thinking when its answer ended. Allow more tokens.")
    for line in text.splitlines():
        if not _FENCE.match(line) and (found := _bare(" ".join(line.split()))):
            return found
    raise UnparsableAnswer(f"The answer announces an explanation and holds none: “{text.strip()[:80]}”.")


def _bare(text: str) -> str:
    """The text inside quotes and marks, without a stock beginning; once more as long as something comes off."""
    before = None
    while text != before:
        before = text
        for opening_words in (_LEAD, _LABEL, _COURTESY, _ANNOUNCED, _STEM):
            text = opening_words.sub("", text).strip()
        for opening, closing in _QUOTES.items():
            inside = text[len(opening) : -len(closing)]
            if len(text) > 2 * len(opening) and text.startswith(opening) and text.endswith(closing):
                text = inside.strip() if opening not in inside and closing not in inside else text
    return text


def _provenance(
    given: Provenance | None, explainer: str, request: ChatRequest, answer: ChatAnswer, endpoint: Endpoint
) -> Provenance:
    given = given or Provenance()
    return replace(
        given,
        explainer=explainer,
        prompt_hash=prompt_hash(request.messages),
        seed=request.seed,
        explainer_model=answer.model or endpoint.model,
    )
