"""What a dataset says reaches the terminal as text: it moves no cursor, clears no screen, names no link."""

import json
import logging

import pytest

from neuronview.cli import main, output
from neuronview.cli.main import run

HOSTILE = {
    "clears the screen": "a\x1b[2J\x1b[Hb",
    "sets the title": "\x1b]0;title\x07",
    "names a link": "\x1b]8;;https://example.invalid\x1b\\here\x1b]8;;\x1b\\",
    "eight-bit control": "\x9b31m",
    "returns to the line's begin": "real\rfake",
    "goes back": "abc\x08\x08\x08xyz",
    "right to left": "safe\u202egnp.exe",
    "isolates": "\u2066a\u2069",
    "breaks lines": "a\u2028b\u2029c\x85d\x0be\x0cf",
    "tags": "a\U000e0041",
}


def acts(text: str) -> list[str]:
    """Characters that a terminal would act on."""
    return [c for c in text.replace("\n", "") if not c.isprintable()]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_table_shows_it_as_code_points(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    output.print_rows([{"text": text, text: 1}], ["text", text], as_json=False)
    said = capsys.readouterr().out
    assert acts(said) == []
    assert [c for c in text if c.isalnum()][-1] in said


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_json_has_it_escaped_and_whole(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json({"text": text, text: 1})
    said = capsys.readouterr().out
    assert acts(said) == []
    assert json.loads(said) == {"text": text, text: 1}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_errors_notes_and_logs_show_it_as_code_points(
    text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(logging.root, "level", logging.WARNING)
    main.log_to_terminal()
    run(["top", "--dataset", text])
    output.print_notes(text)
    logging.getLogger("neuronview.test").warning("found %s", text)
    said = capsys.readouterr().err
    assert "found " in said
    assert acts(said) == []


def test_lines_and_tabs_stay_and_other_scripts_too(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_lines("a\tb", "übung 試し שלום\u00a0!")
    assert capsys.readouterr().out == "a\tb\nübung 試し שלום\u00a0!\n"
