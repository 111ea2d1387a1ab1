"""What real calls took, remembered for each endpoint: tokens for what was sent, and seconds.

An estimate before a run is made of these. A meter sits between desk and endpoint, so that it sees calls and not
answers that were there already. Holds numbers only.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from neuronview.llm.cache import kind_of
from neuronview.llm.calls import (
    Answer,
    ChatAnswer,
    ChatRequest,
    DecisionAnswer,
    DecisionRequest,
    EchoAnswer,
    EchoRequest,
    Endpoint,
    Request,
)
from neuronview.llm.wrapper import Wrapper
from neuronview.store.write import write_json

__all__ = ["Measured", "Meter", "Rate", "bytes_read"]

T = TypeVar("T", bound=Answer)
PROBE = "probe"
PROBE_CALLS = 8
PER_TURN = 16


@dataclass(frozen=True)
class Rate:
    """Sums over calls of one kind."""

    calls: int = 0
    bytes: float = 0.0
    """What was sent, as the model reads it."""
    tokens: int = 0
    """Input tokens as reported, of calls that reported them."""
    seconds: float = 0.0

    @property
    def tokens_per_byte(self) -> float | None:
        """None while nothing was counted."""
        return self.tokens / self.bytes if self.tokens and self.bytes else None

    def __add__(self, other: Rate) -> Rate:
        return Rate(
            self.calls + other.calls,
            self.bytes + other.bytes,
            self.tokens + other.tokens,
            self.seconds + other.seconds,
        )


def bytes_read(request: Request, *, often: bool = False) -> int:
    """Bytes that a model reads for a request. `often`: typed decisions read the input once for every question."""
    if isinstance(request, DecisionRequest):
        asked = [_length(q.name, q.instructions, *q.levels) + PER_TURN for q in request.questions]
        return _length(request.input) * (len(asked) if often else 1) + sum(asked)
    schema = str(request.schema) if isinstance(request, ChatRequest) and request.schema else ""
    return _length(schema, *(message.content for message in request.messages)) + PER_TURN


class Meter(Wrapper):
    """An endpoint that notes what its calls took."""

    def __init__(self, endpoint: Endpoint, *, often: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(endpoint)
        self.often, self.clock = often, clock
        self.rates: dict[str, Rate] = {}

    async def chat(self, request: ChatRequest) -> ChatAnswer:
        """Ask, and note."""
        return await self._noted(request, self.endpoint.chat(request))

    async def echo(self, request: EchoRequest) -> EchoAnswer:
        """Ask, and note."""
        return await self._noted(request, self.endpoint.echo(request))

    async def decide(self, request: DecisionRequest) -> DecisionAnswer:
        """Ask, and note."""
        return await self._noted(request, self.endpoint.decide(request))

    async def _noted(self, request: Request, asking: Awaitable[T]) -> T:
        begun = self.clock()
        answer = await asking
        told = answer.usage.reported
        rate = Rate(
            1,
            bytes_read(request, often=self.often) if told else 0.0,
            answer.usage.input_tokens if told else 0,
            self.clock() - begun,
        )
        kind = kind_of(request)
        self.rates[kind] = self.rates.get(kind, Rate()) + rate
        return answer


class Measured:
    """What was measured, in the user's folder: a file for each endpoint. One that cannot be read counts as none."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "llm" / "measured"

    def rates(self, identity: str) -> Mapping[str, Rate]:
        """By kind of request; `probe` holds what the probe's short calls took."""
        try:
            stored = json.loads(self._path(identity).read_text(encoding="utf-8"))
            return {kind: Rate(**rate) for kind, rate in stored["rates"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def concurrency(self, identity: str) -> int:
        """How many calls were under way at the same time when the seconds were measured."""
        try:
            return max(1, int(json.loads(self._path(identity).read_text(encoding="utf-8"))["concurrency"]))
        except (OSError, ValueError, KeyError, TypeError):
            return 1

    def probed(self, identity: str, seconds: float) -> None:
        """Note what a probe took."""
        known = dict(self.rates(identity))
        self._write(identity, known | {PROBE: Rate(PROBE_CALLS, 0.0, 0, seconds)}, self.concurrency(identity))

    def ran(self, identity: str, rates: Mapping[str, Rate], *, concurrency: int) -> None:
        """Note what a run's calls took; of each kind, the last run counts."""
        fresh = {kind: rate for kind, rate in rates.items() if rate.calls}
        if fresh:
            self._write(identity, dict(self.rates(identity)) | fresh, concurrency)

    def _write(self, identity: str, rates: Mapping[str, Rate], concurrency: int) -> None:
        plain: dict[str, Any] = {
            kind: asdict(replace(rate, seconds=round(rate.seconds, 4))) for kind, rate in rates.items()
        }
        write_json(self._path(identity), {"rates": plain, "concurrency": concurrency})

    def _path(self, identity: str) -> Path:
        return self._folder / f"{hashlib.sha256(identity.encode()).hexdigest()[:24]}.json"


def _length(*texts: str) -> int:
    return sum(len(text.encode("utf-8", errors="surrogatepass")) for text in texts)
