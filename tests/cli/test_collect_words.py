"""What `collect` says while it explains by rule, and when there is too little text."""

import pytest

from neuronview.cli import collect
from neuronview.errors import ScoringError
from neuronview.scoring import split_records


def test_off_a_terminal_each_tenth_of_the_neurons_is_a_line_with_rate_and_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moments = iter([100.0, 100.0, 110.0, 140.0])
    monkeypatch.setattr(collect.time, "monotonic", lambda: next(moments))
    tell = collect._tenths("explain and score")
    for done in (0, 20, 21, 200):
        tell(done, 200)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[1] for line in lines] == [
        "0 of 200 neurons",
        "20 of 200 neurons, 2.0 a second, about 90 s left",
        "200 of 200 neurons",
    ]


def test_too_few_records_have_one_advice_that_there_is() -> None:
    with pytest.raises(ScoringError, match=r"4 top and 3 random ones are needed\. Collect from more text\.$") as told:
        split_records([1], [2])
    assert "a split: " in str(told.value)
    assert "Ask for fewer" not in str(told.value)
