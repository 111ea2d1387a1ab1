"""A language model for runs of tests: it explains neurons of `run_dataset` and judges excerpts, counting each call."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from neuronview.explain.prompts import estimate_tokens
from neuronview.jobs.choices import asks_explainer
from neuronview.jobs.endpoints import SEEN, Opened, Route
from neuronview.jobs.language import execute_language
from neuronview.jobs.plan import RunFolder, RunPlan, new_run
from neuronview.llm.calls import ChatAnswer, ChatRequest, DecisionRequest, EchoRequest, Request, Usage
from neuronview.llm.probe import Capabilities
from neuronview.records import Explanation
from neuronview.store import Dataset
from tests.support import run_dataset
from tests.support.fake_endpoint import FakeEndpoint, Judge

IDENTITY = "http://127.0.0.1:9/v1 fake"
NUMBERS, CAT = "Numbers, written in digits", "The word cat"


def explanation_for(prompt: str) -> str:
    """The sentence that fits the last listing: on which words there is a high value."""
    rest = prompt.rpartition("Neuron ")[2]
    high = re.findall(r"(\S+)\t(?:10|9|8)\n", rest) or re.findall(r'"\s?([^"]+)" (?:10|9|8)', rest)
    return NUMBERS if any(word.isdigit() for word in high) else f"The word {high[0]}" if high else "Nothing"


counter = lru_cache(maxsize=4096)(estimate_tokens)


class Model:
    """A reply for FakeEndpoint. Excerpts are valued by the truth of `run_dataset`, read from the explanation."""

    def __init__(self, *, noise: float = 0.5) -> None:
        self.judge = Judge(_Truth(), noise=noise)

    def __call__(self, request: Request) -> Any:
        explains = isinstance(request, ChatRequest) and "responds to:" not in request.messages[-1].content
        if explains and isinstance(request, ChatRequest):
            asked = "\n\n".join(message.content for message in request.messages)
            # Another sentence for each neuron and candidate, as of a real model.
            words = f"{explanation_for(asked)}, sample {zlib.crc32(asked.encode()) % 9000 + request.sample}."
            return ChatAnswer(words, "fake-1", Usage(len(asked) // 4, 0, 8), finish="stop")
        answer = self.judge(request)
        written = len(answer.text) // 4 if isinstance(answer, ChatAnswer) else 0
        return replace(answer, usage=Usage(len(text_of(request)) // 4, 0, written))


class _Truth(dict[str, Any]):
    """By explanation, then by tokens."""

    def get(self, explanation: str, default: Any = None) -> Any:
        return _OfText(explanation)


class _OfText(dict[tuple[str, ...], list[float]]):
    def __init__(self, explanation: str) -> None:
        super().__init__()
        self._word = re.sub(r", sample \d+", "", explanation).rstrip(".").removeprefix("The word ")
        self._numbers = explanation.startswith(NUMBERS)

    def get(self, tokens: tuple[str, ...], default: Any = None) -> Any:
        is_high = (lambda t: t.strip().isdigit()) if self._numbers else (lambda t: t.strip() == self._word)
        return [10.0 if is_high(token) else 0.0 for token in tokens]


def able(**options: Any) -> Capabilities:
    """What the fake can do."""
    known = {"chat": True, "prompt_logprobs": "echo", "decisions": "openai", "tokens_per_byte": 0.25}
    return Capabilities(IDENTITY, "fake", **(known | options))  # type: ignore[arg-type]


def fake_models(
    reply: Callable[[Request], Any] | None = None, *, simulator: str = "all-at-once", **options: Any
) -> tuple[FakeEndpoint, Callable[..., Any]]:
    """An endpoint, and what opens it in the place of `open_endpoints`."""
    endpoint = FakeEndpoint(reply or Model())
    endpoint.identity, endpoint.model = IDENTITY, "fake"  # type: ignore[misc]

    async def open_models(plan: Any, home: Any, **_: Any) -> Opened:
        route = Route(endpoint, able(**options), 8192, counter, "roughly")
        name = plan.simulator if plan.simulator not in ("auto", "rule") else simulator
        return Opened(
            route if asks_explainer(plan) else None, route, name, "a test says so", SEEN[plan.sees], plan.levels
        )

    return endpoint, open_models


def text_of(request: Request) -> str:
    """What a request says, for tests that look for something in it."""
    if isinstance(request, DecisionRequest):
        return "\n".join([request.input, *(" ".join((q.name, q.instructions, *q.levels)) for q in request.questions)])
    return "\n\n".join(message.content for message in request.messages)


EVERYONE = tuple(f"{a}:{b}" for a in range(run_dataset.LAYERS) for b in range(run_dataset.NEURONS_PER_LAYER))


def planned(home: Path, *neurons: str, **options: Any) -> RunFolder:
    """A new run of these neurons, of two candidates on four excerpts unless the options say otherwise."""
    chosen = {"explainer": "pairs", "simulator": "auto", "explainer_model": "fake", "candidates": 2, "excerpts": 4}
    return new_run(home, RunPlan("", "runs", neurons, **(chosen | options)))


def carry_out(run: RunFolder, dataset: Dataset, models: Any, report: Any = lambda progress: None) -> list[Explanation]:
    """Carry out a run to its end with the models of `fake_models`."""
    return execute_language(run, dataset, load_model=run_dataset.FakeModel, report=report, open_models=models)


def again(dataset: Dataset) -> Dataset:
    """The dataset opened anew, with what was stored since."""
    return Dataset(dataset.folder, overlay=dataset.overlay)


def failing_on(word: str, error: Exception) -> Any:
    """A model that fails on excerpts (not prompts of explainers) which hold a word."""
    model = Model()

    def reply(request: Request) -> Any:
        asks = isinstance(request, EchoRequest) and text_of(request).rpartition("<start>")[2].count(word)
        return error if asks else model(request)

    return reply
