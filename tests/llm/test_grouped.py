"""Entries that come while the disk is waited for go together in the next wait."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from neuronview.llm.grouped import Grouped


def test_entries_that_come_meanwhile_go_together_and_each_gets_its_own_result() -> None:
    seen: list[list[int]] = []
    first, go_on = threading.Event(), threading.Event()

    def work(entries: Sequence[int]) -> list[int]:
        seen.append(list(entries))
        first.set()
        go_on.wait(5)
        return [10 * entry for entry in entries]

    async def run() -> list[int]:
        grouped: Grouped[int, int] = Grouped(work)
        alone = asyncio.create_task(grouped.do(0))
        await asyncio.to_thread(first.wait, 5)
        others = [asyncio.create_task(grouped.do(n)) for n in (1, 2, 3)]
        await asyncio.sleep(0)
        go_on.set()
        found = [await alone, *[await other for other in others]]
        await grouped.close()
        return found

    assert asyncio.run(run()) == [0, 10, 20, 30]
    assert seen == [[0], [1, 2, 3]]


def test_an_error_is_that_of_all_who_waited_and_of_nobody_later() -> None:
    def work(entries: Sequence[str]) -> Sequence[str]:
        if "bad" in entries:
            raise OSError("no room")
        return entries

    async def run() -> str:
        grouped: Grouped[str, str] = Grouped(work)
        results = await asyncio.gather(grouped.do("bad"), grouped.do("beside"), return_exceptions=True)
        assert [str(result) for result in results] == ["no room"] * 2
        return await grouped.do("later")

    assert asyncio.run(run()) == "later"


def test_who_gives_up_waiting_takes_nothing_from_the_others() -> None:
    async def run() -> int:
        grouped: Grouped[int, int] = Grouped(list)
        gone, stays = asyncio.create_task(grouped.do(1)), asyncio.create_task(grouped.do(2))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        return await stays

    assert asyncio.run(run()) == 2
