"""Prompts: excerpts are written out exactly, examples are usable, everything fits, and nothing is added unseen."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronview.errors import BadInput, NotSupported
from neuronview.explain.prompts import (
    Example,
    ExampleRecord,
    count_messages,
    estimate_tokens,
    example_neurons,
    excerpt_listing,
    is_sparse,
    normalized_records,
    numbered_listing,
    prompt_hash,
    read_examples,
    records_listing,
    within_budget,
)
from neuronview.explain.prompts.explaining import (
    WrongExcerpt,
    pairs_messages,
    revision_messages,
    summary_messages,
    token_space_messages,
)
from neuronview.explain.prompts.simulating import (
    all_at_once_messages,
    decision_input,
    decision_question,
    digits_messages,
    structured_messages,
)
from neuronview.llm.calls import ChatRequest, Message
from neuronview.records import ActivationRecord

TOKENS = st.lists(st.one_of(st.text(max_size=6), st.sampled_from(["\t", "\n", "<end>", "<start>\n", "unknown", "�"])))

VOWELS = Example(
    "vowels",
    (
        ExampleRecord(("a", "b", "c"), np.array([1.0, 0.0, 0.0]), 0),
        ExampleRecord(("d", "e", "f"), np.array([0.0, 1.0, 0.0]), 1),
    ),
)


def record(tokens: str, values: list[float]) -> ActivationRecord:
    return ActivationRecord(tuple(tokens), np.array(values))


def test_a_listing_has_a_line_a_token_between_its_marks() -> None:
    assert excerpt_listing(("a", " b"), [3, 10]) == "<start>\na\t3\n b\t10\n<end>"


def test_values_before_the_reveal_position_are_unknown_and_those_from_it_are_not() -> None:
    assert excerpt_listing("abc", [1, 2, 3], reveal=2) == "<start>\na\tunknown\nb\tunknown\nc\t3\n<end>"
    assert excerpt_listing("ab") == "<start>\na\tunknown\nb\tunknown\n<end>"


def test_records_follow_one_another() -> None:
    assert records_listing(["a", "b"], [[1], [2]]) == "<start>\na\t1\n<end>\n<start>\nb\t2\n<end>"


@given(TOKENS)
@settings(max_examples=60, deadline=None)
def test_numbered_lines_are_as_many_as_tokens_whatever_is_in_them(tokens: list[str]) -> None:
    lines = numbered_listing(tokens).split("\n") if tokens else []
    assert [int(line.split("\t")[0]) for line in lines] == list(range(1, len(tokens) + 1))


def test_ten_is_the_largest_activation_of_the_records_shown_together() -> None:
    assert normalized_records([np.array([-1.0, 0.5]), np.array([2.0, 1.0])]) == [[0, 2], [10, 5]]
    assert normalized_records([np.array([-1.0, -0.5])]) == [[0, 0]]
    assert normalized_records([np.array([])]) == [[]]


@pytest.mark.parametrize(("above", "expected"), [(1, True), (2, False), (0, True), (10, False)])
def test_fewer_than_a_fifth_above_zero_is_sparse_and_exactly_a_fifth_is_not(above: int, expected: bool) -> None:
    assert is_sparse([[1] * above + [0] * (10 - above)]) is expected


def test_sparse_records_are_listed_again_without_their_zeros() -> None:
    content = pairs_messages([record("abcdef", [1, 0, 0, 0, 0, 0])], ())[-1].content
    assert content.endswith("<end>\nThe same without the zeros:\n<start>\na\t10\n<end>")
    assert content.count("f\t0") == 1


@pytest.mark.parametrize(("values", "repeat"), [([1, 0, 0, 0, 0], True), ([1, 0, 0, 0, 0, 0], False)])
def test_other_records_are_listed_once(values: list[float], repeat: bool) -> None:
    shown = pairs_messages([record("abcdef"[: len(values)], values)], (), sparse_repeat=repeat)
    assert shown[-1].content.count("<start>") == 1


def test_the_all_at_once_prompt_is_as_published() -> None:
    messages = all_at_once_messages(" letters\nin z ", ("x", "\t", "z"), [VOWELS])
    assert [m.role for m in messages] == ["system", "user", "assistant", "user", "assistant"]
    assert [m.content for m in messages[1:]] == [
        "Neuron 1\nIt responds to: vowels\nActivations:",
        "<start>\na\t10\nb\t0\nc\t0\n<end>\n<start>\nd\tunknown\ne\t10\nf\t0\n<end>",
        "Neuron 2\nIt responds to: letters in z\nActivations:",
        "<start>\nx\tunknown\n\t\tunknown\nz\tunknown\n<end>",
    ]


def test_a_scale_that_ends_at_nine_shows_no_ten() -> None:
    messages = all_at_once_messages("z", ("x",), [VOWELS], highest=9)
    assert not any("10" in m.content for m in messages)
    assert "a\t9\n" in messages[2].content


def test_examples_always_switch_from_unknown_to_numbers() -> None:
    for example in example_neurons():
        for shown, values in zip(example.records, example.values, strict=True):
            listing = excerpt_listing(shown.tokens, values, reveal=shown.reveal)
            assert listing.count("\tunknown\n") == shown.reveal < len(shown.tokens)


def test_examples_differ_in_where_numbers_begin_and_in_how_many_are_above_zero() -> None:
    examples = example_neurons()
    reveals = [r.reveal for example in examples for r in example.records]
    assert len(examples) >= 4
    assert all(len(example.records) == 2 for example in examples)
    assert min(reveals) == 0
    assert len(set(reveals)) >= 6
    assert {is_sparse(example.values) for example in examples} == {True, False}
    assert all(max(map(max, example.values)) == 10 for example in examples)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"tokens": ["a"]}, "1 tokens and 2 activations"),
        ({"activations": [1.0, math.nan]}, "finite"),
        ({"activations": [0.0, -1.0]}, "above zero"),
        ({"reveal": 2}, "reveal is 2"),
    ],
)
def test_an_unusable_example_is_refused_by_name(change: dict[str, Any], said: str) -> None:
    entry = {"tokens": ["a", "b"], "activations": [0.0, 1.0], "reveal": 0} | change
    with pytest.raises(BadInput, match=f"neuron 0, record 0.*{said}"):
        read_examples({"neurons": [{"explanation": "x", "records": [entry]}]})


@pytest.mark.parametrize(
    "data", [{}, {"neurons": []}, {"neurons": [{"explanation": " "}]}, {"neurons": [{"explanation": "x"}]}]
)
def test_examples_without_sentence_or_record_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        read_examples(data)


def shape(budget: int) -> tuple[list[int], int]:
    """How many records each example has, and how many the neuron, in the prompt for a budget."""

    def build(examples: tuple[Example, ...], n: int) -> tuple[Message, ...]:
        return (
            Message("user", " ".join(["word"] * (10 * sum(len(e.records) for e in examples) + 7 * n))),
            *(Message("assistant", str(len(e.records))) for e in examples),
            Message("user", str(n)),
        )

    messages = within_budget(build, [VOWELS, VOWELS], n_records=2, budget=budget, count=lambda t: len(t.split()))
    return [int(m.content) for m in messages if m.role == "assistant"], int(messages[-1].content)


def test_a_small_context_takes_second_records_first_then_examples_then_excerpts() -> None:
    seen = dict.fromkeys(str(shape(budget)) for budget in range(80, 15, -1))
    assert list(seen) == ["([2, 2], 2)", "([1, 2], 2)", "([1, 1], 2)", "([1], 2)", "([], 2)", "([], 1)"]


def test_a_context_that_holds_not_even_the_least_is_said() -> None:
    with pytest.raises(NotSupported, match="Raise --context-tokens"):
        shape(10)


def test_a_prompt_never_exceeds_its_budget() -> None:
    for budget in (500, 1000, 2000, 4000):
        messages = within_budget(
            lambda examples, _: all_at_once_messages("x", ("a",) * 60, examples), example_neurons(), budget=budget
        )
        assert count_messages(messages) <= budget


def test_estimated_tokens_count_words_numbers_marks_and_white_space() -> None:
    assert estimate_tokens(" the\t10\n") == 4
    assert estimate_tokens("") == 0
    assert estimate_tokens("日本語です") >= 3


def test_equal_prompts_have_one_hash_and_any_change_another() -> None:
    messages = (Message("user", "a"), Message("user", "b"))
    assert prompt_hash(messages) == prompt_hash(list(messages))
    others = [(Message("user", "ab"), Message("user", "")), (Message("assistant", "a"), Message("user", "b"))]
    requests = [ChatRequest(messages), ChatRequest(messages, temperature=1.0)]
    assert len({prompt_hash(messages), *map(prompt_hash, others), *map(prompt_hash, requests)}) == 5


def test_the_summary_has_about_half_the_tokens_of_the_pairs() -> None:
    drawn = np.random.default_rng(0)
    words = [" the", " river", " was", " cold", ",", " and", " nobody", " swam", ".", " In"]
    for share in (0.05, 0.15, 0.3):
        records = [
            ActivationRecord(tuple(drawn.choice(words, 64).tolist()), drawn.random(64) * (drawn.random(64) < share))
            for _ in range(5)
        ]
        ratio = count_messages(summary_messages(records, example_neurons())) / count_messages(
            pairs_messages(records, example_neurons())
        )
        assert 0.35 < ratio < 0.6, ratio


def test_a_summary_shows_text_and_active_tokens() -> None:
    content = summary_messages([record("ab\nc", [0.0, 1.0, 0.5, 0.0])], [VOWELS])[-1].content
    assert content == 'Neuron 2\nText: "ab\\nc"\nActive: "b" 10, "\\n" 5'
    silent = summary_messages([record("ab", [0.0, -1.0])], ())[-1].content
    assert silent.endswith("Active: none")


def test_token_space_shows_the_tokens_and_no_more() -> None:
    assert token_space_messages([" cat", '"'])[-1].content == '" cat", "\\""'


def test_a_revision_shows_real_beside_predicted_and_tried_sentences_on_one_scale() -> None:
    wrong = WrongExcerpt(("a", "b"), np.array([1.0, 0.0]), np.array([2.4, math.nan]))
    tried = WrongExcerpt(("c",), np.array([2.0]))
    content = revision_messages("old", [wrong], [tried])[-1].content
    assert "<start>\na\t5\t2\nb\t0\t-\n<end>" in content
    assert content.endswith("<start>\nc\t10\n<end>")


def test_chats_end_with_a_question_and_examples_are_answered_in_the_form_asked_for() -> None:
    for build in (digits_messages, structured_messages):
        messages = build("z", ("x", "\n"), [VOWELS])
        assert [m.role for m in messages] == ["system", *["user", "assistant"] * 2, "user"]
        assert messages[-1].content == 'Neuron 2\nIt responds to: z\nExcerpt:\n1\t"x"\n2\t"\\n"'
    assert digits_messages("z", "x", [VOWELS])[2].content == '1\t"a"\t10\n2\t"b"\t0\n3\t"c"\t0'


def test_decision_questions_are_short_and_equal_tokens_differ() -> None:
    questions = [decision_question(i, " the", levels=10) for i in range(2)]
    assert questions[0].instructions != questions[1].instructions
    assert questions[0].name != questions[1].name
    assert max(estimate_tokens(q.instructions) for q in questions) <= 15
    shared = decision_input("vowels", (" the", " the"), levels=10)
    assert shared.count("vowels") == 1
    assert shared.endswith('1\t" the"\n2\t" the"')
