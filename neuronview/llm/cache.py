"""Answers that were paid for once, found again by what was asked of whom.

The key of an entry is the SHA-256 of the endpoint's identity and the whole request, sample number included; its value
is the answer as bytes, so that a replay gives the same bytes. The first answer under a key stays. Several processes
may read and write at once; what `put` has returned from survives kill -9 and a power cut. A full disk or a damaged
file is a RecordsError, never a wrong answer: every value is checked against its own digest when it is read.

Neither addresses, prompts nor API keys are in the file: requests are there as digests only.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neuronview.errors import RecordsError
from neuronview.llm.calls import (
    Answer,
    ChatAnswer,
    ChatRequest,
    Decision,
    DecisionAnswer,
    DecisionRequest,
    EchoAnswer,
    EchoRequest,
    GeneratedToken,
    Request,
    Usage,
)

__all__ = ["Cache", "CacheSize", "answer_from_bytes", "answer_to_bytes", "kind_of", "request_key"]

FORMAT = 1
"""Counted up when a request or an answer is written in another way: older entries are then asked for again."""
FILE = Path("llm") / "answers.sqlite3"
WAIT = 30.0  # seconds for another process that is writing
TABLE = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, made REAL NOT NULL, digest BLOB NOT NULL, answer BLOB NOT NULL
) WITHOUT ROWID
"""
INSERT, ROW = "INSERT OR IGNORE INTO answers VALUES", "(?, ?, ?, ?, ?)"
MOST_ROWS = 199
"""In one statement: SQLite before 3.32 takes 999 values."""


@dataclass(frozen=True)
class CacheSize:
    """How much a cache holds: answers, and bytes on disk."""

    answers: int
    bytes: int


class Cache:
    """A file of answers. Safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        """Open or make the file. Raises RecordsError when it cannot be made or is no cache."""
        self.path = path
        self._lock, self._reading = threading.Lock(), threading.Lock()
        with self._in_words():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, timeout=WAIT, isolation_level=None, check_same_thread=False)
            # Answers cost money: with FULL, a write-ahead log is on the disk before `put` returns.
            self._write_ahead()
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute(TABLE)
            # Apart, so that nobody who looks for an answer waits for the disk that another one goes to.
            self._reader = sqlite3.connect(path, timeout=WAIT, isolation_level=None, check_same_thread=False)

    @classmethod
    def in_home(cls, home: Path) -> Cache:
        """The cache of a user's folder (NEURONVIEW_HOME)."""
        return cls(home / FILE)

    def get(self, key: str) -> Answer | None:
        """The answer under a key, or None. Raises RecordsError when it is there but damaged."""
        found = self.get_bytes(key)
        return None if found is None else answer_from_bytes(found)

    def get_bytes(self, key: str) -> bytes | None:
        """The answer under a key as it was stored, or None; raises as `get` does."""
        with self._reading, self._in_words():
            row = self._reader.execute("SELECT digest, answer FROM answers WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        try:
            value = zlib.decompress(row[1])
        except zlib.error as error:
            raise self._damaged() from error
        if _digest(key, value) != row[0]:
            raise self._damaged()
        return value

    def put(self, key: str, answer: Answer) -> Answer:
        """Store an answer and return the one that is now under the key: the first that was put there.

        Raises RecordsError when it could not be stored.
        """
        (stored,) = self.put_all([(key, answer)])
        return stored

    def put_all(self, answers: Sequence[tuple[str, Answer]]) -> list[Answer]:
        """Store answers under their keys for one wait for the disk (one for each 199); returns and raises as `put`."""
        values = [(key, answer_to_bytes(answer), kind_of(answer)) for key, answer in answers]
        rows = [(key, kind, time.time(), _digest(key, value), zlib.compress(value)) for key, value, kind in values]
        new = sum(self._insert(rows[start : start + MOST_ROWS]) for start in range(0, len(rows), MOST_ROWS))
        first = {} if new == len(rows) else {key: self.get(key) for key, _ in answers}
        return [first.get(key) or answer_from_bytes(value) for key, value, _ in values]

    def forget(self, key: str) -> bool:
        """Drop one answer, so that it is asked for again; whether there was one."""
        with self._lock, self._in_words():
            return self._database.execute("DELETE FROM answers WHERE key = ?", (key,)).rowcount > 0

    def size(self) -> CacheSize:
        """How many answers there are, and how many bytes they take on disk."""
        with self._lock, self._in_words():
            answers = int(self._database.execute("SELECT count(*) FROM answers").fetchone()[0])
        files = (self.path.with_name(self.path.name + end) for end in ("", "-wal", "-shm"))
        return CacheSize(answers, sum(file.stat().st_size for file in files if file.exists()))

    def clear(self) -> None:
        """Drop all answers and give their room back."""
        with self._lock, self._in_words():
            self._database.execute("DELETE FROM answers")
            self._database.execute("VACUUM")
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock, self._reading:
            self._database.close()
            self._reader.close()

    def _write_ahead(self) -> None:
        """Processes that make the file together meet a lock here for which SQLite does not wait by itself."""
        until = time.monotonic() + WAIT
        while True:
            try:
                self._database.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.01)

    def _insert(self, rows: Sequence[tuple[Any, ...]]) -> int:
        """Write rows whose key is new, all or none; how many those were.

        One statement is a transaction of its own, and the thread waits for Python's lock again after each.
        """
        with self._lock, self._in_words():
            insert = f"{INSERT} {', '.join([ROW] * len(rows))}"
            return self._database.execute(insert, [entry for row in rows for entry in row]).rowcount

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "full" in str(error):
                raise RecordsError(
                    f"There is no room left to write {self.path}. Make room on that disk and start again: "
                    "what is stored already is not asked for twice."
                ) from error
            raise RecordsError(
                f"The cache of answers cannot be used ({error}): {self.path}. See that its folder can be written "
                "to and lies on a disk of this machine, and that no other program holds the file."
            ) from error
        except sqlite3.DatabaseError as error:
            raise self._damaged() from error
        except OSError as error:
            raise RecordsError(
                f"The cache of answers cannot be made: {error}. Set NEURONVIEW_HOME to a folder that can be written to."
            ) from error

    def _damaged(self) -> RecordsError:
        return RecordsError(
            f"The cache of answers is damaged or no cache at all: {self.path}. Delete that file to start a new one; "
            "answers in it are then asked for, and paid for, again."
        )


