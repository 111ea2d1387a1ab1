"""The planted benchmark: its puzzles are sound, its judge answers as it thinks, its intervals and shares are right."""

from __future__ import annotations

import asyncio
import math
from functools import cache

import numpy as np
import pytest

from benchmarks.planted import coverage, explanations, others, runs
from benchmarks.planted.corpus import TOKENIZER, Corpus, read_corpora
from benchmarks.planted.field import Field, make_field
from benchmarks.planted.intervals import SHIPPED, WAYS, moments_of
from benchmarks.planted.judge import JUDGES, Judge, Temper
from benchmarks.planted.neurons import PlantedNeuron, activations, evaluation, rivals
from benchmarks.planted.puzzles import Puzzle, published_form, read_puzzles
from benchmarks.planted.shares import Figure, Share, reached, wilson
from neuronview.demo.tokenizer import load_tokenizer
from neuronview.explain.simulators import SIMULATORS
from neuronview.records import NeuronId
from neuronview.scoring import ev_correlation_score, resampled_interval
from neuronview.scoring.intervals import Draws, correlations, gradients

PERFECT = Temper(misses=0, alarms=0, misread=0, level=0, tastes=0, bias=0, missing=0)
TOKENS = (" a", " b", "\n", " c", " a")


@cache
def puzzles() -> list[Puzzle]:
    return read_puzzles(load_tokenizer(TOKENIZER))


@cache
def corpora() -> list[Corpus]:
    return read_corpora(120)


@cache
def field() -> Field:
    return make_field(n_excerpts=200, n_neurons=6, most=5, seed=1)


def marks_b(tokens: tuple[str, ...]) -> np.ndarray:
    return np.array([token == " b" for token in tokens])


