"""The probes: fair pairs, points that add up, and the score that an n-gram must get."""

from collections import Counter

import pytest

from neuronview.demo.probes import KINDS, X_BY_X, Probe, ProbeResult, probes, run_probes
from neuronview.errors import BadInput

PAIRS = list(zip(probes()[::2], probes()[1::2], strict=True))


def test_every_kind_has_more_than_twenty_different_questions():
    counts = Counter(probe.kind for probe in probes())
    assert list(counts) == list(KINDS)
    assert min(counts.values()) >= 40
    assert len(set(probes())) == len(probes())


def last_two(prefix):
    """The last two words or marks, as a tokenizer would cut them."""
    return tuple(prefix.replace(",", " ,").split()[-2:])


def test_pairs_have_swapped_answers_and_differ_only_far_back():
    for one, other in PAIRS:
        assert (one.right, one.wrong) == (other.wrong, other.right)
        assert one.prefix != other.prefix
        assert one.kind == X_BY_X or last_two(one.prefix) == last_two(other.prefix), one


def test_what_sees_only_the_last_two_words_gets_exactly_half():
    def short_sighted(prefix, continuation):
        return hash((last_two(prefix), continuation)) % 1000

    for result in run_probes(short_sighted):
        if result.kind != X_BY_X:
            assert result.accuracy == 0.5, result.kind


def test_what_prefers_frequent_or_short_answers_gets_exactly_half():
    assert {result.accuracy for result in run_probes(lambda prefix, continuation: -len(continuation))} == {0.5}


def test_brackets_are_really_left_open_and_far_from_their_end():
    for probe in probes():
        if probe.kind.startswith("closing bracket, )"):
            opened = max(probe.prefix.rfind("("), probe.prefix.rfind("["))
            assert {"(": ")", "[": "]"}[probe.prefix[opened]] == probe.right[0]
            assert len(probe.prefix[opened:].replace(",", " ,").split()) > 3


def test_rows_of_numbers_go_on_by_their_own_step():
    for probe in probes():
        if probe.kind == "next number of a row":
            row = [int(part) for part in probe.prefix.split(",") if part]
            assert {b - a for a, b in zip(row, [*row[1:], int(probe.right)], strict=True)} == {row[1] - row[0]}
            assert int(probe.wrong) - row[-1] != row[1] - row[0]


def test_lists_go_on_by_their_own_length():
    for probe in probes():
        if probe.kind == "next number of a list":
            lines = probe.prefix.splitlines()
            assert [line.split(".")[0] for line in lines] == [str(i + 1) for i in range(len(lines))]
            assert int(probe.right) == len(lines) + 1 != int(probe.wrong)


def test_points_of_right_wrong_and_tied_answers():
    questions = [Probe("a", "p", "yes", "no"), Probe("a", "q", "no", "yes"), Probe("b", "p", "x", "y")]
    results = run_probes(lambda prefix, continuation: 1.0 if continuation == "yes" else 0.0, questions)
    assert results == [ProbeResult("a", 1.0, 2), ProbeResult("b", 0.5, 1)]


def test_interval_is_wilsons():
    low, high = ProbeResult("a", 18, 20).interval
    assert (low, high) == (pytest.approx(0.699, abs=1e-3), pytest.approx(0.972, abs=1e-3))


def test_no_questions_are_refused():
    with pytest.raises(BadInput, match="no probes"):
        run_probes(lambda prefix, continuation: 0.0, [])
