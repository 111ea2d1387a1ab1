"""Typed decisions on the wire, in both formats: bodies of requests, and what answers hold. Makes no call.

Every question has a state of its own. An answer is taken only if it is of the question's kind, has exactly the levels
that were asked about, and its probabilities sum to 1 but for rounding; a refusal, a missing answer and one that does
not hold together are told apart, and none of them becomes a number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from neuronview.errors import BadInput, UnparsableAnswer
from neuronview.llm.calls import Decision, DecisionRequest, Question

__all__ = [
    "MOST_QUESTIONS",
    "ROUNDING",
    "Wire",
    "check_questions",
    "openai_questions",
    "read_openai",
    "read_systemone",
    "split_questions",
    "systemone_body",
]

Wire = Literal["openai", "systemone"]
MOST_QUESTIONS: dict[Wire, int] = {"openai": 200, "systemone": 64}
"""Questions in a request: OpenAI takes 400, gateways to it and clients of it 200; System One takes 64."""
ROUNDING = 0.02
"""How far from 1 probabilities may sum: ten of them rounded to two digits are rarely further off."""


def check_questions(request: DecisionRequest) -> None:
    """Raise BadInput where names are not unique, or a question has too few answers to choose from."""
    names = [question.name for question in request.questions]
    if len(set(names)) != len(names):
        raise BadInput("Two questions of one request have the same name; answers are told apart by name.")
    for question in request.questions:
        if question.kind != "predicate" and len(question.levels) < 2:
            raise BadInput(f"Question {question.name!r} has {len(question.levels)} possible answers; it needs two.")


def split_questions(questions: Sequence[Question], most: int) -> list[tuple[Question, ...]]:
    """The questions in parts of at most `most`, about equally long, in order."""
    parts = max(1, math.ceil(len(questions) / most))
    size = math.ceil(len(questions) / parts)
    return [tuple(questions[start : start + size]) for start in range(0, len(questions), size)]


def openai_questions(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """The argument `questions` of `decisions.create`."""
    written = []
    for question in questions:
        body: dict[str, Any] = {"type": question.kind, "name": question.name, "instructions": question.instructions}
        if question.kind == "score":
            body["levels"] = [{"label": level} for level in question.levels]
        elif question.kind == "choice":
            body["choices"] = [{"value": level} for level in question.levels]
        written.append(body)
    return written


def systemone_body(model: str, text: str, questions: Sequence[Question]) -> dict[str, Any]:
    """The body of `POST /v1/systemone`."""
    written: dict[str, Any] = {}
    for question in questions:
        if question.kind == "predicate":
            body: dict[str, Any] = {"type": "noul"}
        elif question.kind == "score":
            body = {"type": "score", "criteria": list(question.levels)}
        else:
            body = {"type": "choice", "criteria": dict.fromkeys(question.levels)}
        written[question.name] = body | {"instructions": question.instructions}
    return {"model": model, "state": text, "questions": written}


def read_openai(payload: Mapping[str, Any], questions: Sequence[Question]) -> list[Decision]:
    """One decision a question, matched by name; by order only where no answer has a name and none is left out."""
    answers = payload.get("answers")
    if not isinstance(answers, list):
        raise UnparsableAnswer("The endpoint answered, but with no list of answers in it. Try again.")
    answers = [answer if isinstance(answer, Mapping) else {} for answer in answers]
    if answers and all(answer.get("name") is None for answer in answers):
        if len(answers) != len(questions):
            why = f"{len(answers)} answers without names came to {len(questions)} questions"
            return [Decision(question.name, "invalid", reason=why) for question in questions]
        return [_openai_decision(question, [answer]) for question, answer in zip(questions, answers, strict=True)]
    return [
        _openai_decision(question, [answer for answer in answers if answer.get("name") == question.name])
        for question in questions
    ]


def read_systemone(payload: Mapping[str, Any], questions: Sequence[Question]) -> list[Decision]:
    """One decision a question, by name."""
    answers = payload.get("answers")
    if not isinstance(answers, Mapping):
        raise UnparsableAnswer("The endpoint answered, but with no answers by name in it. Try again.")
    return [_systemone_decision(question, answers.get(question.name)) for question in questions]


def _openai_decision(question: Question, answers: list[Mapping[str, Any]]) -> Decision:
    """The decision that the answers to one question come to; there should be one."""
    if not answers:
        return _missing(question)
    if len(answers) > 1:
        return _invalid(question, f"{len(answers)} answers came to one question")
    answer = answers[0]
    kind = answer.get("type")
    if kind == "refusal":
        return _refused(question, answer)
    if kind != question.kind:
        return _invalid(question, f"the answer is of kind {str(kind)[:40]!r}, not {question.kind!r}")
    if kind == "predicate":
        return _predicate(question, answer.get("probability"))
    entries = answer.get("probabilities")
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        return _invalid(question, "the answer holds no probabilities")
    if len(entries) != len(question.levels):
        return _invalid(question, _wrong_number(len(entries), question))
    field = "label" if kind == "score" else "value"
    by_level = {str(entry.get(field)): entry.get("probability") for entry in entries}
    if kind == "score" and set(by_level) != set(question.levels):
        by_level = _by_position(question, entries)
    return _distribution(question, by_level)


def _by_position(question: Question, entries: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Probabilities by level where labels are not those that were asked for: by `value`, which counts from 0."""
    by_value = {entry.get("value"): entry.get("probability") for entry in entries}
    return {level: by_value.get(number) for number, level in enumerate(question.levels)}


