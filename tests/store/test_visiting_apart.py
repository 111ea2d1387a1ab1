"""Queries in a process of their own: what DuckDB cannot stop is ended with the process, and the next is answered."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from neuronview.errors import BadInput, BadQuery, DatasetError
from neuronview.store import visiting_apart
from neuronview.store.visiting import MOST_CHARACTERS, Visitor
from neuronview.store.visiting_apart import VisitorApart
from tests.support import small_dataset
from tests.support.hostile_sql import STEPS_WITHOUT_END, STEPS_WITHOUT_MEASURE

ONE = [{"one": 1}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_dataset.build(tmp_path_factory.mktemp("apart") / "small")


@pytest.fixture(scope="module")
def visitor(folder: Path) -> Iterator[VisitorApart]:
    with VisitorApart(folder) as opened:
        yield opened


def highest_memory(pid: int | None) -> int:
    """Bytes that a process had in use at its peak."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def test_it_answers_as_the_instance_in_this_process(visitor: VisitorApart, folder: Path) -> None:
    here = Visitor(folder)
    for sql in ("select * from neurons", "from browse", "select * from records join excerpts using (excerpt_id)"):
        assert visitor.ask(sql, rows=7).table.equals(here.ask(sql, rows=7).table)
        assert visitor.ask(sql, rows=7).is_cut == here.ask(sql, rows=7).is_cut
    here.close()


@pytest.mark.parametrize("sql", STEPS_WITHOUT_MEASURE)
def test_a_step_that_takes_memory_without_measure_is_refused(visitor: VisitorApart, sql: str) -> None:
    visitor.ask("select 1")
    before, asked = highest_memory(visitor.pid), visitor.pid
    with pytest.raises(BadQuery, match=r"needs more memory|was stopped after|ended the process"):
        visitor.ask(sql, seconds=2)
    if visitor.pid == asked:  # not ended with its process, which is then not there to be asked
        assert highest_memory(asked) - before <= visiting_apart.MOST_MEMORY
    assert visitor.ask("select 1 as one").table.to_pylist() == ONE


def test_a_step_that_does_not_heed_the_timer_ends_with_its_process(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visiting_apart, "GRACE", 0.1)
    with VisitorApart(folder) as visitor:
        visitor.ask("select 1")
        asked = visitor.pid
        with pytest.raises(BadQuery, match=r"was stopped after 0\.3 s"):
            visitor.ask(STEPS_WITHOUT_END, seconds=0.3)
        assert visitor.pid is None
        assert visitor.ask("select 1 as one").table.to_pylist() == ONE
        assert visitor.pid != asked


def test_memory_is_watched_where_the_process_does_not_hold_itself_to_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visiting_apart, "MOST_MEMORY", 2**26)
    with VisitorApart(folder) as visitor:
        with pytest.raises(BadQuery, match="needs more memory"):
            visitor.ask("select count(*) from (select unnest(range(30_000_000)) as n order by hash(n))", seconds=20)
        assert visitor.ask("select 1 as one").table.to_pylist() == ONE


def test_what_is_refused_is_refused_in_the_same_words(visitor: VisitorApart, folder: Path) -> None:
    here = Visitor(folder)
    for sql in ("drop table browse", "select nothing from browse", "select 1; select 2", "select '\ud800'"):
        with pytest.raises(BadQuery) as apart:
            visitor.ask(sql)
        with pytest.raises(BadQuery) as told:
            here.ask(sql)
        assert str(apart.value) == str(told.value)
    here.close()
    with pytest.raises(BadInput):
        visitor.ask("select 1", rows=0)
    with pytest.raises(BadQuery, match="characters"):
        visitor.ask("select " + "1" * MOST_CHARACTERS)


def test_a_process_that_was_ended_is_replaced(visitor: VisitorApart) -> None:
    visitor.ask("select 1")
    assert visitor.pid is not None
    os.kill(visitor.pid, 9)
    os.waitid(os.P_PID, visitor.pid, os.WEXITED | os.WNOWAIT)
    assert visitor.ask("select 1 as one").table.to_pylist() == ONE


def test_a_dataset_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    folder = small_dataset.build(tmp_path / "small")
    part = next(folder.rglob("*.parquet"))
    part.write_bytes(part.read_bytes()[:-40])
    with VisitorApart(folder) as visitor, pytest.raises(DatasetError):
        visitor.ask("select * from neurons")


def test_who_waits_too_long_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visiting_apart, "LONGEST_WAIT", 0.05)
    with VisitorApart(folder) as visitor:
        visitor.ask("select 1")
        first = threading.Thread(target=_ended, args=(visitor,))
        first.start()
        while not visitor._turn.locked():
            pass
        with pytest.raises(BadQuery, match="Other queries"):
            visitor.ask("select 1")
        first.join()


def _ended(visitor: VisitorApart) -> None:
    with pytest.raises(BadQuery):
        visitor.ask("select count(*) from range(100000000000) a, range(1000) b", seconds=1)


def test_a_question_under_way_is_answered_by_one_that_is_given_up_meanwhile(folder: Path) -> None:
    visitor = VisitorApart(folder)
    visitor.ask("select 1")
    asked, answers = visitor.pid, []
    long = "select count(*) as n from range(30_000_000) t(i) where hash(i) % 7 = 0"
    asking = threading.Thread(target=lambda: answers.append(visitor.ask(long).table.num_rows))
    asking.start()
    while not visitor.is_asked:
        time.sleep(0.001)
    visitor.retire()
    asking.join()
    assert answers == [1]
    assert visitor.pid is None
    assert not Path(f"/proc/{asked}").exists()


def test_one_that_nobody_asks_ends_when_it_is_given_up(folder: Path) -> None:
    visitor = VisitorApart(folder)
    visitor.ask("select 1")
    visitor.retire()
    assert visitor.pid is None


def test_so_many_processes_and_no_more(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visiting_apart, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(visiting_apart, "LONGEST_WAIT", 0.05)
    first, second = VisitorApart(folder), VisitorApart(folder)
    first.ask("select 1")
    with pytest.raises(BadQuery, match="Other queries"):
        second.ask("select 1")
    first.close()
    assert second.ask("select 1 as one").table.to_pylist() == ONE
    second.close()


def test_it_is_not_told_of_keys(visitor: VisitorApart, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-of-the-environment")
    with VisitorApart(folder) as started:
        started.ask("select 1")
        assert b"canary" not in Path(f"/proc/{started.pid}/environ").read_bytes()


def test_it_ends_when_it_is_closed(folder: Path) -> None:
    visitor = VisitorApart(folder)
    visitor.ask("select 1")
    pid = visitor.pid
    assert pid is not None
    visitor.close()
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ("select date '290000-01-01' as x", "290000-01-01"),
        ("select 'infinity'::date as x", "infinity"),
        ("select union_value(a := 1) as x", "1"),
        ("select [union_value(a := 1)] as x", "[1]"),
        ("select {'at': timestamp '2020-01-01 10:00:00'} as x", "{'at': '2020-01-01 10:00:00'}"),
        ("select interval 3 days as x", "3 days"),
    ],
)
def test_values_that_no_page_can_hold_are_text(visitor: VisitorApart, sql: str, shown: str) -> None:
    assert visitor.ask(sql).table.to_pylist() == [{"x": shown}]
