"""Closing several things so that one that fails keeps none of the others open, and hides no earlier error."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

__all__ = ["Close", "close_all", "closing_all"]

Close = Callable[[], Awaitable[None] | None]


async def close_all(closings: Iterable[Close], *, after: BaseException | None = None) -> None:
    """Call every one, in order, then raise the first error.

    `after`: the error that led here, which is for the caller to raise; those of closing are notes of it.
    """
    first = after
    for close in closings:
        try:
            found = close()
            if inspect.isawaitable(found):
                await found
        except BaseException as error:  # noqa: BLE001 - raised below, or a note of the one that is
            if first is None:
                first = error
            else:
                first.add_note(f"While closing: {type(error).__name__}: {error}")
    if after is None and first is not None:
        raise first


@asynccontextmanager
async def closing_all(*closings: Close) -> AsyncIterator[None]:
    """A block after which all are closed, however it ends."""
    try:
        yield
    except BaseException as error:
        await close_all(closings, after=error)
        raise
    await close_all(closings)
