"""A language model in this process as an endpoint.

The model is injected as a runner (torch lives elsewhere) and computes in a thread of its own, so that the event loop
goes on. Requests that arrive together, or while another batch is computed, are computed together. One that fails
fails alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, cast

from neuronview.errors import EndpointError, NeuronViewError, NotSupported
from neuronview.llm.calls import (
    ChatAnswer,
    ChatRequest,
    Decision,
    DecisionAnswer,
    DecisionRequest,
    EchoAnswer,
    EchoRequest,
    GeneratedToken,
    Message,
    Question,
    Request,
    Usage,
)
from neuronview.llm.ledger import note_attempt, note_usage

__all__ = ["LocalEndpoint", "Runner"]

Turns = list[tuple[str, str]]


class _Read(Protocol):
    @property
    def input_tokens(self) -> int: ...
    @property
    def cached_tokens(self) -> int: ...
    def response(self) -> Mapping[str, Any]: ...


class _Generated(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def tokens(self) -> Sequence[tuple[str, Mapping[str, float]]]: ...
    @property
    def finish(self) -> str: ...
    @property
    def input_tokens(self) -> int: ...
    @property
    def output_tokens(self) -> int: ...


class _Decided(Protocol):
    @property
    def probabilities(self) -> Sequence[tuple[float, ...]]: ...
    @property
    def input_tokens(self) -> int: ...
    @property
    def cached_tokens(self) -> int: ...


class Runner(Protocol):
    """What is needed of a loaded model; `neuronview.model.causal.CausalRunner` is one."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def identity(self) -> str:
        """`local:` and what tells this model from any other."""

    def read(self, conversations: Sequence[Turns], *, top: int) -> Sequence[_Read]:
        """The last turn of each conversation with its log-probabilities."""

    def generate(
        self,
        conversations: Sequence[Turns],
        *,
        max_tokens: int,
        temperature: float,
        seeds: Sequence[int | None],
        top: int,
    ) -> Sequence[_Generated]:
        """The next turn of each conversation."""

    def decide(self, requests: Sequence[tuple[str, Sequence[Question]]]) -> Sequence[_Decided]:
        """Probabilities of every allowed answer."""


@dataclass(frozen=True)
class _Waiting:
    request: Request
    future: asyncio.Future[Any]

    @property
    def batch(self) -> Hashable:
        """What requests must have in common to be computed together."""
        request = self.request
        if isinstance(request, ChatRequest):
            return "chat", request.max_tokens, request.temperature, request.top_logprobs
        return ("echo", request.top_logprobs) if isinstance(request, EchoRequest) else "decision"


