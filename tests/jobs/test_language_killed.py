"""Kill -9 at random points of a run by language model: nothing finished is lost, nothing finished is paid twice.

The run is forked from a server process that has everything imported already and nothing running, so that a run dies
at its work and not at its imports, nor at threads of this process.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

from neuronview.jobs.plan import RunPlan, new_run
from neuronview.llm.cache import Cache
from neuronview.llm.desk import BESIDE
from neuronview.llm.ledger import Ledger
from neuronview.records import NeuronId
from neuronview.store import Dataset
from tests.jobs import killed_language_run as killed
from tests.support import run_dataset as made
from tests.support.language_run import EVERYONE

KILLS = 20
CONCURRENCY = 4
UNDER_WAY = CONCURRENCY - -CONCURRENCY // BESIDE
"""Calls that the endpoint is at work on, and those beside."""
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload([killed.__name__])


def noted(home: Path) -> list[str]:
    file = home / killed.NOTES
    return file.read_text().split() if file.exists() else []


def run_until(dataset: Path, home: Path, run: str, *, calls: int | None) -> bool:
    """Do the run in a process of its own, killed once it has made so many further calls; whether it came to its end."""
    before = len(noted(home))
    process = FORKED.Process(target=killed.main, args=(dataset, home, run))
    process.start()
    while calls is not None and process.is_alive() and len(noted(home)) - before < calls:
        time.sleep(0.001)
    if calls is not None:
        process.kill()
    process.join()
    return process.exitcode == 0


def test_killed_at_random_points_nothing_finished_is_lost_or_paid_twice(tmp_path: Path) -> None:
    dataset = made.build(tmp_path / "runs")
    home = tmp_path / "home"
    home.mkdir()
    options: dict[str, Any] = {"candidates": 2, "excerpts": 4, "others": 0, "concurrency": CONCURRENCY}
    run = new_run(home, RunPlan("", "runs", EVERYONE, "pairs", "auto", explainer_model="fake", **options))
    drawn = random.Random(3)
    kept: set[str] = set()
    kills = 0
    for _ in range(KILLS):
        ended = run_until(dataset, home, run.path.name, calls=drawn.randint(0, 14))
        kills += not ended
        finished = run.finished()
        assert kept <= finished
        kept = finished
        stored = Dataset(dataset, overlay=home / "mine")
        for name in kept:
            (entry,) = stored.explanations(NeuronId.parse(name))
            assert {score.state for score in entry.scores} == {"ok"}
        stored.close()
    assert run_until(dataset, home, run.path.name, calls=None)
    assert run.finished() == set(EVERYONE)
    assert run.progress().state == "done"
    assert kills >= KILLS // 2
    paid = Counter(noted(home))
    cache, totals = Cache.in_home(home), Ledger(run.path).totals()
    assert cache.size().answers == len(paid)
    # Only calls that were under way when it was killed may have been made twice.
    assert paid.total() - len(paid) <= kills * UNDER_WAY
    assert totals.paid + totals.unfinished >= paid.total()
    assert totals.unfinished <= kills * UNDER_WAY
