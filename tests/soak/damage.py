"""Random damage to every kind of file that is read: `python -m tests.soak.damage [--share 0.1] [--kinds model]`.

Each batch runs in a process of its own, so that a crash of a library is seen and counted. A verdict for each mutation:

- refused: an error of NeuronView's own says so, and names the damaged file
- equal: what is read is what was there (the damage is where nothing is read, such as a time in a header)
- partial: of a file that lines are appended to, or a cache, the damaged entries are left out and the others are as
  they were
- another file: a file from elsewhere bears no checksum; it is still of its form, and read as Python's own parser reads
  it where there is one
- failures: wrong (something else is read), unnamed, error (of another family), crash, hang, memory

The last line is JSON. The exit code is 1 where there is any failure.
"""

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.soak.damage_kinds import Kind, values
from tests.soak.damage_kinds_more import KINDS
from tests.soak.mutations import damaged

FINE = ("refused", "equal", "partial", "another file")
SECONDS = 5.0
"""Of the processor's time, that reading a damaged file may take beyond what the whole one takes."""
MEMORY = 1 << 30
STALLED = 180.0
"""Seconds without any verdict after which a process counts as hanging, on however busy a machine."""
BATCH = 250
STALL_STEP = 0.05


def work(name: str, folder: Path, seed: int, numbers: range, out: Path) -> None:
    """Try these mutations of a kind; a line for the beginning and one for the verdict of each."""
    kind = KINDS[name]
    files = whole_files(kind, folder)
    began = time.process_time()
    whole = kind.read(folder)
    patience = SECONDS + time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    soft = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + 3 * MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (soft, soft))
    with out.open("a") as lines:

        def note(**said: object) -> None:
            lines.write(json.dumps(said) + "\n")
            lines.flush()

        for number in numbers:
            trial = Trial(kind, folder, files, whole, random.Random(f"{seed} {name} {number}"))
            note(number=number, file=trial.path.name, way=trial.way)
            began = time.process_time()
            verdict, words = trial.verdict()
            seconds = time.process_time() - began
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak) * 1024
            if seconds > patience:
                verdict, words = "hang", f"{seconds:.1f} s; {words}"
            elif grown > MEMORY:
                verdict, words = "memory", f"{grown / 1e9:.1f} GB; {words}"
                peak += grown // 1024
            note(number=number, verdict=verdict, words=words[:300], seconds=round(seconds, 3), grown=grown)


class Trial:
    """One damage, drawn but not yet done."""

    def __init__(self, kind: Kind, folder: Path, files: list[Path], whole: Any, rng: random.Random) -> None:
        self.kind, self.folder, self.whole = kind, folder, whole
        self.path = rng.choice(files)
        self._raw = self.path.read_bytes()
        self.way, self._after = damaged(self._raw, rng)

    def verdict(self) -> tuple[str, str]:
        """Damage the file, read, and put it back: a verdict, and what was said."""
        self.path.write_bytes(self._after)
        try:
            return judge(self.kind, self.folder, self.path.name, self.whole)
        finally:
            self.path.write_bytes(self._raw)


def whole_files(kind: Kind, folder: Path) -> list[Path]:
    """The files of a kind that are damaged, in order."""
    return sorted({path for pattern in kind.patterns for path in folder.glob(pattern) if path.is_file()})


def judge(kind: Kind, folder: Path, name: str, whole: Any) -> tuple[str, str]:
    """What reading the damaged files came to."""
    from neuronview.errors import NeuronViewError

    try:
        found = kind.read(folder)
    except NeuronViewError as error:
        named = not kind.names_file or name in str(error)
        return "refused" if named else "unnamed", str(error)
    except MemoryError as error:
        return "memory", repr(error)
    except Exception as error:  # noqa: BLE001 - whatever it is counts as a failure
        return "error", f"{type(error).__module__}.{type(error).__name__}: {error}"
    if kind.plain is not None:
        return as_plain(kind.plain, folder, found, whole)
    if found == whole:
        return "equal", ""
    if kind.may_lose and is_part(found, whole):
        return "partial", ""
    return ("wrong", difference(whole, found)) if kind.is_sealed else ("another file", "")


def as_plain(read: Callable[[Path], Any], folder: Path, found: Any, whole: Any) -> tuple[str, str]:
    """Whether a file without a checksum is read as it can be read in another way, also where nothing seems changed."""
    try:
        plain = values(read(folder))
    except Exception as error:  # noqa: BLE001 - whatever it is counts as a failure
        told = f"is read, but not by the plain parser: {error!r}"
        return ("equal", "") if found == whole else ("wrong", told)  # that one may look at more than what is read
    same = {name: found[name] for name in plain} if isinstance(plain, dict) else found
    if plain != same:
        return "wrong", difference(plain, same)
    return "equal" if found == whole else "another file", ""


def is_part(found: list[Any], whole: list[Any]) -> bool:
    """Whether each entry is one of the whole's."""
    known = [json.dumps(entry, sort_keys=True) for entry in whole]
    return all(json.dumps(entry, sort_keys=True) in known for entry in found)