def _systemone_decision(question: Question, answer: object) -> Decision:
    """The decision that one answer comes to."""
    if answer is None:
        return _missing(question)
    if not isinstance(answer, Mapping):
        return _invalid(question, "the answer is no object")
    kind = answer.get("type")
    if kind == "refusal" or "refusal" in answer:
        return _refused(question, answer)
    expected = "noul" if question.kind == "predicate" else question.kind
    if kind != expected:
        return _invalid(question, f"the answer is of kind {str(kind)[:40]!r}, not {expected!r}")
    if question.kind == "predicate":
        return _predicate(question, answer.get("noul"))
    probabilities = answer.get("probabilities")
    if not isinstance(probabilities, Mapping):
        return _invalid(question, "the answer holds no probabilities")
    if len(probabilities) != len(question.levels):
        return _invalid(question, _wrong_number(len(probabilities), question))
    if question.kind == "score":
        numbered = {level: probabilities.get(str(number)) for number, level in enumerate(question.levels)}
        return _distribution(question, numbered)
    return _distribution(question, probabilities)


def _predicate(question: Question, probability: object) -> Decision:
    """(no, yes) from the probability of yes."""
    if not _is_probability(probability):
        return _invalid(question, f"the probability is {str(probability)[:40]}, not a number from 0 to 1")
    yes = min(1.0, max(0.0, float(probability)))  # type: ignore[arg-type]  # narrowed by _is_probability
    return Decision(question.name, "ok", (1.0 - yes, yes))


def _distribution(question: Question, by_level: Mapping[str, Any]) -> Decision:
    """Probabilities in the order of the levels; rounding is made good, anything more is invalid."""
    values = [by_level.get(level) for level in question.levels]
    if None in values:
        lacking = question.levels[values.index(None)]
        return _invalid(question, f"there is no probability for {lacking[:40]!r}")
    if not all(_is_probability(value) for value in values):
        return _invalid(question, "not all probabilities are numbers from 0 to 1")
    numbers = [max(0.0, float(value)) for value in values if value is not None]
    total = math.fsum(numbers)
    if abs(total - 1.0) > ROUNDING:
        return _invalid(question, f"the probabilities sum to {total:.4g}, not 1")
    return Decision(question.name, "ok", tuple(number / total for number in numbers))


def _is_probability(value: object) -> bool:
    """A number from 0 to 1, but for the last bit."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -1e-6 <= value <= 1 + 1e-6


def _wrong_number(count: int, question: Question) -> str:
    return f"{count} probabilities came for {len(question.levels)} levels"


def _missing(question: Question) -> Decision:
    return Decision(question.name, "missing", reason="the answer to this question was left out")


def _invalid(question: Question, reason: str) -> Decision:
    return Decision(question.name, "invalid", reason=reason)


def _refused(question: Question, answer: Mapping[str, Any]) -> Decision:
    said = answer.get("reason") or answer.get("refusal")
    return Decision(question.name, "refused", reason=str(said)[:200] if said else "the model declined to answer")
