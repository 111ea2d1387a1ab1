"""`compare`: what the library counts, as JSON and in a sentence; wrong sides named with those that there are."""

from pathlib import Path

import pytest

from neuronview.config import Settings
from neuronview.jobs.execute import execute
from neuronview.jobs.plan import RunPlan, new_run
from neuronview.records import NeuronId
from neuronview.store import NeuronFilter, open_dataset
from neuronview.store.figures import readings
from neuronview.store.paired import compare_readings
from neuronview.view.comparing import explanation_difference
from neuronview.view.evaluation import simulated_set
from tests.cli.test_commands import built, data, document, refusal
from tests.support import run_dataset

__all__ = ["built", "data"]  # fixtures
SIDES = ("--a", "dictionary", "--b", "lookup")


def test_the_document_holds_what_the_library_counts(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened = open_dataset("small")
    found = compare_readings(opened, *readings(opened), NeuronFilter(layers=(1,)), tie=0.01)
    said = document(capsys, "compare", "small", *SIDES, "--layers", "1", "--tie", "0.01", "--limit", "2")
    assert (said["wins"], said["ties"], said["losses"], said["n"]) == (found.wins, found.ties, found.losses, 5)
    assert (said["mean"], said["low"], said["high"]) == pytest.approx((found.mean, *found.interval))
    assert said["sides"]["a"] == {"explainer": "dictionary", "scorer": "simulation", "simulator": "rule"}
    assert len(said["furthest"]["a"]) == 2


def test_a_filter_keeps_the_neurons_that_it_names(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = document(capsys, "compare", "small", *SIDES, "--text", "thing 13", "--min-score", "0.1")
    assert said["n"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--a", "gpt-9", "--b", "lookup"), "lookup@rule"),
        (("--a", "lookup@gpt-9", "--b", "lookup"), "lookup@rule"),
        (("--a", "lookup", "--b", "lookup"), "the same scores"),
        ((*SIDES, "--scorer", "detection"), "none of this scorer"),
    ],
)
def test_sides_that_cannot_be_compared_are_refused_with_those_that_there_are(
    data: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert words in refusal(capsys, "compare", "small", *arguments, code=2)


def test_of_one_neuron_the_paired_difference_is_the_librarys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_dataset.build(tmp_path / "data" / "runs")
    monkeypatch.setenv("NEURONVIEW_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NEURONVIEW_HOME", str(tmp_path / "home"))
    settings = Settings.from_env()
    for explainer in ("lookup", "pattern"):
        run = new_run(settings.home, RunPlan("", "runs", ("0:0",), explainer, pattern="1999, 42", sample=80))
        execute(run, open_dataset("runs"), load_model=run_dataset.FakeModel, report=lambda progress: None)
    opened = open_dataset("runs")
    told = {entry.explainer: entry for entry in opened.explanations(NeuronId(0, 0))}
    record = opened.neuron(NeuronId(0, 0))
    names = [reading.explainer for reading in readings(opened)]
    expected = explanation_difference(*(simulated_set(record, told[name]) for name in names))
    said = document(capsys, "compare", "runs", "--a", names[0], "--b", names[1], "--neuron", "0:0")
    assert (said["difference"], said["n"], said["split"]) == (pytest.approx(expected.value), expected.n, "held_out")
    assert (said["low"], said["high"]) == pytest.approx(expected.interval)
    assert f"on {expected.n} excerpts that no explanation was fitted or chosen on" in said["said"]
    judged = document(capsys, "compare", "runs", "--a", names[0], "--b", names[1], "--paired")["paired"]
    low, high = expected.interval
    assert judged == {"wins": int(low > 0), "ties": int(low <= 0 <= high), "losses": int(high < 0), "without": 0}
