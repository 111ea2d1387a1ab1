"""Answers to typed questions that are broken, over real HTTP: each question's state, and its neighbours are kept."""

from collections.abc import Callable
from typing import Any

import pytest

from neuronview.llm.calls import DecisionAnswer
from tests.support.endpoint_calls import LEVELS, decide, run_call
from tests.support.scripted_server import DECISIONS, SYSTEMONE, ScriptedServer, Step, decisions, systemone


def states(answer: DecisionAnswer) -> list[str]:
    assert [decision.name for decision in answer.decisions] == ["t0", "t1", "t2"]
    for decision in answer.decisions:
        assert (decision.state == "ok") == bool(decision.probabilities)
        assert (decision.state == "ok") != bool(decision.reason)
    return [decision.state for decision in answer.decisions]


def with_levels(shares: list[Any]) -> Callable[[Any], Any]:
    """Put these probabilities into the middle answer, in either format."""

    def change(answers: Any) -> Any:
        if isinstance(answers, dict):
            answers["t1"]["probabilities"] = {str(number): share for number, share in enumerate(shares)}
        else:
            labels = [*LEVELS, "more"]
            answers[1]["probabilities"] = [
                {"value": number, "label": labels[number], "probability": share} for number, share in enumerate(shares)
            ]
        return answers

    return change


def reply_in(wire: str, change: Callable[[Any], Any]) -> tuple[str, Step]:
    return (DECISIONS, decisions(change)) if wire == "openai" else (SYSTEMONE, systemone(change))


BROKEN = {
    "sum to 0.7": [0.2, 0.2, 0.3],
    "sum to 1.3": [0.5, 0.5, 0.3],
    "too few": [0.4, 0.6],
    "too many": [0.2, 0.2, 0.3, 0.3],
    "negative": [-0.5, 0.5, 1.0],
    "text": ["0.2", "0.3", "0.5"],
    "nothing": [None, 0.5, 0.5],
    "true": [True, 0.0, 0.0],
    "not a number": [float("nan"), 0.5, 0.5],
}


@pytest.mark.parametrize("wire", ["openai", "systemone"])
@pytest.mark.parametrize("name", BROKEN)
def test_an_answer_that_does_not_hold_together_is_invalid_and_its_neighbours_are_kept(
    server: ScriptedServer, wire: str, name: str
) -> None:
    server.play(*reply_in(wire, with_levels(BROKEN[name])))
    assert states(run_call(server, decide, decisions=wire)) == ["ok", "invalid", "ok"]


def test_a_refused_question_is_refused_and_its_neighbours_are_kept(server: ScriptedServer) -> None:
    def refuse(answers: list[Any]) -> list[Any]:
        return [answers[0], {"type": "refusal", "name": "t1"}, answers[2]]

    server.play(DECISIONS, decisions(refuse))
    assert states(run_call(server, decide, decisions="openai")) == ["ok", "refused", "ok"]


@pytest.mark.parametrize("wire", ["openai", "systemone"])
def test_a_left_out_answer_is_missing(server: ScriptedServer, wire: str) -> None:
    def leave_out(answers: Any) -> Any:
        del answers["t1" if isinstance(answers, dict) else 1]
        return answers

    server.play(*reply_in(wire, leave_out))
    assert states(run_call(server, decide, decisions=wire)) == ["ok", "missing", "ok"]


def test_answers_in_another_order_are_matched_by_name(server: ScriptedServer) -> None:
    def turn(answers: list[Any]) -> list[Any]:
        with_levels([1.0, 0.0, 0.0])(answers)
        return [answers[2], answers[0], answers[1]]

    server.play(DECISIONS, decisions(turn))
    answer = run_call(server, decide, decisions="openai")
    assert states(answer) == ["ok", "ok", "ok"]
    assert [decision.probabilities == (1.0, 0.0, 0.0) for decision in answer.decisions] == [False, True, False]


@pytest.mark.parametrize(("count", "expected"), [(3, "ok"), (2, "invalid")])
def test_answers_without_names_are_taken_in_order_only_if_none_is_lacking(
    server: ScriptedServer, count: int, expected: str
) -> None:
    def unnamed(answers: list[Any]) -> list[Any]:
        return [answer | {"name": None} for answer in answers[:count]]

    server.play(DECISIONS, decisions(unnamed))
    assert states(run_call(server, decide, decisions="openai")) == [expected] * 3


def test_two_answers_to_one_question_are_invalid(server: ScriptedServer) -> None:
    server.play(DECISIONS, decisions(lambda answers: [*answers, answers[1]]))
    assert states(run_call(server, decide, decisions="openai")) == ["ok", "invalid", "ok"]


def test_levels_with_labels_of_the_servers_own_are_read_by_number(server: ScriptedServer) -> None:
    def renamed(answers: list[Any]) -> list[Any]:
        for number, entry in enumerate(answers[1]["probabilities"]):
            entry |= {"label": f"L{number}", "probability": [0.5, 0.3, 0.2][number]}
        answers[1]["probabilities"].reverse()
        return answers

    server.play(DECISIONS, decisions(renamed))
    answer = run_call(server, decide, decisions="openai")
    assert answer.decisions[1].probabilities == pytest.approx((0.5, 0.3, 0.2))


@pytest.mark.parametrize("wire", ["openai", "systemone"])
def test_an_answer_of_another_kind_is_invalid(server: ScriptedServer, wire: str) -> None:
    def other(answers: Any) -> Any:
        answers["t1" if isinstance(answers, dict) else 1] = {"type": "predicate", "name": "t1", "probability": 0.5}
        return answers

    server.play(*reply_in(wire, other))
    assert states(run_call(server, decide, decisions=wire)) == ["ok", "invalid", "ok"]
