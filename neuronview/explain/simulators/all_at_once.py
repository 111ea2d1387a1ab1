"""The published simulator: the excerpt is read once with `unknown` for every activation.

The example neurons always switch from `unknown` to numbers somewhere, so a model keeps some probability on numbers at
every line; their distribution at each `unknown` is the simulation. Nothing is generated, and no value that was
sampled leads the next one. Needs log-probabilities of the prompt.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuronview.errors import NotSupported
from neuronview.explain.prompts import within_budget
from neuronview.explain.prompts.simulating import all_at_once_messages
from neuronview.explain.simulate import parse_echo_response, writes_ten_apart
from neuronview.explain.simulators.base import HIGHEST, PromptOptions
from neuronview.llm.calls import EchoRequest, Endpoint
from neuronview.records import Simulation

__all__ = ["AllAtOnce"]

DIGITS_ONLY = 9


class AllAtOnce:
    """One request an excerpt; the distribution is that of the numbers among the `top_logprobs` likeliest tokens.

    `highest=9` is for models whose tokenizer writes 10 as two tokens: the scale ends at 9 and is stretched to
    0..10. With 10 such a model is refused (NotSupported), because a likely "1" could then mean either.
    """

    name = "all-at-once"

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        options: PromptOptions | None = None,
        top_logprobs: int = 15,
        highest: int = HIGHEST,
    ) -> None:
        self._endpoint = endpoint
        self._options = options or PromptOptions()
        self._top_logprobs = top_logprobs
        self._highest = highest

    @property
    def description(self) -> str:
        """The name, and the scale where it is another than 0..10."""
        return self.name if self._highest == HIGHEST else f"{self.name}, 0..{self._highest} stretched to 0..10"

    @property
    def model(self) -> str:
        """The language model's name as asked for."""
        return self._endpoint.model

    def requests(self, explanation: str, tokens: Sequence[str]) -> tuple[EchoRequest, ...]:
        """One echo, none for an excerpt without tokens. At least one example is shown."""
        if not tokens:
            return ()
        messages = within_budget(
            lambda examples, _: all_at_once_messages(explanation, tokens, examples, highest=self._highest),
            self._options.examples,
            least_examples=1,
            budget=self._options.context_tokens,
            count=self._options.count,
        )
        return (EchoRequest(messages, self._top_logprobs),)

    async def simulate(self, explanation: str, tokens: Sequence[str]) -> Simulation:
        """One expected value a token on the scale 0..10; nan where the model gave no number."""
        for request in self.requests(explanation, tokens):
            answer = await self._endpoint.echo(request)
            if self._highest == HIGHEST and writes_ten_apart(answer.response):
                raise NotSupported(
                    f"{self.model} writes 10 as two tokens, so that a likely “1” could be either. "
                    f"Use {self.name} with the scale 0..{DIGITS_ONLY} for it."
                )
            return parse_echo_response(answer.response, tokens, highest=self._highest)
        return Simulation((), np.empty(0), scale="0-10")
