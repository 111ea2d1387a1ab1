"""Ctrl-C as a question that work asks itself, so that it stops between two pieces and leaves nothing half done."""

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
    """Give a function that says whether Ctrl-C was pressed, or a page asked to stop. Pressed again, it interrupts."""
    pressed: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(number)
        sys.stderr.write("\nStopping after the piece at work. Press Ctrl-C again to stop at once.\n")

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(pressed) or asked_to_stop()
    finally:
        signal.signal(signal.SIGINT, before)
