"""The calls of a run, one JSON line when a call is begun and one when it has ended. Only ever appended to.

Each line is written whole by one `os.write` to a file opened for appending, so that lines of several threads or
processes never mix and kill -9 can tear the last one only, which reading tolerates. A line about money (a call begun,
a paid call ended) is on the disk before work goes on, so that a power cut hides no expense; who makes many calls at
once writes with `wait=False` and waits for the disk once for several lines, by `sync`. Lines about cached answers are
not waited for, since they cost nothing and a replay has thousands. A call that was begun and never ended may have
been paid for: its reservation is counted apart.

Totals are computed by reading. Holds digests of requests, never prompts, addresses or keys.
"""

from __future__ import annotations

import json
import math
import os
import threading
import uuid
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from neuronview.errors import RecordsError
from neuronview.llm.calls import Usage

__all__ = ["Begun", "CallNotes", "Ended", "Ledger", "Totals", "note_attempt", "note_usage", "taking_notes"]

FILE = "calls.jsonl"
CHECK = "check"
"""Field of a line: CRC of the others. Lines of before lack it."""


@dataclass(frozen=True)
class Begun:
    """A call that is about to be made."""

    call: str
    request: str
    kind: str
    model: str
    reserved_tokens: int = 0
    reserved_cost: float | None = None
    time: str = ""


@dataclass(frozen=True)
class Ended:
    """A call that has ended, or an answer that was cached. The defaults are those of a cached answer."""

    call: str
    request: str
    kind: str
    model: str
    returned: str = ""
    """The model's name as returned."""
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reported: bool = True
    """False where the endpoint did not tell the tokens and they are estimated."""
    cost: float | None = 0.0
    """Dollars at list prices; None where there is no price."""
    cached: bool = False
    attempts: int = 1
    """0 where an answer was cached, and where the call was given up before it was made."""
    seconds: float = 0.0
    error: str = ""
    """Class of the error that it ended in; empty when an answer came."""
    time: str = ""
    untold_tokens: int = 0
    """What attempts without an answer may have used beyond the tokens above, of which nothing was told: at most this,
    which was set aside for them."""
    untold_cost: float = 0.0


@dataclass(frozen=True)
class Totals:
    """What the lines of a ledger add up to. Tokens and cost are of paid and failed calls, never of cached answers."""

    paid: int = 0
    cached: int = 0
    failed: int = 0
    attempts: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    estimated: int = 0
    """Calls whose tokens the endpoint did not tell."""
    cost: float = 0.0
    """Dollars of the calls that have a price."""
    unpriced: int = 0
    """Calls without a price, which `cost` leaves out."""
    seconds: float = 0.0
    unfinished: int = 0
    """Calls that were begun and of whose end nothing is known."""
    unfinished_tokens: int = 0
    unfinished_cost: float = 0.0
    """What was set aside for them, and for attempts that did not tell: at most this was spent on them."""
    unreadable: int = 0
    """Lines that cannot be read, the torn last one left out."""

    @property
    def tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens


@dataclass
class CallNotes:
    """What an endpoint tells about a call while it makes it, also when it ends in an error."""

    attempts: int = 0
    noted: int = 0
    """Attempts of which it is known what was billed."""
    usage: Usage = field(default_factory=Usage)
    """What that was."""
    before_another: Callable[[], None] | None = None
    """Called before an attempt that follows one of unknown cost; it may raise, and the attempt is not made."""

    @property
    def known(self) -> bool:
        """Whether that is known of every attempt."""
        return self.noted >= max(self.attempts, 1)

    @property
    def unknown(self) -> int:
        """Attempts of which it is not."""
        return max(self.attempts - self.noted, 0)


NOTES: ContextVar[CallNotes | None] = ContextVar("notes of the call being made", default=None)


@contextmanager
def taking_notes() -> Iterator[CallNotes]:
    """Collect what `note_attempt` and `note_usage` tell during one call."""
    notes = CallNotes()
    before = NOTES.set(notes)
    try:
        yield notes
    finally:
        NOTES.reset(before)


def note_attempt() -> None:
    """Tell that a call is about to be tried (the first time or again). Does nothing outside a call.

    Raises BudgetReached or EndpointError when there is no room for another try in the budget.
    """
    notes = NOTES.get()
    if notes is not None:
        if notes.unknown and notes.before_another is not None:
            notes.before_another()
        notes.attempts += 1


def note_usage(usage: Usage) -> None:
    """Tell what an attempt was billed for, that of an answer included: `Usage()` for one that was refused unread."""
    notes = NOTES.get()
    if notes is not None:
        notes.noted += 1
        notes.usage += usage


