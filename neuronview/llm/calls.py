"""What is asked of a language model and what comes back, whoever answers.

Three kinds of request: a chat whose answer is generated, an echo that reads the log-probabilities of a given text, and
typed decisions that answer many questions about one input with a probability for every allowed answer. All are frozen
and plain, so that a request can be hashed, stored and replayed. Knows no wire format and no prompt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

__all__ = [
    "Answer",
    "ChatAnswer",
    "ChatRequest",
    "Decision",
    "DecisionAnswer",
    "DecisionRequest",
    "EchoAnswer",
    "EchoRequest",
    "Endpoint",
    "GeneratedToken",
    "Message",
    "Question",
    "Request",
    "Usage",
    "plain_text",
]

Role = Literal["system", "user", "assistant"]
QuestionKind = Literal["score", "predicate", "choice"]
DecisionState = Literal["ok", "refused", "missing", "invalid"]


@dataclass(frozen=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True)
class ChatRequest:
    """A conversation whose next turn is to be generated."""

    messages: tuple[Message, ...]
    max_tokens: int = 256
    temperature: float = 0.0
    top_logprobs: int = 0
    """How many alternatives with log-probabilities are wanted for each generated token; 0 for none."""
    schema: Mapping[str, Any] | None = None
    """JSON schema that the answer must follow, where the endpoint can hold a model to one."""
    seed: int | None = None
    sample: int = 0
    """Which of several samples of the same request: tells cached answers apart, and is never sent."""


@dataclass(frozen=True)
class EchoRequest:
    """A conversation to read, not to go on with: log-probabilities of the text of its last turn are wanted.

    Where an endpoint takes plain text, the turns are joined as `plain_text` does; a local chat model sees its own
    template, with the last turn left open.
    """

    messages: tuple[Message, ...]
    top_logprobs: int = 15


@dataclass(frozen=True)
class Question:
    """One typed question about the input of a DecisionRequest."""

    name: str
    """Unique within the request; answers are matched by it."""
    kind: QuestionKind
    instructions: str
    levels: tuple[str, ...] = ()
    """Labels of a score, lowest first (2 to 10), or the values of a choice; empty for a predicate (no, yes)."""


@dataclass(frozen=True)
class DecisionRequest:
    """One input and the questions about it."""

    input: str
    questions: tuple[Question, ...]


Request = ChatRequest | EchoRequest | DecisionRequest


@dataclass(frozen=True)
class Usage:
    """Tokens that a call cost. `reported` is False where the endpoint did not say and they are estimated."""

    input_tokens: int = 0
    cached_tokens: int = 0
    """The part of the input that the endpoint read from its own prompt cache."""
    output_tokens: int = 0
    reported: bool = True

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.cached_tokens + other.cached_tokens,
            self.output_tokens + other.output_tokens,
            self.reported and other.reported,
        )


@dataclass(frozen=True)
class GeneratedToken:
    """A generated token with the log-probabilities of its likeliest alternatives (itself among them)."""

    text: str
    top_logprobs: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class ChatAnswer:
    """What was generated. `model` is the model's name as returned, which may be more exact than as asked for."""

    text: str
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    tokens: tuple[GeneratedToken, ...] = ()
    """Empty where no log-probabilities came."""
    finish: str = ""
    """Why it ended, in the endpoint's word: `stop`, `length`, `content_filter`."""


@dataclass(frozen=True)
class EchoAnswer:
    """The read text token by token.

    `response` has the form of the legacy completions endpoint with `echo`: `choices[0].logprobs` with lists `tokens`
    (strings; partial characters as `bytes:` and escapes) and `top_logprobs` (a mapping from token to log-probability,
    or None at the first).
    """

    response: Mapping[str, Any]
    model: str = ""
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True)
class Decision:
    """The answer to one question. Only in state `ok` does it have probabilities, which sum to 1."""

    name: str
    state: DecisionState = "ok"
    probabilities: tuple[float, ...] = ()
    """One a level, lowest first, or one a choice; (no, yes) for a predicate."""
    reason: str = ""
    """Why there is none: what the endpoint said, or what was wrong with its answer."""


@dataclass(frozen=True)
class DecisionAnswer:
    """One decision a question, in the order of the questions, also where the endpoint left one out (`missing`)."""

    decisions: tuple[Decision, ...]
    model: str = ""
    usage: Usage = field(default_factory=Usage)


Answer = ChatAnswer | EchoAnswer | DecisionAnswer


class Endpoint(Protocol):
    """Anything that answers. Raises EndpointError (of the right subclass) when it cannot.

    A request of a kind that the endpoint does not know raises NotSupported.
    """

    @property
    def identity(self) -> str:
        """Address without credentials, and model: what an answer depends on besides the request."""

    @property
    def model(self) -> str:
        """The model's name as asked for."""

    async def chat(self, request: ChatRequest) -> ChatAnswer:
        """Generate the next turn."""

    async def echo(self, request: EchoRequest) -> EchoAnswer:
        """Read the last turn."""

    async def decide(self, request: DecisionRequest) -> DecisionAnswer:
        """Answer the questions."""

    async def close(self) -> None:
        """Let go of connections or memory."""


def plain_text(request: EchoRequest) -> str:
    """The conversation as one text: the turns' contents, a blank line between two."""
    return "\n\n".join(message.content for message in request.messages)
