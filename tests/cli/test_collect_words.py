"""What `collect` says while it explains by rule, and when there is too little text."""

import pytest

from neuronview.cli import collect
from neuronview.collect import Progress
from neuronview.errors import ScoringError
from neuronview.scoring import split_records


def test_off_a_terminal_each_tenth_of_the_neurons_is_a_line_with_rate_and_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moments = iter([100.0, 100.0, 110.0, 140.0])
    monkeypatch.setattr(collect.time, "monotonic", lambda: next(moments))
    tell = collect._tenths("explain and score", "neurons")
    for done in (0, 20, 21, 200):
        tell(done, 200)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[1] for line in lines] == [
        "0 of 200 neurons",
        "20 of 200 neurons, 2.0 a second, about 90 s left",
        "200 of 200 neurons",
    ]


def test_off_a_terminal_a_stage_says_its_unit_and_then_now_and_then_rate_and_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [100.0]
    monkeypatch.setattr(collect.time, "monotonic", lambda: now[0])
    with collect.show_progress() as progress:
        for stage, total, done, second in (
            ("cut", 2000, 0, 0),
            ("cut", 2000, 400, 4),  # too soon for another line
            ("cut", 2000, 500, 10),
            ("pairs", 0, 0, 12),
        ):
            now[0] = 100.0 + second
            progress(Progress(stage, done, total, 0.0, "bytes"))
    assert capsys.readouterr().err.splitlines() == [
        "cut: 0 of 2,000 bytes",
        "cut: 500 of 2,000 bytes, 50.0 a second, about 30 s left",
        "pairs",
    ]


def test_too_few_records_have_one_advice_that_there_is() -> None:
    with pytest.raises(ScoringError, match=r"4 top and 3 random ones are needed\. Collect from more text\.$") as told:
        split_records([1], [2])
    assert "a split: " in str(told.value)
    assert "Ask for fewer" not in str(told.value)
