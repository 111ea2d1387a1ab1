"""One trial: a job in a folder of its own, in processes of its own, with a kill or a fault; and a verdict."""

import gc
import hashlib
import json
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from tests.soak.crash_disk import mounted, shrunk
from tests.soak.crash_jobs import DID, JOBS
from tests.soak.crash_steps import At, Steps, Way

FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["tests.soak.crash_warm"])
TOLD = re.compile(r"(?<!\d )written|no room|Free space|read-only|No space", re.IGNORECASE)
OTHER = "Another process is at work"
DONE_BEFORE = re.compile(
    r"already holds a dataset|is there already\. Choose another place|There is no dataset “gpt2-small”"
)
LEFT = re.compile(r"\.tmp$|\.tmp/|\.old/|\.gone/|(^|/)\.(pass-|work/)")
APART = ("tmp/", "home/runs/", "home/tasks/")
"""Not looked at for what was left: the system's, and folders of runs and tasks, with which it goes."""
PATIENCE = 300.0


# --- in the child ----------------------------------------------------------------------------------------------------


def child(job: str, folder: Path, ask: str, way: Way, at: At) -> None:
    """Do a part of a job in the folder of a trial; what it says goes to `said.txt`, what it found to `found.json`."""
    steps = _settled(folder)
    code = 1
    try:
        found: Any = None
        if ask == "run":
            steps.begin(way, at)
            code = _run(job)
            steps.off = True
            found = {"come": steps.come, "steps": steps.seen, "places": steps.places}
        elif ask == "make":
            JOBS[job].make()
        else:
            found = {"pieces": JOBS[job].pieces(), "state": JOBS[job].state()}
            if ask == "end":
                JOBS[job].tidy()
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


def children(whole: "Whole", folder: Path, faults: list[tuple[Way, At]]) -> None:
    """Try many faults one after the other in this process; a line for each verdict goes to `found.json`."""
    found = folder.with_suffix(".found").open("w")
    steps = _settled(folder)
    for way, at in faults:
        shutil.rmtree(folder)
        shutil.copytree(whole.template, folder)
        os.chdir(folder)
        Path("tmp").mkdir(exist_ok=True)
        found.write(json.dumps(_met(Inside(whole, folder, steps), way, at)) + "\n")
        found.flush()
        gc.collect()
    os._exit(0)


