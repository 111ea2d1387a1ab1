"""Explain: what is asked for becomes a run, is watched through its folder, and its results are found again."""

from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st

from neuronview.config import Settings
from neuronview.explain.evaluation import evaluation_sets
from neuronview.jobs.execute import execute
from neuronview.jobs.plan import RunFolder, RunPlan, list_runs, new_run
from neuronview.store import NeuronFilter, open_dataset
from neuronview.ui import explain_parts, run_parts
from neuronview.ui.explain_parts import describe_filter, estimate
from neuronview.ui.run_tables import rows_of
from tests.support import run_dataset
from tests.support.pages import open_page


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[RunFolder]:
    """Runs that the page started; none is carried out."""
    started: list[RunFolder] = []
    for module in (explain_parts, run_parts):
        monkeypatch.setattr(module, "launch", lambda folder, settings: started.append(folder) or 1)
    return started


def carry_out(folder: RunFolder, runs_home: Path) -> None:
    opened = open_dataset("runs", settings=Settings.from_env())
    execute(folder, opened, load_model=run_dataset.FakeModel, report=lambda progress: None)


def planned(runs_home: Path, *neurons: str, explainer: str = "lookup") -> RunFolder:
    return new_run(runs_home, RunPlan("", "runs", neurons, explainer, sample=80))


def test_without_neurons_the_page_says_what_to_do_and_offers_no_start(runs_home: Path) -> None:
    at = open_page("explain")
    assert not at.exception
    assert any("Name one or more neurons" in entry.value for entry in at.info)
    assert "explain_start" not in [button.key for button in at.button]


def test_start_plans_what_the_controls_say(runs_home: Path, launched: list[RunFolder]) -> None:
    at = open_page("explain", explain_neurons="0:1, 1:2", explain_with="Token lookup (rule, no language model)")
    at.button(key="explain_start").click().run()
    assert not at.exception
    plan = launched[0].plan()
    assert (plan.dataset, plan.neurons, plan.explainer) == ("runs", ("0:1", "1:2"), "lookup")
    assert (plan.simulator, plan.scorers) == ("rule", ("simulation",))
    assert "waiting to start" in at.get("progress")[0].text
    assert at.button(key="explain_cancel")


def test_the_neuron_of_the_address_is_the_one_to_explain(runs_home: Path) -> None:
    at = open_page("explain", layer="1", neuron="2")
    assert at.text_input(key="explain_neurons").value == "1:2"


def test_the_neuron_looked_at_last_is_the_one_to_explain(runs_home: Path) -> None:
    at = open_page("neuron", layer="1", neuron="1")
    at.query_params.clear()
    at.switch_page("../../pages/explain.py").run()
    assert at.text_input(key="explain_neurons").value == "1:1"
    assert "".join(at.query_params["neuron"]) == "1"


@pytest.mark.parametrize(("typed", "words"), [("0:99", "neurons 0 to 2"), ("seven", "Write layer:neuron")])
def test_neurons_that_cannot_be_explained_are_refused_in_words(runs_home: Path, typed: str, words: str) -> None:
    at = open_page("explain", explain_neurons=typed)
    assert words in at.error[0].value


def test_a_bad_pattern_is_refused_before_anything_starts(runs_home: Path) -> None:
    at = open_page(
        "explain",
        explain_neurons="0:0",
        explain_with="Your own words or regular expression",
        explain_pattern="(",
        explain_regex="true",
    )
    assert "regular expression" in at.error[0].value
    assert "explain_start" not in [button.key for button in at.button]


def test_simulator_and_scorer_are_named(runs_home: Path) -> None:
    assert any("Simulator" in c.value and "Scorer" in c.value for c in open_page("explain").caption)


def test_cancel_asks_the_run_to_stop(runs_home: Path) -> None:
    run = planned(runs_home, "0:1")
    at = open_page("explain")
    at.button(key="explain_cancel").click().run()
    assert run.is_cancelled()


def test_results_are_there_after_a_restart_with_score_interval_and_n(runs_home: Path) -> None:
    run = planned(runs_home, "0:1", "0:99")
    carry_out(run, runs_home)
    st.cache_resource.clear()
    at = open_page("explain", run=run.path.name)
    assert not at.exception
    results = at.dataframe[0].value
    assert list(results["open"]) == ["0:1"]
    assert results["low"].iloc[0] <= results["score"].iloc[0] <= results["high"].iloc[0]
    sets = evaluation_sets(open_dataset("runs").neuron((0, 1)))
    assert results["n_sequences"].iloc[0] == len(sets["held_out"].records)
    assert any("0:99:" in text.value for text in at.text)
    assert at.get("progress")[0].text == "ended: 1 of 2 neurons done, 1 failed"


