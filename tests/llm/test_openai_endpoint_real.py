"""The endpoint against a real server over real HTTP: `transformers serve` with a small random GPT-2."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import pytest

from neuronview.errors import EndpointError, EndpointRefused, NotSupported
from neuronview.llm.calls import ChatRequest, DecisionAnswer, DecisionRequest, EchoRequest, Message, Question
from neuronview.llm.discover import discover
from neuronview.llm.openai_endpoint import OpenAIEndpoint
from neuronview.llm.probe import choose_simulator, probe
from neuronview.llm.retry import RetryPolicy
from tests.support.real_server import CONTEXT, RealServer, build_tokenizer, real_server

T = TypeVar("T")
TEXT = "The ferry left the harbour at 10 and nobody was aboard."
LEVELS = tuple(f"level {number}" for number in range(10))


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    with real_server(tmp_path_factory.mktemp("serving") / "tiny") as server:
        yield server


def ask(server: RealServer, call: Callable[[OpenAIEndpoint], Awaitable[T]], *, model: str = "", **options: Any) -> T:
    async def run() -> T:
        endpoint = OpenAIEndpoint(
            model or server.model, base_url=server.base_url, policy=RetryPolicy(attempts=3, first_wait=0.05), **options
        )
        try:
            return await call(endpoint)
        finally:
            await endpoint.close()

    return asyncio.run(run())


def in_process(server: RealServer, request: DecisionRequest) -> dict[str, Any]:
    """The same questions to the same model by transformers' own pipeline, in its own form."""
    from transformers import pipeline

    written = {
        question.name: {"type": "noul", "instructions": question.instructions}
        if question.kind == "predicate"
        else {
            "type": question.kind,
            "instructions": question.instructions,
            "criteria": list(question.levels) if question.kind == "score" else dict.fromkeys(question.levels),
        }
        for question in request.questions
    }
    answers: dict[str, Any] = pipeline("decision", model=server.model)({"state": request.input, "questions": written})
    return answers


def test_the_tokenizer_has_the_single_tokens_that_simulators_read() -> None:
    tokenizer = build_tokenizer()
    words = [*map(str, range(11)), "unknown", "Yes", "No", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    assert [len(tokenizer(word).input_ids) for word in words] == [1] * len(words)
    assert tokenizer.decode(tokenizer(TEXT).input_ids) == TEXT
    assert tokenizer("a\tunknown\n").input_ids[2] == tokenizer("unknown").input_ids[0]


def test_a_chat_is_generated_and_its_tokens_counted_as_the_tokenizer_counts(serving: RealServer) -> None:
    request = ChatRequest((Message("system", "Be brief."), Message("user", TEXT)), max_tokens=12)
    answer = ask(serving, lambda endpoint: endpoint.chat(request))
    prompt = f"system: Be brief.\nuser: {TEXT}\nassistant: "
    assert answer.usage.input_tokens == len(build_tokenizer()(prompt).input_ids)
    assert 1 <= answer.usage.output_tokens <= 12
    assert answer.usage.reported
    assert answer.text
    assert answer.model.startswith(serving.model)


def test_typed_decisions_equal_those_of_the_model_in_process(serving: RealServer) -> None:
    questions = (
        *(Question(f"token {n}", "score", f"How strongly at token {n}?", LEVELS) for n in range(5)),
        Question("any", "predicate", "Does it fire at all?"),
        Question("where", "choice", "Where?", ("at sea", "on land", "nowhere")),
    )
    request = DecisionRequest(TEXT, questions)
    answer = ask(serving, lambda endpoint: endpoint.decide(request), decisions="systemone")
    expected = in_process(serving, request)
    assert [decision.state for decision in answer.decisions] == ["ok"] * len(questions)
    for decision, question in zip(answer.decisions, questions, strict=True):
        own = expected[question.name]
        values = [1 - own["noul"], own["noul"]] if "noul" in own else list(own["probabilities"].values())
        assert decision.probabilities == pytest.approx(values, abs=1e-4)
    spread = [max(decision.probabilities) - min(decision.probabilities) for decision in answer.decisions]
    assert min(spread) > 0.01, "flat distributions would be equal by themselves"
    assert answer.usage.reported


def test_more_questions_than_the_server_takes_are_asked_in_parts_with_the_same_answers(serving: RealServer) -> None:
    questions = tuple(Question(f"q{n}", "predicate", f"Is it {n}?") for n in range(66))

    async def both(endpoint: OpenAIEndpoint) -> tuple[DecisionAnswer, DecisionAnswer]:
        whole = await endpoint.decide(DecisionRequest(TEXT, questions))
        return whole, await endpoint.decide(DecisionRequest(TEXT, questions[-3:]))

    whole, end = ask(serving, both, decisions="systemone")
    assert [decision.name for decision in whole.decisions] == [question.name for question in questions]
    for first, second in zip(whole.decisions[-3:], end.decisions, strict=True):
        assert first.probabilities == pytest.approx(second.probabilities, abs=1e-5)


def test_completions_without_log_probabilities_are_said_to_be_no_echo(serving: RealServer) -> None:
    request = EchoRequest((Message("user", TEXT), Message("assistant", "a\tunknown\n")))
    with pytest.raises(NotSupported, match="without log-probabilities of the prompt"):
        ask(serving, lambda endpoint: endpoint.echo(request))


def test_openais_format_of_decisions_is_not_there(serving: RealServer) -> None:
    request = DecisionRequest(TEXT, (Question("a", "predicate", "?"),))
    with pytest.raises(NotSupported, match="does not offer typed decisions"):
        ask(serving, lambda endpoint: endpoint.decide(request), decisions="openai")


def test_another_model_than_the_served_one_is_refused_for_good(serving: RealServer) -> None:
    request = ChatRequest((Message("user", TEXT),))
    with pytest.raises(EndpointRefused, match="has no model 'another'"):
        ask(serving, lambda endpoint: endpoint.chat(request), model="another")


def test_a_prompt_beyond_the_context_is_an_error_and_no_answer(serving: RealServer) -> None:
    request = ChatRequest((Message("user", "q" * (CONTEXT + 100)),), max_tokens=2)
    with pytest.raises(EndpointError):
        ask(serving, lambda endpoint: endpoint.chat(request))
    assert ask(
        serving, lambda endpoint: endpoint.chat(ChatRequest((Message("user", "q"),), max_tokens=2))
    ).usage.reported


def test_a_probe_finds_what_this_server_does(serving: RealServer) -> None:
    found = ask(serving, probe)
    assert (found.chat, found.decisions, found.most_questions) == (True, "systemone", 64)
    assert (found.prompt_logprobs, found.generated_logprobs, found.json_schema) == (None, 0, False)
    assert found.tokens_per_byte == pytest.approx(1.0, abs=0.15), "its tokenizer knows little more than bytes"
    assert choose_simulator(found).name == "decisions"


def test_it_is_found_on_this_machine(serving: RealServer) -> None:
    port = int(serving.base_url.rsplit(":", 1)[1].partition("/")[0])
    assert [server.base_url for server in asyncio.run(discover([port], timeout=10))] == [serving.base_url]
