"""Meanings of a neuron: planted ones are told apart, single ones are left whole, and scores are of unseen excerpts."""

import math
from dataclasses import replace

import numpy as np
import pytest

from neuronview.explain.context_groups import SILHOUETTE, group_by_context
from neuronview.explain.facets import EXCITING, STORED, Facets, exciting_records, facets
from neuronview.explain.rules import simulator_for
from neuronview.explain.word_pattern import explain_by_words, word_at
from neuronview.records import ActivationRecord, Explanation, NeuronId, NeuronRecord
from neuronview.scoring import ev_correlation_score
from tests.support.planted_meanings import FRENCH, NUMBERS, OTHERS, planted, planted_neuron


def meanings(found: Facets) -> list[set[int]]:
    """Excerpts by group."""
    return [{int(record.excerpt_id or 0) for record in facet.records} for facet in found.facets]


@pytest.mark.parametrize("each", [10, 50])
def test_two_planted_meanings_are_two_groups(each: int) -> None:
    found = facets(planted_neuron(NUMBERS, FRENCH, each=each))
    assert sorted(map(sorted, meanings(found))) == [list(range(each)), list(range(100, 100 + each))]
    assert found.silhouette >= SILHOUETTE


@pytest.mark.parametrize("words", [NUMBERS, FRENCH], ids=["several words of a kind", "one word"])
def test_one_planted_meaning_is_one_group(words: list[str]) -> None:
    found = facets(planted_neuron(words, each=20))
    assert [len(facet.records) for facet in found.facets] == [20]


def test_words_of_a_kind_are_joined_though_their_excerpts_lie_apart() -> None:
    found = facets(planted_neuron(NUMBERS, each=20))
    assert found.silhouette >= SILHOUETTE
    assert found.n_joined > 0


def test_the_order_of_the_records_changes_nothing() -> None:
    record = planted_neuron(NUMBERS, FRENCH, each=8)
    order = np.random.default_rng(3).permutation(len(record.top))
    shuffled = replace(record, top=[record.top[i] for i in order], random=record.random[::-1])
    one, other = facets(record), facets(shuffled)
    assert meanings(one) == meanings(other)
    for a, b in zip(one.facets, other.facets, strict=True):
        assert a.explanation is not None
        assert b.explanation is not None
        assert (a.explanation.text, a.score.value, a.fitted) == (b.explanation.text, b.score.value, b.fitted)


def test_each_meaning_has_its_own_explanation() -> None:
    found = facets(planted_neuron(NUMBERS, FRENCH))
    for facet in found.facets:
        assert facet.explanation is not None
        expected = simulator_for(facet.explanation).simulate([" He", " saw", " Paris", " in", " 42", " days"]).expected
        own, other = (2, 4) if facet.peaks[0][0] == "paris" else (4, 2)
        assert expected[own] > 3 * max(expected[other], 0.1)


def test_a_score_is_of_excerpts_that_nothing_was_fitted_on() -> None:
    record = planted_neuron(NUMBERS, FRENCH)
    for facet in facets(record).facets:
        assert facet.fitted.count(True) == facet.fitted.count(False) == 5
        assert facet.score.n_sequences == 5 + 5
        assert facet.score.value > 0.8
        low, high = facet.score.interval
        assert low < facet.score.value < high


def test_a_score_is_the_correlation_on_the_half_that_was_left() -> None:
    record = planted_neuron(FRENCH, each=12)
    (facet,) = facets(record).facets
    rule = (facet.explanation or Explanation("", "")).rule or {}
    left = [entry for entry, fitted in zip(facet.records, facet.fitted, strict=True) if not fitted]
    # Which random half was left cannot be seen: both are silent, so both give nearly the same.
    values = [
        ev_correlation_score(
            np.concatenate([entry.activations for entry in (*left, *half)]),
            [token == " Paris" for entry in (*left, *half) for token in entry.tokens],
        )
        for half in (record.random[::2], record.random[1::2])
    ]
    assert rule
    assert facet.score.value == pytest.approx(values[0], abs=0.01)
    assert facet.score.value == pytest.approx(values[1], abs=0.01)


def test_halves_share_no_document_and_no_template() -> None:
    record = planted_neuron(NUMBERS, each=12)
    joined = [replace(entry, document_id=f"d-{place // 3}") for place, entry in enumerate(record.top)]
    joined = [replace(entry, template=f"t-{place // 6}") for place, entry in enumerate(joined)]
    (facet,) = facets(replace(record, top=joined)).facets
    sides: dict[str, set[bool]] = {}
    for entry, fitted in zip(facet.records, facet.fitted, strict=True):
        sides.setdefault(str(entry.template), set()).add(fitted)
    assert len(sides) == 2
    assert all(len(side) == 1 for side in sides.values())


def test_excerpts_of_one_document_alone_have_no_score_and_it_is_said_why() -> None:
    record = planted_neuron(FRENCH, each=8)
    (facet,) = facets(replace(record, top=[replace(entry, document_id="one") for entry in record.top])).facets
    assert facet.score.state == "undefined"
    assert math.isnan(facet.score.value)
    assert "different documents" in facet.score.reason


