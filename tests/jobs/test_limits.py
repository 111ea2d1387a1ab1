"""What a visit may do in public mode: listed models, one run at a time, and no more than its limits in all."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from neuronview.config import PublicMode, Settings
from neuronview.errors import BadInput, BudgetReached
from neuronview.jobs import limits
from neuronview.jobs.choices import Chosen
from neuronview.jobs.launch import launch
from neuronview.jobs.plan import Progress, RunFolder, RunPlan, new_run
from neuronview.jobs.tasks import new_task, start
from neuronview.llm.budget import Budget
from neuronview.ui import visit

PUBLIC = PublicMode((("small", "https://host/v1"),), tokens=1_000, calls=10, seconds=60)
SMALL = Chosen("small", "https://host/v1")
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


def test_a_run_that_is_gone_on_with_has_the_time_that_is_left_and_not_all_of_it_again(settings: Settings) -> None:
    folder = _over(settings)
    limits.write_json(folder.path / limits.TIMES, {"before": 0.0, "launched": time.time() - 40})
    folder.reopen()
    limits.hold_to_limits(folder, settings)
    assert 19 < (folder.plan().max_seconds or 0) < 21
    folder.report(Progress("failed"))
    limits.write_json(folder.path / limits.TIMES, {"before": 40.0, "launched": time.time() - 25})
    folder.reopen()
    with pytest.raises(BadInput, match="limit of 60 seconds is reached"):
        launch(folder, settings)


def test_the_time_between_two_parts_of_a_run_is_not_counted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _over(settings)
    limits.write_json(folder.path / limits.TIMES, {"before": 0.0, "launched": time.time() - 20})
    later = time.time() + 1_000
    monkeypatch.setattr(limits.time, "time", lambda: later)
    for _ in range(2):
        folder.reopen()
        assert 19 < limits.used(settings.home).seconds < 25
    limits.hold_to_limits(folder, settings)
    assert 35 < (folder.plan().max_seconds or 0) < 41


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
    limits.hold_to_limits(first, settings)
    with pytest.raises(BadInput, match="A run of this visit is at work"):
        launch(new_run(settings.home, BY_RULE), settings)
    monkeypatch.setattr(limits, "MOST_AT_ONCE", 1)
    elsewhere = replace(settings, home=settings.home.parent / "visit-b")
    with pytest.raises(BadInput, match="as many runs as it takes at once"):
        launch(new_run(elsewhere.home, BY_RULE), elsewhere)
    assert not first.progress().is_over


def _visit(settings: Settings, name: str, **public: int) -> Settings:
    assert settings.public is not None
    return replace(settings, home=settings.home.parent / f"visit-{name}", public=replace(settings.public, **public))


def test_of_runs_that_start_at_once_no_more_begin_than_there_are_places(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_AT_ONCE", 2)
    visits = [_visit(settings, str(number)) for number in range(6)]
    runs = [(new_run(visit.home, BY_RULE), visit) for visit in visits]
    meeting, began = threading.Barrier(len(runs)), []

    def begin(folder: RunFolder, visit: Settings) -> None:
        meeting.wait()
        try:
            limits.hold_to_limits(folder, visit)
        except BadInput:
            return
        began.append(folder)

    threads = [threading.Thread(target=begin, args=run) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(began) == 2


def test_a_run_gets_no_more_than_all_visits_left(settings: Settings) -> None:
    _over(_visit(settings, "b"), tokens=600, calls=3, failed_calls=1)
    own = _visit(settings, "a", all_tokens=900, all_calls=9)
    folder, by_rule = new_run(own.home, BY_MODEL), new_run(_visit(settings, "c").home, BY_RULE)
    limits.hold_to_limits(folder, own)
    assert (folder.plan().max_tokens, folder.plan().max_calls) == (300, 5)
    limits.hold_to_limits(by_rule, _visit(settings, "c", all_tokens=900, all_calls=9))
    assert by_rule.plan().max_tokens == 1_000


def test_what_a_run_at_work_may_still_take_is_nobody_elses(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SHOWN_FOR", 0.0)
    first, second = (_visit(settings, name, all_tokens=1_000) for name in "ab")
    at_work = new_run(first.home, BY_MODEL)
    limits.hold_to_limits(at_work, first)
    with pytest.raises(BadInput, match=r"limit of 1,000 tokens of language models in 24 hours, for all visits"):
        launch(new_run(second.home, BY_MODEL), second)
    assert "by what was used and what runs at work may still use" in limits.limits_words(second)
    at_work.report(Progress("done", 1, 1, tokens=200))
    assert limits.all_used(second.home.parent).tokens == 200
    assert "limit of" not in limits.limits_words(second)


def test_pages_read_what_all_visits_used_once_in_two_seconds_and_what_starts_a_run_reads_it_anew(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])
    own = _visit(settings, "a", all_tokens=300)
    assert "limit of" not in limits.limits_words(own)
    _over(_visit(settings, "b"), tokens=300)
    now[0] += 1.9
    assert "limit of" not in limits.limits_words(_visit(settings, "c", all_tokens=300))
    for ask in (
        lambda: limits.hold_to_limits(new_run(own.home, BY_MODEL), own),
        lambda: limits.require_room(own, models=[SMALL]),
        lambda: limits.note_probe(own, SMALL),
    ):
        with pytest.raises(BadInput, match="limit of 300 tokens of language models"):
            ask()
    now[0] += 0.1
    assert "limit of 300 tokens" in limits.limits_words(own)


@pytest.mark.parametrize(("taken", "words"), [({"all_tokens": 300}, "300 tokens"), ({"all_calls": 4}, "4 calls")])
def test_what_all_visits_may_ask_models_is_said_when_it_is_reached_and_rules_go_on(
    settings: Settings, taken: dict[str, int], words: str
) -> None:
    _over(_visit(settings, "b"), tokens=300, calls=4)
    own = _visit(settings, "a", **taken)
    assert f"limit of {words} of language models" in limits.limits_words(own)
    with pytest.raises(BadInput, match=f"limit of {words} of language models"):
        limits.note_probe(own, SMALL)
    limits.hold_to_limits(new_run(own.home, BY_RULE), own)


def test_what_a_visit_took_is_counted_after_it_is_gone_for_a_day(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit._forget(settings.home)  # it kept nothing
    _over(settings, tokens=300, calls=3)
    limits.note_probe(settings, SMALL)
    visit._forget(settings.home)
    assert not settings.home.exists()
    assert limits.all_used(settings.home.parent) == limits.Used(1_300, 11)
    tomorrow = time.time() + limits.DAY + 1
    monkeypatch.setattr(limits.time, "time", lambda: tomorrow)
    assert limits.all_used(settings.home.parent) == limits.Used()


def test_a_run_that_is_gone_on_with_does_not_lose_what_it_took(settings: Settings) -> None:
    folder = _over(settings, tokens=400, calls=4)
    folder.reopen()
    assert limits.used(settings.home).tokens == 400, "where it is refused before it starts"
    limits.hold_to_limits(folder, settings)
    folder.report(Progress("failed", message="never reached the model again"))
    found = limits.used(settings.home)
    assert (found.tokens, found.calls) == (400, 4)


def test_no_command_is_started_in_public_mode(settings: Settings) -> None:
    task = new_task(settings.home, "add", ["datasets", "add", "gpt2-small"], title="Add", dataset="gpt2-small")
    with pytest.raises(BadInput, match="this server is public"):
        start(task, settings)


def test_probes_count(settings: Settings) -> None:
    limits.note_probe(settings, SMALL)
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
