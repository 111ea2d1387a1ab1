"""Real against simulated from a rule or from stored rows: what has no value is in nothing, and never 0."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from neuronview.errors import DatasetError
from neuronview.explain.calibrating import BY_PERCENTILES
from neuronview.explain.evaluation import evaluation_sets
from neuronview.records import ActivationRecord, Explanation, NeuronId, NeuronRecord, Score
from neuronview.store import explanation_id, open_dataset, save_explanations
from neuronview.store.simulations import StoredSimulation, simulation_table
from neuronview.store.write import commit_parts, write_part
from neuronview.view.comparing import different_pair, explanation_difference, on_common_excerpts
from neuronview.view.evaluation import Source, pattern_explanation, simulated_set, sources
from neuronview.view.simulated import units_words
from tests.support import run_dataset
from tests.support.pages import heat_maps, open_page

NEURON = NeuronId(0, 0)
SIMULATOR = "all-at-once gpt"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_dataset.build(tmp_path_factory.mktemp("sources") / "data" / "runs")


@pytest.fixture(scope="module")
def record(folder: Path) -> NeuronRecord:
    return open_dataset(folder).neuron(NEURON)


@pytest.fixture
def at_home(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset of its own to write explanations into, opened by default."""
    monkeypatch.setenv("NEURONVIEW_DATASET", "runs")
    st.cache_resource.clear()
    return run_dataset.build(small_home / "data" / "runs")


def told(text: str = "numbers") -> Explanation:
    return Explanation(text, "gpt", NEURON, None, explanation_id(NEURON, "gpt", text))


def ids_of(records: Iterable[ActivationRecord]) -> set[int | None]:
    return {record.excerpt_id for record in records}


def rows(
    record: NeuronRecord, entry: Explanation, *, splits: tuple[str, ...] = ("calibration", "held_out"), every: int = 12
) -> tuple[StoredSimulation, ...]:
    """Ten times whether the token is a number; no value at every so many-th token."""
    sets = evaluation_sets(record)
    found = []
    for excerpt in {r.excerpt_id: r for split in splits for r in sets[split].records}.values():
        expected = np.array([10.0 * token.strip().isdigit() for token in excerpt.tokens])
        expected[::every] = np.nan
        found.append(StoredSimulation(entry.id, NEURON, SIMULATOR, excerpt.excerpt_id, expected, "0-10"))
    return tuple(found)


def test_the_rule_comes_first_and_then_each_stored_simulator(record: NeuronRecord) -> None:
    ruled = replace(told(), rule={"kind": "pattern", "pattern": "1999"})
    stored = [StoredSimulation(ruled.id, NEURON, name, 1, np.zeros(2), "0-10") for name in ("one", "two", "one")]
    found = sources([ruled, replace(told("text only"), id="other")], stored)
    assert [(source.simulator, len(source.stored)) for source in found] == [("pattern", 0), ("one", 2), ("two", 1)]


def test_tokens_without_a_value_are_in_no_score_and_no_scatter(record: NeuronRecord) -> None:
    found = simulated_set(record, told(), stored=rows(record, told()))
    pairs = [
        (r.activations[~np.isnan(v)], v[~np.isnan(v)]) for r, v in zip(found.chosen.records, found.given, strict=True)
    ]
    real, expected = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
    assert found.scores[0].value == pytest.approx(np.corrcoef(real, expected)[0, 1], abs=1e-6)
    assert found.scores[0].n_missing == found.n_missing == sum(len(r.tokens) for r in found.chosen.records) - len(real)
    assert sum(len(found.values(side)[1]) for side in ("top", "random")) == len(real)
    assert found.scores[0].simulator == SIMULATOR


def test_with_more_than_a_tenth_of_the_tokens_missing_there_is_no_number(record: NeuronRecord) -> None:
    found = simulated_set(record, told(), stored=rows(record, told(), every=4))
    assert {score.state for score in found.scores} == {"unparsable"}
    assert all(np.isnan(score.value) for score in found.scores)
    assert "more than 10 %" in found.scores[0].reason


