"""What the benchmarks of runs by language model share: demo neurons, a plan carried out, what it took by step."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from neuronview.jobs.endpoints import Keys
from neuronview.jobs.estimate import Estimate, estimate_run
from neuronview.jobs.language import execute_language
from neuronview.jobs.plan import Progress, RunPlan, new_run
from neuronview.llm.ledger import Ledger, Totals
from neuronview.records import NeuronId
from neuronview.store import Dataset

__all__ = ["DEMO", "Carried", "carry_out", "demo_neurons", "quiet"]

DEMO = Path(__file__).parents[1] / "data" / "demo"
LAYERS, WIDTH, SEED = 4, 1024, 3


@dataclass(frozen=True)
class Carried:
    """A run that is over: what was expected of it and what it took."""

    estimate: Estimate
    totals: Totals
    progress: Progress
    seconds: float
    states: Counter[str]
    """States of its scores, and of neurons that have none."""


def demo_neurons(n: int) -> tuple[str, ...]:
    """Neurons of the demo dataset, drawn by a seed."""
    drawn = np.random.default_rng(SEED).choice(LAYERS * WIDTH, n, replace=False)
    return tuple(str(NeuronId(int(place) // WIDTH, int(place) % WIDTH)) for place in sorted(drawn))


def carry_out(plan: RunPlan, home: Path) -> Carried:
    """Estimate a run, do it, and read what it took. Results go to a folder of their own in `home`."""
    dataset = Dataset(DEMO, overlay=home / "mine")
    keys = Keys()
    estimate = estimate_run(plan, dataset, home, keys=keys)
    run = new_run(home, plan)
    begun = time.perf_counter()
    last = [Progress()]
    found = execute_language(run, dataset, load_model=_no_model, report=lambda p: last.append(p), keys=keys)
    seconds = time.perf_counter() - begun
    states: Counter[str] = Counter(score.state for explanation in found for score in explanation.scores)
    stored = {str(explanation.neuron) for explanation in found}
    states.update(str(failed.state) for name, failed in run.failed().items() if name not in stored)
    return Carried(estimate, Ledger(run.path).totals(), last[-1], seconds, states)


@contextmanager
def quiet() -> Iterator[None]:
    """A block without the progress bars and warnings of libraries, and without a key or address of the environment."""
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        os.environ.pop(name, None)
    yield


def _no_model() -> Any:
    raise AssertionError("nothing here needs the dataset's model")