def difference(whole: Any, found: Any, where: str = "") -> str:
    """The first place where two plain values differ."""
    if isinstance(whole, dict) and isinstance(found, dict) and whole.keys() == found.keys():
        return next(difference(whole[key], found[key], f"{where}.{key}") for key in whole if whole[key] != found[key])
    if isinstance(whole, list) and isinstance(found, list) and len(whole) == len(found):
        pairs = enumerate(zip(whole, found, strict=True))
        return next(difference(one, other, f"{where}[{at}]") for at, (one, other) in pairs if one != other)
    return f"{where}: {str(whole)[:80]} became {str(found)[:80]}"


def try_kind(name: str, seed: int, n: int, over: threading.Event) -> Iterator[dict[str, Any]]:
    """Verdicts of `n` mutations of a kind, from processes that are started again after one that died, until `over`."""
    with tempfile.TemporaryDirectory() as place:
        folder, out = Path(place) / "work" / "files", Path(place) / "verdicts.jsonl"
        KINDS[name].make(folder)
        done = 0
        while done < n and not over.is_set():
            until = min(n, done + BATCH)
            ended = run_batch(name, folder, seed, range(done, until), out, Path(place) / "errors.txt")
            lines = [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []
            out.unlink(missing_ok=True)
            told = {line["number"]: line for line in lines if "verdict" in line}
            begun = {line["number"]: line for line in lines if "way" in line}
            if not begun:
                raise SystemExit(f"{name}: no mutation was tried.\n{(Path(place) / 'errors.txt').read_text()[-3000:]}")
            for number, line in begun.items():
                yield line | told.get(number, {"verdict": ended or "crash", "words": "", "seconds": 0.0, "grown": 0})
            done = max(begun) + 1
            if len(told) < len(begun):  # what died left its damage behind
                make_again(name, folder)


def make_again(name: str, folder: Path) -> None:
    """Whole files again."""
    shutil.rmtree(folder.parent)
    KINDS[name].make(folder)


def run_batch(name: str, folder: Path, seed: int, numbers: range, out: Path, errors: Path) -> str:
    """Run a batch in a process; empty, or `hang` where it had to be ended, `crash` where it ended by itself."""
    command = [sys.executable, "-m", "tests.soak.damage", "--worker", name, str(folder), str(seed), str(out)]
    with errors.open("w") as stream:
        process = subprocess.Popen(
            [*command, str(numbers.start), str(numbers.stop)],
            stdout=subprocess.DEVNULL,
            stderr=stream,
            env=os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        )
        size, since = 0, time.monotonic()
        while process.poll() is None:
            time.sleep(STALL_STEP)
            now = out.stat().st_size if out.exists() else 0
            if now != size:
                size, since = now, time.monotonic()
            elif time.monotonic() - since > STALLED:
                process.kill()
                process.wait()
                return "hang"
    return "crash" if process.returncode else ""


def lines_of_all(names: list[str], seed: int, share: float, together: int) -> Iterator[list[dict[str, Any]]]:
    """What came of each kind, by threads that wait for processes; who stops early leaves none of them at work."""
    over = threading.Event()

    def lines_of(name: str) -> list[dict[str, Any]]:
        return list(try_kind(name, seed, max(1, round(KINDS[name].mutations * share)), over))

    with ThreadPoolExecutor(together) as pool:
        try:
            yield from pool.map(lines_of, names)
        finally:
            over.set()


def soak(names: list[str], *, seed: int, share: float, told: Any = None, together: int = 1) -> dict[str, Any]:
    """Try all kinds, so many of them at once; counts by verdict and kind, failures in words."""
    kinds: dict[str, Counter[str]] = {}
    failures, worst, most = [], 0.0, 0
    for name, lines in zip(names, lines_of_all(names, seed, share, together), strict=True):
        counts = kinds.setdefault(name, Counter())
        for line in lines:
            counts[line["verdict"]] += 1
            worst, most = max(worst, line["seconds"]), max(most, line["grown"])
            if line["verdict"] not in FINE:
                failures.append({"kind": name, **line})
        if told is not None:
            told(f"{name:28} {sum(counts.values()):5}  " + ", ".join(f"{n} {v}" for v, n in sorted(counts.items())))
    total: Counter[str] = sum(kinds.values(), Counter())
    return {
        "seed": seed,
        "mutations": sum(total.values()),
        "verdicts": dict(sorted(total.items())),
        "kinds": {name: dict(sorted(counts.items())) for name, counts in kinds.items()},
        "longest_cpu_s": worst,
        "largest_growth_mb": round(most / 1e6),
        "failures": failures,
    }


def tell(line: str) -> None:
    """A line for people, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run from the command line."""
    if sys.argv[1:2] == ["--worker"]:
        name, folder, seed, out, start, stop = sys.argv[2:]
        work(name, Path(folder), int(seed), range(int(start), int(stop)), Path(out))
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=1.0, help="of the mutations of the long run")
    parser.add_argument("--together", type=int, default=1, help="kinds at once")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", nargs="*", choices=list(KINDS), default=list(KINDS))
    chosen = parser.parse_args()
    found = soak(chosen.kinds, seed=chosen.seed, share=chosen.share, told=tell, together=chosen.together)
    for failure in found["failures"][:40]:
        tell(f"FAILED {failure}")
    tell(json.dumps(found | {"failures": len(found["failures"])}))
    return int(bool(found["failures"]))


if __name__ == "__main__":
    sys.exit(main())