def test_what_an_endpoint_s_errors_left_of_a_split_is_no_score_of_it(record: NeuronRecord) -> None:
    failed = Score(np.nan, state="provider_error", reason="no answer", simulator=SIMULATOR, split="held_out")
    entry = replace(told(), scores=[failed])
    found = simulated_set(record, entry, stored=rows(record, entry)[:-2])
    states = {score.subset: (score.state, score.reason) for score in found.scores}
    assert states["top_and_random"] == ("provider_error", "no answer")
    assert states["top"][0] == "ok"


def test_stored_values_are_brought_into_units_of_the_activation(record: NeuronRecord) -> None:
    found = simulated_set(record, told(), stored=rows(record, told()))
    across, up = found.values("top")
    assert found.scale == "calibrated"
    assert across[up > 0.5].mean() == pytest.approx(up[up > 0.5].mean(), abs=0.05)


def test_values_of_a_run_that_calibrated_by_percentiles_are_shown_so(record: NeuronRecord) -> None:
    noted = Score(0.5, rsquared=0.1, simulator=SIMULATOR, split="held_out", note=f"{BY_PERCENTILES} And more.")
    entry = replace(told(), scores=[noted])
    found = simulated_set(record, entry, stored=rows(record, entry))
    calibration = evaluation_sets(record)["calibration"].records
    real = np.sort(np.concatenate([r.activations[1:] for r in calibration]))  # the first token has no value
    n_low = sum(not token.strip().isdigit() for r in calibration for token in r.tokens[1:])
    low, high = real[:n_low].mean(), real[n_low:].mean()
    shown = np.concatenate(found.expected)
    assert set(np.round(shown[~np.isnan(shown)], 5)) == {round(float(low), 5), round(float(high), 5)}
    assert "percentiles matched" in units_words(found)


def test_where_no_score_is_stored_it_is_said_that_the_runs_calibration_is_not_known(record: NeuronRecord) -> None:
    found = simulated_set(record, told(), stored=rows(record, told()))
    assert "is not known" in units_words(found)
    scored = replace(told(), scores=[Score(0.5, rsquared=0.2, simulator=SIMULATOR)])
    assert "not known" not in units_words(simulated_set(record, scored, stored=rows(record, scored)))


def test_excerpts_that_were_never_simulated_are_left_out_and_counted(record: NeuronRecord) -> None:
    everything = rows(record, told())
    fewer = everything[:-3]
    whole, found = (simulated_set(record, told(), stored=entries) for entries in (everything, fewer))
    assert (whole.n_absent, found.n_absent) == (0, 3)
    assert len(found.chosen.records) == found.scores[0].n_sequences == len(whole.chosen.records) - 3


def test_without_simulated_calibration_excerpts_values_stay_on_their_scale(record: NeuronRecord) -> None:
    found = simulated_set(record, told(), stored=rows(record, told(), splits=("held_out",)))
    assert (found.calibration, found.scale) == (None, "0-10")
    assert np.nanmax(np.concatenate(found.expected)) == 10
    assert np.isnan(found.scores[0].rsquared)


def test_with_simulated_values_on_one_side_of_the_calibration_split_alone_nothing_is_calibrated(
    record: NeuronRecord,
) -> None:
    calibration = evaluation_sets(record)["calibration"]
    top = ids_of(r for r, side in zip(calibration.records, calibration.sides, strict=True) if side == "top")
    every = rows(record, told())
    ours = [row for row in every if row.excerpt_id in top or row.excerpt_id not in ids_of(calibration.records)]
    assert simulated_set(record, told(), stored=every).calibration is not None
    assert simulated_set(record, told(), stored=ours).calibration is None


def test_a_stored_row_of_another_length_is_refused(record: NeuronRecord) -> None:
    stored = tuple(replace(row, expected=row.expected[:-1]) for row in rows(record, told()))
    with pytest.raises(DatasetError, match="another cut of the text"):
        simulated_set(record, told(), stored=stored)


