"""Many visitors at once: `python -m benchmarks.many [--clients 50] [--seconds 600]`, by itself for a minute and a half.

Scripted visitors speak Streamlit's own messages over its websocket (`tests/soak/load_client`), each with five seconds
to think between two acts: they browse, open neurons, type texts that the model reads, start runs by rule and watch them
to their end, have files made and fetch them, and ask the API. One of them asks a language model that never answers, and
leaves, again and again. Meanwhile one real Chromium browses, timed from key to painted; it did so alone before, which
is its baseline. The server is the public one, since only that has many
visitors; all of it runs on this computer, so server, visitors and browser share its processor.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock
from urllib.parse import quote_plus

import numpy as np
import psutil
from playwright.sync_api import sync_playwright

from benchmarks.report import Row, show
from benchmarks.stepping import Stepper, browse_stepper, neuron_stepper
from tests.soak.load_client import Answer, Visitor, fetch
from tests.support import chromium
from tests.support.app_server import ROOT, serve

CLIENTS, SECONDS, THINK = 50, 60.0, 5.0
ALONE = 20.0
"""Seconds for which the browser is alone first."""
SETTLED = 120.0
"""Seconds after which memory should not grow any more."""
RUN_PATIENCE = 480.0
"""Seconds after which a run that has not ended is an error: one computes on two cores, a quarter of the time while
pages are made, and three more may wait for it."""
LEFT_WITHIN = 10.0
"""Seconds, at most, in which another page comes to whoever waits for the language model that never answers."""
WORDS = [
    "the",
    "of",
    "a",
    "in",
    "to",
    "river",
    "king",
    "bank",
    "train",
    "music",
    "year",
    "city",
    "water",
    "game",
    "school",
    "play",
    "law",
    "war",
    "story",
    "night",
    "red",
]
LEAVING = "from the model that never answers to another page"
_COLOURS, _RAISED = re.compile(r"\x1b\[[0-9;]*m"), re.compile(r"[A-Za-z_][\w.]*(:|$)")
FURTHEST = 200
"""Steps after which the real browser goes back, to go on again from where it began: layers and tables end."""
LAYERS, NEURONS = 4, 256
"""Of the embedded dataset, at least: places that are drawn are within."""


@dataclass
class Tally:
    """What all visitors saw."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    """Seconds since the visitors came, and MB of the server."""
    steps: list[tuple[float, float]] = field(default_factory=list)
    """Likewise, and milliseconds of a step of the real browser."""
    bytes: Counter[str] = field(default_factory=Counter)
    """What was fetched by each act."""
    refused: Counter[str] = field(default_factory=Counter)
    """Runs that were refused in words: as many as the server takes were at work, or the visit's limit was reached."""
    going: int = 0
    """Runs that went on when the time was over."""
    until: float = 0.0
    """When that is, by the monotonic clock."""
    processor: float = 0.0
    """Seconds of the server, its runs not counted."""

    def count(self, what: str, answer: Answer) -> Answer:
        self.seconds.setdefault(what, []).append(answer.seconds)
        self.bytes[what] += answer.size
        self.errors += [f"{what}: {error}" for error in answer.errors]
        return answer


Act = Callable[[Visitor, random.Random, str, Tally], Awaitable[None]]


async def _browse(visitor: Visitor, drawn: random.Random, _address: str, tally: Tally) -> None:
    view = f"browse_page={drawn.randint(1, 40)}&browse_view={drawn.choice(('Table', 'Table', 'Strips'))}"
    if drawn.random() < 0.4:
        view += f"&q={quote_plus(drawn.choice(WORDS))}"
    if drawn.random() < 0.4:
        view += f"&browse_layers={drawn.randrange(LAYERS)}"
    tally.count("browse", await visitor.open("browse", f"dataset=demo&{view}"))


async def _neuron(visitor: Visitor, drawn: random.Random, _address: str, tally: Tally) -> None:
    place = f"dataset=demo&layer={drawn.randrange(LAYERS)}&neuron={drawn.randrange(NEURONS)}"
    tally.count("neuron", await visitor.open("neuron", place))


