"""Neurons, and pages of Browse, that are likely to be opened next are read before anybody asks for them.

One thread for all visitors, which starts once the page has gone out and reads what is on the disk alone: it fetches
nothing from the network and loads no model. Where many visitors keep the server busy it reads nothing: most of what
is read ahead is never opened. What it cannot read, the page says when the neuron is opened.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from itertools import count

import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.records import NeuronId
from neuronview.store import Dataset
from neuronview.ui import cached, neuron_strips
from neuronview.ui.components import neighbours
from neuronview.view.evaluation import neuron_at

__all__ = ["Ahead", "ahead", "neighbours_ahead", "neighbours_there"]

MOST = 16
"""Neurons that may wait; the newest go first and the oldest are dropped."""
REST = 0.1  # seconds in which the page that was just made goes out to the browser
PATIENCE = 3.0  # seconds for which a busy server is waited for
LOOKED_BACK = 2.0  # seconds
BUSY = 0.5  # of one core: Python runs on no more
_GIVEN = "nv_given_of_neighbours"
_pages = count()  # to the browser, each run of a page is another one


class Busy:
    """Whether the pages of all visitors take half of a core: the process's time of late, but for what is read ahead.

    Looks when it is called, and compares with its looks of the last seconds.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, spent: Callable[[], float] = time.process_time
    ) -> None:
        self._clock, self._spent = clock, spent
        self._looks: deque[tuple[float, float]] = deque()
        self._own = 0.0

    def __call__(self) -> bool:
        now, spent = self._clock(), self._spent() - self._own
        self._looks.append((now, spent))
        while self._looks[0][0] < now - LOOKED_BACK:
            self._looks.popleft()
        begun, before = self._looks[0]
        return spent - before > BUSY * (now - begun)

    def leave_out(self, seconds: float) -> None:
        """Count so much of a core's time as our own."""
        self._own += seconds


class Ahead:
    """Work that waits for a thread of its own, the newest first."""

    def __init__(self, *, most: int = MOST, rest: float = REST, busy: Busy | None = None) -> None:
        """While others keep the server `busy`, work waits, and is given up after a while."""
        self._waiting: deque[tuple[float, Callable[[], object]]] = deque(maxlen=most)
        self._lock = threading.Lock()
        self._rest, self._busy = rest, busy
        self._runs = False

    def ask(self, work: Iterable[Callable[[], object]]) -> None:
        """Have this done soon, the first of it first; returns at once."""
        with self._lock:
            self._is_busy()  # a look to compare later ones with
            self._waiting.extend((time.monotonic() + PATIENCE, one) for one in reversed(list(work)))
            if self._runs:
                return
            self._runs = True
        threading.Thread(target=self._work, name="neuronview-ahead", daemon=True).start()

    def _work(self) -> None:
        time.sleep(self._rest)
        while True:
            with self._lock:
                is_busy = self._is_busy()
                if not self._waiting:
                    self._runs = False
                    return
                until, next_one = self._waiting[-1]
                if not is_busy or until < time.monotonic():
                    self._waiting.pop()
            if is_busy:
                time.sleep(self._rest)
                continue
            before = time.thread_time()
            try:
                next_one()
            except NeuronViewError:
                continue  # said in words when the neuron is opened
            except BaseException:
                self._runs = False  # a mistake of ours: it is in the log, and what is asked for next is still done
                raise
            finally:
                if self._busy is not None:
                    self._busy.leave_out(time.thread_time() - before)

    def _is_busy(self) -> bool:
        return self._busy is not None and self._busy()


_AHEAD = Ahead(busy=Busy())


def ahead(work: Iterable[Callable[[], object]]) -> None:
    """Have this read, the first of it first, once the page has gone out."""
    _AHEAD.ask(work)


def neighbours_ahead(dataset: Dataset, name: str, neuron: NeuronId) -> None:
    """Read what the pages of the next two, the previous and the next layer's neuron show first, and keep it.

    The one after the next, so that its page, which comes first, has it to give to the browser.
    """
    near = _near(dataset, neuron)
    second = None if near["next"] is None else _near(dataset, near["next"])["next"]
    wanted = (near["next"], second, near["previous"], near["up"])
    ahead(partial(_read, dataset, name, other) for other in wanted if other is not None)


def neighbours_there(dataset: Dataset, name: str, neuron: NeuronId, *, is_open: bool) -> None:
    """Give the browser what was read of the neuron's neighbours, which it then draws at once when they are asked for.

    Only where the page shows all excerpts (`is_open`) as a neighbour's would at first. What this neuron's page gave
    before is not given again, nor the neuron that was shown before: the browser keeps what it has drawn.
    """
    near = {place: other for place, other in _near(dataset, neuron).items() if other is not None}
    of = f"{name} {dataset.stamp}"
    given = _given_before(of, neuron)
    maps = (
        neuron_strips.there(dataset, name, [one for one in near.values() if str(one) not in given]) if is_open else {}
    )
    neighbours.mount(
        key="neuron_neighbours",
        data={
            "of": of,
            "page": next(_pages),
            "neuron": str(neuron),
            "near": {place: str(other) for place, other in near.items()},
            "isOpen": is_open,
            "maps": maps,
        },
        height=1,
    )
    if is_open:
        st.session_state[_GIVEN] = (of, neuron, given | maps.keys())


def _given_before(of: str, neuron: NeuronId) -> frozenset[str]:
    """Neurons whose heat maps the browser has from this neuron's page, or from the one that was shown before it."""
    shown_of, shown, given = st.session_state.get(_GIVEN, ("", neuron, frozenset()))
    if shown_of != of:
        return frozenset()
    return frozenset(given if shown == neuron else {str(shown)})


def _near(dataset: Dataset, neuron: NeuronId) -> dict[str, NeuronId | None]:
    model = dataset.manifest.model
    return neuron_at(neuron, layers=model.n_layers, neurons=model.n_neurons)


def _read(dataset: Dataset, name: str, neuron: NeuronId) -> None:
    cached.explanations(dataset, neuron)
    neuron_strips.read_ahead(dataset, name, cached.neuron(dataset, neuron))
