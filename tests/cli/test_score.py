"""`score` from the command line, on explanations that are stored."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuronview.cli.main import run
from neuronview.explain.evaluation import evaluation_sets
from neuronview.explain.rules import simulator_for
from neuronview.records import Explanation, NeuronId
from neuronview.store import open_dataset, save_explanations
from tests.support import run_dataset

NUMBERS = Explanation(
    "Fires on numbers.", "person", NeuronId(0, 0), {"kind": "pattern", "pattern": r"\d+", "regex": True}
)
CAT = Explanation("Tokens: cat.", "lookup", NeuronId(0, 1), {"kind": "lookup", "tokens": {" cat": 1.0}, "rest": 0.0})
ONLY_TEXT = Explanation("Something else.", "other", NeuronId(0, 0))

Score = Callable[..., Any]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = run_dataset.build(tmp_path_factory.mktemp("data") / "runs")
    save_explanations(folder, [NUMBERS, CAT, ONLY_TEXT], label="made elsewhere")
    return folder


@pytest.fixture
def score(built: Path, capsys: pytest.CaptureFixture[str]) -> Score:
    def call(*arguments: str, code: int = 0) -> Any:
        assert run(["score", "--dataset", str(built), *arguments, "--json"]) == code
        printed = capsys.readouterr()
        return json.loads(printed.out) if printed.out else printed.err

    return call


def test_a_stored_explanation_is_scored_on_both_splits(built: Path, score: Score) -> None:
    told = score("--neurons", "0:0", "--explainer", "person")
    assert {(row["split"], row["subset"]) for row in told["explanations"]} == {
        (split, subset) for split in ("held_out", "valid") for subset in ("top_and_random", "top", "random")
    }
    chosen = evaluation_sets(open_dataset(built).neuron((0, 0)))["held_out"]
    simulated = [simulator_for(NUMBERS).simulate(record.tokens).expected for record in chosen.records]
    true = np.concatenate([record.activations for record in chosen.records])
    (row,) = (r for r in told["explanations"] if (r["split"], r["subset"]) == ("held_out", "top_and_random"))
    assert row["score"] == pytest.approx(np.corrcoef(true, np.concatenate(simulated))[0, 1])
    assert row["n"] == len(chosen.records)
    assert row["low"] <= row["score"] <= row["high"]
    assert (row["simulator"], row["scorer"], row["explainer"]) == ("pattern", "simulation", "person")
    assert (told["failures"], told["saved"]) == ([], None)


def test_a_neuron_without_explanation_of_that_explainer_is_named_and_the_rest_goes_on(score: Score) -> None:
    told = score("--neurons", "0:0,0:1,0:99", "--explainer", "lookup", code=1)
    assert {(row["layer"], row["neuron"]) for row in told["explanations"]} == {(0, 1)}
    missing, absent = told["failures"]
    assert missing.startswith("0:0: no explanation of “lookup” is stored")
    assert absent.startswith("0:99:")


def test_an_explanation_without_a_rule_is_named_and_the_rest_goes_on(score: Score) -> None:
    told = score("--neurons", "0:0", code=1)
    assert {row["explainer"] for row in told["explanations"]} == {"person"}
    (failure,) = told["failures"]
    assert failure.startswith("0:0, other:")
    assert "no rule to evaluate" in failure


def test_the_seed_decides_the_interval_and_nothing_else(score: Score) -> None:
    first, again, other = (
        score("--neurons", "0:1", "--explainer", "lookup", "--seed", seed)["explanations"][0] for seed in "112"
    )
    assert first == again
    assert first["score"] == other["score"]
    assert first["low"] != other["low"]


def test_saved_scores_are_those_that_are_found_again(built: Path, score: Score) -> None:
    for seed in "12":
        told = score("--neurons", "0:1", "--explainer", "lookup", "--save", "--seed", seed)
        assert told["saved"]
        (found,) = open_dataset(built).explanations((0, 1))
        kept = found.score(split="held_out")
        assert kept is not None
        row = told["explanations"][0]
        assert (kept.value, kept.interval[0]) == (pytest.approx(row["score"]), pytest.approx(row["low"]))
        assert kept.provenance.seed == int(seed)
    assert len(found.scores) == 6


def test_without_save_nothing_is_kept(score: Score, clean_environment: Path) -> None:
    score("--neurons", "0:1", "--explainer", "lookup")
    assert list(clean_environment.iterdir()) == []


def test_pattern_names_what_a_person_wrote(score: Score) -> None:
    assert {row["explainer"] for row in score("--neurons", "0:0", "--explainer", "pattern")["explanations"]} == {
        "person"
    }


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--neurons", "0:0", "--explainer", "oracle"), 2, "Choose one of: lookup, dictionary, person"),
        (("--neurons", "0:0", "--simulator", "oracle"), 2, "There is no simulator “oracle”. Choose one of: rule."),
        (("--neurons", "0:0", "--scorer", "oracle"), 2, "There is no scorer “oracle”. Choose one of: simulation."),
        (("--neurons", "zero"), 2, "“zero” is not a neuron"),
        ((), 2, "Missing option '--neurons'"),
        (("--neurons", "0:0", "--dataset", "absent"), 1, "There is no dataset"),
    ],
)
def test_what_cannot_be_scored_is_a_sentence_and_an_exit_code(
    score: Score, arguments: tuple[str, ...], code: int, words: str
) -> None:
    assert words in score(*arguments, code=code)