async def _text(visitor: Visitor, drawn: random.Random, _address: str, tally: Tally) -> None:
    text = " ".join(drawn.choice(WORDS) for _ in range(drawn.choice((8, 20, 60, 400))))
    tally.count("text", await visitor.open("text", f"dataset=demo&text={quote_plus(text[:1500])}"))


async def _run(visitor: Visitor, drawn: random.Random, _address: str, tally: Tally) -> None:
    neurons = f"{drawn.randrange(LAYERS)}:{drawn.randrange(NEURONS)}"
    tally.count("explain", await visitor.open("explain", f"dataset=demo&explain_neurons={quote_plus(neurons)}"))
    if "explain_start" not in visitor.widgets:
        tally.errors.append(f"{neurons}: no run is offered")
        return
    begun = tally.count("run begun", await visitor.press("explain_start"))
    if begun.timer is None:
        tally.refused.update(begun.texts)
        tally.errors += [] if begun.texts else [f"{neurons}: the run did not begin, and no word of why"]
        return
    watched = await visitor.watch(min(tally.until, time.monotonic() + RUN_PATIENCE))
    tally.errors += watched.errors
    if watched.timer is None:
        tally.count("run to its end", Answer(watched.seconds, watched.size))
        if not watched.progress.startswith("finished: 1 of 1 "):
            tally.errors.append(f"{neurons}: the run ended as “{watched.progress}”")
    elif time.monotonic() + 2 < tally.until:
        tally.errors.append(f"{neurons}: the run has not ended after {watched.seconds:.0f} s: “{watched.progress}”")
    else:
        tally.going += 1


async def _download(visitor: Visitor, drawn: random.Random, _address: str, tally: Tally) -> None:
    page = drawn.choice(("neuron", "browse", "query"))
    place = f"dataset=demo&layer={drawn.randrange(LAYERS)}&neuron={drawn.randrange(NEURONS)}"
    answer = tally.count(page, await visitor.open(page, place))
    if answer.files:
        tally.count("download", await visitor.download(drawn.choice(answer.files)))
    else:
        tally.errors.append(f"{page}?{place}: nothing to download; the page says: {' / '.join(answer.texts)}")


async def _api(_visitor: Visitor, drawn: random.Random, address: str, tally: Tally) -> None:
    word, neuron = drawn.choice(WORDS), f"{drawn.randrange(LAYERS)}/{drawn.randrange(NEURONS)}"
    path = drawn.choice((f"neurons?limit=20&text={word}", f"neurons/{neuron}", f"search?q={word}"))
    tally.count("api", await fetch(address, f"/api/v1/datasets/demo/{path}"))


async def _other(visitor: Visitor, drawn: random.Random, _address: str, tally: Tally) -> None:
    page = drawn.choice(("overview", "compare", "query", "data"))
    place = f"dataset=demo&layer={drawn.randrange(LAYERS)}&neuron={drawn.randrange(NEURONS)}"
    tally.count(page, await visitor.open("" if page == "overview" else page, place))


ACTS: tuple[tuple[int, Act], ...] = (
    (35, _browse),
    (25, _neuron),
    (15, _text),
    (8, _download),
    (8, _api),
    (6, _other),
    (3, _run),
)


async def _visit(number: int, address: str, think: float, tally: Tally) -> None:
    """One visitor, who begins at some moment of the first pause."""
    drawn = random.Random(f"visitor {number}")
    await asyncio.sleep(drawn.random() * think)
    try:
        visitor = await Visitor.arrive(address)
    except OSError as error:
        tally.errors.append(f"visitor {number} did not come in: {error}")
        return
    while True:
        act = drawn.choices([act for _, act in ACTS], [weight for weight, _ in ACTS])[0]
        try:
            await (_ask_the_stuck if number == 0 else act)(visitor, drawn, address, tally)
        except (OSError, EOFError) as error:
            tally.errors.append(f"visitor {number}: the connection broke: {error!r}")
            return
        pause = drawn.uniform(0.5, 1.5) * think
        if time.monotonic() + pause > tally.until:
            break
        await asyncio.sleep(pause)
    await visitor.leave()


