"""Scores by language model: right for a judge that knows the truth, and four states that are never mixed."""

import asyncio
import math
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from neuronview.errors import BudgetReached, Cancelled, EndpointError, EndpointRefused, NotSupported, UnparsableAnswer
from neuronview.explain.calibrating import FITS, fit_where_read
from neuronview.explain.evaluation import EvaluationSet, evaluation_sets
from neuronview.explain.explainers import Settings, choose, pairs
from neuronview.explain.language import LanguageScores, score_language
from neuronview.explain.prompts import normalized_records, numbered_listing
from neuronview.explain.simulators import AllAtOnce, Decisions, Digits, Structured
from neuronview.llm.calls import Decision, DecisionAnswer, DecisionRequest, Request
from neuronview.records import ActivationRecord, Explanation, NeuronId, Provenance, Score, Simulation
from neuronview.scoring import LinearCalibration, PercentileCalibration, ev_correlation_score, rsquared_score
from tests.support.drawn_records import drawn_neuron
from tests.support.fake_endpoint import FakeEndpoint, Judge, chat_script

SETS = {name: chosen for name, chosen in evaluation_sets(drawn_neuron()).items()}
TRUE = Explanation("numbers", "pairs")
SIMULATORS = [AllAtOnce, Decisions, Digits, Structured]


def judge(*, noise: float = 1.0, name: str = "numbers") -> Judge:
    records = [record for chosen in SETS.values() for record in chosen.records]
    values = normalized_records([record.activations for record in records])
    truth = {record.tokens: value for record, value in zip(records, values, strict=True)}
    return Judge({name: truth}, noise=noise)


def score(endpoint: FakeEndpoint, kind: Any = Decisions, **options: Any) -> LanguageScores:
    sets = options.pop("sets", SETS)
    return asyncio.run(score_language(options.pop("explanation", TRUE), sets, kind(endpoint), **options))


def of(found: LanguageScores, split: str, subset: str = "top_and_random") -> Score:
    return next(s for s in found.scores if (s.split, s.subset) == (split, subset))


@pytest.mark.parametrize("kind", SIMULATORS)
def test_a_judge_that_knows_the_truth_scores_high_by_every_simulator_and_another_sentence_low(kind: Any) -> None:
    other = Explanation("weather", "pairs")
    found = score(FakeEndpoint(judge()), kind, others=[other])
    true = of(found, "held_out")
    assert true.state == "ok"
    assert true.value > 0.8
    assert true.n_missing == 0
    (baseline,) = true.baselines
    assert abs(baseline.value) < 0.3
    assert of(score(FakeEndpoint(judge()), kind, explanation=other), "held_out").value < 0.3


def test_from_excerpts_to_a_score_that_was_chosen_on_other_excerpts() -> None:
    writer = chat_script("Weather.", "Numbers.", "Places.")
    records = SETS["train"].records
    knowing = judge(name="Numbers.")

    async def whole() -> LanguageScores:
        found = await pairs.explain(records, writer, Settings(), neuron=NeuronId(0, 0))
        simulator = Digits(FakeEndpoint(knowing))
        choice = await choose(found, SETS["calibration"], simulator)
        assert choice.explanation.text == "Numbers."
        return await score_language(choice.explanation, SETS, simulator)

    assert of(asyncio.run(whole()), "held_out").value > 0.8


def test_scores_are_of_the_simulations_given_back() -> None:
    found = score(FakeEndpoint(judge()))
    chosen = SETS["valid"]
    true = np.concatenate([record.activations for record in chosen.records])
    expected = np.concatenate([s.expected for s in found.simulations["valid"].simulations])
    assert of(found, "valid").value == pytest.approx(ev_correlation_score(true, expected))
    assert isinstance(found.calibration, LinearCalibration)
    assert of(found, "valid").rsquared == pytest.approx(rsquared_score(true, found.calibration.apply(expected)))


def test_calibration_is_fitted_on_the_calibration_split_alone() -> None:
    found = score(FakeEndpoint(judge()))
    simulated = found.simulations["calibration"]
    true = np.concatenate([record.activations for record in SETS["calibration"].records])
    line = LinearCalibration.fit(np.concatenate([s.expected for s in simulated.simulations]), true)
    assert isinstance(found.calibration, LinearCalibration)
    assert (found.calibration.slope, found.calibration.intercept) == (line.slope, line.intercept)


