"""What a visit may do in public mode: listed models, one run at a time, and no more than its limits in all."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from neuronview.config import PublicMode, Settings
from neuronview.errors import BadInput, BudgetReached
from neuronview.jobs import limits
from neuronview.jobs.launch import launch
from neuronview.jobs.plan import Progress, RunFolder, RunPlan, new_run
from neuronview.jobs.tasks import new_task, start
from neuronview.llm.budget import Budget

PUBLIC = PublicMode((("small", "https://host/v1"),), tokens=1_000, calls=10, seconds=60)
BY_MODEL = RunPlan("", "demo", ("0:1",), "pairs", "auto", explainer_model="small", explainer_url="https://host/v1")
BY_RULE = RunPlan("", "demo", ("0:1",), "lookup")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "visit-a", tmp_path / "data", public=PUBLIC)


def _over(settings: Settings, **taken: int) -> RunFolder:
    folder = new_run(settings.home, BY_RULE)
    folder.report(Progress("done", 1, 1, **taken))
    return folder


def test_a_run_gets_what_others_of_its_visit_left_as_caps(settings: Settings) -> None:
    _over(settings, tokens=300, calls=3, failed_calls=1)
    folder = new_run(settings.home, replace(BY_MODEL, max_tokens=5_000))
    limits.hold_to_limits(folder, settings)
    plan = folder.plan()
    assert (plan.max_tokens, plan.max_calls) == (700, 6)
    assert plan.max_seconds is not None
    assert 0 < plan.max_seconds <= 60


def test_a_run_that_is_gone_on_with_has_its_own_use_counted_once(settings: Settings) -> None:
    folder = new_run(settings.home, BY_MODEL)
    limits.hold_to_limits(folder, settings)
    folder.report(Progress("failed", 0, 1, tokens=400, calls=4))
    limits.hold_to_limits(folder, settings)
    assert (folder.plan().max_tokens, folder.plan().max_calls) == (1_000, 10)
    assert limits.used(settings.home).tokens == 400


@pytest.mark.parametrize(("taken", "words"), [({"tokens": 1_000}, "1,000 tokens"), ({"calls": 10}, "10 calls")])
def test_a_limit_that_is_reached_is_said(settings: Settings, taken: dict[str, int], words: str) -> None:
    _over(settings, **taken)
    folder = new_run(settings.home, BY_RULE)
    with pytest.raises(BadInput, match=f"limit of {words} is reached"):
        launch(folder, settings)
    assert folder.progress().state == "failed"


def test_time_is_counted_from_each_start(settings: Settings) -> None:
    folder = _over(settings)
    limits.write_json(folder.path / limits.TIMES, {"before": 50.0, "launched": time.time() - 20})
    assert 69 < limits.used(settings.home).seconds < 75
    with pytest.raises(BadInput, match="limit of 60 seconds is reached"):
        limits.require_room(settings)


@pytest.mark.parametrize(
    "changed",
    [
        {"explainer_model": "other"},
        {"explainer_url": "http://169.254.169.254/v1"},
        {"explainer_url": "http://localhost:8000/v1"},
        {"simulator_model": "small", "simulator_url": "http://127.0.0.1/v1"},
        {"explainer_model": "local:/etc", "explainer_url": ""},
    ],
)
def test_a_model_or_address_that_is_not_listed_is_refused(settings: Settings, changed: dict[str, str]) -> None:
    with pytest.raises(BadInput, match=r"cannot be asked here\. Models of this server: small"):
        launch(new_run(settings.home, replace(BY_MODEL, **changed)), settings)


def test_one_run_of_a_visit_at_a_time_and_few_of_all(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    first = new_run(settings.home, BY_RULE)
    with pytest.raises(BadInput, match="A run of this visit is at work"):
        launch(new_run(settings.home, BY_RULE), settings)
    monkeypatch.setattr(limits, "MOST_AT_ONCE", 1)
    elsewhere = replace(settings, home=settings.home.parent / "visit-b")
    with pytest.raises(BadInput, match="as many runs as it takes at once"):
        launch(new_run(elsewhere.home, BY_RULE), elsewhere)
    assert not first.progress().is_over


def test_no_command_is_started_in_public_mode(settings: Settings) -> None:
    task = new_task(settings.home, "add", ["datasets", "add", "gpt2-small"], title="Add", dataset="gpt2-small")
    with pytest.raises(BadInput, match="this server is public"):
        start(task, settings)


def test_probes_count(settings: Settings) -> None:
    limits.note_probe(settings)
    assert limits.used(settings.home) == limits.Used(1_000, 8, 0.0)


def test_without_public_mode_nothing_is_limited(settings: Settings) -> None:
    own = replace(settings, public=None)
    folder = new_run(own.home, BY_MODEL)
    limits.hold_to_limits(folder, own)
    assert folder.plan().max_tokens is None
    assert limits.limits_words(own) == ""


def test_a_budget_holds_a_cap_on_calls() -> None:
    budget = Budget(calls=3, spent_calls=1)
    for _ in range(2):
        held = budget.try_reserve(1, 0.0)
        assert held is not None
        budget.settle(held, 1, 0.0)
    with pytest.raises(BudgetReached, match="cap of 3 calls"):
        budget.try_reserve(1, 0.0)