async def _ask_the_stuck(visitor: Visitor, _drawn: random.Random, _address: str, tally: Tally) -> None:
    """Ask the language model that never answers what it can do, and go on to another page while it is waited for."""
    place = f"dataset=demo&explain_neurons=0%3A1&explain_with={quote_plus('Token-activation pairs (language model)')}"
    await visitor.open("explain", place)
    if "llm_explainer_check" not in visitor.widgets:
        tally.errors.append("the language model that never answers is not offered")
        return
    waiting = asyncio.ensure_future(visitor.press("llm_explainer_check"))
    await asyncio.sleep(3)
    if waiting.done():
        said = " / ".join((await waiting).texts)
        tally.errors.append(f"the language model that never answers has answered; the page says: {said}")
        return
    tally.count(LEAVING, await visitor.leave_for("browse", "dataset=demo", waiting))


async def _all(clients: int, address: str, think: float, tally: Tally) -> None:
    await asyncio.gather(*(_visit(number, address, think, tally) for number in range(clients)))


async def warm(address: str) -> None:
    """Have the model loaded, which happens once and takes its time."""
    visitor = await Visitor.arrive(address)
    await visitor.open("text", "dataset=demo&text=A+text")
    await visitor.leave()


@contextmanager
def visitors(clients: int, address: str, *, seconds: float, think: float = THINK) -> Iterator[Tally]:
    """So many visitors for so long, beside the block; what they saw is complete after it."""
    tally = Tally(until=time.monotonic() + seconds)
    thread = threading.Thread(target=lambda: asyncio.run(_all(clients, address, think, tally)))
    thread.start()
    try:
        yield tally
    finally:
        thread.join()


@contextmanager
def stuck_server() -> Iterator[str]:
    """The address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"


@contextmanager
def public_app(folder: Path, stuck: str, *, data: Path = ROOT / "data") -> Iterator[str]:
    """The public app with that language model.

    The API answers as often as it is asked, since all ask from here, and one visit may ask the model for ever.
    """
    environment = {
        "NEURONVIEW_PUBLIC": "1",
        "NEURONVIEW_PUBLIC_MODELS": f"stuck@{stuck}",
        "NEURONVIEW_PUBLIC_REQUESTS": "1000000",
        "NEURONVIEW_PUBLIC_VISITS": "1000",
        "NEURONVIEW_PUBLIC_CALLS": "1000000",
        "OPENAI_API_KEY": "none",
        "TMPDIR": str(folder),
    }
    with mock.patch.dict(os.environ, environment), serve(data, folder / "home", dataset="demo") as address:
        yield address


def in_log(folder: Path) -> list[str]:
    """What ended each traceback in the server's log; the whole of it is printed, for whoever has to find out why."""
    written = (folder / "home" / "server.log").read_text(errors="replace")
    lines = _COLOURS.sub("", written).splitlines()
    found = []
    for place, line in enumerate(lines):
        if "Traceback" in line:
            end = next((at for at in range(place + 1, len(lines)) if _RAISED.match(lines[at])), len(lines) - 1)
            print(*lines[place : end + 1], sep="\n", file=sys.stderr)
            found.append(f"the server's log: {lines[end]}")
    return found


def server_process(address: str) -> psutil.Process:
    """The process of the app among those that this one started."""
    port = address.rpartition(":")[2]
    children = psutil.Process().children(recursive=True)
    return next(child for child in children if port in child.cmdline() and "streamlit" in child.cmdline())


def _steps(steppers: list[Stepper], seconds: float, each: Callable[[float], None] = lambda taken: None) -> list[float]:
    """Milliseconds of each step for so long, the pages by turns; `each` hears of every one."""
    taken, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        for stepper in steppers:
            if stepper.step in (0, FURTHEST):
                stepper.is_back = stepper.step == FURTHEST
            taken.append(stepper.time().whole)
            each(taken[-1])
    return taken


