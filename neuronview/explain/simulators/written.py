"""What simulators share whose values are written in a chat: one request an excerpt, room for its answer, a reading."""

from __future__ import annotations

from collections.abc import Sequence

from neuronview.explain.prompts import Example, within_budget
from neuronview.explain.simulators.base import Distribution, PromptOptions, require_any, simulation_of, whole_text
from neuronview.explain.simulators.lines import answer_room
from neuronview.llm.calls import ChatAnswer, ChatRequest, Endpoint, Message
from neuronview.records import Simulation

__all__ = ["Written"]


class Written:
    """One request an excerpt, at temperature 0."""

    name = ""

    def __init__(self, endpoint: Endpoint, *, options: PromptOptions | None = None, n_examples: int = 2) -> None:
        self._endpoint = endpoint
        self._options = options or PromptOptions()
        self._n_examples = n_examples

    @property
    def description(self) -> str:
        """The name; no option changes its numbers but the prompt, which has its own hash."""
        return self.name

    @property
    def model(self) -> str:
        """The language model's name as asked for."""
        return self._endpoint.model

    def requests(self, explanation: str, tokens: Sequence[str]) -> tuple[ChatRequest, ...]:
        """One chat, none for an excerpt without tokens."""
        if not tokens:
            return ()
        room = answer_room(self._longest(tokens), self._options.count)
        messages = within_budget(
            lambda examples, _: self._messages(explanation, tokens, examples),
            self._options.examples[: self._n_examples],
            budget=self._options.context_tokens - room,
            count=self._options.count,
        )
        return (self._request(messages, room),)

    async def simulate(self, explanation: str, tokens: Sequence[str]) -> Simulation:
        """One value a token on the scale 0..10; nan where it was left out, out of range or said of another token."""
        found, answered_by = list[Distribution](), ""
        for request in self.requests(explanation, tokens):
            answer = await self._endpoint.chat(request)
            whole_text(answer)
            found, answered_by = self._read(answer, tokens), answer.model
            require_any(found, answer.text)
        return simulation_of(tokens, found, answered_by=answered_by)

    def _longest(self, tokens: Sequence[str]) -> str:
        """A right answer as long as any."""
        raise NotImplementedError

    def _messages(self, explanation: str, tokens: Sequence[str], examples: Sequence[Example]) -> tuple[Message, ...]:
        raise NotImplementedError

    def _request(self, messages: tuple[Message, ...], room: int) -> ChatRequest:
        raise NotImplementedError

    def _read(self, answer: ChatAnswer, tokens: Sequence[str]) -> list[Distribution]:
        """The distribution of each token; empty where there is no valid one."""
        raise NotImplementedError