def drawn_moments(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    real = generator.gamma(0.3, 2.0, size=(n, 16))
    simulated = real + generator.normal(size=real.shape)
    return real, simulated, moments_of(real, simulated)


def test_there_are_at_least_twenty_puzzles_with_three_or_four_false_explanations_each() -> None:
    assert len(puzzles()) >= 20
    assert {len(puzzle.falses) for puzzle in puzzles()} <= {3, 4}
    assert len({puzzle.name for puzzle in puzzles()}) == len(puzzles())


def test_every_false_explanation_of_a_puzzle_marks_something_else_than_the_truth() -> None:
    for puzzle in puzzles():
        truth = np.concatenate([puzzle.marks(s.tokens) for s in puzzle.sentences])
        for false in puzzle.falses:
            marked = np.concatenate([false.marks(s.tokens) for s in puzzle.sentences])
            assert marked.any(), f"{puzzle.name}: {false.text} marks nothing"
            assert (marked & truth).sum() < 0.9 * (marked | truth).sum(), f"{puzzle.name}: {false.text} is the truth"


def test_every_puzzle_has_sentences_with_and_without_activation() -> None:
    for puzzle in puzzles():
        assert {bool(sentence.activations.any()) for sentence in puzzle.sentences} == {True, False}, puzzle.name


def test_the_published_form_holds_every_token_and_activations_where_there_are_any() -> None:
    for puzzle in puzzles():
        for written, sentence in zip(published_form(puzzle)["sentences"], puzzle.sentences, strict=True):
            joined = "".join(item if isinstance(item, str) else item[0] for item in written)
            assert joined == "".join(sentence.tokens)
            assert "{" not in joined
            marked = [item[1] for item in written if not isinstance(item, str)]
            assert marked == sentence.activations[sentence.activations > 0].tolist()


def test_corpora_hold_whole_excerpts_and_share_no_document() -> None:
    first, second = corpora()
    assert {len(tokens) for corpus in corpora() for tokens in corpus.excerpts} == {64}
    assert not set(first.documents) & set(second.documents)
    assert any(template is None for template in first.templates), "no written passage"


def test_activations_are_heavy_tailed_and_follow_their_feature_as_well_as_they_are_told_to() -> None:
    marks = np.random.default_rng(0).random((400, 64)) < 0.02
    neuron = PlantedNeuron(NeuronId(0, 0), {"feature": "comma"}, recall=0.9, alarms=0.0, spread=0.3)
    values = activations(neuron, marks, seed=0)
    assert values.min() >= -0.1701
    assert np.median(values) < 0 < np.quantile(values, 0.999)
    fires = values > 0.5
    assert 0.8 < fires[marks].mean() <= 0.95
    assert fires[~marks].mean() < 0.01


def test_records_are_the_best_excerpts_and_random_others() -> None:
    entry = field().first[0]
    record, best = entry.record, entry.record.top
    assert (len(best), len(record.random)) == (20, 15)
    assert [r.maximum for r in best] == sorted((r.maximum for r in best), reverse=True)
    assert not {r.excerpt_id for r in best} & {r.excerpt_id for r in record.random}


def test_rivals_mark_other_tokens_than_the_truth() -> None:
    entry = field().first[0]
    found = rivals(entry.neuron, entry.corpus)
    truth = entry.corpus.marks(entry.neuron.expression)
    for rival in found:
        marked = np.stack([rival.marks(tokens) for tokens in entry.corpus.excerpts])
        assert (marked & truth).sum() < (marked | truth).sum(), rival.kind
    assert len({rival.text for rival in found}) == len(found)


@pytest.mark.parametrize("name", SIMULATORS)
def test_every_simulator_reads_what_the_judge_thinks(name: str) -> None:
    judge = Judge({"b": marks_b}, JUDGES["fair"], seed=3)
    thought = judge.values("b", TOKENS)
    read = asyncio.run(SIMULATORS[name](judge).simulate("b", TOKENS)).expected
    assert read == pytest.approx(thought, abs=0.5 if name == "structured" else 1e-6, nan_ok=True)


@pytest.mark.parametrize("name", SIMULATORS)
def test_what_the_judge_will_not_say_is_missing(name: str) -> None:
    judge = Judge({"b": marks_b}, Temper(0, 0, 0, 0, 0, 0, missing=0.5), seed=1)
    thought = judge.values("b", TOKENS)
    assert np.isnan(thought).any()
    assert not np.isnan(thought).all()
    read = asyncio.run(SIMULATORS[name](judge).simulate("b", TOKENS)).expected
    assert np.array_equal(np.isnan(read), np.isnan(thought))


def test_a_perfect_judge_tells_marked_from_unmarked_tokens() -> None:
    values = Judge({"b": marks_b}, PERFECT).values("b", TOKENS)
    assert values[1] == 8
    assert max(values[[0, 2, 3, 4]]) < 3


def test_the_judge_answers_alike_whoever_asked_before_and_otherwise_with_another_seed() -> None:
    one, two, other = (Judge({"b": marks_b}, JUDGES["fair"], seed=seed) for seed in (0, 0, 1))
    one.values("b", (" z",))
    assert np.array_equal(one.values("b", TOKENS), two.values("b", TOKENS), equal_nan=True)
    assert not np.array_equal(one.values("b", TOKENS), other.values("b", TOKENS), equal_nan=True)


def test_a_judge_that_misreads_answers_by_the_explanation_that_it_mistakes_it_for() -> None:
    temper = Temper(0, 0, 1.0, 0, 0, 0, 0)
    judge = Judge({"a": lambda t: ~marks_b(t), "b": marks_b}, temper, mistaken={"a": "b"})
    assert judge.values("a", TOKENS)[1] == 8


def test_the_way_that_is_named_so_is_the_shipped_interval() -> None:
    real, simulated, moments = drawn_moments(12, seed=5)
    sides = ["random"] * 6 + ["top"] * 6
    shipped = resampled_interval(list(zip(real, simulated, strict=True)), sides, seed=7, resamples=400)
    draws = Draws(moments, np.repeat([0, 1], 6), seed=7, resamples=400)
    assert WAYS[SHIPPED](draws) == pytest.approx(shipped, abs=2e-3)


def test_sums_give_the_correlation_of_the_tokens_and_their_gradients_its_slopes() -> None:
    real, simulated, moments = drawn_moments(9, seed=2)
    sums = moments.sum(axis=0)
    assert correlations(sums[None])[0] == pytest.approx(ev_correlation_score(real, simulated), abs=1e-9)
    sums = moments[:3].sum(axis=0)  # of which the means are not 0
    for place in range(6):
        step = np.zeros(6)
        step[place] = 1e-4 * max(1.0, abs(sums[place]))
        ends = np.arctanh(correlations(np.stack([sums + step, sums - step])))
        slope = (ends[0] - ends[1]) / (2 * step[place])
        assert gradients(sums[None])[0, place] == pytest.approx(slope, rel=1e-4, abs=1e-9)


@pytest.mark.parametrize("way", WAYS)
def test_every_way_covers_well_behaved_excerpts_when_there_are_many(way: str) -> None:
    generator = np.random.default_rng(0)
    held = []
    for trial in range(150):
        real = generator.normal(size=(60, 16))
        simulated = 0.75 * real + math.sqrt(1 - 0.75**2) * generator.normal(size=real.shape)
        draws = Draws(moments_of(real, simulated), np.repeat([0, 1], 30), seed=trial, resamples=200)
        low, high = WAYS[way](draws)
        held.append(low <= 0.75 <= high)
    assert 0.88 <= np.mean(held) <= 1.0


def test_a_pool_tends_to_the_correlation_of_what_is_drawn_from_it() -> None:
    generator = np.random.default_rng(4)
    real = generator.gamma(0.3, 2.0, size=(2000, 16))
    pool = coverage.Pool.of("made up", real, real + generator.normal(size=real.shape))
    moments, _ = pool.draw(4000, 4000, generator)
    assert correlations(moments.sum(axis=0)[None])[0] == pytest.approx(pool.tends_to(1, 1), abs=0.02)


def test_wilson_intervals_are_the_published_ones() -> None:
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert all(math.isnan(value) for value in wilson(0, 0))


def test_a_target_counts_as_reached_only_if_every_larger_size_meets_it() -> None:
    def share(excerpts: str, held: int) -> Share:
        return Share("q", {"excerpts": excerpts, "judge": "j"}, held, 100, (0.95, 1.0))

    shares = [share("5+5", 90), share("10+10", 96), share("20+20", 94), share("50+50", 99), share("100+100", 95)]
    assert reached(shares) == ["j: met from 50+50 (tried: 5+5, 10+10, 20+20, 50+50, 100+100)"]
    assert reached([Figure("q", {"excerpts": "5+5"}, 0.5, at_least=0.9)])[0].startswith(": not met")


def test_rank_correlation_shares_ranks_among_equal_values() -> None:
    first, second = np.array([1.0, 2.0, 2.0, 4.0]), np.array([10.0, 30.0, 20.0, 40.0])
    expected = np.corrcoef([1, 2.5, 2.5, 4], [1, 3, 2, 4])[0, 1]
    assert runs.rank_correlation(first, second) == pytest.approx(expected)
    assert math.isnan(runs.rank_correlation(first[:1], second[:1]))


def test_a_judge_that_never_errs_prefers_the_true_explanation_of_every_puzzle() -> None:
    for puzzle in puzzles()[:4]:
        truths = {puzzle.explanation: puzzle.marks} | {false.text: false.marks for false in puzzle.falses}
        asked = SIMULATORS["decisions"](Judge(truths, PERFECT))
        true, *rest = [explanations.judge_value(asked, text, puzzle.evaluation()) for text in truths]
        assert true > max(rest)


def test_two_runs_of_one_rule_on_the_same_excerpts_agree_fully() -> None:
    same = Field(field().first, field().first)
    (figure,) = runs.measure(same, sizes=[5], readers=[("rules", "rule")])
    assert figure.value == pytest.approx(1.0)


def test_the_wider_rule_lets_no_wrong_sentence_pass_that_the_narrower_one_holds_back() -> None:
    found = {s.setting["rule"]: s for s in others.measure(field(), sizes=[5], readers=[("rules", "rule")])}
    narrow, wide = found["interval above the others' range"], found["score above the others' range"]
    assert narrow.tried == wide.tried > 0
    assert narrow.held <= wide.held


def test_at_five_a_side_a_neuron_is_scored_on_the_published_places() -> None:
    record = field().first[0].record
    chosen = evaluation(record, 5)
    assert [r.excerpt_id for r in chosen.records] == [
        r.excerpt_id for r in [*record.top[2:20:4], *record.random[1:15:3]]
    ]