@dataclass
class _Sums:
    begun: dict[str, dict[str, Any]] = field(default_factory=dict)
    ended: list[dict[str, Any]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    unreadable: int = 0
    checked: bool = False
    """Whether a line had a check."""


class Ledger:
    """The ledger in one run folder. Safe to use from several threads; several processes may append to one file."""

    def __init__(self, folder: Path) -> None:
        """Open or make `calls.jsonl`. Raises RecordsError when it cannot be written."""
        self.path = folder / FILE
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        except OSError as error:
            raise RecordsError(f"The ledger of calls cannot be written: {error}. Check the run's folder.") from error
        self._torn = self._ends_torn()

    def begin(
        self, request: str, kind: str, model: str, *, tokens: int = 0, cost: float | None = None, wait: bool = True
    ) -> str:
        """Note a call before it is made, with what is reserved for it; returns its name. It is on the disk then, or,
        without `wait`, after the next `sync`, before which the call must not be made."""
        call = uuid.uuid4().hex
        self._append("begun", Begun(call, request, kind, model, tokens, cost, _now()), wait=wait)
        return call

    def end(self, ended: Ended, *, wait: bool = True) -> None:
        """Note how a call ended. One that cost something is on the disk when this returns, or after the next `sync`."""
        self._append("ended", ended, wait=wait and not ended.cached)

    def sync(self) -> None:
        """Wait until every line that was written before is on the disk. RecordsError where it does not come there."""
        try:
            os.fsync(self._file)
        except OSError as error:
            raise self._unwritten(str(error)) from error

    def cached(self, request: str, kind: str, model: str, returned: str) -> None:
        """Note an answer that was there already."""
        self.end(Ended(uuid.uuid4().hex, request, kind, model, returned, cached=True, attempts=0))

    def totals(self) -> Totals:
        """What the ledger adds up to, by reading it."""
        sums = self._read()
        calls = [ended for ended in sums.ended if not ended["cached"]]
        open_ones = [begun for name, begun in sums.begun.items() if name not in sums.seen]
        costs = [call["cost"] for call in calls]
        return Totals(
            paid=sum(not call["error"] for call in calls),
            cached=len(sums.ended) - len(calls),
            failed=sum(bool(call["error"] and call["attempts"]) for call in calls),
            attempts=sum(call["attempts"] for call in calls),
            input_tokens=sum(call["input_tokens"] for call in calls),
            cached_tokens=sum(call["cached_tokens"] for call in calls),
            output_tokens=sum(call["output_tokens"] for call in calls),
            estimated=sum(not call["reported"] for call in calls),
            cost=math.fsum(cost for cost in costs if cost is not None),
            unpriced=sum(cost is None for cost in costs),
            seconds=math.fsum(call["seconds"] for call in calls),
            unfinished=len(open_ones),
            unfinished_tokens=sum(begun["reserved_tokens"] for begun in open_ones)
            + sum(call.get("untold_tokens", 0) for call in calls),
            unfinished_cost=math.fsum(begun["reserved_cost"] or 0.0 for begun in open_ones)
            + math.fsum(call.get("untold_cost", 0.0) for call in calls),
            unreadable=sums.unreadable,
        )

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _append(self, event: str, entry: Begun | Ended, *, wait: bool) -> None:
        plain: dict[str, Any] = {"event": event, **vars(entry)}  # no field holds another
        plain["time"] = plain["time"] or _now()
        line = json.dumps({CHECK: _check(plain), **plain}, ensure_ascii=True).encode("ascii") + b"\n"
        with self._lock:
            try:
                # After a torn line, so that this one is not torn with it.
                line = b"\n" + line if self._torn else line
                written = os.write(self._file, line)
                self._torn = written < len(line)
                if wait and not self._torn:
                    os.fsync(self._file)
            except OSError as error:
                self._torn = True
                raise self._unwritten(str(error)) from error
        if self._torn:
            raise self._unwritten("there is no room left on the disk")

    def _unwritten(self, why: str) -> RecordsError:
        return RecordsError(
            f"The ledger of calls cannot be written ({why}): {self.path}. Make room, then start the run again; "
            "what is finished is kept."
        )

    def _ends_torn(self) -> bool:
        size = os.fstat(self._file).st_size
        return size > 0 and os.pread(self._file, 1, size - 1) != b"\n"

    def _read(self) -> _Sums:
        try:
            *lines, _torn = self.path.read_bytes().split(b"\n")
        except OSError as error:
            raise RecordsError(f"The ledger of calls cannot be read: {error}.") from error
        sums = _Sums()
        # What follows the last line break is torn, or is being written right now.
        for line in filter(None, lines):
            try:
                _count(json.loads(line), sums)
            except (ValueError, KeyError, TypeError):
                sums.unreadable += 1
        return sums


def _check(plain: dict[str, Any]) -> str:
    return f"{zlib.crc32(json.dumps(plain, sort_keys=True).encode()):08x}"


def _count(entry: dict[str, Any], sums: _Sums) -> None:
    said = entry.pop(CHECK, None)
    sums.checked |= said is not None
    # Lines of before, which have no check, stand before all that have one.
    if sums.checked and said != _check(entry):
        raise ValueError("the line is not as it was written")
    if entry["event"] == "begun":
        begun = Begun(**{name: value for name, value in entry.items() if name != "event"})
        sums.begun[begun.call] = asdict(begun)
    else:
        ended = Ended(**{name: value for name, value in entry.items() if name != "event"})
        sums.ended.append(asdict(ended))
        sums.seen.add(ended.call)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
