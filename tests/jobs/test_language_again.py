"""What a further try of a run by language model asks again: what failed or could not be read, and nothing else."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuronview.errors import EndpointError
from neuronview.llm.cache import request_key
from neuronview.llm.calls import ChatAnswer, ChatRequest, EchoRequest, Request
from neuronview.llm.ledger import Ledger
from neuronview.store import Dataset
from tests.support.language_run import (
    IDENTITY,
    NUMBERS,
    Model,
    again,
    carry_out,
    failing_on,
    fake_models,
    planned,
    text_of,
)

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


def test_a_provider_error_is_stored_as_a_state_and_tried_again(dataset: Dataset, tmp_path: Path) -> None:
    failing, models = fake_models(failing_on(" Paris", EndpointError("No answer (503).")))
    run = planned(tmp_path, "0:0", candidates=1)
    (found,) = carry_out(run, dataset, models)
    states = {score.state for score in found.scores}
    assert "provider_error" in states
    assert np.isnan(next(s for s in found.scores if s.state == "provider_error").value)
    assert run.finished() == set()
    assert run.failed()["0:0"].state == "provider_error"
    assert "No answer (503)" in run.failed()["0:0"].reason
    most = f"{Ledger(run.path).totals().unfinished_tokens:,}"
    assert any(f"may have used up to {most} tokens more" in note for note in run.progress().notes)
    assert run.progress().failed == 1
    asked = {request_key(IDENTITY, r) for r in failing.history if " Paris" not in text_of(r).rpartition("<start>")[2]}
    run.reopen()
    healthy, models = fake_models()
    (mended,) = carry_out(run, again(dataset), models)
    assert not asked & {request_key(IDENTITY, r) for r in healthy.history if isinstance(r, EchoRequest)}
    assert mended.id == found.id
    stored = next(e for e in again(dataset).explanations((0, 0)) if e.explainer == "pairs")
    assert {score.state for score in stored.scores} == {"ok"}
    assert (run.finished(), run.failed()) == ({"0:0"}, {})
    assert run.progress().failures == ()


def test_an_unparsable_answer_is_asked_for_anew_when_tried_again(dataset: Dataset, tmp_path: Path) -> None:
    from neuronview.llm.calls import EchoAnswer

    broken = EchoAnswer({"choices": [{"logprobs": {"tokens": ["?"], "top_logprobs": [None]}}]})
    model = Model()

    def reply(request: Request) -> Any:
        answer = model(request)
        return broken if isinstance(request, EchoRequest) and "responds to" in text_of(request) else answer

    _, models = fake_models(reply)
    run = planned(tmp_path, "0:0", candidates=1)
    (found,) = carry_out(run, dataset, models)
    assert {score.state for score in found.scores} == {"unparsable"}
    assert run.failed()["0:0"].state == "unparsable"
    run.reopen()
    _, models = fake_models()
    (mended,) = carry_out(run, again(dataset), models)
    assert {score.state for score in mended.scores} == {"ok"}


def judging(request: Request, *, usable: bool) -> ChatAnswer:
    """An answer to a judge: by a digit or an object, for marked numbers."""
    shown = re.findall(r"Excerpt \d+: (.*)", text_of(request))
    fits = [re.search(r"⟦[^⟧]*\d", json.loads(text)) is not None for text in shown]
    if not usable:
        return ChatAnswer("Perhaps.", finish="stop")
    if isinstance(request, ChatRequest) and request.schema is None:
        return ChatAnswer(str(int(fits[0])), finish="stop")
    entries = [{"excerpt": number, "probability": float(fit)} for number, fit in enumerate(fits, 1)]
    return ChatAnswer(json.dumps({"judgements": entries}), finish="stop")


@pytest.mark.parametrize("logprobs", [0, 5], ids=["structured", "digits"])
def test_a_judge_that_could_not_be_read_is_asked_anew_once_and_nothing_else_is(
    dataset: Dataset, tmp_path: Path, logprobs: int
) -> None:
    model, usable = Model(), [False, False, True]

    def reply(request: Request) -> Any:
        judges = isinstance(request, ChatRequest) and "Excerpt 1: " in text_of(request)
        return judging(request, usable=usable[0]) if judges else model(request)

    able: dict[str, Any] = {"decisions": None, "generated_logprobs": logprobs}
    _, models = fake_models(reply, **able)
    run = planned(tmp_path, "0:0", candidates=1, scorers=("simulation", "fuzzing"))
    (found,) = carry_out(run, dataset, models)
    assert {(s.scorer, s.state) for s in found.scores} == {("simulation", "ok"), ("fuzzing", "unparsable")}
    for _ in range(2):
        run.reopen()
        del usable[0]
        endpoint, models = fake_models(reply, **able)
        (found,) = carry_out(run, again(dataset), models)
        calls = Counter(request_key(IDENTITY, request) for request in endpoint.history)
        assert set(calls.values()) == {1}
        assert all("Excerpt 1: " in text_of(request) for request in endpoint.history)
    assert {(s.scorer, s.state) for s in found.scores} == {("simulation", "ok"), ("fuzzing", "ok")}


def test_what_could_not_be_read_is_asked_anew_also_where_the_endpoint_failed_besides(
    dataset: Dataset, tmp_path: Path
) -> None:
    model, down = Model(), failing_on(" Paris", EndpointError("No answer (503)."))

    def reply(request: Request) -> Any:
        judges = isinstance(request, ChatRequest) and "Excerpt 1: " in text_of(request)
        return judging(request, usable=False) if judges else down(request)

    _, models = fake_models(reply, decisions=None)
    run = planned(tmp_path, "0:0", candidates=1, scorers=("simulation", "fuzzing"))
    carry_out(run, dataset, models)
    assert run.failed()["0:0"].state == "provider_error"
    run.reopen()
    judges = lambda request: isinstance(request, ChatRequest) and "Excerpt 1: " in text_of(request)  # noqa: E731
    _, models = fake_models(lambda r: judging(r, usable=True) if judges(r) else model(r), decisions=None)
    (found,) = carry_out(run, again(dataset), models)
    assert {score.state for score in found.scores} == {"ok"}


def test_an_explainer_that_says_nothing_leaves_no_explanation_and_is_asked_anew(
    dataset: Dataset, tmp_path: Path
) -> None:
    _, models = fake_models(ChatAnswer("", finish="stop"))
    run = planned(tmp_path, "0:0")
    assert carry_out(run, dataset, models) == []
    assert (run.failed()["0:0"].state, run.failed()["0:0"].step) == ("unparsable", "explain")
    assert run.progress().state == "done"
    run.reopen()
    _, models = fake_models()
    (found,) = carry_out(run, again(dataset), models)
    assert found.text.startswith(NUMBERS)
