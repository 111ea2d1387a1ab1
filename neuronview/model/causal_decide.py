"""Typed decisions of a causal language model in this process.

Prompts, labels and temperatures are those of transformers' decision pipeline, which asks one prompt after the other;
here all prompts of all texts are computed together, and the text that several questions share only once.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch

from neuronview.errors import BadInput, NotSupported
from neuronview.model.passes import Passes, Prompt

__all__ = ["Asked", "Decided", "count", "decide"]

WORTH_ALONE = 3  # questions about one text
# For a tokenizer without a chat template: the question, and a blank line before the answer.
PLAIN_TEMPLATE = "{% for message in messages %}{{ message['content'] }}\n\n{% endfor %}"


class Asked(Protocol):
    """One question: `kind` is score (levels, lowest first), choice (values) or predicate (no levels)."""

    @property
    def name(self) -> str:
        """Unique in a request."""

    @property
    def kind(self) -> str:
        """score, choice or predicate."""

    @property
    def instructions(self) -> str:
        """What is asked."""

    @property
    def levels(self) -> Sequence[str]:
        """The allowed answers."""


@dataclass(frozen=True)
class Decided:
    """Answers about one text."""

    probabilities: tuple[tuple[float, ...], ...]
    """Of each question, in order: one a level or value; (no, yes) for a predicate."""
    input_tokens: int
    cached_tokens: int


class Runner(Protocol):
    """What decisions need of a loaded model."""

    network: Any
    tokenizer: Any
    name: str
    source: str | None
    passes: Passes

    def check_length(self, tokens: int) -> None:
        """Raise NotSupported for a prompt that is too long."""


def decide(runner: Runner, requests: Sequence[tuple[str, Sequence[Asked]]]) -> list[Decided]:
    """Answer the questions about each text."""
    settings, tokenizer = _settings(runner)
    prepared = [
        (number, inputs, questions)
        for number, (text, asked) in enumerate(requests)
        for inputs, questions in _prepared(runner, settings, tokenizer, text, asked)
    ]
    prompts = [_prompt(inputs) for _, inputs, _ in prepared]
    for prompt in prompts:
        runner.check_length(len(prompt.ids))
    found: list[dict[str, tuple[float, ...]]] = [{} for _ in requests]
    kept = [0] * len(prompts)
    for group in _groups([number for number, _, _ in prepared]):

        def take(place: int, logits: torch.Tensor, group: list[int] = group) -> None:
            number, inputs, questions = prepared[group[place]]
            found[number] |= _read(runner, settings, tokenizer, inputs, questions, logits.float().cpu())

        for place, cached in zip(group, runner.passes.forward([prompts[i] for i in group], take), strict=True):
            kept[place] = cached
    counts = [[0, 0] for _ in requests]
    for (number, _, _), prompt, cached in zip(prepared, prompts, kept, strict=True):
        counts[number][0] += len(prompt.ids)
        counts[number][1] += cached
    return [
        Decided(tuple(found[number][question.name] for question in asked), *counts[number])
        for number, (_, asked) in enumerate(requests)
    ]


def count(runner: Runner, text: str, asked: Sequence[Asked]) -> int:
    """Tokens of all prompts that `decide` would read for one text; nothing is computed."""
    settings, tokenizer = _settings(runner)
    return sum(len(inputs["input_ids"][0]) for inputs, _ in _prepared(runner, settings, tokenizer, text, asked))


def _groups(numbers: Sequence[int]) -> list[list[int]]:
    """Prompts that are computed together: several about one text share that text, the others share what they can."""
    by_text: dict[int, list[int]] = {}
    for place, number in enumerate(numbers):
        by_text.setdefault(number, []).append(place)
    groups = [places for places in by_text.values() if len(places) >= WORTH_ALONE]
    rest = [place for places in by_text.values() if len(places) < WORTH_ALONE for place in places]
    return [*groups, rest] if rest else groups


def _settings(runner: Runner) -> tuple[Any, Any]:
    """The model's decision config, and a tokenizer that may be given further tokens."""
    known = getattr(runner, "_decision_settings", None)
    if known is None:
        from transformers.decision import DecisionConfig

        folder = runner.source if runner.source and Path(runner.source).is_dir() else None
        settings = DecisionConfig.from_pretrained(folder) if folder else _hub_settings(runner.source)
        if settings.adapter:
            raise NotSupported(
                f"{runner.name} decides with an adapter, which is not read here. Serve it and ask it so."
            )
        tokenizer = copy.deepcopy(runner.tokenizer)
        tokenizer.chat_template = tokenizer.chat_template or PLAIN_TEMPLATE
        known = settings, tokenizer
        runner._decision_settings = known  # type: ignore[attr-defined]
    return known


def _hub_settings(name: str | None) -> Any:
    from transformers.decision import DecisionConfig

    return DecisionConfig.from_pretrained(name, local_files_only=True) if name else DecisionConfig()


def _prepared(
    runner: Runner, settings: Any, tokenizer: Any, text: str, asked: Sequence[Asked]
) -> list[tuple[dict[str, Any], list[Any]]]:
    """Prompts of one text as (inputs, questions): one a question, or one for all where the model's template can."""
    if len({question.name for question in asked}) != len(asked):
        raise BadInput("Two questions of one request have the same name; answers are told apart by name.")
    if not asked:
        return []
    request = {"state": text, "questions": {question.name: _written(question) for question in asked}}
    try:
        return list(settings.prepare_inputs(request, tokenizer))
    except ValueError as error:
        raise NotSupported(f"{runner.name} cannot answer these questions: {error}") from error


def _written(question: Asked) -> dict[str, Any]:
    """A question in the System One form."""
    if question.kind == "predicate":
        return {"type": "noul", "instructions": question.instructions}
    if question.kind == "score":
        return {"type": "score", "instructions": question.instructions, "criteria": list(question.levels)}
    values = dict.fromkeys(question.levels)
    if len(values) != len(question.levels):
        raise BadInput(f"Two values of the choice {question.name!r} are the same.")
    return {"type": "choice", "instructions": question.instructions, "criteria": values}


def _prompt(inputs: dict[str, Any]) -> Prompt:
    marks = inputs["marks"].tolist()
    return Prompt(inputs["input_ids"][0].tolist(), min(marks) - 1, max(marks) - 1)


def _read(
    runner: Runner,
    settings: Any,
    tokenizer: Any,
    inputs: dict[str, Any],
    questions: list[Any],
    logits: torch.Tensor,
) -> dict[str, tuple[float, ...]]:
    """Probabilities by question from the logits before each mark, first wanted position first."""
    from transformers.decision import label_token_ids
    from transformers.decision.modeling_utils import process_scores

    marks = inputs["marks"]
    places = (marks - marks.min()).tolist()
    try:
        labels = [label_token_ids(tokenizer, tuple(question.labels)) for question in questions]
    except ValueError as error:
        raise NotSupported(f"{runner.name} cannot answer these questions: {error}") from error
    scores = [logits[place, ids] for place, ids in zip(places, labels, strict=False)]
    processed = process_scores(settings, inputs["input_ids"], marks, questions, scores)
    answers = {}
    for question, score in zip(questions, processed, strict=True):
        by_option = dict(zip(question.options, score.softmax(-1).tolist(), strict=True))
        order = ("false", "true") if question.type == "noul" else question.options
        answers[question.name] = tuple(by_option[option] for option in order)
    return answers
