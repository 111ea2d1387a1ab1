"""Addresses opened without a browser, by the hundred: each by a visitor of its own, over the websocket.

Wrong is an exception on the page, a page that is not there or does not end, and one that takes far too long.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from tests.soak.load_client import Answer, Visitor

__all__ = ["REFUSED", "visit_all"]

REFUSED = "nv_to_overview"
"""Key of a button that stands where a page refuses its address, and nowhere else."""
SLOW = 10.0
"""Seconds: such pages take tenths of one."""
AT_ONCE = 2

See = Callable[[str, Answer], None]


def visit_all(server: str, targets: Iterable[str], *, see: See = lambda target, answer: None) -> list[str]:
    """What is wrong with these pages; `see` is told of each. In a thread, since a browser's library keeps a loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(_all(server, iter(targets), see))).result()


async def _all(server: str, targets: Iterator[str], see: See) -> list[str]:
    found: list[str] = []
    await asyncio.gather(*(_some(server, targets, see, found) for _ in range(AT_ONCE)))
    return found


async def _some(server: str, targets: Iterator[str], see: See, found: list[str]) -> None:
    for target in targets:
        answer = await _visit(server, target)
        if answer.seconds > SLOW:  # once more: it may have loaded the model, on a machine that is busy
            answer = await _visit(server, target)
        wrong = [*answer.errors, *([f"took {answer.seconds:.0f} s"] if answer.seconds > SLOW else [])]
        found += [f"{target[:300]}: {entry}" for entry in wrong]
        see(target, answer)


async def _visit(server: str, target: str) -> Answer:
    page, _, query = target.partition("?")
    visitor = await Visitor.arrive(server)
    try:
        return await visitor.open(page, query)
    finally:
        await visitor.leave()
