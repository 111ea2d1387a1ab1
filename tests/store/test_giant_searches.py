"""Searches without end or measure are answered, or refused in words, at once."""

import re
import time
from collections.abc import Iterator

import pytest

from neuronview.errors import BadPattern
from neuronview.store import Dataset, open_dataset
from neuronview.store.search_words import AnyWord, marked, parse_query
from neuronview.store.searching import MOST_CHARACTERS
from tests.support import small_dataset

LONG = ("x" * 10_000_000, "word " * 2_000_000, '"a b" ' * 300_000, '"' * 1_000_000, "é" * 100_000)
NASTY = ("(a+)+$", "(x+x+)+y", "((((a{1000}){1000}){1000}))", "(" * 3_000, "(.*)*" * 700, "[a-z]{1000}" * 300, "\0")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    opened = open_dataset(small_dataset.build(tmp_path_factory.mktemp("data") / "small"))
    yield opened
    opened.close()


@pytest.mark.timeout(30)
@pytest.mark.parametrize("regex", [False, True])
def test_a_long_search_is_refused_with_its_length(dataset: Dataset, regex: bool) -> None:
    for text in LONG:
        with pytest.raises(BadPattern, match=re.escape(f"{len(text):,} characters; at most {MOST_CHARACTERS:,}")):
            dataset.search(text, regex=regex)


@pytest.mark.timeout(30)
def test_an_expression_that_means_harm_ends(dataset: Dataset) -> None:
    for pattern in NASTY:
        try:
            found = dataset.search(pattern, regex=True)
        except BadPattern:
            continue
        assert len(found) <= 50


@pytest.mark.timeout(30)
def test_the_longest_search_is_answered(dataset: Dataset) -> None:
    assert len(dataset.search(("word " * MOST_CHARACTERS)[:MOST_CHARACTERS])) == 0


@pytest.mark.parametrize("typed", ["0:" * 2_000, "a b " * 1_000, " ".join(map(str, range(900)))])
def test_thousands_of_words_are_looked_for_in_many_texts_at_once(typed: str) -> None:
    query = parse_query(typed)
    begun = time.thread_time()
    any_word = AnyWord.of(query)
    assert not any(any_word.is_in(f"token{number}") for number in range(1_000))
    assert not any(is_hit for number in range(10) for _, is_hit in marked(f"token{number} and so on " * 20, query))
    assert time.thread_time() - begun < 2
