"""Every fault of an endpoint through `explain`: what a person sees, what is stored, what going on with the run does.

    python -m benchmarks.endpoint_faults            # writes docs/faults-endpoints.md

A scripted server on loopback answers two neurons' calls properly and commits the fault at the second neuron, once or
for good; then it is well again and the run is gone on with. Time does not pass between tries: a clock of its own is
moved instead, so that the sentences are those of a person who waited.
"""

from __future__ import annotations

import io
import os
import re
import signal
import socketserver
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.language_server import EXPLAINER, Offer, routes_of, serve_language
from neuronview.cli.main import run as command
from neuronview.jobs import language
from neuronview.jobs.plan import RunFolder, list_runs
from neuronview.llm import openai_endpoint
from neuronview.llm.ledger import Ledger
from neuronview.llm.openai_endpoint import OpenAIEndpoint
from neuronview.llm.retry import Waiting
from neuronview.records import NeuronId
from neuronview.store import open_dataset
from tests.support import run_dataset
from tests.support import scripted_server as scripted
from tests.support.scripted_server import Received, Reply, ScriptedServer, Step, status

__all__ = ["FAULTS", "Outcome", "page", "play"]

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "faults-endpoints.md"
NEURONS = ("0:1", "1:0")
WAITING = "while waiting: "
TIMEOUT, REAL_TIMEOUT = 120.0, 0.25
"""What a person waits for an answer, and what is waited here for one that will not come."""
GOOD_CALLS = {"structured": 21, "decisions": 22}
"""Calls before the fault: the first neuron's, the second one's explanation and two of its excerpts."""


@dataclass
class Clock:
    """Seconds that pass when somebody would wait."""

    now: float = 0.0

    async def sleep(self, seconds: float) -> None:
        """Wait without waiting."""
        self.now += seconds

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Fault:
    """What the server does from one call on."""

    what: str
    steps: Callable[[Clock], list[Step | None]] = lambda clock: []
    """Played in turn, the last one for good; None in the list stands for a proper answer."""
    offer: Offer = "structured"
    path: str = scripted.CHAT
    options: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    """Options with which the run is gone on with."""
    kind: str = "played"


@dataclass
class Outcome:
    """One row of the table."""

    sees: list[str] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)


def _always(*steps: Step | None) -> Callable[[Clock], list[Step | None]]:
    return lambda clock: list(steps)


def _chat(change: Callable[[Reply], Reply]) -> Step:
    return lambda request: change(routes_of("structured")[scripted.CHAT](request))


