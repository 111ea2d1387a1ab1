"""Ctrl-C, or SIGTERM, as a question that work asks itself: it stops between two pieces and leaves nothing half done."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from neuronview.cli.watched import asked_to_stop

__all__ = ["stop_on_interrupt"]


@contextmanager
def stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Give a function that says whether Ctrl-C was pressed or SIGTERM came, or a page asked to stop.

    A second time, it interrupts.
    """
    pressed: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(number)
        sys.stderr.write("\nStopping after the piece at work. Press Ctrl-C again to stop at once.\n")

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(pressed) or asked_to_stop()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