def test_a_difference_is_of_the_tokens_and_excerpts_that_both_have(record: NeuronRecord) -> None:
    first = simulated_set(record, told(), stored=rows(record, told())[:-2])
    second = simulated_set(record, pattern_explanation(record, "1999, 42", is_regex=False))
    found = explanation_difference(first, second)
    kept = on_common_excerpts(first, second)
    real, one, other = (
        np.concatenate(values)
        for values in ([r.activations for r in kept[0].chosen.records], kept[0].given, kept[1].given)
    )
    both = ~np.isnan(one)
    expected = np.corrcoef(real[both], one[both])[0, 1] - np.corrcoef(real[both], other[both])[0, 1]
    assert found.value == pytest.approx(expected, abs=1e-6)
    assert found.n == len(first.chosen.records) == len(kept[1].chosen.records) == kept[1].scores[0].n_sequences
    assert f"{both.sum():,} of {len(both):,} tokens" in found.note


def test_two_without_a_token_in_common_have_no_difference(record: NeuronRecord) -> None:
    first, second = (
        tuple(
            replace(row, expected=np.where(np.arange(len(row.expected)) % 2 == odd, row.expected, np.nan))
            for row in stored
        )
        for odd, stored in enumerate([rows(record, told(), every=100)] * 2)
    )
    found = explanation_difference(*(simulated_set(record, told(), stored=entries) for entries in (first, second)))
    assert np.isnan(found.value)
    assert found.n == 0


def source(text: str, pattern: str, explainer: str = "person") -> Source:
    entry = Explanation(text, explainer, NEURON, {"kind": "pattern", "pattern": pattern}, f"{text}{pattern}{explainer}")
    return Source(entry, "pattern")


@pytest.mark.parametrize(
    ("known", "pair"),
    [
        ([source("a", "x"), source("a", "x", "pattern"), source("b", "y")], (0, 2)),
        ([source("a", "x"), source("a", "y"), source("b", "x")], (0, 2)),
        ([source("a", "x"), source("a", "x", "pattern"), source("a", "y")], (0, 2)),
        ([source("a", "x"), source(" a ", "x", "pattern")], None),
        ([source("a", "x")], None),
    ],
)
def test_compare_opens_on_two_that_differ(known: list[Source], pair: tuple[int, int] | None) -> None:
    assert different_pair(known) == pair


@pytest.mark.parametrize(("values", "pair"), [([0.0, 9.0, np.nan], None), ([0.0, 8.0, np.nan], (0, 1))])
def test_two_runs_that_say_the_same_are_compared_only_where_their_values_differ(
    values: list[float], pair: tuple[int, int] | None
) -> None:
    one, other = (replace(told(), id=name) for name in ("one", "other"))
    drawn = {"one": np.array([0.0, 9.0, np.nan]), "other": np.array(values)}
    known = [
        Source(entry, SIMULATOR, (StoredSimulation(entry.id, NEURON, SIMULATOR, 3, drawn[entry.id], "0-10"),))
        for entry in (one, other)
    ]
    assert different_pair(known) == pair


def test_compare_begins_with_the_explanation_that_was_asked_for() -> None:
    known = [source("a", "x"), source("b", "y"), source("c", "z")]
    assert different_pair(known, known[1].explanation.id) == (1, 0)
    assert different_pair(known, "gone") == (0, 1)


def words(at: AppTest) -> str:
    kinds = (at.info, at.caption, at.warning, at.error)
    return " ".join([entry.value for kind in kinds for entry in kind] + [e.proto.body for e in at.get("html")])


def save_with_simulations(folder: Path, **options: object) -> None:
    entry = told()
    save_explanations(folder, [entry], label="test")
    stored = rows(open_dataset(folder).neuron(NEURON), entry, **options)
    commit_parts(folder, [write_part(folder, "simulations", simulation_table(stored))], label="test")


def test_a_stored_simulation_is_drawn_with_its_gaps(at_home: Path) -> None:
    save_with_simulations(at_home)
    at = open_page("neuron", layer="0", neuron="0", neuron_tab="Real against simulated")
    assert not at.exception
    drawn = heat_maps(at)[1]
    strip = drawn["groups"][0]["strips"][0]
    assert [place for place, value in enumerate(strip["simulated"]) if value is None] == [0]
    assert drawn["difference"]
    assert "tokens have no simulated value" in words(at)
    assert f"by {SIMULATOR}" in words(at)