def test_percentiles_or_nothing_can_be_asked_for_instead() -> None:
    assert isinstance(score(FakeEndpoint(judge()), calibration="percentile").calibration, PercentileCalibration)
    endpoint = FakeEndpoint(judge())
    found = score(endpoint, calibration="none")
    assert found.calibration is None
    assert math.isnan(of(found, "valid").rsquared)
    assert "calibration" not in found.simulations


@pytest.mark.parametrize("calibration", ["linear", "none"])
def test_each_excerpt_is_asked_about_once_for_each_sentence(calibration: Any) -> None:
    endpoint = FakeEndpoint(judge())
    others = [Explanation("weather", "pairs"), Explanation("places", "pairs")]
    score(endpoint, others=others, calibration=calibration)
    simulator = Decisions(endpoint)
    scored = {record.tokens for name in ("valid", "held_out") for record in SETS[name].records}
    fitted = {record.tokens for record in SETS["calibration"].records} if calibration == "linear" else set()
    asked = [(TRUE, tokens) for tokens in scored | fitted] + [(other, tokens) for other in others for tokens in scored]
    expected = [request for text, tokens in asked for request in simulator.requests(text.text, tokens)]
    assert sorted(map(repr, endpoint.history)) == sorted(map(repr, expected))


def test_train_is_never_asked_about() -> None:
    endpoint = FakeEndpoint(judge())
    score(endpoint)
    asked = {r.input for r in endpoint.history if isinstance(r, DecisionRequest)}
    used = {record.tokens for name in ("calibration", "valid", "held_out") for record in SETS[name].records}
    assert len(asked) == len(used)


def test_every_score_says_what_was_asked_and_by_whom() -> None:
    found = score(FakeEndpoint(judge()), provenance=Provenance(dataset="demo", versions={"a": "1"}), seed=5)
    for entry in found.scores:
        where = entry.provenance
        assert entry.simulator == "decisions"
        assert where.simulator == "decisions, 10 levels mapped to 0..10, sees whole excerpt"
        assert (where.dataset, where.seed) == ("demo", 5)
        assert where.versions == {"a": "1"}
        assert where.simulator_model == "fake-model"
        assert where.prompt_hash
    assert {s.split for s in found.scores} == {"valid", "held_out"}


@pytest.mark.parametrize("kind", SIMULATORS)
def test_the_model_that_simulated_is_named_as_it_was_returned(kind: Any) -> None:
    honest = judge()
    found = score(FakeEndpoint(lambda request: replace(honest(request), model="fake-model-0613")), kind)
    assert {entry.provenance.simulator_model for entry in found.scores} == {"fake-model-0613"}
    assert found.answered_by == "fake-model-0613"


def test_the_lookup_baseline_is_its_rule_on_the_same_excerpts() -> None:
    rule = {"kind": "lookup", "tokens": {" 17": 2.0}, "rest": 0.0}
    found = of(score(FakeEndpoint(judge()), lookup=Explanation("17", "lookup", rule=rule)), "valid")
    chosen = SETS["valid"]
    true = np.concatenate([record.activations for record in chosen.records])
    marks = np.array([2.0 * (token == " 17") for record in chosen.records for token in record.tokens])
    assert found.baselines[0].name == "lookup"
    assert found.baselines[0].value == pytest.approx(np.corrcoef(true, marks)[0, 1])


def spoiled(split: str, indices: set[int], what: Any) -> FakeEndpoint:
    """A judge that gives `what` for some excerpts of a split that are in no other, or lets it change the answer."""
    honest = judge()
    marks = [numbered_listing(SETS[split].records[i].tokens) for i in indices]

    def reply(request: Request) -> Any:
        answer = honest(request)
        assert isinstance(request, DecisionRequest)
        if any(request.input.endswith(mark) for mark in marks):
            return what(answer) if callable(what) else what
        return answer

    return FakeEndpoint(reply)


def own_indices(split: str) -> list[int]:
    """Excerpts of a split that are in no other set."""
    others = {r.tokens for name, chosen in SETS.items() if name != split for r in chosen.records}
    return [i for i, record in enumerate(SETS[split].records) if record.tokens not in others]


ONLY_VALID = {"calibration": SETS["calibration"], "valid": SETS["valid"]}


