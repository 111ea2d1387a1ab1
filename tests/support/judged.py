"""Items to be judged, a judge that looks for numbers by any form of question, and the score that it gives."""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import Callable
from typing import Any

import pytest

from neuronview.explain.scorers import DecisionJudge, detection_items, fuzzing_items, score_by_judge
from neuronview.explain.scorers.items import Items
from neuronview.llm.calls import (
    ChatAnswer,
    ChatRequest,
    Decision,
    DecisionAnswer,
    DecisionRequest,
    GeneratedToken,
    Request,
)
from neuronview.records import Explanation, Score
from tests.support.drawn_statistics import known_neuron
from tests.support.fake_endpoint import FakeEndpoint

RECORD = known_neuron()
ITEMS = {"detection": detection_items(RECORD), "fuzzing": fuzzing_items(RECORD)}
BOTH = pytest.mark.parametrize("items", ITEMS.values(), ids=ITEMS)
NUMBERS = Explanation("numbers", "pattern", rule={"kind": "pattern", "pattern": "17"})
LOOKUP = Explanation("tokens", "lookup", rule={"kind": "lookup", "tokens": {" 17": 2.0, " cat": 0.4}, "rest": 0.1})


def excerpts_of(request: Request) -> list[str]:
    text = request.input if isinstance(request, DecisionRequest) else request.messages[-1].content  # type: ignore[union-attr]
    return [json.loads(line) for line in re.findall(r"^Excerpt \d+: (.*)$", text, re.M)]


def fits(excerpt: str) -> float:
    """What a judge that looks for numbers thinks of an excerpt, or of its marks where it has some."""
    marked = re.findall("⟦(.*?)⟧", excerpt, re.S)
    return 0.9 if "17" in ("".join(marked) if marked else excerpt) else 0.2


def strays(excerpt: str) -> float:
    """What it thinks of an excerpt with another sentence in mind."""
    return 0.6 if "London" in excerpt else 0.4


def judge(request: Request, thinks: Callable[[str], float] = fits) -> Any:
    """The answer to any form of question."""
    text = request.input if isinstance(request, DecisionRequest) else request.messages[-1].content  # type: ignore[union-attr]
    values = [thinks(e) if "responds to: numbers\n" in text else strays(e) for e in excerpts_of(request)]
    if isinstance(request, DecisionRequest):
        named = zip(request.questions, values, strict=True)
        return DecisionAnswer(tuple(Decision(q.name, "ok", (1 - v, v)) for q, v in named), model="judge-1")
    assert isinstance(request, ChatRequest)
    if request.schema is not None:
        entries = [{"excerpt": i, "probability": v} for i, v in enumerate(values, 1)]
        return ChatAnswer(json.dumps({"judgements": entries}), model="judge-1")
    (value,) = values
    top = {"1": math.log(value * 0.8), "0": math.log((1 - value) * 0.8), "Yes": math.log(0.2)}
    return ChatAnswer(str(round(value)), model="judge-1", tokens=(GeneratedToken(str(round(value)), top),))


def score(items: Items, reply: Any = judge, kind: Any = DecisionJudge, **options: Any) -> Score:
    explanation = options.pop("explanation", NUMBERS)
    return asyncio.run(score_by_judge(explanation, items, kind(FakeEndpoint(reply)), **options))