class LocalEndpoint:
    """A runner as an Endpoint. Costs nothing but time."""

    def __init__(self, runner: Runner, *, identity: str | None = None, most_at_once: int = 16) -> None:
        """`identity`: the runner's own unless given. `most_at_once`: requests in one batch."""
        self.runner = runner
        self._identity = identity or runner.identity
        self._most = most_at_once
        self._waiting: list[_Waiting] = []
        self._drainer: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="language model")

    @property
    def identity(self) -> str:
        """`local:`, the model's name, and a digest of its files."""
        return self._identity

    @property
    def model(self) -> str:
        """The model's name."""
        return self.runner.name

    async def chat(self, request: ChatRequest) -> ChatAnswer:
        """Generate the next turn. Raises NotSupported for a schema, or a conversation that does not fit."""
        if request.schema is not None:
            raise NotSupported(
                f"{self.model} runs in this process, where an answer cannot be held to a JSON schema. Choose a "
                "simulator that reads probabilities, such as all-at-once or typed decisions."
            )
        return cast(ChatAnswer, await self._ask(request))

    async def echo(self, request: EchoRequest) -> EchoAnswer:
        """Read the last turn; tokens and log-probabilities are of that turn alone."""
        return cast(EchoAnswer, await self._ask(request))

    async def decide(self, request: DecisionRequest) -> DecisionAnswer:
        """Answer the questions. Raises NotSupported where the model cannot tell the answers apart by one token."""
        return cast(DecisionAnswer, await self._ask(request))

    async def close(self) -> None:
        """Let go of the thread; the runner is the caller's. Who still waits gets an EndpointError."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _ask(self, request: Request) -> Any:
        waiting = _Waiting(request, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._drainer is None or self._drainer.done():
            self._drainer = asyncio.create_task(self._drain())
        note_attempt()
        try:
            answer = await waiting.future
        except NeuronViewError:
            note_usage(Usage())
            raise
        note_usage(answer.usage)
        return answer

    async def _drain(self) -> None:
        """Compute what waits, batch by batch, until nothing does."""
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch = self._next_batch()
            if not batch:
                continue
            compute = partial(self._answers, [waiting.request for waiting in batch])
            try:
                answers = await loop.run_in_executor(self._thread, compute)
            except RuntimeError:
                # The thread takes no work any more.
                answers = [EndpointError(f"{self.model} was closed before it answered.")] * len(batch)
            for waiting, answer in zip(batch, answers, strict=True):
                if waiting.future.done():
                    continue
                if isinstance(answer, Exception):
                    waiting.future.set_exception(answer)
                else:
                    waiting.future.set_result(answer)

    def _next_batch(self) -> list[_Waiting]:
        wanted = [waiting for waiting in self._waiting if not waiting.future.done()]
        batch = [waiting for waiting in wanted if waiting.batch == wanted[0].batch][: self._most]
        chosen = {id(waiting) for waiting in batch}
        self._waiting = [waiting for waiting in wanted if id(waiting) not in chosen]
        return batch

    def _answers(self, requests: list[Request]) -> list[Any]:
        """An answer or an error for each request; runs in the thread."""
        try:
            return self._computed(requests)
        except NeuronViewError as error:
            alone: Exception = error
        except Exception as error:  # noqa: BLE001 - it belongs to whoever asked, not to the thread
            words = (str(error).strip().splitlines() or [""])[0]
            alone = EndpointError(
                f"{self.model} could not compute an answer ({type(error).__name__}: {words}). Try shorter excerpts, "
                "another number format or another device."
            )
            alone.__cause__ = error
        return [alone] if len(requests) == 1 else [self._answers([request])[0] for request in requests]

    def _computed(self, requests: list[Request]) -> list[Any]:
        first = requests[0]
        if isinstance(first, ChatRequest):
            return self._chats([request for request in requests if isinstance(request, ChatRequest)])
        if isinstance(first, EchoRequest):
            talks = [_turns(request.messages) for request in requests if isinstance(request, EchoRequest)]
            readings = self.runner.read(talks, top=first.top_logprobs)
            return [EchoAnswer(r.response(), self.model, Usage(r.input_tokens, r.cached_tokens)) for r in readings]
        return self._decisions([request for request in requests if isinstance(request, DecisionRequest)])

    def _chats(self, requests: list[ChatRequest]) -> list[ChatAnswer]:
        said = self.runner.generate(
            [_turns(request.messages) for request in requests],
            max_tokens=requests[0].max_tokens,
            temperature=requests[0].temperature,
            seeds=[_seed(request) for request in requests],
            top=requests[0].top_logprobs,
        )
        return [
            ChatAnswer(
                turn.text,
                self.model,
                Usage(turn.input_tokens, 0, turn.output_tokens),
                tuple(GeneratedToken(text, top) for text, top in turn.tokens) if requests[0].top_logprobs else (),
                turn.finish,
            )
            for turn in said
        ]

    def _decisions(self, requests: list[DecisionRequest]) -> list[DecisionAnswer]:
        found = self.runner.decide([(request.input, request.questions) for request in requests])
        return [
            DecisionAnswer(
                tuple(
                    Decision(question.name, "ok", probabilities)
                    for question, probabilities in zip(request.questions, answer.probabilities, strict=True)
                ),
                self.model,
                Usage(answer.input_tokens, answer.cached_tokens),
            )
            for request, answer in zip(requests, found, strict=True)
        ]


def _turns(messages: Sequence[Message]) -> Turns:
    return [(message.role, message.content) for message in messages]


def _seed(request: ChatRequest) -> int | None:
    """Samples of one seeded request differ from each other, and each is the same again."""
    return None if request.seed is None else request.seed + 1_000_003 * request.sample
