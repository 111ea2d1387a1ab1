"""Money, tokens and time in few characters: what is not nothing never reads as nothing."""

import pytest

from neuronview.ui.amounts import amount_words, facts_html, money_words, price_words, time_words


@pytest.mark.parametrize(
    ("dollars", "words"),
    [(0.0, "$0"), (0.00000002, "under $0.0001"), (0.0042, "$0.0042"), (0.1234, "$0.12"), (1234.5, "$1,234.50")],
)
def test_money_keeps_the_digits_that_count(dollars: float, words: str) -> None:
    assert money_words(dollars) == words


@pytest.mark.parametrize(("n", "words"), [(0, "0"), (99_999, "99,999"), (250_400, "250 k"), (12_340_000, "12.3 M")])
def test_tokens_are_short_from_a_hundred_thousand_on(n: int, words: str) -> None:
    assert amount_words(n) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "none"), (0.2, "1 s"), (89, "89 s"), (300, "5 min"), (9000, "2.5 h")]
)
def test_a_duration_is_in_its_own_unit(seconds: float, words: str) -> None:
    assert time_words(seconds) == words


def test_names_and_values_are_text_and_not_markup() -> None:
    assert "<b>" not in facts_html([("calls", "<b>1</b>")])


def test_a_price_that_a_person_gave_is_not_called_a_list_price() -> None:
    assert price_words("", "") == "at list prices"
    assert price_words("0.5,2", "") == "at the price that you gave"
    assert price_words("0.5,2", "1,1") == "at the prices that you gave"
