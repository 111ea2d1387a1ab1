"""What real calls took, remembered for each endpoint: tokens for what was sent, and seconds.

An estimate before a run is made of these. A meter sits between desk and endpoint, so that it sees calls and not
answers that were there already. Calls of judges are kept apart: their prompts are prose, those of simulators and
explainers lists of tokens, of which a model reads more a byte. Holds numbers only.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from neuronview.llm.cache import kind_of
from neuronview.llm.calls import (
    Answer,
    ChatAnswer,
    ChatRequest,
    DecisionRequest,
    Endpoint,
    Request,
)
from neuronview.llm.wrapper import Wrapper
from neuronview.replaced import remove_left
from neuronview.store.write import unsealed, write_json

__all__ = ["PROBE", "Judging", "Measured", "Meter", "Rate", "bytes_read", "measure_of"]

PROBE = "probe"
PROBE_CALLS = 8
JUDGING: ContextVar[bool] = ContextVar("whether a judge asks", default=False)
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
    at_once: int = 1
    """How many calls were under way at the same time."""
    written_bytes: int = 0
    """Of answers in words, from calls that reported their tokens."""
    written_tokens: int = 0
    """Output tokens of these, with those of thought that is not shown."""

    @property
    def tokens_per_byte(self) -> float | None:
        """None while nothing was counted."""
        return self.tokens / self.bytes if self.tokens and self.bytes else None

    @property
    def written_per_byte(self) -> float | None:
        """Output tokens a byte of an answer; None while nothing was counted."""
        return self.written_tokens / self.written_bytes if self.written_tokens and self.written_bytes else None

    def __add__(self, other: Rate) -> Rate:
        return Rate(
            self.calls + other.calls,
            self.bytes + other.bytes,
            self.tokens + other.tokens,
            self.seconds + other.seconds,
            max(self.at_once, other.at_once),
            self.written_bytes + other.written_bytes,
            self.written_tokens + other.written_tokens,
        )


def bytes_read(request: Request, *, often: bool = False) -> int:
    """Bytes that a model reads for a request. `often`: typed decisions read the input once for every question."""
    if isinstance(request, DecisionRequest):
        asked = [_length(q.name, q.instructions, *q.levels) + PER_TURN for q in request.questions]
        return _length(request.input) * (len(asked) if often else 1) + sum(asked)
    schema = str(request.schema) if isinstance(request, ChatRequest) and request.schema else ""
    return _length(schema, *(message.content for message in request.messages)) + PER_TURN


def measure_of(kind: str, *, judges: bool) -> str:
    """The name that calls of a kind are measured by."""
    return f"judging {kind}" if judges else kind


@contextmanager
def _judging() -> Iterator[None]:
    before = JUDGING.set(True)
    try:
        yield
    finally:
        JUDGING.reset(before)


class Judging(Wrapper):
    """A desk (or meter) as a judge asks it. A desk's calls are made in the context of who asks."""

    async def _ask(self, request: Request) -> Answer:
        with _judging():
            return await super()._ask(request)


class Meter(Wrapper):
    """An endpoint that notes what its calls took."""

    def __init__(self, endpoint: Endpoint, *, often: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(endpoint)
        self.often, self.clock = often, clock
        self.rates: dict[str, Rate] = {}

    async def _ask(self, request: Request) -> Answer:
        begun = self.clock()
        answer = await super()._ask(request)
        told = answer.usage.reported
        written = _length(answer.text) if told and isinstance(answer, ChatAnswer) else 0
        rate = Rate(
            1,
            bytes_read(request, often=self.often) if told else 0.0,
            answer.usage.input_tokens if told else 0,
            self.clock() - begun,
            written_bytes=written,
            written_tokens=answer.usage.output_tokens if written else 0,
        )
        name = measure_of(kind_of(request), judges=JUDGING.get())
        self.rates[name] = self.rates.get(name, Rate()) + rate
        return answer


class Measured:
    """What was measured, in the user's folder: a file for each endpoint. One that cannot be read counts as none."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "llm" / "measured"

    def rates(self, identity: str) -> Mapping[str, Rate]:
        """By `measure_of` requests; `probe` holds what the probe's short calls took."""
        try:
            stored = unsealed(self._path(identity).read_bytes())
            # Once it was said for all rates together.
            at_once = {"at_once": int(stored.get("concurrency", 1))}
            return {name: Rate(**at_once | rate) for name, rate in stored["rates"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def probed(self, identity: str, seconds: float) -> None:
        """Note what a probe took."""
        known = dict(self.rates(identity))
        self._write(identity, known | {PROBE: Rate(PROBE_CALLS, 0.0, 0, seconds)})

    def ran(self, identity: str, rates: Mapping[str, Rate], *, concurrency: int) -> None:
        """Note what a run's calls took, `concurrency` of them at the same time; of each name, the last run counts."""
        fresh = {name: replace(rate, at_once=concurrency) for name, rate in rates.items() if rate.calls}
        if fresh:
            self._write(identity, dict(self.rates(identity)) | fresh)
        else:  # perhaps all was done but this note
            remove_left(self._path(identity))

    def _write(self, identity: str, rates: Mapping[str, Rate]) -> None:
        plain: dict[str, Any] = {
            name: asdict(replace(rate, seconds=round(rate.seconds, 4))) for name, rate in rates.items()
        }
        write_json(self._path(identity), {"rates": plain})

    def _path(self, identity: str) -> Path:
        return self._folder / f"{hashlib.sha256(identity.encode()).hexdigest()[:24]}.json"


def _length(*texts: str) -> int:
    return sum(len(text.encode("utf-8", errors="surrogatepass")) for text in texts)
