"""What an endpoint and its model can do, found out by asking: a few short requests, once, and then remembered.

Endpoints promise more than they do: some accept a parameter and ignore it. So an ability counts only when the answer
shows it. For each that is missing there is a sentence that says why, and the simulator is chosen from what is left.
A fault that may pass (too many requests, an error inside the server, no credit) is no such answer: the ability then
counts as missing this once, and what was found is not for keeping.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from neuronview.errors import EndpointError, EndpointRefused, NotSupported, UnparsableAnswer
from neuronview.llm.calls import ChatRequest, DecisionRequest, EchoRequest, Endpoint, Message, Question
from neuronview.llm.retry import RetryPolicy
from neuronview.replaced import replace_whole

__all__ = ["TYPICAL", "Capabilities", "CapabilityStore", "SimulatorChoice", "choose_simulator", "probe"]

DecisionsBy = Literal["openai", "systemone", "local"]
PromptBy = Literal["echo", "prompt_logprobs", "local"]
SimulatorName = Literal["all-at-once", "decisions", "digits", "structured"]

_FORMAT = 4
_ASKED_LOGPROBS = (20, 5)
"""Alternatives for each generated token: 20 is the most that any endpoint gives, 5 what some stop at."""
TYPICAL = (
    "Neuron 4 fires on words for parts of a day.\n\nActivations:\nThe\t0\n morning\t8\n train\t0\n to\t0\n"
    " Leeds\t0\n left\t1\n before\t3\n dawn\t9\n,\t0\n and\t0\n at\t1\n noon\t10\n we\t0\n ate\t0\n bread\t0\n.\t0\n"
)
"""Looks like what will be sent, so that bytes per token measured on it hold for that."""


@dataclass(frozen=True)
class Capabilities:
    """What one model behind one address can do."""

    identity: str
    model: str
    chat: bool = False
    decisions: DecisionsBy | None = None
    most_questions: int = 0
    """Typed questions in one call; more are split."""
    prompt_logprobs: PromptBy | None = None
    generated_logprobs: int = 0
    """Alternatives that come with each generated token."""
    json_schema: bool = False
    tokens_per_byte: float | None = None
    """Of a typical prompt, as the endpoint counts; None where it reports no counts."""
    why_not: Mapping[str, str] = field(default_factory=dict)
    """For each missing ability, by the field's name, the reason in words."""
    unsettled: tuple[str, ...] = ()
    """Abilities that a fault kept from being found out; while there are any, this is not to be remembered."""
    probed_at: str = ""
    """UTC, ISO 8601."""
    library: str = ""
    """Version of the client that asked."""
    context_tokens: int | None = None
    """Tokens that the model reads at once, answer included; None where the server does not say."""
    refuses_schema: bool = False
    """Whether a chat with a schema is refused there; one that is taken and not kept to is no refusal."""


@dataclass(frozen=True)
class SimulatorChoice:
    """The simulator that suits an endpoint best, and why it is that one."""

    name: SimulatorName
    why: str


@runtime_checkable
class _SpeaksWires(Protocol):
    """An endpoint over HTTP, whose format of typed decisions has to be found out."""

    decisions: Any

    def with_decisions(self, wire: Any, *, policy: RetryPolicy | None = None) -> Any:
        """The same endpoint with another format."""

    async def context_tokens(self) -> int | None:
        """Tokens that the model reads at once, where the server says so."""

    @property
    def echo_form(self) -> str | None:
        """How a prompt's log-probabilities are had."""

    @property
    def most_questions(self) -> int:
        """Questions in a call."""


