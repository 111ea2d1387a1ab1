"""What judges answered, read item by item: probabilities in 0 to 1, or nan where there is none.

Nothing is guessed: an entry that was refused, left out, given twice or out of range is none. An answer without a single
valid one is UnparsableAnswer.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence

from neuronview.errors import UnparsableAnswer
from neuronview.explain.simulators.base import whole_text
from neuronview.llm.calls import ChatAnswer, DecisionAnswer, DecisionRequest

__all__ = ["read_decisions", "read_digit", "read_structured"]

SUM_TOLERANCE = 0.02
"""How far two probabilities may miss a sum of 1 by rounding."""


def read_decisions(request: DecisionRequest, answer: DecisionAnswer) -> list[float]:
    """Probability of yes by question; nan where it was refused, left out, answered twice or is none."""
    twice = {name for name, n in Counter(d.name for d in answer.decisions).items() if n > 1}
    found = {d.name: d.probabilities for d in answer.decisions if d.state == "ok" and d.name not in twice}
    values = [_yes(found.get(question.name, ())) for question in request.questions]
    if all(map(math.isnan, values)):
        reasons = dict.fromkeys(d.reason or d.state for d in answer.decisions)
        raise UnparsableAnswer(f"No question has a valid answer: {'; '.join([*reasons][:3]) or 'none came'}.")
    return values


def _yes(shares: Sequence[float]) -> float:
    total = math.fsum(shares)
    valid = len(shares) == 2 and min(shares) >= 0 and abs(total - 1) <= SUM_TOLERANCE
    return shares[1] / total if valid else math.nan


def read_structured(text: str, n: int) -> list[float]:
    """Probabilities of a structured answer by excerpt; nan where none, several or one outside 0 to 1 was written."""
    start = text.find("{")
    try:
        content = json.JSONDecoder(strict=False).raw_decode(text[start:])[0] if start >= 0 else None
    except ValueError:
        content = None
    entries = content.get("judgements") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise UnparsableAnswer(
            f"The answer is no JSON object of judgements. It begins “{' '.join(text.split())[:80]}”."
        )
    found: dict[int, list[float]] = {}
    for entry in entries:
        number = entry.get("excerpt") if isinstance(entry, dict) else None
        if isinstance(number, int) and not isinstance(number, bool):
            found.setdefault(number, []).append(_probability(entry.get("probability")))
    values = [found[k][0] if len(found.get(k, ())) == 1 else math.nan for k in range(1, n + 1)]
    if all(map(math.isnan, values)):
        raise UnparsableAnswer("No excerpt has a valid probability in the answer.")
    return values


def _probability(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        return math.nan
    return float(value)


def read_digit(answer: ChatAnswer) -> float:
    """Probability of 1 among 0 and 1 where the answer begins; the written digit without log-probabilities."""
    text = whole_text(answer).strip()
    if text not in ("0", "1", "0.", "1."):
        raise UnparsableAnswer(f"The answer is neither 0 nor 1: “{text[:40]}”.")
    first = next((token for token in answer.tokens if token.text.strip()), None)
    shares = {"0": 0.0, "1": 0.0}
    for token, logprob in (first.top_logprobs if first else {}).items():
        if token.strip() in shares:
            shares[token.strip()] += math.exp(logprob)
    total = sum(shares.values())
    return shares["1"] / total if total > 0 else float(text[0])
