"""A few visitors for a few seconds, as `python -m benchmarks.many` sends by the dozen: nothing they do is an error."""

import asyncio
from pathlib import Path

from benchmarks.many import LEAVING, in_log, public_app, stuck_server, visitors
from tests.soak.load_client import Answer, Visitor, fetch


async def _one_page(address: str, page: str, query: str) -> Answer:
    visitor = await Visitor.arrive(address)
    try:
        return await visitor.open(page, query)
    finally:
        await visitor.leave()


async def _downloads(address: str) -> list[Answer]:
    """What a page offers, and a file that nobody offers."""
    visitor = await Visitor.arrive(address)
    try:
        page = await visitor.open("neuron", "dataset=demo&layer=1&neuron=17")
        return [await visitor.download(file) for file in [*page.files, "nothing"]]
    finally:
        await visitor.leave()


def test_visitors_at_once_meet_no_error_and_one_who_waits_for_a_stuck_model_can_leave(tmp_path: Path) -> None:
    with stuck_server() as stuck, public_app(tmp_path, stuck) as address:
        with visitors(5, address, seconds=10, think=0.3) as tally:
            pass
        assert asyncio.run(_one_page(address, "nothing", "")).errors, "a page that is not there is an error"
        assert asyncio.run(fetch(address, "/media/nothing")).errors, "a file that is not there is an error"
        assert tally.errors == []
        assert in_log(tmp_path) == []
        *offered, missing = asyncio.run(_downloads(address))
        assert [file.size > 10_000 and not file.errors for file in offered] == [True]
        assert missing.errors, "a file that is not offered is an error"
        assert tally.seconds[LEAVING], "whoever waits for the model that never answers can leave"
        assert sum(map(len, tally.seconds.values())) > 5, "each has done something"