async def probe(endpoint: Endpoint, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Capabilities:
    """Ask for each ability once: about eight short calls, fewer than a thousand tokens.

    Raises EndpointError where the endpoint cannot be reached at all, EndpointRefused where it refuses every kind of
    request (wrong key, no credit, no such model).
    """
    asked: Any = endpoint.with_decisions(None, policy=_BRIEF) if isinstance(endpoint, _SpeaksWires) else endpoint
    found: dict[str, Any] = {}
    why_not: dict[str, str] = {}
    unsettled: list[str] = []

    async def ask(ability: str, asking: Awaitable[None]) -> EndpointError | None:
        return await _try(ability, asking, why_not, unsettled)

    try:
        failures = [
            await ask("chat", _chat(asked, found)),
            await ask("decisions", _decisions(asked, endpoint, found)),
        ]
        if failures[0] and failures[1] and not found and not any(isinstance(error, NotSupported) for error in failures):
            raise failures[0]
        await ask("prompt_logprobs", _prompt_logprobs(asked, found))
        if found.get("chat"):
            await ask("generated_logprobs", _generated_logprobs(asked, found))
            await ask("json_schema", _json_schema(asked, found))
        else:
            why_not |= dict.fromkeys(("generated_logprobs", "json_schema"), "It does not answer chats.")
        if isinstance(asked, _SpeaksWires):
            found["context_tokens"] = await asked.context_tokens()
    finally:
        if asked is not endpoint:
            await asked.close()
    return Capabilities(
        endpoint.identity,
        endpoint.model,
        why_not=why_not,
        unsettled=tuple(unsettled),
        probed_at=clock().isoformat(timespec="seconds"),
        library=_library(),
        **found,
    )


def choose_simulator(capabilities: Capabilities) -> SimulatorChoice:
    """All-at-once where possible, else typed decisions, else digits, else a structured answer.

    Raises NotSupported, with the reasons, where none is possible.
    """
    lacking = capabilities.why_not
    if capabilities.prompt_logprobs:
        return SimulatorChoice("all-at-once", "The endpoint gives log-probabilities of a prompt: the published method.")
    if capabilities.decisions:
        why = "It answers typed decisions with a probability for every level"
        return SimulatorChoice("decisions", f"{why}. No all-at-once: {lacking.get('prompt_logprobs', 'not probed.')}")
    if capabilities.generated_logprobs:
        why = f"It gives {capabilities.generated_logprobs} log-probabilities with each generated digit"
        return SimulatorChoice("digits", f"{why}. No typed decisions: {lacking.get('decisions', 'not probed.')}")
    if capabilities.chat:
        held = "held to a JSON schema" if capabilities.json_schema else "asked for JSON, which it is not held to"
        return SimulatorChoice("structured", f"It answers chats without probabilities, {held}; its answers are parsed.")
    reasons = " ".join(dict.fromkeys(lacking.values()))
    raise NotSupported(f"No simulator can work with {capabilities.identity}. {reasons}")


class CapabilityStore:
    """What probes found, one JSON file for each endpoint and model. A file of another version, or damaged, counts as
    none: asking again is cheap. What is not settled is for `put` not to be given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, identity: str) -> Capabilities | None:
        """What is known, if it was found out with this version of the client."""
        try:
            stored = json.loads(self._path(identity).read_text(encoding="utf-8"))
            if stored.pop("check") != _check(stored):
                return None
            known = {name: stored[name] for name in (each.name for each in fields(Capabilities))}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        fits = stored.get("format") == _FORMAT and known["identity"] == identity and known["library"] == _library()
        return Capabilities(**known | {"unsettled": ()}) if fits and not known["unsettled"] else None

    def put(self, capabilities: Capabilities) -> None:
        """Remember, in one step: a reader sees the old file or the new one."""
        plain = {"format": _FORMAT} | asdict(capabilities)
        text = json.dumps({"check": _check(plain)} | plain, indent=1, ensure_ascii=False)
        replace_whole(self._path(capabilities.identity), text.encode())

    def forget(self, identity: str) -> None:
        """Remove what is known, so that the next run asks again."""
        self._path(identity).unlink(missing_ok=True)

    def _path(self, identity: str) -> Path:
        return self.folder / f"{sha256(identity.encode()).hexdigest()[:24]}.json"


_BRIEF = RetryPolicy(attempts=2, total_seconds=60)
_FORM_REFUSED = (400, 422)


async def _try(
    ability: str, asking: Awaitable[None], why_not: dict[str, str], unsettled: list[str]
) -> EndpointError | None:
    """Ask for an ability; where it is missing or could not be found out, note why and give the error."""
    try:
        await asking
    except EndpointError as error:
        if _is_no(error):
            why_not[ability] = str(error)
        else:
            why_not[ability] = f"It could not be found out this time: {error}"
            unsettled.append(ability)
        return error
    return None


def _is_no(error: EndpointError) -> bool:
    """Whether an error says that the ability is not there, and will say so again.

    That is NotSupported, an answer that lacks what was asked for, and a request whose form was refused (400, 422).
    """
    if isinstance(error, NotSupported | UnparsableAnswer):
        return True
    cause = error.__cause__
    status = getattr(cause, "status_code", getattr(cause, "status", None))
    return status in _FORM_REFUSED and not isinstance(error, EndpointRefused)


async def _chat(endpoint: Endpoint, found: dict[str, Any]) -> None:
    """A typical prompt with one token of answer: does it chat, and how does it count?"""
    request = ChatRequest((Message("user", TYPICAL),), max_tokens=16)
    answer = await endpoint.chat(request)
    found["chat"] = True
    if answer.usage.reported:
        found["tokens_per_byte"] = answer.usage.input_tokens / len(TYPICAL.encode())


async def _decisions(asked: Any, endpoint: Endpoint, found: dict[str, Any]) -> None:
    """The format that it was told to have, or each format in turn.

    Where one was found after a fault in an earlier one, that one is used, and the fault raised: which it has is open.
    """
    request = DecisionRequest(
        "The train left before dawn.",
        (
            Question("strength", "score", "How strongly is this about a time of day?", ("none", "weak", "strong")),
            Question("train", "predicate", "Is there a train in it?"),
        ),
    )
    if not isinstance(endpoint, _SpeaksWires):
        await _decide(asked, request, "local", found)
        return
    wires: tuple[DecisionsBy, ...] = (endpoint.decisions,) if endpoint.decisions else ("openai", "systemone")
    failures: list[EndpointError] = []
    for wire in wires:
        candidate = asked.with_decisions(wire)
        try:
            await _decide(candidate, request, wire, found)
            break
        except EndpointError as error:
            failures.append(error)
        finally:
            await candidate.close()
    faults = [error for error in failures if not _is_no(error)]
    if faults:
        raise faults[0]
    if "decisions" not in found:
        if all(isinstance(error, NotSupported) for error in failures):
            raise NotSupported(" ".join(dict.fromkeys(map(str, failures))))
        raise next(error for error in failures if not isinstance(error, NotSupported))


async def _decide(endpoint: Any, request: DecisionRequest, name: DecisionsBy, found: dict[str, Any]) -> None:
    """Note the ability if every question got its probabilities."""
    answer = await endpoint.decide(request)
    broken = [decision for decision in answer.decisions if decision.state != "ok"]
    if broken:
        raise NotSupported(f"It answers typed decisions, but not usably: {broken[0].reason}.")
    found |= {"decisions": name, "most_questions": getattr(endpoint, "most_questions", None) or len(request.questions)}


async def _prompt_logprobs(endpoint: Endpoint, found: dict[str, Any]) -> None:
    """Log-probabilities of a text that is not the model's own."""
    await endpoint.echo(
        EchoRequest((Message("user", "A neuron fires.\n\n morning\t"), Message("assistant", "unknown")))
    )
    form = getattr(endpoint, "echo_form", "local")
    found["prompt_logprobs"] = "echo" if form == "echo_one" else form


async def _generated_logprobs(endpoint: Endpoint, found: dict[str, Any]) -> None:
    """As many alternatives as it gives. A fault on the way to fewer is raised: it may give more."""
    fault: EndpointError | None = None
    for wanted in _ASKED_LOGPROBS:
        request = ChatRequest(
            (Message("user", "Answer with one digit from 0 to 9."),), max_tokens=16, top_logprobs=wanted
        )
        try:
            answer = await endpoint.chat(request)
        except EndpointRefused:
            raise
        except EndpointError as error:
            if wanted == _ASKED_LOGPROBS[-1]:
                raise fault or error from (fault or error).__cause__
            fault = None if _is_no(error) else error
            continue
        given = max((len(token.top_logprobs) for token in answer.tokens), default=0)
        if given <= 1:
            raise NotSupported("It takes a request for log-probabilities and answers without them.")
        found["generated_logprobs"] = min(wanted, given)
        break
    if fault:
        raise fault


async def _json_schema(endpoint: Endpoint, found: dict[str, Any]) -> None:
    """Whether it holds a model to a schema that nothing in the prompt mentions."""
    schema = {
        "type": "object",
        "properties": {"colour": {"type": "string", "enum": ["teal"]}},
        "required": ["colour"],
        "additionalProperties": False,
    }
    request = ChatRequest((Message("user", "Greet me in one word."),), max_tokens=512, schema=schema)
    try:
        answer = await endpoint.chat(request)
    except EndpointError as error:
        found["refuses_schema"] = _is_no(error)
        raise
    try:
        obeyed = json.loads(answer.text) == {"colour": "teal"}
    except ValueError:
        obeyed = False
    if not obeyed:
        ended = " (it ran out of tokens before an answer)" if answer.finish == "length" and not answer.text else ""
        raise NotSupported(f"It takes a JSON schema and does not keep to it{ended}.")
    found["json_schema"] = True


def _check(plain: Mapping[str, Any]) -> str:
    return sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _library() -> str:
    return f"openai {version('openai')}"
