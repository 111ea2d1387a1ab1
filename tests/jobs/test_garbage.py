"""Within a run garbage is looked for seldom, and after it as before; what is garbage goes all the same."""

import gc
import weakref

import pytest

from neuronview.jobs import garbage
from neuronview.jobs.garbage import seldom_collected


class _Ring:
    """Garbage that only a collection finds."""

    def __init__(self) -> None:
        self.self = self


@seldom_collected()
def told() -> tuple[int, int, int]:
    """The thresholds within."""
    assert gc.get_freeze_count()
    return gc.get_threshold()


@seldom_collected()
def failing() -> None:
    raise KeyError


def test_within_it_is_seldom_and_then_as_before_also_after_an_error() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    assert told() == garbage.SELDOM
    with pytest.raises(KeyError):
        failing()
    assert (gc.get_threshold(), bool(gc.get_freeze_count())) == (before, bool(frozen))


def test_of_two_the_last_to_end_puts_back_what_was_before() -> None:
    before = gc.get_threshold()
    first, second = seldom_collected(), seldom_collected()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold() == garbage.SELDOM
    second.__exit__(None, None, None)
    assert gc.get_threshold() == before


def test_what_others_set_aside_stays_so() -> None:
    gc.freeze()
    try:
        told()
        assert gc.get_freeze_count()
    finally:
        gc.unfreeze()


def test_what_becomes_garbage_within_goes_within() -> None:
    with seldom_collected():
        rings = [weakref.ref(_Ring()) for _ in range(3 * garbage.SELDOM[0])]
        assert sum(ring() is not None for ring in rings) < 2 * garbage.SELDOM[0]