@pytest.mark.parametrize("error", [EndpointError("500 five times"), NotSupported("no decisions")])
def test_a_provider_error_on_one_excerpt_makes_no_number_of_its_set_and_leaves_other_sets_alone(error: Any) -> None:
    (index, *_) = own_indices("held_out")
    found = score(spoiled("held_out", {index}, error))
    spoilt = [s for s in found.scores if s.split == "held_out"]
    assert {s.state for s in spoilt} == {"provider_error"}
    assert all(math.isnan(s.ev_correlation) and math.isnan(s.rsquared) and math.isnan(s.interval[0]) for s in spoilt)
    assert str(error) in spoilt[0].reason
    assert {s.state for s in found.scores if s.split == "valid"} == {"ok"}


@pytest.mark.parametrize("error", [EndpointRefused("401"), BudgetReached("cap"), Cancelled("stop")])
def test_what_ends_a_run_is_raised_as_it_is(error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        score(spoiled("valid", {3}, error), sets=ONLY_VALID)
    assert caught.value is error


def without(answer: DecisionAnswer, n: int) -> DecisionAnswer:
    return replace(
        answer, decisions=tuple(Decision(d.name, "refused") if i < n else d for i, d in enumerate(answer.decisions))
    )


def test_a_tenth_missing_is_masked_and_counted_and_more_is_unparsable() -> None:
    every = set(range(10))  # 10 excerpts of 16 tokens
    found = of(score(spoiled("valid", every, lambda a: without(a, 1)), sets=ONLY_VALID), "valid")
    assert (found.state, found.n_missing, found.n_tokens) == ("ok", 10, 150)
    assert found.value > 0.8
    found = of(score(spoiled("valid", every, lambda a: without(a, 2)), sets=ONLY_VALID), "valid")
    assert (found.state, found.n_missing) == ("unparsable", 20)
    assert math.isnan(found.ev_correlation)
    assert "20 of 160" in found.reason


def test_exactly_a_tenth_is_not_more_than_a_tenth() -> None:
    found = of(score(spoiled("valid", {4}, UnparsableAnswer("half a JSON")), sets=ONLY_VALID), "valid")
    assert (found.state, found.n_missing) == ("ok", 16)


def test_unparsable_answers_are_no_provider_errors_and_are_judged_by_subset() -> None:
    found = score(spoiled("valid", {0, 1}, UnparsableAnswer("half a JSON")), sets=ONLY_VALID)
    assert of(found, "valid").state == "unparsable"
    assert "half a JSON" in of(found, "valid").reason
    assert of(found, "valid", "top").state == "unparsable"
    assert of(found, "valid", "random").state == "ok"


def test_a_simulation_that_never_varies_is_undefined() -> None:
    def flat(request: Request) -> DecisionAnswer:
        assert isinstance(request, DecisionRequest)
        return DecisionAnswer(tuple(Decision(q.name, "ok", (1.0,) + (0.0,) * 9) for q in request.questions))

    found = of(score(FakeEndpoint(flat)), "valid")
    assert found.state == "undefined"
    assert all(map(math.isnan, (found.value, found.rsquared, found.absolute_dev_explained, *found.interval)))


def test_a_score_near_zero_is_a_number() -> None:
    found = of(score(FakeEndpoint(Judge({}))), "held_out")
    assert found.state == "ok"
    assert abs(found.value) < 0.3


@pytest.mark.parametrize("trouble", [EndpointError("500"), UnparsableAnswer("half a JSON")])
def test_a_calibration_split_without_answers_costs_the_calibrated_measures_only(trouble: EndpointError) -> None:
    found = score(spoiled("calibration", set(range(10)), trouble), sets=ONLY_VALID)
    valid = of(found, "valid")
    assert (valid.state, found.calibration) == ("ok", None)
    assert valid.value > 0.8
    assert math.isnan(valid.rsquared)
    assert "Not calibrated" in valid.note


def calibrated_without(top: int, random: int, what: Any = None, **options: Any) -> tuple[LanguageScores, list[int]]:
    """Scores where so many excerpts of each side of the calibration split (5 + 5) could not be read; the others."""
    sides = SETS["calibration"].sides
    places = [[i for i, side in enumerate(sides) if side == name] for name in ("top", "random")]
    lost = {*places[0][:top], *places[1][:random]}
    found = score(spoiled("calibration", lost, what or UnparsableAnswer("half a JSON")), sets=ONLY_VALID, **options)
    return found, [i for i in range(len(sides)) if i not in lost]


@pytest.mark.parametrize("kind", ["linear", "percentile"])
def test_a_calibration_on_fewer_excerpts_than_asked_for_is_fitted_on_those_and_says_how_many(kind: Any) -> None:
    found, kept = calibrated_without(2, 1, calibration=kind)
    simulated = found.simulations["calibration"]
    fit = {"linear": LinearCalibration.fit, "percentile": partial(PercentileCalibration.fit, share_ties=True)}
    true = np.concatenate([simulated.chosen.records[i].activations for i in kept])
    expected = fit[kind](np.concatenate([simulated.simulations[i].expected for i in kept]), true)
    assert found.calibration is not None
    assert found.calibration.apply([0.0, 4.0, 10.0]).tolist() == expected.apply([0.0, 4.0, 10.0]).tolist()
    for one in found.scores:
        assert "Calibrated on 7 of 10 excerpts" in one.note
        assert ("Calibrated by percentiles" in one.note) == (kind == "percentile")
        assert "half a JSON" in one.note
    assert not math.isnan(of(found, "valid").rsquared)


def test_a_percentile_calibration_takes_most_tokens_that_are_said_to_be_0_for_what_they_are_on_average() -> None:
    tokens, true = ("a",) * 10, np.array([-0.1, -0.1, 0.0, 0.0, 0.1, 0.1, 0.9, 1.0, 3.0, 4.0])
    said = Simulation(tokens, np.array([0.0] * 8 + [10.0] * 2), scale="0-10")
    chosen = EvaluationSet("calibration", (ActivationRecord(tokens, true),), ("top",))
    found, _ = fit_where_read(chosen, [said], FITS["percentile"])
    assert found is not None
    assert found.apply([0.0, 10.0]).tolist() == pytest.approx([true[:8].mean(), 3.5])


def test_a_calibration_on_all_its_excerpts_has_nothing_to_say() -> None:
    assert "alibrated" not in of(score(FakeEndpoint(judge()), sets=ONLY_VALID), "valid").note


@pytest.mark.parametrize(("top", "random"), [(3, 0), (0, 3), (4, 5)])
def test_a_calibration_on_less_than_half_of_a_side_is_none_and_says_why(top: int, random: int) -> None:
    found, kept = calibrated_without(top, random)
    valid = of(found, "valid")
    assert found.calibration is None
    assert valid.state == "ok"
    assert math.isnan(valid.rsquared)
    assert f"Not calibrated: only {len(kept)} of 10 excerpts" in valid.note


def test_an_excerpt_with_values_on_a_few_tokens_is_not_one_that_was_read() -> None:
    found, _ = calibrated_without(1, 0, lambda answer: without(answer, 9))  # of 16 tokens
    assert "Calibrated on 9 of 10 excerpts" in of(found, "valid").note
    found, _ = calibrated_without(1, 0, lambda answer: without(answer, 8))
    assert "alibrated" not in of(found, "valid").note


def test_another_neurons_sentence_that_fails_is_left_out_of_the_baseline() -> None:
    honest = judge()

    def reply(request: Request) -> Any:
        assert isinstance(request, DecisionRequest)
        return EndpointError("500") if "responds to: gone\n" in request.input else honest(request)

    whole = score(FakeEndpoint(reply), others=[Explanation("gone", "x"), Explanation("weather", "x")])
    found = of(whole, "valid")
    assert (found.state, found.baselines[0].n) == ("ok", 1)
    assert whole.baseline_error == "1 of 2 other neurons' explanations are not in the baseline: 500"
    assert whole.baseline_error in found.note


def test_another_neurons_sentence_with_one_provider_error_has_no_value_of_its_own() -> None:
    honest, mark = judge(), numbered_listing(SETS["valid"].records[4].tokens)

    def reply(request: Request) -> Any:
        assert isinstance(request, DecisionRequest)
        gone = "responds to: weather\n" in request.input and request.input.endswith(mark)
        return EndpointError("500") if gone else honest(request)

    found = of(score(FakeEndpoint(reply), sets=ONLY_VALID, others=[Explanation("weather", "x")]), "valid")
    assert found.state == "ok"
    assert found.baselines[0].n == 0
    assert math.isnan(found.baselines[0].value)