def request_key(identity: str, request: Request) -> str:
    """Digest (64 hexadecimal digits) of an endpoint and a request.

    A JSON schema counts in the order in which it is written, since models answer in that order. Raises ValueError for
    a temperature that is not a number.
    """
    asked = [FORMAT, identity, kind_of(request), _plain(request)]
    text = json.dumps(asked, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def kind_of(exchanged: Request | Answer) -> str:
    """`chat`, `echo` or `decision`."""
    if isinstance(exchanged, ChatRequest | ChatAnswer):
        return "chat"
    return "echo" if isinstance(exchanged, EchoRequest | EchoAnswer) else "decision"


def answer_to_bytes(answer: Answer) -> bytes:
    """An answer as JSON; equal answers give equal bytes."""
    usage = answer.usage
    plain: dict[str, Any] = {
        "kind": kind_of(answer),
        "model": answer.model,
        "usage": [usage.input_tokens, usage.cached_tokens, usage.output_tokens, usage.reported],
    }
    if isinstance(answer, ChatAnswer):
        plain |= {"text": answer.text, "finish": answer.finish}
        plain["tokens"] = [[token.text, dict(token.top_logprobs)] for token in answer.tokens]
    elif isinstance(answer, EchoAnswer):
        plain["response"] = answer.response
    else:
        plain["decisions"] = [[d.name, d.state, d.probabilities, d.reason] for d in answer.decisions]
    return json.dumps(plain, ensure_ascii=True, separators=(",", ":"), default=dict).encode("ascii")


def answer_from_bytes(stored: bytes) -> Answer:
    """The answer that `answer_to_bytes` wrote."""
    plain = json.loads(stored)
    model, usage = plain["model"], Usage(*plain["usage"])
    if plain["kind"] == "chat":
        tokens = tuple(GeneratedToken(text, top) for text, top in plain["tokens"])
        return ChatAnswer(plain["text"], model, usage, tokens, plain["finish"])
    if plain["kind"] == "echo":
        return EchoAnswer(plain["response"], model, usage)
    decisions = (Decision(name, state, tuple(p), reason) for name, state, p, reason in plain["decisions"])
    return DecisionAnswer(tuple(decisions), model, usage)


def _plain(request: Request) -> list[Any]:
    if isinstance(request, DecisionRequest):
        return [request.input, [[q.name, q.kind, q.instructions, q.levels] for q in request.questions]]
    messages = [[message.role, message.content] for message in request.messages]
    if isinstance(request, EchoRequest):
        return [messages, request.top_logprobs]
    # 0 and 0.0 are the same temperature.
    numbers = [request.max_tokens, float(request.temperature), request.top_logprobs, request.seed, request.sample]
    return [messages, numbers, _in_order(request.schema)]


def _in_order(value: Any) -> Any:
    """Any mapping as a dict, its order kept."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _in_order(item) for key, item in value.items()}
    return [_in_order(item) for item in value] if isinstance(value, list | tuple) else value


def _digest(key: str, value: bytes) -> bytes:
    return hashlib.sha256(key.encode("ascii") + value).digest()
