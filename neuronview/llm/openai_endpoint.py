"""An endpoint that speaks OpenAI's protocol: OpenAI itself, Azure, OpenRouter, vLLM, llama.cpp, Ollama and others.

They differ in what they accept, and say so only when asked. What was found out by being refused (the name of the
token limit, a temperature that a model does not take, how a prompt's log-probabilities are had) is remembered for the
life of the endpoint; nothing that would change an answer's meaning is left out silently. Every failure leaves as an
EndpointError in words. The client library makes one try; `retry` decides on more.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx2
import openai

from neuronview.errors import EndpointError, MissingKey, NotSupported, UnparsableAnswer
from neuronview.llm.calls import (
    ChatAnswer,
    ChatRequest,
    DecisionAnswer,
    DecisionRequest,
    EchoAnswer,
    EchoRequest,
    Question,
    Usage,
    plain_text,
)
from neuronview.llm.ledger import note_attempt, note_usage
from neuronview.llm.retry import Failure, OnRetry, RetryPolicy, Waiting, call_with_retries
from neuronview.llm.wire_address import LOCAL_KEY, Address
from neuronview.llm.wire_chat import chat_body, read_chat
from neuronview.llm.wire_context import is_llama_cpp, listed_context, slot_context
from neuronview.llm.wire_decisions import (
    MOST_QUESTIONS,
    Wire,
    check_questions,
    openai_questions,
    read_openai,
    read_systemone,
    split_questions,
    systemone_body,
)
from neuronview.llm.wire_echo import ECHO_FORMS, EchoForm, echo_body, read_echo
from neuronview.llm.wire_errors import CATCH, Place, Route, judge
from neuronview.llm.wire_payload import is_unknown, names, payload_of
from neuronview.llm.wire_transport import MOST_BYTES, NO_KEY, Credentials, GuardedTransport, network_transport
from neuronview.llm.wire_usage import bytes_of, read_usage

__all__ = ["OpenAIEndpoint"]

_MOMENT = 10.0
"""Seconds for what is nice to know."""
_LIMITS = ("max_completion_tokens", "max_tokens")


class OpenAIEndpoint:
    """One model behind one address.

    api_key: None sends none, which only a server on this machine lets pass; an empty text says that this server
    elsewhere wants none. It is kept in the transport alone and is in no message, log or repr.
    timeout: seconds for one try from first to last byte.
    decisions: the format of typed decisions that the server knows; None where it has none, or was not asked.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float = 120.0,
        decisions: Wire | None = None,
        policy: RetryPolicy | None = None,
        on_retry: OnRetry | None = None,
        waiting: Waiting | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._address = Address.parse(base_url)
        if api_key is None and not (self._address.is_local or self._address.password or self._address.query):
            raise MissingKey(
                f"{self._address.shown} needs an API key, and there is none. Set OPENAI_API_KEY, or type one on "
                "the page Explain."
            )
        self._credentials = Credentials(self._address, (api_key or "").strip())
        self._model, self._timeout, self._most_bytes = model, timeout, most_bytes
        self._policy, self._waiting = policy or RetryPolicy(), waiting
        self.on_retry = on_retry
        self.decisions: Wire | None = decisions
        self._limit = _LIMITS[0] if self._address.is_openai or self._address.is_azure else _LIMITS[1]
        self._limit_changed = False
        self._left_out: frozenset[str] = frozenset()
        self._echo_form: EchoForm | None = None
        self._client: openai.AsyncOpenAI | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @classmethod
    def from_environment(
        cls, model: str, *, base_url: str | None = None, environment: Mapping[str, str] | None = None, **options: Any
    ) -> OpenAIEndpoint:
        """An endpoint with key and address from OPENAI_API_KEY and OPENAI_BASE_URL.

        A server on this machine, where anything may listen, gets NEURONVIEW_LOCAL_KEY instead.
        """
        values = os.environ if environment is None else environment
        base_url = base_url or values.get("OPENAI_BASE_URL") or None
        name = LOCAL_KEY if Address.parse(base_url).is_local else "OPENAI_API_KEY"
        return cls(model, base_url=base_url, api_key=values.get(name) or None, **options)

    def __repr__(self) -> str:
        return f"OpenAIEndpoint({self._model!r}, base_url={self._address.shown!r})"

    @property
    def identity(self) -> str:
        """Address without credentials, and model."""
        return f"{self._address.shown} {self._model}"

    @property
    def model(self) -> str:
        """The model's name as asked for."""
        return self._model

    @property
    def base_url(self) -> str:
        """The address without user, password and query."""
        return self._address.shown

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine."""
        return self._address.is_local

    @property
    def adjustments(self) -> tuple[str, ...]:
        """What the model did not accept and is not sent any more, in words: part of where an answer comes from."""
        return tuple(f"{name} is left out: the model refused it" for name in sorted(self._left_out))

    @property
    def echo_form(self) -> EchoForm | None:
        """How log-probabilities of a prompt are had here, once one has been read."""
        return self._echo_form

    @property
    def most_questions(self) -> int:
        """Questions that fit in one call; more are split into several."""
        return MOST_QUESTIONS[self.decisions] if self.decisions else 0

    def with_decisions(self, wire: Wire | None, *, policy: RetryPolicy | None = None) -> OpenAIEndpoint:
        """The same endpoint with another format of typed decisions, and its own patience if one is given."""
        other = object.__new__(OpenAIEndpoint)
        other.__dict__ |= self.__dict__ | {"decisions": wire, "_client": None, "_loop": None}
        if policy is not None:
            other._policy = policy
        return other

    async def chat(self, request: ChatRequest) -> ChatAnswer:
        """Generate the next turn. Raises NotSupported for log-probabilities or a schema that the model refuses."""

        async def send() -> Mapping[str, Any]:
            client = self._connected()
            while True:
                body = chat_body(request, model=self._model, limit=self._limit, left_out=self._left_out)
                try:
                    # Not `chat.completions.create`, which walks through the whole body looking for names to change.
                    return payload_of(await client.post("/chat/completions", cast_to=httpx2.Response, body=body))
                except openai.APIStatusError as error:
                    if not self._adapt(error, body):
                        raise

        payload = await self._call("chat", send)
        try:
            answer = read_chat(payload, request)
        except UnparsableAnswer:
            written = bytes_of(*(message.content for message in request.messages))
            note_usage(read_usage(payload.get("usage"), input_bytes=written))
            raise
        note_usage(answer.usage)
        return answer

    async def echo(self, request: EchoRequest) -> EchoAnswer:
        """Read the last turn. Raises NotSupported where the endpoint cannot, after each known way was tried.

        An error inside the server (500) may be how it refuses the first way, or a fault that passes: where no other
        way leads on, that one is asked again, and is refused if the same still comes after all tries.
        """
        reasons: list[NotSupported] = []
        for form in (self._echo_form,) if self._echo_form else ECHO_FORMS:
            try:
                answer = await self._echo(request, form)
            except NotSupported as error:
                reasons.append(error)
                continue
            self._echo_form = form
            return answer
        refusal = reasons[min(1, len(reasons) - 1)]
        if not _failed_inside(reasons[0]):
            raise refusal
        try:
            answer = await self._echo(request, ECHO_FORMS[0], again=True)
        except EndpointError as error:
            if _failed_inside(error):
                raise refusal from error
            raise
        self._echo_form = ECHO_FORMS[0]
        return answer

    async def decide(self, request: DecisionRequest) -> DecisionAnswer:
        """Answer the questions, in as many calls as the format needs, one after another."""
        check_questions(request)
        if self.decisions is None:
            raise NotSupported(
                f"{self._address.shown} is not known to answer typed decisions. Probe it, or choose another simulator."
            )
        if not request.questions:
            return DecisionAnswer(())
        parts: list[DecisionAnswer] = []
        for questions in split_questions(request.questions, MOST_QUESTIONS[self.decisions]):
            parts.append(await self._decide(request.input, questions, self.decisions))
            note_usage(parts[-1].usage)
        usage = sum((part.usage for part in parts), Usage())
        return DecisionAnswer(tuple(decision for part in parts for decision in part.decisions), parts[-1].model, usage)

    async def context_tokens(self) -> int | None:
        """Tokens that the model reads at once, answer included, where the server says so; None elsewhere.

        Asked once, for a moment: no answer is no error.
        """

        async def get(path: str) -> Mapping[str, Any]:
            try:
                async with asyncio.timeout(min(_MOMENT, self._timeout)):
                    return payload_of(await self._connected().get(path, cast_to=httpx2.Response))
            except CATCH:
                return {}
            except EndpointError:
                return {}

        listed = await get("/models")
        found = listed_context(listed, self._model)
        if found is None and is_llama_cpp(listed, self._model):
            found = slot_context(await get(f"{self._address.shown.removesuffix('/v1')}/props"))
        return found

    async def close(self) -> None:
        """Let go of the connections. The endpoint can be used again."""
        client, self._client = self._client, None
        if client is not None and self._loop is asyncio.get_running_loop():
            await client.close()

    async def _echo(self, request: EchoRequest, form: EchoForm, *, again: bool = False) -> EchoAnswer:
        """Ask in one way. A limit of no tokens is refused in many ways, by some with an error inside the server."""

        async def send() -> Mapping[str, Any]:
            body = echo_body(request, model=self._model, form=form)
            try:
                raw = await self._connected().completions.with_raw_response.create(**body)
            except openai.APIStatusError as error:
                refused = error.status_code in (400, 422) and names(error, "max_tokens", "max_new_tokens")
                if form == "echo" and self._echo_form is None and (refused or (error.status_code == 500 and not again)):
                    note_usage(Usage())  # nothing was to be generated, and nothing was
                    raise NotSupported(f"A limit of no generated tokens is refused ({error.status_code}).") from error
                raise
            return payload_of(raw.http_response)

        payload = await self._call("completions", send)
        try:
            answer = read_echo(payload, request, form=form)
        except NotSupported:
            note_usage(read_usage(payload.get("usage"), input_bytes=bytes_of(plain_text(request))))
            raise
        note_usage(answer.usage)
        return answer

    async def _decide(self, text: str, questions: tuple[Question, ...], wire: Wire) -> DecisionAnswer:
        """Ask one call's worth of questions."""

        async def send() -> Mapping[str, Any]:
            client = self._connected()
            if wire == "openai":
                create = client.decisions.with_raw_response.create
                asked: Any = openai_questions(questions)
                raw = await create(model=self._model, input=text, questions=asked)
                return payload_of(raw.http_response)
            body = systemone_body(self._model, text, questions)
            return payload_of(await client.post("/systemone", cast_to=httpx2.Response, body=body))

        payload = await self._call("decisions" if wire == "openai" else "systemone", send)
        written = bytes_of(text, *(part for q in questions for part in (q.name, q.instructions, *q.levels)))
        usage = read_usage(payload.get("usage"), input_bytes=written, prompts=len(questions))
        try:
            decisions = (read_openai if wire == "openai" else read_systemone)(payload, questions)
        except UnparsableAnswer:
            note_usage(usage)
            raise
        return DecisionAnswer(tuple(decisions), str(payload.get("model") or ""), usage)

    async def _call(self, route: Route, send: Callable[[], Awaitable[Mapping[str, Any]]]) -> Mapping[str, Any]:
        """Make a call with retries, each try within the time limit. Notes the tries, and those that cost nothing."""

        async def attempt() -> Mapping[str, Any]:
            note_attempt()
            async with asyncio.timeout(self._timeout):
                return self._credentials.scrub_all(await send())

        def weigh(error: Exception) -> Failure:
            failure = judge(error, place)
            if failure.unread:
                note_usage(Usage())
            return failure

        place = Place(
            self._address.shown,
            self._model,
            route,
            self._timeout,
            self._address.is_local,
            self._credentials.given,
            self._credentials.scrub,
        )
        return await call_with_retries(
            attempt, catch=CATCH, judge=weigh, policy=self._policy, on_retry=self.on_retry, waiting=self._waiting
        )

    def _adapt(self, error: openai.APIStatusError, body: Mapping[str, Any]) -> bool:
        """Whether a refused chat can be sent once more in another form, which is remembered."""
        if error.status_code not in (400, 422):
            return False
        other = _LIMITS[1 - _LIMITS.index(self._limit)]
        if not self._limit_changed and names(error, self._limit) and is_unknown(error):
            self._limit, self._limit_changed = other, True
            return True
        for name in ("temperature", "seed"):
            if name in body and names(error, name) and is_unknown(error):
                self._left_out |= {name}
                return True
        return False

    def _connected(self) -> openai.AsyncOpenAI:
        """The client of the running event loop: connections belong to the loop that opened them."""
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            transport = GuardedTransport(
                network_transport(self._address), self._credentials, most_bytes=self._most_bytes
            )
            timeout = httpx2.Timeout(self._timeout, connect=min(10.0, self._timeout))
            http = httpx2.AsyncClient(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False)
            self._client = openai.AsyncOpenAI(
                base_url=self._address.shown, api_key=NO_KEY, max_retries=0, timeout=timeout, http_client=http
            )
            self._loop = loop
        return self._client


def _failed_inside(error: EndpointError) -> bool:
    """Whether a server answered with an error of its own (500)."""
    return getattr(error.__cause__, "status_code", None) == 500