def test_a_text_met_often_is_no_meaning_of_its_own() -> None:
    record = planted_neuron(FRENCH, each=12)
    again = planted(OTHERS, 5_000, document="again")
    copies = [replace(again, excerpt_id=6_000 + k) for k in range(12)]
    found = facets(replace(record, top=[*record.top, *copies]))
    assert len(found.facets) == 1
    apart = [planted(OTHERS, 5_000 + k, document=f"apart-{k}") for k in range(12)]
    assert len(facets(replace(record, top=[*record.top, *apart])).facets) == 2


def test_excerpts_without_a_likeness_are_one_group() -> None:
    drawn = np.random.default_rng(11)
    words = [f" {''.join(drawn.choice(list('abcdefghijklmnopqrstuvwxyz'), 6))}" for _ in range(24)]
    top = [planted([word], 50 + k, document=f"d-{k}") for k, word in enumerate(words)]
    found = facets(replace(planted_neuron(FRENCH), top=top))
    assert len(found.facets) == 1
    assert found.silhouette < SILHOUETTE


def test_an_excerpt_as_alike_to_two_groups_is_in_the_same_one_in_any_order() -> None:
    tokens = [(f" a{k}", " uu" if k < 4 else " vv", f" b{k}", " x" if k < 4 else " y", f" c{k}") for k in range(8)]
    tokens.append((" uu", " vv", " b8", " z", " c8"))
    values = np.array([0.0, 0.0, 0.0, 1.0, 0.0])
    records = [ActivationRecord(entry, values, excerpt_id=k) for k, entry in enumerate(tokens)]
    marked = {entry: np.zeros((2, 5), dtype=bool) for entry in tokens}
    for place, entry in enumerate(tokens):
        marked[entry][:, 3] = (place < 4 or place == 8, place >= 4)

    def groups(order: list[int]) -> list[list[int]]:
        found = group_by_context([records[k] for k in order], [], marked)
        return [sorted(order[k] for k in group) for group in found.groups]

    first = groups(list(range(9)))
    assert sorted(map(len, first)) == [4, 5]
    for seed in range(20):
        assert groups(np.random.default_rng(seed).permutation(9).tolist()) == first


def test_only_excerpts_with_a_high_maximum_count() -> None:
    record = planted_neuron(NUMBERS, each=6)
    weak = planted(FRENCH, 900, document="weak")
    weak = replace(weak, activations=weak.activations * np.float32(0.4))
    found = exciting_records(replace(record, quantiles=[[], [], [], [weak]]))
    assert len(found) == 6
    assert min(entry.maximum for entry in found) >= EXCITING * record.max_activation


def test_the_stored_explanation_stands_beside_it_on_the_same_excerpts() -> None:
    rule = {"kind": "pattern", "pattern": "paris", "regex": False, "on": 4.5, "off": 0.0}
    stored = Explanation("Fires on Paris", "person", NeuronId(0, 0), rule)
    found = facets(planted_neuron(NUMBERS, FRENCH), stored=stored)
    values = {
        facet.peaks[0][0]: next(entry.value for entry in facet.score.baselines if entry.name == STORED)
        for facet in found.facets
    }
    assert values.pop("paris") > 0.9
    assert all(math.isnan(value) for value in values.values()), "where the word never stands there is no correlation"


def test_a_stored_explanation_without_a_rule_is_left_out() -> None:
    found = facets(planted_neuron(FRENCH), stored=Explanation("Something", "pairs", NeuronId(0, 0)))
    assert not any(entry.name == STORED for facet in found.facets for entry in facet.score.baselines)


def test_a_neuron_that_never_fires_has_no_meaning() -> None:
    quiet = [planted([], k, group="random") for k in range(4)]
    quiet = [replace(entry, activations=-entry.activations) for entry in quiet]
    assert facets(NeuronRecord(NeuronId(0, 0), top=quiet, random=quiet)).facets == ()


def test_records_without_random_ones_are_grouped_and_have_no_score() -> None:
    found = facets(planted_neuron(NUMBERS, FRENCH, random=0))
    assert len(found.facets) == 2
    assert {facet.score.state for facet in found.facets} == {"undefined"}


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tokens", "position", "word"),
    [
        ((" a", " penins", "ul", "a", ","), 2, "peninsula"),
        ((" He", " said", ",", " no"), 2, ""),
        ((' "', "Paris", '"'), 1, "paris"),
        ((" well", "-", "known"), 2, "known"),
        ((" don", "'t"), 1, "t"),
    ],
)
def test_the_word_around_a_token(tokens: tuple[str, ...], position: int, word: str) -> None:
    assert word_at(tokens, position) == word


def test_words_that_mark_what_the_neuron_does_not_fire_on_explain_nothing() -> None:
    entry = ActivationRecord((" a", " b", " a"), np.array([1.0, 0.9, -9.0]), group="top")
    assert explain_by_words(NeuronId(0, 0), [entry], [entry]) is None
