"""The ledger of calls: totals by reading, whole lines, and what a crash may leave behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from neuronview.errors import RecordsError
from neuronview.llm.calls import Usage
from neuronview.llm.ledger import Ended, Ledger, Totals, note_attempt, note_usage, taking_notes


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "run")


def paid(ledger: Ledger, *, cost: float | None = 0.25, error: str = "", reported: bool = True) -> None:
    call = ledger.begin("hash", "chat", "m", tokens=100, cost=1.0)
    ledger.end(Ended(call, "hash", "chat", "m", "m-1", 10, 4, 3, reported, cost, False, 2, 0.5, error))


def test_totals_add_up_paid_and_failed_calls_and_count_cached_answers_apart(ledger: Ledger) -> None:
    paid(ledger)
    paid(ledger, cost=None)
    paid(ledger, error="UnparsableAnswer", reported=False)
    ledger.cached("hash", "chat", "m", "m-1")
    assert ledger.totals() == Totals(
        paid=2,
        cached=1,
        failed=1,
        attempts=6,
        input_tokens=30,
        cached_tokens=12,
        output_tokens=9,
        estimated=1,
        cost=0.5,
        unpriced=1,
        seconds=1.5,
    )
    assert ledger.totals().tokens == 39


def test_a_call_that_never_ended_is_counted_with_what_it_had_reserved(ledger: Ledger) -> None:
    paid(ledger)
    ledger.begin("other", "chat", "m", tokens=70, cost=0.125)
    totals = Ledger(ledger.path.parent).totals()
    assert (totals.unfinished, totals.unfinished_tokens, totals.unfinished_cost) == (1, 70, 0.125)
    assert (totals.paid, totals.cost) == (1, 0.25)


@pytest.mark.parametrize("kept", [1, 20, -1])
def test_a_torn_last_line_is_tolerated_and_tears_no_other(ledger: Ledger, kept: int) -> None:
    paid(ledger)
    whole = ledger.path.read_bytes()
    paid(ledger)
    torn = ledger.path.read_bytes()[len(whole) :].split(b"\n")[0]
    ledger.path.write_bytes(whole + torn[:kept])
    assert ledger.totals().paid == 1
    assert ledger.totals().unreadable == 0
    Ledger(ledger.path.parent).cached("hash", "chat", "m", "m-1")
    assert (ledger.totals().paid, ledger.totals().cached) == (1, 1)


def test_damage_before_the_end_is_counted(ledger: Ledger) -> None:
    paid(ledger)
    with ledger.path.open("ab") as file:
        file.write(b'{"event": "ended", "call": 1}\nnonsense\n\xff\xfe\n')
    paid(ledger)
    assert ledger.totals().paid == 2
    assert ledger.totals().unreadable == 3


def test_each_line_is_one_write(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: written.append(data) or write(file, data))
    paid(ledger)
    ledger.cached("hash", "chat", "m", "m-1")
    assert [line.count(b"\n") for line in written] == [1, 1, 1]
    assert [json.loads(line)["event"] for line in written] == ["begun", "ended", "ended"]


def test_money_is_on_the_disk_before_work_goes_on(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda _: synced.append(ledger.path.read_bytes().count(b"\n")))
    paid(ledger)
    assert synced == [1, 2]
    ledger.cached("hash", "chat", "m", "m-1")
    assert synced == [1, 2]


def test_a_full_disk_is_told_and_the_next_line_is_whole(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda file, data: write(file, data[:15]))
        with pytest.raises(RecordsError, match="no room"):
            ledger.begin("hash", "chat", "m")
    ledger.cached("hash", "chat", "m", "m-1")
    assert ledger.totals().cached == 1
    assert ledger.totals().unreadable == 1


def test_several_processes_append_whole_lines(ledger: Ledger) -> None:
    code = """
import sys; from pathlib import Path; from neuronview.llm.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]))
for _ in range(300): ledger.cached("h" * 64, "chat", "m" * 200, "m")
"""
    writers = [subprocess.Popen([sys.executable, "-c", code, ledger.path.parent]) for _ in range(2)]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert ledger.totals() == Totals(cached=600)


def test_notes_reach_the_call_that_is_being_made_and_no_other() -> None:
    note_attempt()
    with taking_notes() as outer:
        note_attempt()
        with taking_notes() as inner:
            note_attempt()
            note_attempt()
            note_usage(Usage(5, 0, 1))
            note_usage(Usage(5, 0, 1))
    assert (outer.attempts, outer.known, outer.usage) == (1, False, Usage())
    assert (inner.attempts, inner.known, inner.usage) == (2, True, Usage(10, 0, 2))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file")
    with pytest.raises(RecordsError, match="cannot be written"):
        Ledger(tmp_path / "run")