def _decided(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Step:
    def reply(request: Received) -> Reply:
        answer = routes_of("decisions")[scripted.DECISIONS](request)
        return Reply(answer.body | {"answers": change(answer.body["answers"])})

    return reply


def _usage(usage: Any) -> Step:
    return _chat(lambda reply: Reply(reply.body | {"usage": usage}))


def _content(text: str | None, finish: str = "stop") -> Step:
    return _chat(lambda reply: scripted.chat_reply(text, usage=reply.body["usage"], finish=finish))


def _silent(clock: Clock) -> list[Step | None]:
    def reply(request: Received) -> Reply:
        clock.now += TIMEOUT
        return Reply(delay=30)

    return [reply]


def _trickles(clock: Clock) -> list[Step | None]:
    def reply(request: Received) -> Reply:
        clock.now += TIMEOUT
        return Reply(b" " * 4000, trickle=0.05)

    return [reply]


def _refuses_one(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [answers[0], {"type": "refusal", "name": answers[1]["name"]}, *answers[2:]]


def _too_much(answer: dict[str, Any]) -> dict[str, Any]:
    entries = [entry | {"probability": 1.4 * entry["probability"]} for entry in answer["probabilities"]]
    return answer | {"probabilities": entries}


GOOD = None
QUOTA = "You exceeded your current quota, please check your plan and billing details."
TYPED: dict[str, Any] = {"offer": "decisions", "path": scripted.DECISIONS}
FAULTS: dict[str, Fault] = {
    "429 once": Fault(
        "429 with `Retry-After: 7`, then proper answers", _always(status(429, {"Retry-After": "7"}), GOOD)
    ),
    "429 for good": Fault("429 with `Retry-After: 7` to every call", _always(status(429, {"Retry-After": "7"}))),
    "500 burst": Fault("500, 502, 503, then proper answers", _always(status(500), status(502), status(503), GOOD)),
    "500 for good": Fault("500 to every call", _always(status(500))),
    "time-out": Fault("no answer at all", _silent),
    "slow trickle": Fault("an answer that trickles in, a byte now and then", _trickles),
    "broken off": Fault(
        "connections that end in the middle of an answer", _always(Reply(b'{"choices": [', length=500))
    ),
    "half a JSON": Fault("half of a JSON document, complete by its header", _always(Reply(b'{"choices": [{"mess'))),
    "half a JSON written": Fault(
        "the model itself writes half of the JSON that is asked for",
        _always(_content('{"ratings": [{"posit', "length")),
    ),
    "wrong token counts": Fault(
        "token counts that cannot be true: -4, 0, a billion, none",
        _always(
            _usage({"prompt_tokens": -4, "completion_tokens": 1}),
            _usage({"prompt_tokens": 0, "completion_tokens": 1}),
            _usage({"prompt_tokens": 10**9, "completion_tokens": 1}),
            _usage({}),
        ),
    ),
    "empty content": Fault("empty content", _always(_content(""))),
    "filtered": Fault("no content, ended by a content filter", _always(_content(None, "content_filter"))),
    "absurdly long": Fault("an answer of gigabytes", _always(Reply(b"x" * 65536, repeat=100_000))),
    "context overflow": Fault(
        "400, the prompt is longer than the model reads",
        _always(status(400, message="This model's maximum context length is 4096 tokens.")),
    ),
    "no credit": Fault("402, no credit", _always(status(402, message="Insufficient credits"))),
    "no quota": Fault("429 that is about quota", _always(status(429, message=QUOTA, code="insufficient_quota"))),
    "wrong key": Fault("401, the key is wrong", _always(status(401, message="Incorrect API key provided"))),
    "refused question": Fault(
        "one refused question among answered ones, each time", _always(_decided(_refuses_one)), **TYPED
    ),
    "sum of one": Fault(
        "probabilities of one question that sum to 1.4, each time",
        _always(_decided(lambda answers: [_too_much(answers[0]), *answers[1:]])),
        **TYPED,
    ),
    "sum of all": Fault(
        "probabilities of every question that sum to 1.4",
        _always(_decided(lambda answers: [_too_much(answer) for answer in answers])),
        **TYPED,
    ),
    "other order": Fault("answers in another order", _always(_decided(lambda answers: answers[::-1])), **TYPED),
    "cap on tokens": Fault(
        "nothing; the cap on tokens is reached", options=("--max-tokens", "70000"), again=("--max-tokens", "9000000")
    ),
    "cap on money": Fault(
        "nothing; the cap on money is reached",
        options=("--price", "2,8", "--max-cost", "0.2"),
        again=("--max-cost", "9"),
    ),
    "cancelled": Fault("nothing; Cancel is pressed", kind="cancelled"),
    "connection refused": Fault("nothing; the server was ended before the run", kind="refused"),
    "kill -9": Fault("nothing; the run's process is killed with -9", kind="killed"),
}


def play(name: str, dataset: Path) -> Outcome:
    """Commit one fault, look, and go on. `dataset`: one of `run_dataset`; results go to a folder of their own."""
    fault, clock, outcome = FAULTS[name], Clock(), Outcome()
    with tempfile.TemporaryDirectory() as scratch, _environment(Path(scratch)), _patient(fault, clock, outcome):
        with scripted.scripted_server() as server:
            port = server.port
            serve_language(server, fault.offer)
            _spoken("endpoints", "--model", EXPLAINER, "--base-url", server.base_url)
            if fault.kind != "refused":
                _first(fault, server, dataset, outcome, clock, Path(scratch))
                _look(outcome.stored, dataset, Path(scratch))
                _again(fault, server, dataset, outcome, Path(scratch))
        if fault.kind == "refused":
            outcome.sees += _said(*_explain(fault, f"http://127.0.0.1:{port}/v1", dataset))
            _look(outcome.stored, dataset, Path(scratch))
            with scripted.scripted_server(port) as server:
                serve_language(server, fault.offer)
                _again(fault, server, dataset, outcome, Path(scratch))
    return Outcome(*(_plain(lines, port) for lines in (outcome.sees, outcome.stored, outcome.again)))


def _first(fault: Fault, server: ScriptedServer, dataset: Path, outcome: Outcome, clock: Clock, home: Path) -> None:
    good = routes_of(fault.offer)[fault.path]
    steps = [good if step is GOOD else step for step in fault.steps(clock)]
    rest = GOOD_CALLS[fault.offer]
    if fault.offer == "decisions":  # explanations are asked elsewhere
        rest -= len(NEURONS)
    arguments = _explain(fault, server.base_url, dataset)
    if fault.kind == "cancelled":
        steps = [_then(good, lambda: list_runs(home)[0].cancel())]
    if fault.kind == "killed":
        outcome.sees += _killed(arguments, server, rest)
        return
    if steps:
        server.play(fault.path, *[good] * rest, *steps)
    outcome.sees += _said(*arguments)


def _said(*arguments: str) -> list[str]:
    """What the command says, and how it ends where that is not well."""
    code, said = _spoken(*arguments)
    return [*said, *([f"exit code {code}"] if code else [])]


def _then(good: Callable[[Received], Reply], act: Callable[[], None]) -> Step:
    def reply(request: Received) -> Reply:
        act()
        return good(request)

    return reply


def _killed(arguments: list[str], server: ScriptedServer, after: int) -> list[str]:
    """The run in a process of its own, killed when the server has seen so many of its calls."""
    server.requests.clear()
    process = subprocess.Popen(
        [sys.executable, "-m", "neuronview", *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None and len(server.asked(scripted.CHAT)) < after:
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return ["nothing is said any more; half a minute later the page Explain says: interrupted: its process is gone"]


def _explain(fault: Fault, base_url: str, dataset: Path) -> list[str]:
    simulator = "decisions" if fault.offer == "decisions" else "structured"
    return [
        *("explain", str(dataset), "--neurons", ",".join(NEURONS), "--explainer", "pairs", "--simulator", simulator),
        *("--model", EXPLAINER, "--base-url", base_url, "--candidates", "1", "--excerpts", "2", "--others", "0"),
        *("--splits", "held_out", "--concurrency", "1", *fault.options),
    ]


def _again(fault: Fault, server: ScriptedServer, dataset: Path, outcome: Outcome, home: Path) -> None:
    """Go on with the run at a server that is well."""
    serve_language(server, fault.offer)
    (folder,) = list_runs(home)
    before = len(server.requests)
    if folder.finished() == set(NEURONS):
        outcome.again.append("not needed")
        return
    code, said = _spoken("explain", "--run", folder.path.name, *fault.again)
    outcome.again.append(f"{len(server.requests) - before} calls, the rest from the cache; exit code {code}")
    outcome.again += [line for line in said if line.startswith(("Not done", "unparsable", "provider_error"))]
    _look(outcome.again, dataset, home)


def _look(lines: list[str], dataset: Path, home: Path) -> None:
    """What is stored, in words."""
    (folder,) = list_runs(home)
    stored = open_dataset(str(dataset))
    failed = folder.failed()
    for name in NEURONS:
        scores = [score for found in stored.explanations(NeuronId.parse(name)) for score in found.scores]
        states = ", ".join(f"{count} {state}" for state, count in Counter(score.state for score in scores).items())
        missing = max((score.n_missing for score in scores), default=0)
        words = [f"scores: {states}" if states else "no explanation"]
        words += [f"{missing} tokens missing"] if missing else []
        words += [f"state {failed[name].state}"] if name in failed else []
        words += ["finished"] if name in folder.finished() else ["not finished"]
        lines.append(f"{name}: {'; '.join(words)}")
    totals, state = _totals(folder), folder.progress().state
    counted = f"run {state}; {totals.paid} calls answered, {totals.failed} failed"
    counted += f", {totals.estimated} with estimated tokens" if totals.estimated else ""
    counted += f", {totals.unfinished} of unknown end" if totals.unfinished else ""
    lines.append(counted)


def _totals(folder: RunFolder) -> Any:
    ledger = Ledger(folder.path)
    try:
        return ledger.totals()
    finally:
        ledger.close()


# --- around it ---------------------------------------------------------------------------------------------------


@contextmanager
def _environment(home: Path) -> Iterator[None]:
    values = {"NEURONVIEW_HOME": str(home), "NEURONVIEW_LOCAL_KEY": "sk-of-the-example"}
    # A connection that ends with its process is no news here.
    silent = patch.object(socketserver.BaseServer, "handle_error", lambda *_: None)
    with patch.dict(os.environ, values), patch("os.fsync", lambda descriptor: None), silent:
        for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
            os.environ.pop(name, None)
        yield


@contextmanager
def _patient(fault: Fault, clock: Clock, outcome: Outcome) -> Iterator[None]:
    """Endpoints on this clock, and what is shown while they are waited for."""

    timeout = REAL_TIMEOUT if fault.steps in (_silent, _trickles) else TIMEOUT

    class Endpoint(OpenAIEndpoint):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            waiting = Waiting(clock=clock, sleep=clock.sleep, random=lambda: 0.25)
            super().__init__(*arguments, **options | {"waiting": waiting, "timeout": timeout, "most_bytes": 2**20})

    waits = language._Run._waits

    def told(run: Any, reason: str, seconds: float) -> None:
        waits(run, reason, seconds)
        outcome.sees.append(f"{WAITING}{run.waits[1]}")

    with patch.object(openai_endpoint, "OpenAIEndpoint", Endpoint), patch.object(language._Run, "_waits", told):
        yield


def _spoken(*arguments: str) -> tuple[int, list[str]]:
    """Exit code, and the lines that say something of the run's course: not the estimate, not the table of scores."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = command(list(arguments))
    lines = [line for line in (out.getvalue() + err.getvalue()).splitlines() if line.strip()]
    kept = [line for line in lines if not line.startswith(" ") and not _BESIDES.match(line)]
    return code, [line for line in kept if not _is_said_again(line, kept)]


def _is_said_again(line: str, lines: list[str]) -> bool:
    """Whether it is the reason of a score that stands beside its neuron, too."""
    state, _, reason = line.partition(": ")
    return bool(_REASON.fullmatch(state)) and any(other.endswith(reason) for other in lines if other != line)


_BESIDES = re.compile(
    r"2 neurons, simulator |1 neuron, |neuron +explainer|\d+:\d+ +pairs|Simulator: |explain: |Label bias: "
    r"|Try these again with|[\d,]+ calls? answered"
)
"""Lines that every run prints."""
_REASON = re.compile(r"(provider_error|unparsable|undefined), \d+ scores?")


def _plain(lines: list[str], port: int) -> list[str]:
    """Without what differs from time to time; the same line once, with how often it came, and waits in one."""
    waits: dict[str, list[str]] = {}
    found: Counter[str] = Counter()
    for line in lines:
        line = re.sub(r"\d{8}-\d{6}-[\w-]+", "ID", line).replace(f"127.0.0.1:{port}", "127.0.0.1:8000")
        line = line.replace(f"within {REAL_TIMEOUT:g} s", f"within {TIMEOUT:g} s")
        before, comma, seconds = line.rpartition("; next try in ")
        if line.startswith(WAITING) and comma:
            waits.setdefault(before, []).append(seconds)
        else:
            found[line] += 1
    shown = [f"{reason}; next try in {', '.join(dict.fromkeys(each))}" for reason, each in waits.items()]
    return [*shown, *(f"{line} ({count} times)" if count > 1 else line for line, count in found.items())]


# --- the page ----------------------------------------------------------------------------------------------------


def row(name: str, outcome: Outcome) -> str:
    """A line of the table."""
    cells = (FAULTS[name].what, *(_cell(lines) for lines in (outcome.sees, outcome.stored, outcome.again)))
    return f"| {' | '.join(cells)} |"


def _cell(lines: list[str]) -> str:
    lines = lines or ["nothing but its scores"]
    return "<br>".join(line.replace("|", "\\|").replace("<", "&lt;") for line in lines)


def page(rows: list[str]) -> str:
    """The document."""
    return "\n".join(
        [
            "# Faults of an endpoint, and what becomes of a run",
            "",
            "Written by `python -m benchmarks.endpoint_faults`: a scripted server on loopback commits each fault while",
            f"the second of two neurons ({', '.join(NEURONS)}) is simulated, then is well again, and the run goes on",
            "(`explain --run ID`; on the page Explain: Try again). Words are those of the command line; the page",
            "shows the same sentences. Waits are not really waited for, and the longest answer that is read is 1 MiB",
            "here, not 64. Rows of every sort are compared by tests/benchmarks/test_endpoint_faults.py.",
            "",
            "| the server | what a person sees | what is stored | going on with the run |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def main() -> None:
    """Write the page, or print the rows of the named faults."""
    names = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        dataset = run_dataset.build(Path(scratch) / "runs")
        rows = []
        for name in names or FAULTS:
            rows.append(row(name, play(name, dataset)))
            print(rows[-1] if names else name, flush=True)
    if not names:
        PAGE.write_text(page(rows))


if __name__ == "__main__":
    main()
