"""A model in this process as an endpoint: batches, an event loop that lives, errors that stay alone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from neuronview.errors import EndpointError, NotSupported
from neuronview.llm.budget import Budget
from neuronview.llm.cache import Cache
from neuronview.llm.calls import (
    ChatRequest,
    DecisionRequest,
    EchoRequest,
    GeneratedToken,
    Message,
    Question,
    Usage,
    plain_text,
)
from neuronview.llm.desk import Desk
from neuronview.llm.local import LocalEndpoint, Turns
from neuronview.llm.prices import is_local
from tests.llm.fake_endpoint import asked


@dataclass(frozen=True)
class Said:
    text: str
    input_tokens: int = 7
    cached_tokens: int = 4
    output_tokens: int = 2
    finish: str = "stop"
    tokens: Sequence[tuple[str, dict[str, float]]] = (("a", {"a": -0.5}),)
    probabilities: Sequence[tuple[float, ...]] = ()

    def response(self) -> dict[str, Any]:
        return {"choices": [self.text]}


@dataclass
class FakeRunner:
    """Answers with what it was asked; texts with `bad` or `broken` in them fail."""

    name: str = "tiny"
    identity: str = "local:tiny@1 float32"
    batches: list[Any] = field(default_factory=list)
    seeds: list[Any] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def _answered(self, texts: list[str]) -> list[Said]:
        self.before()
        self.batches.append(texts)
        if any("bad" in text for text in texts):
            raise NotSupported("too long")
        if any("broken" in text for text in texts):
            raise RuntimeError("out of memory\nat some place")
        return [Said(text) for text in texts]

    def read(self, conversations: Sequence[Turns], *, top: int) -> list[Said]:
        return self._answered([f"{talk[-1][1]} {top}" for talk in conversations])

    def generate(self, conversations: Sequence[Turns], *, seeds: Sequence[int | None], **options: Any) -> list[Said]:
        self.seeds += seeds
        return self._answered([talk[-1][1] for talk in conversations])

    def decide(self, requests: Sequence[tuple[str, Sequence[Question]]]) -> list[Said]:
        self._answered([text for text, _ in requests])
        return [Said("", probabilities=[(0.25, 0.75)] * len(questions)) for _, questions in requests]


def run(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    return asyncio.run(work())


def test_requests_that_arrive_together_are_computed_together_by_what_they_ask() -> None:
    runner = FakeRunner()
    endpoint = LocalEndpoint(runner, most_at_once=3)

    async def work() -> list[Any]:
        chats = [endpoint.chat(asked(f"{i}")) for i in range(4)]
        echoes = [endpoint.echo(EchoRequest((Message("user", "x"),), top_logprobs=n)) for n in (5, 5, 9)]
        return await asyncio.gather(*chats, *echoes)

    answers = run(work)
    assert runner.batches == [["0", "1", "2"], ["3"], ["x 5", "x 5"], ["x 9"]]
    assert [answer.text for answer in answers[:4]] == ["0", "1", "2", "3"]
    assert [answer.response for answer in answers[4:]] == [{"choices": [f"x {n}"]} for n in (5, 5, 9)]


def test_requests_that_come_while_a_batch_is_computed_are_the_next_batch_and_the_loop_lives() -> None:
    computing, go_on = threading.Event(), threading.Event()

    def before() -> None:
        computing.set()
        assert go_on.wait(20)

    runner = FakeRunner(before=before)
    endpoint = LocalEndpoint(runner)

    async def work() -> list[Any]:
        first = asyncio.create_task(endpoint.chat(asked("first")))
        while not computing.is_set():
            await asyncio.sleep(0)
        others = [asyncio.create_task(endpoint.chat(asked(f"{i}"))) for i in range(3)]
        await asyncio.sleep(0)
        go_on.set()
        return await asyncio.gather(first, *others)

    run(work)
    assert runner.batches == [["first"], ["0", "1", "2"]]


def test_one_that_fails_fails_alone_and_in_words() -> None:
    endpoint = LocalEndpoint(FakeRunner())

    async def work() -> list[Any]:
        texts = ["a", "bad", "b", "broken"]
        return await asyncio.gather(*(endpoint.chat(asked(text)) for text in texts), return_exceptions=True)

    a, bad, b, broken = run(work)
    assert (a.text, b.text) == ("a", "b")
    assert isinstance(bad, NotSupported)
    assert isinstance(broken, EndpointError)
    assert "tiny could not compute an answer (RuntimeError: out of memory)" in str(broken)


def test_a_request_that_is_given_up_is_not_computed() -> None:
    runner = FakeRunner()
    endpoint = LocalEndpoint(runner)

    async def work() -> None:
        tasks = [asyncio.create_task(endpoint.chat(asked(text))) for text in "ab"]
        await asyncio.sleep(0)
        tasks[0].cancel()
        await asyncio.wait(tasks)

    run(work)
    assert runner.batches == [["b"]]


def test_answers_carry_model_usage_and_what_was_asked_for() -> None:
    endpoint = LocalEndpoint(FakeRunner())
    plain = run(lambda: endpoint.chat(asked("a")))
    assert (plain.model, plain.usage, plain.finish, plain.tokens) == ("tiny", Usage(7, 0, 2), "stop", ())
    assert run(lambda: endpoint.chat(asked("a", top_logprobs=1))).tokens == (GeneratedToken("a", {"a": -0.5}),)
    request = DecisionRequest("t", (Question("p", "predicate", "So?"), Question("q", "predicate", "So?")))
    answer = run(lambda: endpoint.decide(request))
    assert [(d.name, d.state, d.probabilities) for d in answer.decisions] == [
        ("p", "ok", (0.25, 0.75)),
        ("q", "ok", (0.25, 0.75)),
    ]
    assert answer.usage == Usage(7, 4, 0)


def test_a_schema_is_refused_with_what_to_do() -> None:
    with pytest.raises(NotSupported, match="JSON schema"):
        run(lambda: LocalEndpoint(FakeRunner()).chat(asked("a", schema={})))


def test_samples_of_one_seeded_request_differ() -> None:
    runner = FakeRunner()
    endpoint = LocalEndpoint(runner)

    async def work() -> None:
        await asyncio.gather(*(endpoint.chat(asked("a", seed=5, sample=n)) for n in (0, 1)), endpoint.chat(asked("a")))

    run(work)
    assert runner.seeds[0] == 5
    assert len({*runner.seeds}) == 3
    assert runner.seeds[2] is None


def test_it_is_free_and_known_as_local() -> None:
    endpoint = LocalEndpoint(FakeRunner())
    assert is_local(endpoint.identity)
    desk = Desk(endpoint, budget=Budget(money=0.01))
    run(lambda: desk.chat(asked("a")))
    assert (desk.progress.money, desk.progress.unpriced, desk.progress.calls) == (0.0, 0, 1)


def test_through_the_desk_requests_are_still_computed_together(tmp_path: Path) -> None:
    runner = FakeRunner()
    desk = Desk(LocalEndpoint(runner), cache=Cache.in_home(tmp_path), concurrency=4)

    async def work() -> None:
        await asyncio.gather(*(desk.chat(asked(f"{i}")) for i in range(8)))

    run(work)
    assert [len(batch) for batch in runner.batches] == [4, 4]


def test_a_real_model_reads_generates_and_decides_as_it_does_alone() -> None:
    from neuronview.model.causal import CausalRunner
    from tests.model import tiny_language_model as tiny

    tokenizer = tiny.byte_level()
    runner = CausalRunner(tiny.tiny_network(len(tokenizer)), tokenizer, name="tiny")
    endpoint = LocalEndpoint(runner)
    talk = (Message("user", "the cat"), Message("assistant", "<start>\nthe\tunknown\n<end>"))
    questions = (Question("rate", "score", "How?", ("low", "high")),)

    async def work() -> list[Any]:
        return await asyncio.gather(
            endpoint.echo(EchoRequest(talk)),
            endpoint.chat(ChatRequest(talk[:1], max_tokens=4)),
            endpoint.decide(DecisionRequest("the cat", questions)),
        )

    echo, chat, decided = run(work)
    turns = [(message.role, message.content) for message in talk]
    reading = runner.read([turns])[0]
    assert echo.response["choices"][0]["logprobs"]["tokens"] == list(reading.tokens)
    assert chat.text == runner.generate([turns[:1]], max_tokens=4)[0].text
    assert decided.decisions[0].probabilities == pytest.approx(
        runner.decide([("the cat", questions)])[0].probabilities[0]
    )


def test_a_model_without_a_template_sees_the_plain_text_that_other_endpoints_see() -> None:
    from neuronview.model.turns import Turns as Tokenized
    from tests.model import tiny_language_model as tiny

    request = EchoRequest(
        (Message("system", "Rate."), Message("user", "the cat"), Message("assistant", "the\tunknown"))
    )
    tokenizer = tiny.byte_level(chat=False)
    ids, _, _ = Tokenized(tokenizer, name="tiny").open([(m.role, m.content) for m in request.messages])
    assert tokenizer.decode(ids) == plain_text(request)


def test_who_waits_for_a_model_that_is_closed_is_told_and_does_not_wait_for_ever() -> None:
    begun, go = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        go.wait(10)

    endpoint = LocalEndpoint(FakeRunner(before=hold), most_at_once=1)

    async def work() -> list[Any]:
        calls = [asyncio.create_task(endpoint.chat(asked(text))) for text in ("one", "two")]
        await asyncio.to_thread(begun.wait, 10)
        await endpoint.close()
        go.set()
        async with asyncio.timeout(10):
            return await asyncio.gather(*calls, return_exceptions=True)

    first, second = run(work)
    assert first.text == "one"
    assert isinstance(second, EndpointError)
    assert "closed before it answered" in str(second)
