"""Neurons, and pages of Browse, that are likely to be opened next are read before anybody asks for them.

One thread for all visitors, which starts once the page has gone out and reads what is on the disk alone: it fetches
nothing from the network and loads no model. What it cannot read, the page says when the neuron is opened.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial

from neuronview.errors import NeuronViewError
from neuronview.records import NeuronId
from neuronview.store import Dataset
from neuronview.ui import cached, neuron_parts
from neuronview.view.evaluation import neuron_at

__all__ = ["Ahead", "ahead", "neighbours_ahead"]

MOST = 16
"""Neurons that may wait; the newest go first and the oldest are dropped."""
REST = 0.1  # seconds in which the page that was just made goes out to the browser


class Ahead:
    """Work that waits for a thread of its own, the newest first."""

    def __init__(self, *, most: int = MOST, rest: float = REST) -> None:
        self._waiting: deque[Callable[[], object]] = deque(maxlen=most)
        self._lock = threading.Lock()
        self._rest = rest
        self._runs = False

    def ask(self, work: Iterable[Callable[[], object]]) -> None:
        """Have this done soon, the first of it first; returns at once."""
        with self._lock:
            self._waiting.extend(reversed(list(work)))
            if self._runs:
                return
            self._runs = True
        threading.Thread(target=self._work, name="neuronview-ahead", daemon=True).start()

    def _work(self) -> None:
        time.sleep(self._rest)
        while True:
            with self._lock:
                if not self._waiting:
                    self._runs = False
                    return
                next_one = self._waiting.pop()
            try:
                next_one()
            except NeuronViewError:
                continue  # said in words when the neuron is opened
            except BaseException:
                self._runs = False  # a mistake of ours: it is in the log, and what is asked for next is still done
                raise


_AHEAD = Ahead()


def ahead(work: Iterable[Callable[[], object]]) -> None:
    """Have this read, the first of it first, once the page has gone out."""
    _AHEAD.ask(work)


def neighbours_ahead(dataset: Dataset, name: str, neuron: NeuronId) -> None:
    """Read what the pages of the next, the previous and the next layer's neuron show first, and keep it."""
    model = dataset.manifest.model
    near = neuron_at(neuron, layers=model.n_layers, neurons=model.n_neurons)
    wanted = (near[name] for name in ("next", "previous", "up"))
    ahead(partial(_read, dataset, name, other) for other in wanted if other is not None)


def _read(dataset: Dataset, name: str, neuron: NeuronId) -> None:
    cached.explanations(dataset, neuron)
    neuron_parts.excerpts_text(dataset, name, cached.neuron(dataset, neuron))
