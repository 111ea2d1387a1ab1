"""Kill -9 in the middle of calls: nothing that was acted on is asked, or paid for, a second time."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from neuronview.llm.cache import Cache
from neuronview.llm.desk import BESIDE
from neuronview.llm.ledger import Ledger
from tests.llm.killed_run import CONCURRENCY, REQUESTS

ROOT = Path(__file__).parents[2]
KILLS = 4
UNDER_WAY = CONCURRENCY - -CONCURRENCY // BESIDE
"""Calls that the endpoint is at work on, and those beside."""


def notes_in(home: Path) -> list[str]:
    file = home / "notes"
    return file.read_text().splitlines() if file.exists() else []


def run_until(home: Path, lines: int) -> int:
    """Start the run and kill it once it has noted so many further lines; its exit code."""
    before = len(notes_in(home))
    process = subprocess.Popen([sys.executable, "-m", "tests.llm.killed_run", home], cwd=ROOT)
    while process.poll() is None and len(notes_in(home)) - before < lines:
        time.sleep(0.0005)
    process.kill()
    return process.wait()


def test_killed_at_random_points_a_run_loses_at_most_the_calls_under_way(tmp_path: Path) -> None:
    drawn = random.Random(1)
    kills = sum(run_until(tmp_path, drawn.randint(1, 14)) != 0 for _ in range(KILLS))
    assert run_until(tmp_path, 10**6) == 0
    notes = [line.split() for line in notes_in(tmp_path)]
    acted: set[str] = set()
    for word, text in notes:
        if word == "acted":
            acted.add(text)
        else:
            assert text not in acted, f"{text} was asked again after its answer had been acted on"
    assert len(acted) == REQUESTS
    calls = Counter(text for word, text in notes if word == "asked")
    assert kills == KILLS
    assert calls.total() - REQUESTS <= kills * UNDER_WAY
    totals = Ledger(tmp_path).totals()
    assert Cache.in_home(tmp_path).size().answers == REQUESTS
    # Each call is in the ledger, as paid or as begun with its end unknown.
    assert totals.paid + totals.unfinished >= calls.total()
    assert totals.unfinished <= kills * UNDER_WAY
    assert totals.unreadable == 0