def test_uncalibrated_values_have_no_difference_row_and_say_their_scale(at_home: Path) -> None:
    save_with_simulations(at_home, splits=("held_out",))
    at = open_page("neuron", layer="0", neuron="0", neuron_tab="Real against simulated")
    assert not at.exception
    drawn = heat_maps(at)[1]
    assert (drawn["simulatedScale"], drawn["difference"]) == ("0-10", False)
    assert "scale of 0 to 10" in words(at)


def test_a_stored_simulation_is_compared_with_a_rule(at_home: Path) -> None:
    save_with_simulations(at_home)
    record = open_dataset(at_home).neuron(NEURON)
    save_explanations(at_home, [pattern_explanation(record, "1999, 42", is_regex=False)], label="test")
    at = open_page("compare", layer="0", neuron="0")
    assert not at.exception
    assert "tokens that both have a value for" in words(at)
    assert words(at).count("data-nv-score") == 2


def test_equal_explanations_are_said_to_be_equal_and_a_pattern_is_suggested(at_home: Path) -> None:
    typed = pattern_explanation(open_dataset(at_home).neuron(NEURON), "1999, 42", is_regex=False)
    save_explanations(at_home, [typed, replace(typed, explainer="pattern")], label="test")
    at = open_page("compare", layer="0", neuron="0")
    assert not at.exception
    assert "say the same and give the same values" in at.info[0].value
    assert "neuron_tab=Test" in " ".join(str(entry.proto) for entry in at.get("page_link"))


def type_pattern(text: str, *, is_regex: bool = False) -> AppTest:
    at = open_page("neuron", layer="0", neuron="0", neuron_tab="Test a pattern")
    at.toggle(key="neuron_regex").set_value(is_regex)
    return at.text_input(key="neuron_pattern").set_value(text).run()


def test_a_pattern_that_matches_nothing_is_said_to(at_home: Path) -> None:
    at = type_pattern("zebra")
    assert "This pattern matches nothing in these excerpts" in words(at)
    assert "The pattern matches nothing in these excerpts" in words(at)
    assert not at.warning


def test_a_pattern_that_matches_everything_is_said_to(at_home: Path) -> None:
    at = type_pattern(r"[\s\S]", is_regex=True)
    assert "This pattern matches everything in these excerpts" in words(at)
    assert "matches every token" in words(at)


def test_an_ordinary_pattern_says_how_much_it_matches(at_home: Path) -> None:
    at = type_pattern("1999")
    record = open_dataset(at_home).neuron(NEURON)
    tokens = [token for r in evaluation_sets(record)["held_out"].records for token in r.tokens]
    assert f"Matches {tokens.count(' 1999'):,} of {len(tokens):,} tokens" in words(at)


@pytest.mark.parametrize("typed", ["[0-9]+", "/(a+)+$/"])
def test_nothing_is_scored_before_it_is_said_how_an_expression_typed_as_words_is_meant(
    at_home: Path, typed: str
) -> None:
    at = type_pattern(typed)
    assert "This looks like a regular expression" in words(at)
    assert "data-nv-score" not in words(at).split("This looks like a regular expression")[1]
    assert "undefined" not in words(at)
    assert "neuron_save" not in [button.key for button in at.button]


def test_what_looks_like_an_expression_is_read_as_words_on_request_and_asked_anew_when_it_changes(
    at_home: Path,
) -> None:
    at = type_pattern("[0-9]+")
    at.button(key="neuron_as_words").click().run()
    assert not at.exception
    assert "This looks like a regular expression" not in words(at)
    assert "This pattern matches nothing in these excerpts" in words(at)
    at.text_input(key="neuron_pattern").set_value("[0-8]+").run()
    assert "This looks like a regular expression" in words(at)
    assert "matches nothing" not in words(at)


def test_what_looks_like_an_expression_is_read_so_on_request(at_home: Path) -> None:
    at = type_pattern("/(1999)+/")
    at.button(key="neuron_as_regex").click().run()
    assert not at.exception
    assert (at.text_input(key="neuron_pattern").value, at.toggle(key="neuron_regex").value) == ("(1999)+", True)
    assert "matches nothing" not in words(at)
    assert not [button for button in at.button if button.key == "neuron_as_regex"]


def test_slashes_are_pointed_out_in_an_expression_too(at_home: Path) -> None:
    at = type_pattern("/1999/", is_regex=True)
    assert "slashes are matched as characters" in words(at)
