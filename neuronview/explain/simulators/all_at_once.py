"""The published simulator: the excerpt is read once with `unknown` for every activation.

The example neurons always switch from `unknown` to numbers somewhere, so a model keeps some probability on numbers at
every line; their distribution at each `unknown` is the simulation. Nothing is generated, and no value that was
sampled leads the next one. Needs log-probabilities of the prompt.

Many tokenizers write 10 as 1 and 0. A likely "1" would then mean either, so for them the scale ends at 9 and is
stretched to 0..10. Which it is, is asked once, with a text of a few tokens; so is whether there are log-probabilities
of a prompt at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from neuronview.errors import NotSupported
from neuronview.explain.prompts import excerpt_listing, within_budget
from neuronview.explain.prompts.simulating import all_at_once_messages
from neuronview.explain.simulate import parse_echo_response, writes_ten_apart
from neuronview.explain.simulators.base import HIGHEST, PromptOptions
from neuronview.llm.calls import EchoAnswer, EchoRequest, Endpoint, Message
from neuronview.records import Simulation

__all__ = ["SCALE_REQUEST", "AllAtOnce"]

HIGHEST_DIGIT = 9
SCALE_REQUEST = EchoRequest((Message("user", "Activations:"), Message("assistant", excerpt_listing("a", [HIGHEST]))), 1)
"""Shows whether 10 comes back as one token."""


class AllAtOnce:
    """One request an excerpt; the distribution is that of the numbers among the `top_logprobs` likeliest tokens.

    `highest` is where the scale ends, 10 or 9; None finds it out, with SCALE_REQUEST before the first excerpt.
    """

    name = "all-at-once"

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        options: PromptOptions | None = None,
        top_logprobs: int = 15,
        highest: int | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._options = options or PromptOptions()
        self._top_logprobs = top_logprobs
        self._highest = highest
        self._cannot = ""
        self._asking: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None

    @property
    def description(self) -> str:
        """The name, and the scale where it is known to be another than 0..10."""
        highest = self._highest or HIGHEST
        return self.name if highest == HIGHEST else f"{self.name}, 0..{highest} stretched to 0..10"

    @property
    def model(self) -> str:
        """The language model's name as asked for."""
        return self._endpoint.model

    def requests(self, explanation: str, tokens: Sequence[str]) -> tuple[EchoRequest, ...]:
        """One echo, none for an excerpt without tokens. At least one example is shown."""
        if not tokens:
            return ()
        highest = self._highest or HIGHEST
        messages = within_budget(
            lambda examples, _: all_at_once_messages(explanation, tokens, examples, highest=highest),
            self._options.examples,
            least_examples=1,
            budget=self._options.context_tokens,
            count=self._options.count,
        )
        return (EchoRequest(messages, self._top_logprobs),)

    async def simulate(self, explanation: str, tokens: Sequence[str]) -> Simulation:
        """One expected value a token on the scale 0..10; nan where the model gave no number.

        NotSupported where the endpoint has no log-probabilities of prompts; it is not asked again then.
        """
        if not tokens:
            return Simulation((), np.empty(0), scale="0-10")
        highest = await self._scale()
        (request,) = self.requests(explanation, tokens)
        answer = await self._endpoint.echo(request)
        return replace(parse_echo_response(answer.response, tokens, highest=highest), answered_by=answer.model)

    async def _scale(self) -> int:
        """Where the scale ends; asked once, however many excerpts wait for it."""
        if self._highest is None:
            async with self._lock():
                if self._cannot:
                    raise NotSupported(self._cannot)
                if self._highest is None:
                    answer = await self._scale_answer()
                    self._highest = HIGHEST_DIGIT if writes_ten_apart(answer.response) else HIGHEST
        return self._highest

    async def _scale_answer(self) -> EchoAnswer:
        try:
            return await self._endpoint.echo(SCALE_REQUEST)
        except NotSupported as error:
            self._cannot = str(error)
            raise

    def _lock(self) -> asyncio.Lock:
        # A lock belongs to one event loop, a simulator to whoever holds it.
        loop = asyncio.get_running_loop()
        if self._asking is None or self._asking[0] is not loop:
            self._asking = (loop, asyncio.Lock())
        return self._asking[1]
