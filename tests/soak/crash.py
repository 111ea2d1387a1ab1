"""Kill -9, a full and a read-only disk, and two at once: `python -m tests.soak.crash [--kills 60] [--jobs collect]`.

Each job runs in a process of its own, forked from one that has everything imported. Kills come at every writing step,
half of what is written done, and at drawn moments between; one trial has two of them, then the job is run to its end.
A verdict for each:

- whole: what was finished was there after each kill, everything could be read, and the end is, row by row or byte by
  byte, what it is without a kill
- failures: lost, unreadable, different, unfinished (it cannot be gone on with), leftovers, and of faults: untold (no
  sentence with what to do, or an error of another family), silent (it said that it was done, and was not)

The last line is JSON. The exit code is 1 where there is any failure.
"""

import argparse
import json
import multiprocessing
import os
import random
import re
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.soak.crash_jobs import DID, JOBS
from tests.soak.crash_steps import Steps, Way

FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["tests.soak.crash_jobs"])
TOLD = re.compile(r"written|no room|Free space|read-only|No space", re.IGNORECASE)
OTHER = "Another process is at work"
DONE_BEFORE = "already holds a dataset"
LEFT = re.compile(r"\.tmp$|\.tmp/|\.old/|\.gone/|(^|/)\.pass-")
APART = ("tmp/", "home/runs/", "home/tasks/")
"""Not looked at for what was left: the system's, and folders of runs and tasks, with which it goes."""
PATIENCE = 300.0
SEED = 5


# --- in the child ----------------------------------------------------------------------------------------------------


