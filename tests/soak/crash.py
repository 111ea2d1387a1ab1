"""Kill -9, a full and a read-only disk, and two at once: `python -m tests.soak.crash [--kills 60] [--together 2]`.

Each job runs in a process of its own, forked from one that has everything imported. Kills come at every writing step,
half of what is written done, and at drawn moments between; one trial has two of them, then the job is run to its end.
A full and a read-only disk begin at every place (see `crash_steps`): at its first step, its last, and a drawn one
between. Where a disk can be mounted, small ones are full by themselves, wherever in a file that is. A verdict for each:

- whole: what was finished was there after each kill, everything could be read, and the end is, row by row or byte by
  byte, what it is without a kill
- failures: lost, unreadable, different, unfinished (it cannot be gone on with), leftovers, and of faults: untold (no
  sentence with what to do, or an error of another family), silent (it said that it was done, and was not)

The last line is JSON. The exit code is 1 where there is any failure.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from tests.soak.crash_disk import mounted, peak
from tests.soak.crash_jobs import JOBS
from tests.soak.crash_steps import ROOM, Way
from tests.soak.crash_trials import FORKED, Unreadable, Whole, begun, beside, crowded, faulty_together, killed, prepared

SEED = 5


def points_of(whole: Whole, rng: random.Random, trial: int) -> list[int | float]:
    """Two points of a trial: of even trials the steps in turn, of odd ones drawn moments."""
    if trial % 2:
        return [round(rng.uniform(0, whole.seconds), 4) for _ in range(2)]
    stride = max(1, len(whole.steps) // 30)
    return [1 + (trial // 2 * stride + rng.randrange(stride)) % len(whole.steps), 1 + rng.randrange(len(whole.steps))]


def at_each_place(whole: Whole, way: Way, rng: random.Random) -> list[tuple[str, int]]:
    """Where a fault begins: of each place that it meets the first step, the last, and a drawn one between."""
    found = []
    for place, n in Counter(whole.places).items():
        if way == "full" and place.split()[0] not in ROOM:
            continue
        middle = {rng.randint(2, n - 1)} if n > 2 else set[int]()
        found += [(place, at) for at in sorted({1, *middle, n})]
    return found


def rooms(whole: Whole, folder: Path, n: int, rng: random.Random) -> list[int]:
    """Bytes that a disk has left, one drawn of each nth of what the job takes at most; none where none is mounted."""
    try:
        with mounted(folder):
            trial = begun(whole, folder)
            most = peak(folder, trial.begun())
    except OSError as error:
        tell(f"No disk of its own: {error}")
        return []
    return [int((k + rng.random()) * most / n) for k in range(n)]


# --- the command -----------------------------------------------------------------------------------------------------


def soak(name: str, given: argparse.Namespace) -> dict[str, Any]:
    """All trials of one job, with a line for each failure, in a folder that is removed then."""
    with tempfile.TemporaryDirectory(prefix="crash-") as scratch:
        try:
            return tried(name, given, Path(scratch) / "job")
        except Unreadable as error:
            tell(f"{name}, not begun: {error}")
            nothing = {"steps": 0, "places": 0, "kills": 0, "seconds": 0}
            return {"job": name, **nothing, "verdicts": {"not begun": 1}, "failures": 1}


def tried(name: str, given: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """All trials of one job in a folder of theirs."""
    rng, began = random.Random(f"{given.seed} {name}"), time.monotonic()
    whole = prepared(name, scratch)
    counts, bad, kills, trial = Counter[str](), list[str](), 0, 0

    def note(kind: str, verdict: str, words: str) -> None:
        counts[f"{kind}: {verdict}"] += 1
        if verdict not in ("whole", "told", "not come"):
            bad.append(f"{name}, {kind}: {verdict}: {words}")
            tell(bad[-1])

    while kills < given.kills and trial < 3 * given.kills:
        points = points_of(whole, rng, trial)
        verdict, words, came = killed(whole, scratch / "trial", points)
        kills, trial = kills + came, trial + 1
        note("killed", verdict, f"{[whole.steps[p - 1] if isinstance(p, int) else p for p in points]}: {words}")
    ways: tuple[Way, Way] = ("full", "read-only")
    for way in ways:
        at = [found for found in at_each_place(whole, way, rng) if any(text in found[0] for text in given.at)]
        at = at if given.faults >= len(at) else rng.sample(at, given.faults)
        came_of = faulty_together(whole, scratch / "trial", [(way, one) for one in at])
        for (place, number), (verdict, words) in zip(at, came_of, strict=True):
            note(way, verdict, f"at {place}, number {number}: {words}")
    for room in rooms(whole, scratch / "disk", given.disks, rng) if given.disks else []:
        verdict, words = crowded(whole, scratch / "disk", room)
        note("small disk", verdict, f"with {room} bytes: {words}")
    for _ in range(given.pairs):
        verdict, words = beside(whole, scratch / "pair", rng.uniform(0, whole.seconds))
        note("two at once", verdict, words)
    sizes = {"steps": len(whole.steps), "places": len(set(whole.places)), "kills": kills}
    took = round(time.monotonic() - began)
    return {"job": name, **sizes, "verdicts": dict(counts), "failures": len(bad), "seconds": took}


def table(found: list[dict[str, Any]]) -> str:
    """A line for each job: how many of each kind of trial, and how many of them failed."""
    kinds = ("full", "read-only", "small disk", "two at once")
    lines = [("job", "places", "kills", *kinds, "failures", "seconds")]
    for entry in found:
        trials = Counter[str]()
        for verdict, n in entry["verdicts"].items():
            trials[verdict.split(":")[0]] += n * (not verdict.endswith("not come"))
        numbers = (trials[kind] for kind in kinds)
        lines.append((entry["job"], entry["places"], entry["kills"], *numbers, entry["failures"], entry["seconds"]))
    return "\n".join(f"{line[0]:24}" + "".join(f"{cell:>13}" for cell in line[1:]) for line in lines)


def tell(line: str) -> None:
    """A line for people, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def all_of(given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """What came of each job, so many of them at once; each in a process that forks its trials itself."""
    if given.together == 1:
        yield from (soak(name, given) for name in given.jobs)
        return
    with ProcessPoolExecutor(given.together, mp_context=FORKED) as pool:
        yield from pool.map(partial(soak, given=given), given.jobs)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=60, help="of each job")
    parser.add_argument("--faults", type=int, default=10_000, help="how often each fault at most; all by default")
    parser.add_argument("--at", nargs="+", default=[""], help="only at places that hold one of these texts")
    parser.add_argument("--disks", type=int, default=20, help="small disks of each job")
    parser.add_argument("--pairs", type=int, default=10, help="pairs of processes of each job")
    parser.add_argument("--together", type=int, default=1, help="jobs at once")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--jobs", nargs="*", choices=[*JOBS, []], default=[*JOBS])
    given = parser.parse_args()
    found = []
    for entry in all_of(given):
        found.append(entry)
        tell(str(entry))
    tell(table(found))
    tell(json.dumps({"jobs": found, "failures": sum(entry["failures"] for entry in found)}))
    return int(any(entry["failures"] for entry in found))


if __name__ == "__main__":
    os.environ["PYTHONWARNINGS"] = "ignore:resource_tracker"  # what killed processes left, which it removes
    code = main()
    sys.stdout.flush()
    os._exit(code)  # as in `crash_warm`
