"""Scores of scorers other than simulation: stored with what they measure, and kept out of the simulation's columns."""

import math
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from neuronview.records import Explanation, NeuronId, Provenance, Score
from neuronview.store import Dataset, save_explanations
from neuronview.store.convert import explanation_table, score_table
from neuronview.store.write import Part, commit_parts, sha256_of, write_part
from tests.support import small_dataset as small

NEURON = NeuronId(0, 1)
DETECTION = Score(
    math.nan,
    measure=0.75,
    measures={"chance": 0.5, "n_positive": 12.0, "balanced_accuracy": math.nan},
    interval=(0.5, 0.875),
    scorer="detection",
    simulator="rule",
    split="held_out",
    subset="top_and_random",
)
SIMULATED = Score(0.25, scorer="simulation", simulator="lookup", split="held_out")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small.build(tmp_path / "small")


def save(folder: Path, *scores: Score) -> Explanation:
    explanation = Explanation("Detected", "person", NEURON, scores=list(scores))
    save_explanations(folder, [explanation], label="test")
    return explanation


def stored(folder: Path) -> list[Score]:
    return next(e for e in Dataset(folder).explanations(NEURON) if e.text == "Detected").scores


def test_value_is_the_measure_for_other_scorers_and_the_correlation_for_the_simulation() -> None:
    assert DETECTION.value == 0.75
    assert Score(0.25, measure=0.75).value == 0.25
    assert math.isnan(Score(math.nan, measure=0.75, scorer="fuzzing", state="unparsable").value)


def test_measures_come_back_as_they_were_stored_undefined_ones_as_undefined(folder: Path) -> None:
    save(folder, DETECTION)
    (found,) = stored(folder)
    assert (found.value, found.measure, found.scorer, found.interval) == (0.75, 0.75, "detection", (0.5, 0.875))
    assert math.isnan(found.ev_correlation)
    assert math.isnan(found.measures["balanced_accuracy"])
    assert {name: found.measures[name] for name in ("chance", "n_positive")} == {"chance": 0.5, "n_positive": 12.0}


def test_models_in_provenances_come_back_in_their_fields_also_from_before_there_were_such(folder: Path) -> None:
    old = replace(DETECTION, provenance=Provenance(versions={"judge model": "judge-1", "numpy": "2"}))
    new = replace(SIMULATED, provenance=Provenance(simulator_model="simulate-3", explainer_model="tellme-2"))
    save(folder, old, replace(SIMULATED, split="valid", provenance=Provenance(versions={"simulator model": "s"})), new)
    found = {(one.scorer, one.split): one.provenance for one in stored(folder)}
    assert found["detection", "held_out"] == Provenance(simulator_model="judge-1", versions={"numpy": "2"})
    assert found["simulation", "valid"] == Provenance(simulator_model="s")
    assert found["simulation", "held_out"] == new.provenance


def test_the_browse_table_shows_the_simulation_also_where_another_scorer_comes_first_by_name(folder: Path) -> None:
    save(folder, DETECTION, SIMULATED)
    rows = Dataset(folder).neurons(limit=100)
    assert rows[rows.explanation == "Detected"].score.tolist() == [0.25]


@pytest.mark.parametrize("old_first", [True, False])
def test_parts_without_the_column_open_beside_parts_that_have_it(folder: Path, old_first: bool) -> None:
    old = Explanation("Old", "person", NEURON, scores=[SIMULATED])
    new = Explanation("Detected", "person", NEURON, scores=[DETECTION])
    parts = [write_part(folder, "scores", score_table([item])) for item in (old, new)]
    parts[0] = _without_measures(folder, parts[0])
    parts.append(write_part(folder, "explanations", explanation_table([old, new])))
    shutil.rmtree(folder / "commits")
    commit_parts(folder, [*small_parts(folder), *(parts if old_first else reversed(parts))], label="test")
    found = {e.text: e.scores for e in Dataset(folder).explanations(NEURON)}
    assert found["Old"][0].value == 0.25
    assert found["Detected"][0].measures["chance"] == 0.5


def small_parts(folder: Path) -> list[Part]:
    """The neurons alone, so that the two parts under test are the only ones with scores."""
    table = pq.read_table(next(folder.glob("neurons-*.parquet")))
    return [write_part(folder, "neurons", table), write_part(folder, "vocabulary", small.vocabulary())]


def _without_measures(folder: Path, part: Part) -> Part:
    path = folder / part.file
    pq.write_table(pq.read_table(path).drop_columns(["measures"]), path)
    return Part(part.kind, part.file, part.rows, part.low, part.high, path.stat().st_size, sha256_of(path))
