"""The table of scores that `explain` and `score` print."""

import math

import pytest

from neuronview.cli.scores import print_scores, score_rows
from neuronview.records import Baseline, Explanation, NeuronId, Score

FINE = Score(0.5, (0.4, 0.6), n_sequences=31, split="held_out", baselines=[Baseline("lookup", 0.123)])
FLAT = Score(math.nan, state="undefined", reason="The simulation does not vary.", split="valid")


def printed(capsys: pytest.CaptureFixture[str], *scores: Score) -> list[str]:
    print_scores(score_rows(Explanation("Dates.", "pairs", NeuronId(2, 17), scores=list(scores))))
    return capsys.readouterr().out.splitlines()


def test_baselines_stand_beside_their_score(capsys: pytest.CaptureFixture[str]) -> None:
    names, row = printed(capsys, FINE)
    place = names.index("lookup")
    assert row[place:].startswith("0.123 ")
    assert row[names.index("other neurons") :].startswith("–")


def test_what_is_no_number_says_why_once(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, FINE, FLAT, FLAT)
    assert lines[-1] == "undefined, 2 scores: The simulation does not vary."
    assert len(lines) == 1 + 3 + 1
