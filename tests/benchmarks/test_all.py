"""`python -m benchmarks`: every benchmark's rows in one document, whatever becomes of one of them."""

import json
import sys
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmarks.__main__ import NAMES, main, rows_of
from benchmarks.report import Row, show


def strict(line: str) -> Any:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(line, parse_constant=refuse)


def program(*lines: str) -> list[str]:
    return [sys.executable, "-c", "\n".join(("import json, os, sys", *lines))]


def test_one_that_fails_costs_no_rows_of_others_and_is_named_last(capsys: pytest.CaptureFixture[str]) -> None:
    def measured(name: str) -> tuple[list[Row], str]:
        return ([], "exit code 1") if name == "search" else ([Row(f"row of {name}", 1.0, "s")], "")

    assert main(["browse", "search", "text"], measured) == 1
    *table, last = capsys.readouterr().out.splitlines()
    assert table[-1].startswith("FAILED: search, exit code 1")
    assert [row["name"] for row in strict(last)["rows"]] == ["row of browse", "row of text"]
    assert strict(last)["failed"] == {"search": "exit code 1"}


def test_without_a_failure_all_run_in_their_order_and_the_document_names_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([], lambda name: ([Row(name, 1.0, "s")], "")) == 0
    document = strict(capsys.readouterr().out.splitlines()[-1])
    assert [row["name"] for row in document["rows"]] == list(NAMES)
    assert "failed" not in document


def test_where_none_is_left_the_failures_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["browse", "text"], lambda name: ([], "killed by signal 9")) == 1
    assert strict(capsys.readouterr().out.splitlines()[-1])["rows"] == []


def test_rows_are_those_of_the_last_line_and_the_others_are_passed_on(capsys: pytest.CaptureFixture[str]) -> None:
    row = Row.within("a row", 1.5, unit="s", at_most=2, baseline=3)
    asked = program("print('a note')", f"print(json.dumps({{'rows': [{vars(row)}]}}))")
    assert rows_of(asked) == ([row], "")
    assert capsys.readouterr().out == "a note\n"


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("sys.exit(3)", "exit code 3"),
        ("os.kill(os.getpid(), 9)", "killed by signal 9"),
        ("", "its last line is no JSON document with rows"),
    ],
)
def test_a_program_that_ends_without_rows_has_failed_and_what_it_said_is_seen(
    end: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rows_of(program("print('so far', flush=True)", end)) == ([], said)
    assert capsys.readouterr().out == "so far\n"


def test_rows_that_were_printed_count_though_the_program_fails_after_them() -> None:
    row = Row("a row", 1.0, "s")
    asked = program(f"print(json.dumps({{'rows': [{vars(row)}]}}))", "sys.exit(1)")
    assert rows_of(asked) == ([row], "exit code 1")


def test_the_run_of_all_asks_for_as_many_calls_as_memory_has_a_goal_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = SimpleNamespace(measure=lambda calls=1: [Row("calls", calls, "")])
    monkeypatch.setitem(sys.modules, "benchmarks.bulk_explain", fake)  # type: ignore[arg-type]
    assert main(["bulk_explain"]) == 0
    assert strict(capsys.readouterr().out.splitlines()[-1])["rows"][0]["value"] == 20_000


def test_a_name_that_is_none_is_refused_before_anything_is_measured() -> None:
    with pytest.raises(SystemExit, match="There is no benchmark colect"):
        main(["colect", "text"], lambda name: pytest.fail(name))


def test_every_name_is_a_module() -> None:
    assert [name for name in NAMES if find_spec(f"benchmarks.{name}") is None] == []


def test_the_document_is_strict_json_whatever_the_numbers_are(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        Row.against("none", float("nan"), 2.0, unit="s", at_least=1),
        Row("single", np.float32(0.5), "s", ok=np.bool_(True), goal="at most 1 s"),  # type: ignore[arg-type]
        Row("endless", float("inf"), "s"),
    ]
    show(rows)
    *table, last = capsys.readouterr().out.splitlines()
    none, single, endless = strict(last)["rows"]
    assert (none["value"], none["ratio"], none["ok"]) == (None, None, False)
    assert (single["value"], single["ok"]) == (0.5, True)
    assert endless["value"] is None
    assert "MISSED" in table[1]


def test_a_value_that_is_no_number_comes_through_a_process_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    show([Row.within("none", float("nan"), unit="s", at_most=1)])
    written = capsys.readouterr().out.splitlines()[-1]
    found, failed = rows_of(program(f"print({written!r})"))
    assert not failed
    show(found)
    assert capsys.readouterr().out.splitlines()[-1] == written