def measure(*, clients: int = CLIENTS, seconds: float = SECONDS) -> list[Row]:
    """The real browser alone, then with the visitors."""
    with (
        tempfile.TemporaryDirectory(prefix="neuronview-bench-") as place,
        stuck_server() as stuck,
        public_app(Path(place), stuck) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox", "--disable-gpu"])
        steppers = [neuron_stepper(browser, address), browse_stepper(browser, address)]
        _steps(steppers, 5.0)
        with ThreadPoolExecutor(1) as beside_playwright:  # which has a loop of its own in this thread
            beside_playwright.submit(lambda: asyncio.run(warm(address))).result()
        alone = _steps(steppers, ALONE)
        process, begun = server_process(address), time.monotonic()
        before = process.cpu_times()
        with visitors(clients, address, seconds=seconds) as tally:

            def look(taken: float) -> None:
                at = time.monotonic() - begun
                tally.memory.append((at, process.memory_info().rss / 1e6))
                tally.steps.append((at, taken))

            beside = _steps(steppers, seconds, look)
        after = process.cpu_times()
        tally.processor = after.user + after.system - before.user - before.system
        browser.close()
        return _rows(clients, seconds, alone, beside, tally, in_log(Path(place)))


def _rows(
    clients: int, seconds: float, alone: list[float], beside: list[float], tally: Tally, logged: list[str]
) -> list[Row]:
    name = f"{clients} visitors"
    rows = [
        Row.within(
            f"{name}: key to painted in the browser, p{percent}",
            float(np.percentile(beside, percent)),
            baseline=float(np.percentile(alone, percent)),
            unit="ms",
            at_most=1000,
        )
        for percent in (50, 95)
    ]
    errors = [*tally.errors, *logged]
    for error, count in Counter(errors).most_common(20):
        print(f"{count} times: {error}", file=sys.stderr)
    for words, count in tally.refused.most_common(5):
        print(f"{count} runs were refused: {words}", file=sys.stderr)
    for minute in range(int(seconds // 60) + 1):
        memory, steps = (
            [value for at, value in seen if minute * 60 <= at < minute * 60 + 60]
            for seen in (tally.memory, tally.steps)
        )
        if memory:
            slow = np.percentile(steps, 95)
            print(f"minute {minute + 1}: {np.mean(memory):.0f} MB, the browser's p95 {slow:.0f} ms", file=sys.stderr)
    everything = [taken for each in tally.seconds.values() for taken in each]
    rows.append(Row(f"{name}: answers", len(everything) / seconds, "1/s"))
    answers = len(everything) + len(beside)  # a step of the browser is about one
    rows.append(Row(f"{name}: the server's processor time an answer", 1000 * tally.processor / answers, "ms"))
    for what, taken in sorted(tally.seconds.items()):
        rows.append(Row(f"{name}: {what}, p50 of {len(taken)}", float(np.percentile(taken, 50)) * 1000, "ms"))
        rows.append(Row(f"{name}: {what}, p95", float(np.percentile(taken, 95)) * 1000, "ms"))
    rows.append(Row(f"{name}: fetched by downloads", tally.bytes["download"] / 1e6, "MB"))
    rows.append(Row(f"{name}: runs that were refused in words", tally.refused.total(), ""))
    rows.append(Row(f"{name}: runs that went on at the end", tally.going, ""))
    left = tally.seconds.get(LEAVING, [])
    slowest, goal = max(left, default=0.0), f"at most {LEFT_WITHIN:g} s, and at least once"
    is_met = bool(left) and slowest <= LEFT_WITHIN
    rows.append(Row(f"{name}: {LEAVING}, slowest of {len(left)}", slowest, "s", goal=goal, ok=is_met))
    rows.append(Row.within(f"{name}: errors", len(errors), unit="", at_most=0))
    settled = [memory for at, memory in tally.memory if at >= SETTLED]
    if len(settled) >= 20:
        early, late = (float(np.mean(part)) for part in (settled[: len(settled) // 8], settled[-len(settled) // 8 :]))
        rows.append(
            Row.times(f"{name}: memory at the end to that after 2 minutes", late, early, unit="MB", at_most=1.05)
        )
    elif tally.memory:
        rows.append(Row(f"{name}: memory at the end", tally.memory[-1][1], "MB", tally.memory[0][1]))
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    asked = parser.parse_args()
    found = measure(clients=asked.clients, seconds=asked.seconds)
    show(found)
    sys.exit(any(row.ok is False for row in found))
