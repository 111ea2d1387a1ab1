"""Patterns that a person types: what they mark, and that none of them runs for ever."""

import time
from contextlib import suppress

import pytest

from neuronview.errors import BadPattern
from neuronview.explain.pattern import MAX_PATTERN, SECONDS, Pattern, expression_in, without_slashes

CATASTROPHIC = "(a|aa)+$"
TOKENS = ["The", " cats", " sat", ",", " un", "happy", ":", " in", " New", "\n", "York", " (", "x", ")"]


def marked(pattern: str, *, is_regex: bool = False, tokens: list[str] | None = None) -> list[str]:
    tokens = TOKENS if tokens is None else tokens
    return [token for token, hit in zip(tokens, Pattern(pattern, is_regex=is_regex).marks(tokens), strict=True) if hit]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("sat", [" sat"]),
        ("SAT", [" sat"]),
        ("cat", []),  # whole words only
        ("cat*", [" cats"]),
        ("*happy", [" un", "happy"]),
        ("un*", [" un", "happy"]),  # a word in two pieces has both marked
        ("unhappy", [" un", "happy"]),
        ("sat, the", ["The", " sat"]),
        ("sat,, ", [" sat"]),
        ("new york", [" New", "York"]),  # white space between words, whichever
        ("(", [" ("]),  # plain words are no expression
        ("a.", []),
    ],
)
def test_words_are_whole_and_without_case(pattern: str, expected: list[str]) -> None:
    assert marked(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[Tt]he", ["The"]),
        ("sat|in", [" sat", " in"]),
        ("SAT", []),  # an expression says itself whether case counts
        ("(?i)SAT", [" sat"]),
        (r"\n", ["\n"]),
        (r"\n|sat", [" sat", "\n"]),  # white space counts where it is what was asked for
        (r"cats\s+sat", [" cats", " sat"]),
        (r"\bin\s", [" in"]),
        (r"x*", ["x"]),  # an empty match marks nothing
        (r"(?=sat)", []),
    ],
)
def test_expressions_are_read_as_they_stand(pattern: str, expected: list[str]) -> None:
    assert marked(pattern, is_regex=True) == expected


def test_a_mark_on_one_excerpt_does_not_depend_on_what_else_is_in_it() -> None:
    pattern = Pattern(r"\n|sat", is_regex=True)
    assert list(pattern.marks(["a", "\n"])) == list(pattern.marks(["a", "\n", " sat"]))[:2] == [False, True]


def test_nothing_is_marked_in_an_excerpt_without_tokens_or_text() -> None:
    assert Pattern("cat").marks([]).shape == (0,)
    assert list(Pattern("cat").marks(["", ""])) == [False, False]


@pytest.mark.parametrize("pattern", ["", "  ", ",,", " , "])
def test_empty_patterns_are_refused(pattern: str) -> None:
    with pytest.raises(BadPattern, match="Type words"):
        Pattern(pattern)


def test_an_unreadable_expression_is_refused_with_the_reason() -> None:
    with pytest.raises(BadPattern, match=r"not a regular expression: .*position"):
        Pattern("(a", is_regex=True)


def test_a_pattern_that_is_too_long_is_refused() -> None:
    with pytest.raises(BadPattern, match=str(MAX_PATTERN)):
        Pattern("a" * (MAX_PATTERN + 1))


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(a|a)+$", "(.*a){20}b", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_no_expression_computes_for_a_second(pattern: str) -> None:
    begun = time.process_time()  # computing time, which other programs on the machine do not add to
    with suppress(BadPattern):
        Pattern(pattern, is_regex=True).marks(["a" * 60 + "!"])
    assert time.process_time() - begun < 1.0


def test_a_catastrophic_expression_is_stopped_with_the_reason() -> None:
    with pytest.raises(BadPattern, match=r"was stopped after .* Nested repetition"):
        Pattern(CATASTROPHIC, is_regex=True).marks(["a" * 60 + "!"])


def test_slow_excerpts_share_one_limit() -> None:
    pattern = Pattern(CATASTROPHIC, is_regex=True)
    length = next(n for n in range(14, 40) if _seconds("a" * n + "!") > SECONDS / 10)
    with pytest.raises(BadPattern, match="was stopped"):
        _mark_often(pattern, ["a" * length + "!"])


def test_many_ordinary_excerpts_are_never_stopped() -> None:
    pattern = Pattern("cat*, sat")
    for _ in range(3000):
        pattern.marks(TOKENS)
    assert pattern.marks(TOKENS).sum() == 2


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/(a+)+$/", "(a+)+$"),
        (" /cats?/i ", "(?i)cats?"),
        (r"\d{4}", r"\d{4}"),
        ("[Tt]he", "[Tt]he"),
        ("this|that", "this|that"),
        ("^The", "^The"),
        ("ing$", "ing$"),
        ("colou?r", "colou?r"),
        ("the .* end", "the .* end"),
        ("(?i)paris", "(?i)paris"),
        ("a{2,}", "a{2,}"),
    ],
)
def test_what_looks_like_an_expression_is_recognised(typed: str, meant: str) -> None:
    assert expression_in(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["", "paris, london", "cat*", "*happy", "C++", "what?", "e.g.", "wait...", "3.5", "US$", "and/or", "/", "//", "(",
     "/usr/bin/", "(see above)", "a | b", "2 + 2", "don't"],
)  # fmt: skip
def test_words_are_not_taken_for_an_expression(typed: str) -> None:
    assert expression_in(typed) is None


def test_an_expression_that_cannot_be_read_is_not_suggested() -> None:
    assert expression_in("/(a/") is None
    assert expression_in(r"\d(") is None


def test_slashes_are_only_taken_off_where_they_enclose_everything() -> None:
    assert without_slashes("/a/") == "a"
    assert without_slashes(r"/a\/b/") == r"a\/b"
    assert without_slashes("a/b/") is None


def _mark_often(pattern: Pattern, tokens: list[str]) -> None:
    for _ in range(40):
        pattern.marks(tokens)


def _seconds(text: str) -> float:
    begun = time.thread_time()
    try:
        Pattern(CATASTROPHIC, is_regex=True).marks([text])
    except BadPattern:
        return SECONDS
    return time.thread_time() - begun