def _settled(folder: Path) -> Steps:
    """Make a folder that of this process."""
    out = os.open(folder.with_suffix(".said"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.chdir(folder)
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    tempfile.tempdir = str(temporary)
    os.environ |= {"NEURONVIEW_HOME": str(folder / "home"), "NEURONVIEW_DATA": str(folder / "data")}
    steps = Steps(folder, apart=DID)
    steps.install()
    return steps


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
    places: list[str]
    """Of each step."""
    seconds: float
    ended: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What came of a folder as it was found after a fault: the same one is gone on with once."""


@dataclass
class Trial:
    """One folder, in which a job is run."""

    whole: Whole
    folder: Path

    def begun(self, way: Way = "count", at: At = 0) -> BaseProcess:
        """Its process, under way."""
        process = FORKED.Process(target=child, args=(self.whole.name, self.folder, "run", way, at))
        process.start()
        return process

    def run(self, way: Way = "count", at: At = 0, after: float | None = None) -> int:
        """Exit code; negative where it was killed, at a step or after seconds."""
        process = self.begun(way, at)
        process.join(PATIENCE if after is None else after)
        if process.is_alive():
            process.kill()
            process.join()
        code = process.exitcode
        return 1 if code is None else code

    def said(self) -> str:
        """All that the last process said."""
        return self.folder.with_suffix(".said").read_text(errors="replace")

    def found(self) -> dict[str, Any]:
        """What the last process found."""
        found: dict[str, Any] = json.loads(self.folder.with_suffix(".found").read_text())
        return found

    def look(self, *, end: bool = False) -> dict[str, Any]:
        """What there is; Unreadable where it cannot be read. At the end leftovers are removed then."""
        return asked(self.whole.name, self.folder, "end" if end else "look")

    def left(self) -> list[str]:
        """Files of those who ended early."""
        names = (f"{path.relative_to(self.folder)}" for path in self.folder.rglob("*") if path.is_file())
        return sorted(name for name in names if LEFT.search(name) and not name.startswith(APART))


@dataclass
class Inside(Trial):
    """One of many in this process, which stays as it is when a run fails, as the app's does."""

    steps: Steps

    def run(self, way: Way = "count", at: At = 0, after: float | None = None) -> int:
        """Exit code."""
        for stream in (1, 2):
            os.ftruncate(stream, 0)
            os.lseek(stream, 0, os.SEEK_SET)
        self.steps.begin(way, at)
        try:
            return _run(self.whole.name)
        except BaseException:  # noqa: BLE001 - whatever it is, is to be read in what was said
            self.steps.off = True
            traceback.print_exc()
            return 99
        finally:
            self.steps.off = True
            sys.stdout.flush()
            sys.stderr.flush()

    def found(self) -> dict[str, Any]:
        """What the run came to."""
        return {"come": self.steps.come}

    def look(self, *, end: bool = False) -> dict[str, Any]:
        """What there is."""
        job = JOBS[self.whole.name]
        try:
            found = {"pieces": job.pieces(), "state": job.state()}
            if end:
                job.tidy()
        except Exception as error:
            raise Unreadable(str(error)) from error
        return json.loads(json.dumps(found))  # type: ignore[no-any-return]


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
    return json.loads(found.read_text()) if ask != "make" else {}


def prepared(name: str, scratch: Path) -> Whole:
    """The folder before, and the job done without a fault."""
    template = scratch / "template"
    template.mkdir(parents=True)
    asked(name, template, "make")
    shutil.rmtree(template / "tmp")
    before = asked(name, template, "look")
    whole = Whole(name, template, before, {}, [], [], 0.0)
    trial = begun(whole, scratch / "whole")
    began = time.monotonic()
    if trial.run() != 0:
        raise Unreadable(f"{name} fails without any fault: {trial.said()}")
    seconds = time.monotonic() - began
    found = trial.found()
    return Whole(name, template, before, trial.look(), found["steps"], found["places"], seconds)


def begun(whole: Whole, folder: Path) -> Trial:
    """A fresh folder of a job."""
    if not folder.is_mount():
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole.template, folder, dirs_exist_ok=True)
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


def faulty(whole: Whole, folder: Path, way: Way, at: At) -> tuple[str, str]:
    """A trial in which the disk is full or read-only from a step on: a verdict, and words."""
    return _met(begun(whole, folder), way, at)


def faulty_together(whole: Whole, folder: Path, faults: list[tuple[Way, At]]) -> Iterator[tuple[str, str]]:
    """Verdicts of many such trials in one process; who is not found whole there has a process of its own."""
    begun(whole, folder)
    process = FORKED.Process(target=children, args=(whole, folder, faults))
    process.start()
    process.join()
    lines = folder.with_suffix(".found").read_text().splitlines()
    verdicts = [json.loads(line) for line in lines] + [["", ""]] * (len(faults) - len(lines))
    for (way, at), (verdict, words) in zip(faults, verdicts, strict=True):
        yield (verdict, words) if verdict == "whole" else faulty(whole, folder, way, at)


def _met(trial: Trial, way: Way, at: At) -> tuple[str, str]:
    try:
        code = trial.run(way, at)
        if code == 0 and not trial.found()["come"]:
            return "not come", ""
        return _judged(trial, code)
    except Unreadable as error:
        return "unreadable", str(error)


def crowded(whole: Whole, folder: Path, room: int) -> tuple[str, str]:
    """A trial on a disk of its own that has so many bytes left: a verdict, and words."""
    with mounted(folder):
        trial = begun(whole, folder)
        try:
            with shrunk(folder, room):
                code = trial.run()
            return _judged(trial, code)
        except Unreadable as error:
            return "unreadable", str(error)


def _judged(trial: Trial, code: int) -> tuple[str, str]:
    """After a run that met a fault which is no more."""
    whole, said = trial.whole, trial.said()
    if "Traceback" in said or code < 0 or (code and not TOLD.search(said)):
        return "untold", f"exit code {code}: {said[-500:]}"
    if code == 0 and trial.look()["state"] != whole.after["state"]:
        return "silent", said[-300:]
    found = _as_found(trial.folder)
    if found not in whole.ended:
        whole.ended[found] = _problem(trial, set(whole.before["pieces"])) or ended(trial)
    return whole.ended[found]


def _as_found(folder: Path) -> str:
    """A digest of all files and folders but the system's."""
    told = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if (name := str(path.relative_to(folder))).partition("/")[0] != "tmp":
            told.update(f"{name}\0".encode() + (hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b""))
    return told.hexdigest()


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
    if code and not DONE_BEFORE.search(said):
        return "unfinished", f"exit code {code}: {said[-500:]}"
    if (now := trial.look(end=True)) != trial.whole.after:
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