def test_results_by_rule_stand_beside_baselines_and_say_why_there_is_no_number(runs_home: Path) -> None:
    carry_out(planned(runs_home, "0:0", "0:1", "0:2"), runs_home)
    run = new_run(runs_home, RunPlan("", "runs", ("0:1",), "pattern", pattern="zzzz", sample=80))
    carry_out(run, runs_home)
    at = open_page("explain", run=run.path.name)
    results = at.dataframe[0].value
    assert results["score"].isna().all()
    assert results["lookup_beside"].iloc[0] > 0.5
    assert any('data-nv-trouble="undefined"' in str(entry.proto.body) for entry in at.get("html"))


def test_an_interrupted_run_can_be_gone_on_with(runs_home: Path, launched: list[RunFolder]) -> None:
    run = planned(runs_home, "0:1")
    run.report(replace(run.progress(), state="cancelled"))
    run.cancel()
    at = open_page("explain", run=run.path.name)
    at.button(key="explain_go_on").click().run()
    assert launched == [run]
    assert not run.is_cancelled()


def test_earlier_runs_are_listed_with_their_state(runs_home: Path) -> None:
    carry_out(planned(runs_home, "0:1"), runs_home)
    at = open_page("explain")
    assert list(at.dataframe[-1].value["state"]) == ["finished"]
    assert len(list_runs(runs_home)) == 1


def test_a_damaged_run_is_listed_as_damaged_and_hides_no_other(runs_home: Path, launched: list[RunFolder]) -> None:
    damaged, unknown, whole = (planned(runs_home, "0:1") for _ in range(3))
    (damaged.path / "plan.json").write_text("{")
    (unknown.path / "progress.json").write_text('{"state": "paused"}')
    whole.report(replace(whole.progress(), state="done", done=1))
    at = open_page("explain")
    assert not at.exception
    states = list(at.dataframe[-1].value["state"])
    assert sorted(states) == ["damaged", "damaged", "finished"]
    assert any("2 of these runs cannot be read" in caption.value for caption in at.caption)


def test_a_damaged_run_says_why_where_it_is_opened(runs_home: Path) -> None:
    run = planned(runs_home, "0:1")
    (run.path / "plan.json").write_text("{")
    at = open_page("explain", run=run.path.name)
    assert not at.exception
    assert "cannot be used" in at.error[0].value
    assert list(at.dataframe[-1].value["state"]) == ["damaged"]


def test_a_run_that_is_not_there_is_said(runs_home: Path) -> None:
    assert "no run" in open_page("explain", run="../../etc").error[0].value


def test_the_estimate_counts_excerpts_and_passes(runs_home: Path) -> None:
    dataset = open_dataset("runs")
    many = RunPlan("", "runs", ("0:0",) * 60, "lookup", sample=1500)
    assert "1,500 excerpts" in estimate(dataset, many)
    assert "2 times" in estimate(dataset, many)
    assert "model is not run" in estimate(dataset, replace(many, explainer="pattern"))


def test_rows_keep_undefined_scores_undefined(runs_home: Path) -> None:
    run = planned(runs_home, "0:1")
    carry_out(run, runs_home)
    (found,) = open_dataset("runs").explanations((0, 1))
    undefined = replace(found, scores=[replace(score, state="undefined") for score in found.scores])
    assert rows_of([undefined])["score"].isna().all()


def test_a_filter_is_described_part_by_part() -> None:
    words = describe_filter(NeuronFilter(layers=(0, 2), score=(0.5, 1.0), text="cat"))
    assert all(part in words for part in ("layers 0, 2", "0.5 to 1", "“cat”"))
    assert "every neuron" in describe_filter(NeuronFilter())


def test_the_filter_of_browse_can_be_taken_over(runs_home: Path) -> None:
    at = open_page("browse", browse_layers="1")
    at.switch_page("../../pages/explain.py")
    at.query_params["explain_which"] = "The filter of Browse"
    at.run()
    assert any("layers 1" in text.value for text in at.text)
    assert any(caption.value.startswith("3 neurons: 1:0") for caption in at.caption)
