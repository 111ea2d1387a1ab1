"""Kill -9 at random points of a bulk run by language model, and the same command again until it is through.

    python -m benchmarks.kill_and_resume [NEURONS] [KILLS]

The command runs as a process of its own against a scripted server over real HTTP. A kill comes when the server has
seen so many requests, drawn over the whole run. Counted are: finished neurons that were lost, requests of finished
neurons that were asked again, and requests asked twice at all (only those under way at a kill may be).
"""

from __future__ import annotations

import json
import os
import random
import re
import socketserver
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from pathlib import Path

from benchmarks.report import Row, show
from neuronview.jobs.plan import RunFolder, RunPlan, new_run
from neuronview.llm.desk import BESIDE
from neuronview.llm.ledger import Ledger
from neuronview.records import NeuronId
from neuronview.store import open_dataset
from tests.support import run_dataset
from tests.support import scripted_server as scripted

NEURONS, KILLS, CONCURRENCY, SEED = 200, 20, 8, 11
UNDER_WAY = CONCURRENCY - -CONCURRENCY // BESIDE  # calls that the server is at work on, and those beside
ROOT = Path(__file__).parents[1]


def measure(neurons: int = NEURONS, kills: int = KILLS) -> list[Row]:
    """Do the run with its kills, then read what is stored."""
    with tempfile.TemporaryDirectory() as scratch, scripted.scripted_server() as server:
        server.play(scripted.CHAT, _answer)
        home, data = Path(scratch) / "home", Path(scratch) / "data"
        run_dataset.NEURONS_PER_LAYER = neurons // run_dataset.LAYERS
        run_dataset.build(data / "bulk")
        run = _planned(home, neurons, server.base_url)
        # What the server can do is asked before, or it would be asked again after an early kill.
        subprocess.run(
            _command("endpoints", "--model", "scripted", "--base-url", server.base_url),
            cwd=ROOT,
            env=_environment(home, data),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        server.requests.clear()
        # A connection that ends with its process is no news here.
        socketserver.BaseServer.handle_error = lambda *_: None  # type: ignore[method-assign]
        return _killed(run, server, home, data, neurons, kills)


def _killed(
    run: RunFolder, server: scripted.ScriptedServer, home: Path, data: Path, neurons: int, kills: int
) -> list[Row]:
    drawn = random.Random(SEED)
    # So far apart that requests under way at one kill do not reach the next point.
    points = sorted(drawn.sample(range(1, 15 * neurons, 2 * CONCURRENCY), kills))
    begun, done, lost = time.monotonic(), 0, 0
    finished: set[str] = set()
    parts: list[tuple[int, set[str]]] = []
    while True:
        process = _started(run, home, data)
        before = len(server.asked(scripted.CHAT))
        parts.append((before, finished))
        point = next((p for p in points if p > before), None)
        while process.poll() is None and (point is None or len(server.asked(scripted.CHAT)) < point):
            time.sleep(0.002)
        process.kill()
        ended = process.wait() == 0
        lost += len(finished - run.finished())
        if ended:
            break
        done += 1
        finished = run.finished()
    counts = Counter(_key(request) for request in server.asked(scripted.CHAT) if request.body is not None)
    twice, totals = counts.total() - len(counts), Ledger(run.path).totals()
    os.environ["NEURONVIEW_HOME"], os.environ["NEURONVIEW_DATA"] = str(home), str(data)
    dataset = open_dataset("bulk")
    texts = {name: [e.text for e in dataset.explanations(NeuronId.parse(name))] for name in run.plan().neurons}
    stored = sum(map(bool, texts.values()))
    again = _asked_again(parts, [_key(request) for request in server.asked(scripted.CHAT)], texts)
    seconds = time.monotonic() - begun
    return [
        Row("kill and resume: neurons", neurons, "neurons", goal="all stored", ok=stored == neurons),
        Row("kill and resume: kills", done, "kills", goal=f"at least {kills // 2}", ok=done >= kills // 2),
        Row("kill and resume: finished neurons lost", lost, "neurons", goal="0", ok=lost == 0),
        Row("kill and resume: requests of finished neurons asked again", again, "requests", goal="0", ok=again == 0),
        Row(
            "kill and resume: requests asked twice, of those under way at a kill",
            twice,
            "requests",
            goal=f"at most {done * UNDER_WAY}",
            ok=twice <= done * UNDER_WAY,
        ),
        Row(
            "kill and resume: calls paid by the ledger, or of unknown end",
            totals.paid + totals.unfinished,
            "calls",
            baseline=float(counts.total()),
            goal="no fewer than the server saw",
            ok=totals.paid + totals.unfinished >= counts.total(),
        ),
        Row("kill and resume: whole run with its kills", seconds, "s"),
    ]


def _asked_again(parts: list[tuple[int, set[str]]], keys: list[str], texts: dict[str, list[str]]) -> int:
    """Simulations by explanations of neurons that were finished before the part of the run in which they were asked."""
    found = 0
    ends = [start for start, _ in parts[1:]] + [len(keys)]
    for (start, finished), end in zip(parts, ends, strict=True):
        known = {text for name in finished for text in texts[name]}
        for key in keys[start:end]:
            asked = re.findall(r"It responds to: (Dates, as in sample \d+\.)", key)
            found += bool(asked) and asked[-1] in known
    return found


def _planned(home: Path, neurons: int, base_url: str) -> RunFolder:
    names = tuple(
        f"{layer}:{index}" for layer in range(run_dataset.LAYERS) for index in range(neurons // run_dataset.LAYERS)
    )
    plan = RunPlan(
        "",
        "bulk",
        names,
        "pairs",
        "structured",
        explainer_model="scripted",
        explainer_url=base_url,
        candidates=1,
        excerpts=2,
        others=0,
        splits=("held_out",),
        concurrency=CONCURRENCY,
    )
    return new_run(home, plan)


def _started(run: RunFolder, home: Path, data: Path) -> subprocess.Popen[bytes]:
    command = _command("explain", "--run", run.path.name, "--json")
    with (run.path / "log.txt").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=_environment(home, data), stdout=subprocess.DEVNULL, stderr=log)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "neuronview", *arguments]


def _environment(home: Path, data: Path) -> dict[str, str]:
    return os.environ | {"NEURONVIEW_HOME": str(home), "NEURONVIEW_DATA": str(data)}


def _key(request: scripted.Received) -> str:
    return json.dumps(request.body, sort_keys=True)


def _answer(request: scripted.Received) -> scripted.Reply:
    """A sentence of its own for every neuron; ratings for every listed token."""
    if request.body is None:  # of a process that was killed while it wrote
        return scripted.status(400)
    asked = request.body["messages"][-1]["content"]
    wants_json = bool(request.body.get("response_format"))
    if wants_json and "Excerpt:\n" not in asked:
        return scripted.chat_answer(request)
    number = zlib.crc32(asked.encode()) + (request.body.get("seed") or 0)
    text = f"Dates, as in sample {number}."
    if wants_json:
        lines = [line.split("\t") for line in asked.rpartition("Excerpt:\n")[2].split("\n") if "\t" in line]
        entries = [{"position": int(n), "token": json.loads(t), "activation": (number + int(n)) % 5} for n, t in lines]
        text = json.dumps({"ratings": entries})
    read = sum(len(message["content"]) for message in request.body["messages"])
    used = {"prompt_tokens": read // 4, "completion_tokens": len(text) // 4}
    return scripted.chat_reply(text, usage=used | {"total_tokens": sum(used.values())})


if __name__ == "__main__":
    show(measure(*map(int, sys.argv[1:3])))