def child(job: str, folder: Path, ask: str, way: Way, at: int) -> None:
    """Do a part of a job in the folder of a trial; what it says goes to `said.txt`, what it found to `found.json`."""
    out = os.open(folder.with_suffix(".said"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.chdir(folder)
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    tempfile.tempdir = str(temporary)
    os.environ |= {"NEURONVIEW_HOME": str(folder / "home"), "NEURONVIEW_DATA": str(folder / "data")}
    steps = Steps(folder, way, at, apart=DID)
    code = 1
    try:
        found: Any = None
        if ask == "run":
            steps.install()
            code = _run(job)
            steps.off = True
            found = {"code": code, "steps": steps.seen}
        elif ask == "look":
            found = {"pieces": JOBS[job].pieces(), "state": JOBS[job].state()}
        else:
            {"make": JOBS[job].make, "tidy": JOBS[job].tidy}[ask]()
        steps.off = True
        if found is not None:
            folder.with_suffix(".found").write_text(json.dumps(found))
        code = code if ask == "run" else 0
    except BaseException:  # noqa: BLE001 - whatever it is, is to be read in what was said
        steps.off = True
        traceback.print_exc()
        code = 99
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run(job: str) -> int:
    from neuronview.errors import NeuronViewError

    try:
        return JOBS[job].run()
    except NeuronViewError as error:
        sys.stderr.write(f"{error}\n")
        return 1


# --- trials ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Whole:
    """A job that nothing happened to."""

    name: str
    template: Path
    """The folder as it is before."""
    before: dict[str, Any]
    after: dict[str, Any]
    steps: list[str]
    seconds: float


@dataclass
class Trial:
    """One folder, in which a job is run."""

    whole: Whole
    folder: Path

    def run(self, way: Way = "count", at: int = 0, after: float | None = None) -> int:
        """Exit code; negative where it was killed, at a step or after seconds."""
        process = FORKED.Process(target=child, args=(self.whole.name, self.folder, "run", way, at))
        process.start()
        process.join(PATIENCE if after is None else after)
        if process.is_alive():
            process.kill()
            process.join()
        code = process.exitcode
        return 1 if code is None else code

    def said(self) -> str:
        """All that the last process said."""
        return self.folder.with_suffix(".said").read_text(errors="replace")

    def look(self) -> dict[str, Any]:
        """What there is; Unreadable where it cannot be read."""
        return asked(self.whole.name, self.folder, "look")

    def left(self) -> list[str]:
        """Files of those who ended early, after the command that removes them."""
        asked(self.whole.name, self.folder, "tidy")
        names = (f"{path.relative_to(self.folder)}" for path in self.folder.rglob("*") if path.is_file())
        return sorted(name for name in names if LEFT.search(name) and not name.startswith(APART))


class Unreadable(Exception):
    """What is there cannot be read."""


def asked(job: str, folder: Path, ask: str) -> dict[str, Any]:
    """Have a child do something that is not tried; what it found."""
    process = FORKED.Process(target=child, args=(job, folder, ask, "count", 0))
    process.start()
    process.join(PATIENCE)
    if process.exitcode != 0:
        process.kill()
        raise Unreadable(folder.with_suffix(".said").read_text()[-600:])
    found = folder.with_suffix(".found")
    return json.loads(found.read_text()) if ask == "look" else {}


def prepared(name: str, scratch: Path) -> Whole:
    """The folder before, and the job done without a fault."""
    template = scratch / "template"
    template.mkdir(parents=True)
    asked(name, template, "make")
    shutil.rmtree(template / "tmp")
    before = asked(name, template, "look")
    whole = Whole(name, template, before, {}, [], 0.0)
    trial = begun(whole, scratch / "whole")
    began = time.monotonic()
    if trial.run() != 0:
        raise Unreadable(f"{name} fails without any fault: {trial.said()}")
    seconds = time.monotonic() - began
    steps = json.loads(trial.folder.with_suffix(".found").read_text())["steps"]
    return Whole(name, template, before, trial.look(), steps, seconds)


def begun(whole: Whole, folder: Path) -> Trial:
    """A fresh folder of a job."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole.template, folder)
    return Trial(whole, folder)


def killed(whole: Whole, folder: Path, points: list[int | float]) -> tuple[str, str, int]:
    """A trial with a kill at each of these steps (int) or seconds (float): verdict, words, kills that came in time."""
    trial, kills = begun(whole, folder), 0
    had = set(whole.before["pieces"])
    try:
        for point in points:
            code = trial.run("kill", point) if isinstance(point, int) else trial.run(after=point)
            kills += code == -9
            problem = _problem(trial, had)
            if problem:
                return *problem, kills
            had |= set(trial.look()["pieces"])
        verdict, words = ended(trial)
    except Unreadable as error:
        verdict, words = "unreadable", str(error)
    return verdict, words, kills


def faulty(whole: Whole, folder: Path, way: Way, at: int) -> tuple[str, str]:
    """A trial in which the disk is full or read-only from a step on: a verdict, and words."""
    trial = begun(whole, folder)
    try:
        code, said = trial.run(way, at), trial.said()
        if "Traceback" in said or code < 0 or (code and not TOLD.search(said)):
            return "untold", f"exit code {code}: {said[-500:]}"
        if code == 0 and trial.look()["state"] != whole.after["state"]:
            return "silent", said[-300:]
        problem = _problem(trial, set(whole.before["pieces"]))
        return problem or ended(trial)
    except Unreadable as error:
        return "unreadable", str(error)


def beside(whole: Whole, folder: Path, wait: float) -> tuple[str, str]:
    """Two processes with the same job, the second begun so many seconds later: each does it, or is told."""
    trial = begun(whole, folder)
    processes = []
    try:
        for second in range(2):
            place = folder if not second else _alias(folder)
            processes.append(FORKED.Process(target=child, args=(whole.name, place, "run", "count", 0)))
            processes[-1].start()
            time.sleep(0 if second else wait)
        for process in processes:
            process.join(PATIENCE)
        codes = [process.exitcode for process in processes]
        said = [path.with_suffix(".said").read_text() for path in (folder, _alias(folder))]
        each_told = all(OTHER in words for words in said)  # of two folders, each did one
        ends = set(codes) <= {0, 1, 2} and (0 in codes or each_told)
        if not ends or any("Traceback" in words for words in said):
            return "untold", f"exit codes {codes}: {' | '.join(words[-500:] for words in said)}"
        verdict, words = ended(trial)
        return ("told" if verdict == "whole" and codes != [0, 0] else verdict), words
    except Unreadable as error:
        return "unreadable", str(error)


def _alias(folder: Path) -> Path:
    """The same folder by another name, beside which the second process writes what it says."""
    other = folder.with_name(f"{folder.name}-second")
    if not other.exists():
        other.symlink_to(folder)
    return other


def _problem(trial: Trial, had: set[str]) -> tuple[str, str] | None:
    now = trial.look()
    if lost := had - set(now["pieces"]):
        return "lost", f"{sorted(lost)[:5]}"
    if JOBS[trial.whole.name].constant and now["state"] != trial.whole.before["state"]:
        return "different", "while it was under way"
    return None


def ended(trial: Trial) -> tuple[str, str]:
    """Run the job to its end and compare."""
    code, said = trial.run(), trial.said()
    if code and DONE_BEFORE not in said:
        return "unfinished", f"exit code {code}: {said[-500:]}"
    if (now := trial.look()) != trial.whole.after:
        return "different", _difference(trial.whole.after, now)
    left = trial.left()
    return ("leftovers", ", ".join(left[:5])) if left else ("whole", "")


def _difference(whole: dict[str, Any], now: dict[str, Any]) -> str:
    return (
        "; ".join(
            f"{part} {key}: {whole[part].get(key)} became {now[part].get(key)}"
            for part in ("state",)
            for key in sorted({*whole[part], *now[part]})
            if whole[part].get(key) != now[part].get(key)
        )[:500]
        or f"pieces: {sorted(set(whole['pieces']) ^ set(now['pieces']))[:5]}"
    )


def points_of(whole: Whole, rng: random.Random, trial: int) -> list[int | float]:
    """Two points of a trial: of even trials the steps in turn, of odd ones drawn moments."""
    if trial % 2:
        return [round(rng.uniform(0, whole.seconds), 4) for _ in range(2)]
    stride = max(1, len(whole.steps) // 30)
    return [1 + (trial // 2 * stride + rng.randrange(stride)) % len(whole.steps), 1 + rng.randrange(len(whole.steps))]


# --- the command -----------------------------------------------------------------------------------------------------


def soak(name: str, kills: int, faults: int, pairs: int, scratch: Path, seed: int) -> dict[str, Any]:
    """All trials of one job, with a line for each failure."""
    rng = random.Random(f"{seed} {name}")
    whole = prepared(name, scratch)
    counts, bad, done, trial = Counter[str](), list[str](), 0, 0

    def note(kind: str, verdict: str, words: str) -> None:
        counts[f"{kind}: {verdict}"] += 1
        if verdict not in ("whole", "told"):
            bad.append(f"{name}, {kind}: {verdict}: {words}")
            tell(bad[-1])

    while done < kills and trial < 3 * kills:
        points = points_of(whole, rng, trial)
        verdict, words, came = killed(whole, scratch / "trial", points)
        done, trial = done + came, trial + 1
        note("killed", verdict, f"{[whole.steps[p - 1] if isinstance(p, int) else p for p in points]}: {words}")
    ways: tuple[Way, Way] = ("full", "read-only")
    for way in ways:
        at = range(1, len(whole.steps) + 1)
        for step in at if faults >= len(at) else sorted(rng.sample(at, faults)):
            verdict, words = faulty(whole, scratch / "trial", way, step)
            note(way, verdict, f"at {whole.steps[step - 1]}: {words}")
    for _ in range(pairs):
        verdict, words = beside(whole, scratch / "pair", rng.uniform(0, whole.seconds))
        note("two at once", verdict, words)
    return {"job": name, "steps": len(whole.steps), "kills": done, "verdicts": dict(counts), "failures": len(bad)}


def tell(line: str) -> None:
    """A line for people, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=60, help="of each job")
    parser.add_argument("--faults", type=int, default=10_000, help="steps at which each fault is tried; all by default")
    parser.add_argument("--pairs", type=int, default=10, help="pairs of processes of each job")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--jobs", nargs="*", choices=[*JOBS, []], default=[*JOBS])
    given = parser.parse_args()
    found = []
    for name in given.jobs:
        with tempfile.TemporaryDirectory(prefix="crash-") as scratch:
            found.append(soak(name, given.kills, given.faults, given.pairs, Path(scratch) / "job", given.seed))
        tell(str(found[-1]))
    tell(json.dumps({"jobs": found, "failures": sum(entry["failures"] for entry in found)}))
    return int(any(entry["failures"] for entry in found))


if __name__ == "__main__":
    sys.exit(main())
