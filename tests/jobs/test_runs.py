"""Runs: what is planned is done, kept neuron by neuron, stopped when asked, and gone on with."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock

from neuronview.config import Settings
from neuronview.errors import BadInput, BadPattern, Cancelled, NotFound
from neuronview.explain.evaluation import evaluation_sets
from neuronview.jobs import execute as execution
from neuronview.jobs import watched
from neuronview.jobs.execute import execute, person_explanation
from neuronview.jobs.launch import launch
from neuronview.jobs.plan import Progress, RunFolder, RunPlan, list_runs, new_run
from neuronview.jobs.sample import draw_sample
from neuronview.records import Explanation, NeuronId, NeuronRecord, Score
from neuronview.store import Dataset
from tests.support import run_dataset as made

EVERYONE = tuple(f"{layer}:{neuron}" for layer in range(made.LAYERS) for neuron in range(made.NEURONS_PER_LAYER))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.build(tmp_path_factory.mktemp("runs"))


@pytest.fixture
def dataset(folder: Path, tmp_path: Path) -> Dataset:
    return Dataset(folder, overlay=tmp_path / "mine")


def planned(home: Path, *neurons: str, explainer: str = "lookup", **options: object) -> RunFolder:
    return new_run(home, RunPlan("", "runs", neurons, explainer, sample=80, **options))  # type: ignore[arg-type]


def carry_out(run: RunFolder, dataset: Dataset, model: made.FakeModel | None = None, report=lambda progress: None):
    return execute(run, dataset, load_model=lambda: model or made.FakeModel(), report=report)


def test_a_plan_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    plan = planned(tmp_path, "0:1", "1:2", explainer="pattern", pattern="a|b", regex=True, seed=3).plan()
    assert plan.neuron_ids == [NeuronId(0, 1), NeuronId(1, 2)]
    assert (plan.pattern, plan.regex, plan.seed, plan.sample) == ("a|b", True, 3, 80)
    assert plan.id
    assert plan.created


def test_a_run_that_another_process_carries_out_is_refused_and_left_as_it_is(tmp_path: Path, dataset: Dataset) -> None:
    run = planned(tmp_path, "0:0")
    before = run.progress()
    with FileLock(run.path / "lock"), pytest.raises(BadInput, match="Another process"):
        carry_out(run, dataset)
    assert run.progress() == before
    assert carry_out(run, dataset)


def test_runs_are_listed_newest_first(tmp_path: Path) -> None:
    for name in ("20300102-000000-aaaaaa", "20300101-000000-bbbbbb"):
        planned(tmp_path, "0:0").path.rename(tmp_path / "runs" / name)
    assert [run.path.name for run in list_runs(tmp_path)] == ["20300102-000000-aaaaaa", "20300101-000000-bbbbbb"]


def test_two_runs_of_one_second_are_told_apart_and_listed_in_order(tmp_path: Path) -> None:
    runs = [planned(tmp_path, "0:0") for _ in range(4)]
    assert len({run.plan().created for run in runs}) == 4
    assert [run.path for run in list_runs(tmp_path)] == [run.path for run in reversed(runs)]


def test_a_run_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no run x"):
        RunFolder(tmp_path / "x").plan()


def rewrite(path: Path, **changes: object) -> None:
    """Change fields of a JSON file; None takes one away."""
    content = json.loads(path.read_text()) | {"checksum": None} | changes
    path.write_text(json.dumps({name: value for name, value in content.items() if value is not None}))


def test_a_plan_and_progress_of_another_version_are_read_as_far_as_known(tmp_path: Path) -> None:
    run = planned(tmp_path, "0:1", seed=3)
    rewrite(run.path / "plan.json", budget={"dollars": 2}, sample=None, id=None)
    rewrite(run.path / "progress.json", spent=1.5, failures=None)
    plan = run.plan()
    assert (plan.neurons, plan.seed, plan.sample) == (("0:1",), 3, RunPlan("", "", (), "").sample)
    assert plan.id == run.path.name
    assert (run.progress().state, run.progress().total, run.progress().failures) == ("queued", 1, ())


@pytest.mark.parametrize(
    ("file", "changes", "words"),
    [
        ("plan.json", {"neurons": None, "explainer": None}, "does not say neurons, explainer"),
        ("plan.json", {"neurons": "0:1"}, "“neurons” is not of the form"),
        ("plan.json", {"neurons": ["zero"]}, "“zero” is not a neuron"),
        ("plan.json", {"seed": "three"}, "“seed” is not of the form"),
        ("progress.json", {"state": "paused"}, "“paused” is no state"),
        ("progress.json", {"failures": [1]}, "“failures” is not of the form"),
    ],
)
def test_what_a_run_lacks_is_refused_in_words(tmp_path: Path, file: str, changes: dict[str, Any], words: str) -> None:
    run = planned(tmp_path, "0:1")
    assert run.problem() == ""
    rewrite(run.path / file, **changes)
    problem = run.problem()
    assert words in problem
    assert file in problem
    assert "Remove the run's folder" in problem


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff\xfe", b""])
@pytest.mark.parametrize("file", ["plan.json", "progress.json"])
def test_a_damaged_file_of_a_run_is_a_sentence(tmp_path: Path, file: str, content: bytes) -> None:
    run = planned(tmp_path, "0:1")
    (run.path / file).write_bytes(content)
    assert f"{file} cannot be used" in run.problem()


@pytest.mark.parametrize("content", [b"", b"seven", b"\xff", b"1" * 40, b"-5"])
def test_rubbish_instead_of_a_process_id_is_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    run = planned(tmp_path, "0:0")
    (run.path / "pid").write_bytes(content)
    rewrite(run.path / "progress.json", pid=2**22 + 1)
    monkeypatch.setattr(watched, "STALE_SECONDS", -1.0)
    assert run.progress().state == "interrupted"


def test_lookup_finds_the_token_and_the_result_is_read_again(dataset: Dataset, tmp_path: Path) -> None:
    run = planned(tmp_path, "0:1")
    (found,) = carry_out(run, dataset)
    assert found.rule is not None
    table = found.rule["tokens"]
    assert max(table, key=table.get) == made.WORDS[1]
    assert found.score(split="held_out").value > 0.95
    again = Dataset(dataset.folder, overlay=dataset.overlay)
    (stored,) = again.explanations((0, 1))
    assert stored.text == found.text
    assert stored.provenance.created == run.plan().created


def test_the_dictionary_finds_numbers(dataset: Dataset, tmp_path: Path) -> None:
    (found,) = carry_out(planned(tmp_path, "1:0", explainer="dictionary"), dataset)
    assert found.score(split="held_out").value > 0.9
    assert "number" in found.text.lower() or "digit" in found.text.lower()


def test_a_score_has_interval_n_and_splits(dataset: Dataset, tmp_path: Path) -> None:
    (found,) = carry_out(planned(tmp_path, "0:2"), dataset)
    scores = {(score.split, score.subset): score for score in found.scores}
    held_out = scores["held_out", "top_and_random"]
    sets = evaluation_sets(dataset.neuron((0, 2)))
    assert held_out.n_sequences == len(sets["held_out"].records)
    assert held_out.interval[0] <= held_out.value <= held_out.interval[1]
    assert ("valid", "top_and_random") in scores


def test_the_sample_leaves_out_every_document_that_is_scored_on(dataset: Dataset) -> None:
    record = dataset.neuron((0, 1))
    sample = draw_sample(dataset, made.FakeModel(), [record], size=10_000)
    sets = evaluation_sets(record)
    scored = {r.document_id for name, chosen in sets.items() if name != "train" for r in chosen.records}
    assert sample.n_excerpts == made.EXCERPTS - len(scored)
    expected = np.concatenate(
        [made.token_ids(index) for index in range(made.EXCERPTS) if f"document-{index}" not in scored]
    )
    np.testing.assert_array_equal(sample.of(0).token_ids, expected)


def test_an_explanation_and_its_scores_say_what_it_was_fitted_on(dataset: Dataset, tmp_path: Path) -> None:
    (found,) = carry_out(planned(tmp_path, "0:1"), dataset)
    said = found.provenance.fitted_on
    assert said is not None
    assert "all stored excerpts, each token counted the same" in said
    assert all(said in score.note for score in found.scores)
    (kept,) = Dataset(dataset.folder, overlay=dataset.overlay).explanations((0, 1))
    assert kept.provenance.fitted_on == said


def test_the_same_plan_gives_the_same_explanation(dataset: Dataset, tmp_path: Path) -> None:
    first, second = (carry_out(planned(tmp_path, "0:0", explainer="dictionary"), dataset)[0] for _ in range(2))
    assert (first.text, first.rule, first.score().interval) == (second.text, second.rule, second.score().interval)


def test_progress_rises_to_the_end_and_says_what_it_does(dataset: Dataset, tmp_path: Path) -> None:
    seen: list[Progress] = []
    run = planned(tmp_path, *EVERYONE)
    carry_out(run, dataset, report=seen.append)
    shares = [progress.share for progress in seen]
    assert shares == sorted(shares)
    assert (run.progress().state, run.progress().share, run.progress().done) == ("done", 1.0, len(EVERYONE))


def test_progress_while_the_model_runs_names_the_excerpt(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter(float(second) for second in range(10_000))
    monkeypatch.setattr(execution.time, "monotonic", lambda: next(moments))
    seen: list[Progress] = []
    model = made.FakeModel()
    carry_out(planned(tmp_path, "0:1"), dataset, model, report=seen.append)
    told = [re.fullmatch(r"running the model over excerpt (\d+) of (\d+)", progress.step) for progress in seen]
    done = [tuple(map(int, found.groups())) for found in told if found]
    assert done[-1][0] == done[-1][1] <= model.runs


def test_a_cancelled_run_keeps_what_is_finished_and_goes_on_with_the_rest(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "COMMIT_EVERY", 2)
    run = planned(tmp_path, *EVERYONE)

    def stop_after_two(progress: Progress) -> None:
        if progress.done >= 2:
            run.cancel()

    with pytest.raises(Cancelled):
        carry_out(run, dataset, report=stop_after_two)
    assert run.progress().state == "cancelled"
    assert run.progress().message == "Stopped. What was finished is kept."
    kept = run.finished()
    assert 2 <= len(kept) < len(EVERYONE)
    run.reopen()
    assert (run.progress().state, run.progress().done) == ("queued", len(kept))
    later = carry_out(run, Dataset(dataset.folder, overlay=dataset.overlay))
    assert {str(found.neuron) for found in later} == set(EVERYONE) - kept
    again = Dataset(dataset.folder, overlay=dataset.overlay)
    assert {name for name in EVERYONE if again.explanations(NeuronId.parse(name))} == set(EVERYONE)


def test_a_run_that_its_time_ended_names_the_limit_and_what_to_do(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Over:
        """A timer whose time is over as soon as it is started."""

        def __init__(self, seconds: float, call: Callable[[], None]) -> None:
            self.start, self.cancel = call, lambda: None

    run = planned(tmp_path, "0:0")
    run.set_caps(max_cost=None, max_tokens=None, max_seconds=600)
    with monkeypatch.context() as patched:
        patched.setattr(execution.threading, "Timer", Over)
        with pytest.raises(Cancelled, match=r"limit of 600 seconds .* No neuron was finished\. Choose fewer"):
            carry_out(run, dataset)
    assert "limit of 600 seconds" in run.progress().message
    run.reopen()
    run.cancel()
    with pytest.raises(Cancelled, match="Stopped before any neuron was finished"):
        carry_out(run, dataset)


def test_cancelling_while_the_model_runs_changes_nothing(dataset: Dataset, tmp_path: Path) -> None:
    run = planned(tmp_path, "0:0")
    run.cancel()
    with pytest.raises(Cancelled, match="before any neuron was finished"):
        carry_out(run, dataset)
    assert run.progress().message == "Stopped before any neuron was finished."
    assert Dataset(dataset.folder, overlay=dataset.overlay).explanations((0, 0)) == []


def test_a_neuron_that_is_not_there_is_a_failure_and_the_rest_is_done(dataset: Dataset, tmp_path: Path) -> None:
    run = planned(tmp_path, "0:99", "0:1")
    assert len(carry_out(run, dataset)) == 1
    (failure,) = run.progress().failures
    assert failure.startswith("0:99:")
    assert "neurons 0 to 2" in failure


def test_a_pattern_is_scored_without_the_model(dataset: Dataset, tmp_path: Path) -> None:
    model = made.FakeModel()
    run = planned(tmp_path, "0:0", explainer="pattern", pattern=r"\d+", regex=True)
    (found,) = carry_out(run, dataset, model)
    assert model.runs == 0
    assert found.explainer == "person"
    assert found.score(split="held_out").value > 0.95
    assert found.rule is not None
    assert found.rule["on"] == pytest.approx(1.0, abs=0.05)


def test_a_pattern_that_never_matches_has_an_undefined_score(dataset: Dataset) -> None:
    found = person_explanation(dataset.neuron((0, 0)), "nowhere", regex=False)
    assert found.rule == {"kind": "pattern", "pattern": "nowhere", "regex": False}


def test_a_bad_pattern_fails_the_run_with_its_reason(dataset: Dataset, tmp_path: Path) -> None:
    run = planned(tmp_path, "0:0", explainer="pattern", pattern="(", regex=True)
    with pytest.raises(BadPattern):
        carry_out(run, dataset)
    assert run.progress().state == "failed"
    assert "regular expression" in run.progress().message


def test_what_was_finished_before_a_failure_stays(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = execution.score_explanation

    def failing(explanation: Explanation, record: NeuronRecord, **options: Any) -> list[Score]:
        if record.id == (0, 2):
            raise BadPattern("stopped")
        return original(explanation, record, **options)

    monkeypatch.setattr(execution, "score_explanation", failing)
    run = planned(tmp_path, "0:1", "0:2", "1:0")
    with pytest.raises(BadPattern):
        carry_out(run, dataset)
    assert run.progress().state == "failed"
    assert run.finished() == {"0:1"}
    assert len(Dataset(dataset.folder, overlay=dataset.overlay).explanations((0, 1))) == 1


def test_an_unknown_explainer_is_refused_with_the_known_ones(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="dictionary"):
        carry_out(planned(tmp_path, "0:0", explainer="oracle"), dataset)


def test_a_silent_run_without_a_process_is_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = planned(tmp_path, "0:0")
    monkeypatch.setattr(watched, "STALE_SECONDS", -1.0)
    assert run.progress().state == "queued"
    run.launched(2**22 + 1)
    assert run.progress().state == "interrupted"
    run.reopen()
    run.launched(run.progress().pid)
    assert run.progress().state == "queued"


def test_a_finished_run_is_never_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "STALE_SECONDS", -1.0)
    run = planned(tmp_path, "0:0")
    run.report(replace(run.progress(), state="done"))
    run.launched(2**22 + 1)
    assert run.progress().state == "done"


def test_a_launched_process_works_in_the_run_folder_and_is_not_left_behind(folder: Path, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "home", folder.parent, folder.name)
    plan = RunPlan("", str(folder), ("0:0",), "pattern", pattern=r"\d+", regex=True)
    run = new_run(settings.home, plan)
    pid = launch(run, settings)
    deadline = time.monotonic() + 180
    while not run.progress().is_over and time.monotonic() < deadline:
        time.sleep(0.1)
    assert run.progress().state == "done", run.log_tail()
    assert run.finished() == {"0:0"}
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not Path(f"/proc/{pid}").exists()
