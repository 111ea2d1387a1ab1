"""A scripted language model that takes every neuron for one that fires on numbers, and judges by that."""

import json
from typing import Any

from tests.support.scripted_server import (
    CHAT,
    COMPLETIONS,
    DECISIONS,
    Received,
    Reply,
    ScriptedServer,
    chat_answer,
    decision_usage,
    status,
)

SENTENCE = "Dates and years."


def play_numbers(server: ScriptedServer) -> None:
    """Explain by one sentence, decide by whether a token holds a digit; no log-probabilities of a prompt."""
    server.play(CHAT, chat_answer)
    server.play(COMPLETIONS, status(404, message="no such route"))
    server.play(DECISIONS, decide)


def decide(request: Received) -> Reply:
    """Typed decisions: the top level at a token with a digit, the bottom level at others, nine parts of ten each."""
    answers = [_answer(question) for question in request.body["questions"]]
    return Reply({"model": "scripted-2026-11-01", "answers": answers, "usage": decision_usage()})


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    name, kind = question["name"], question["type"]
    fires = any(map(str.isdigit, _token(question["instructions"])))
    if kind == "predicate":
        return {"type": kind, "name": name, "probability": 0.9 if fires else 0.1}
    levels = [level.get("label", level.get("value")) for level in question["levels"]]
    shares = [0.1 / (len(levels) - 1)] * len(levels)
    shares[-1 if fires else 0] = 0.9
    entries = [{"value": i, "label": level, "probability": shares[i]} for i, level in enumerate(levels)]
    return {"type": kind, "name": name, "score": 1.0, "confidence": 0.5, "probabilities": entries}


def _token(instructions: str) -> str:
    """The token that a question is about, as it stands in quotes at the end; the whole question where none does."""
    start = instructions.find(', "')
    return str(json.loads(instructions[start + 2 : instructions.rindex('"') + 1])) if start >= 0 else instructions
