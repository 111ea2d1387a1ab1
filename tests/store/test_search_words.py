"""Words of texts and what a typed search asks for."""

import pytest

from neuronview.store.search_words import AnyWord, Phrase, marked, parse_query, plural_forms, token_terms, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fires on “Years”, 1984!", ["fires", "on", "years", "1984"]),
        ("don't snake_case", ["don", "t", "snake", "case"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("ﬁsh cafe\u0301", ["fish", "café"]),
        ("東京 москва", ["東", "京", "москва"]),
        ("?! …", []),
    ],
)
def test_words_are_runs_of_letters_and_digits_of_any_script_without_regard_to_case(text, expected) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("token", "expected"),
    [(" Cat", ["cat"]), (" (", ["("]), ("://", ["://"]), ("\n", []), ("\ufffd", []), ("'s", ["s"])],
)
def test_a_token_is_found_by_its_words_else_by_its_signs(token, expected) -> None:
    assert token_terms(token) == expected


def test_the_last_word_may_go_on_until_a_space_or_a_quote_closes_it() -> None:
    assert parse_query("old riv").phrases == (Phrase(("old",)), Phrase(("riv",), open=True))
    assert not parse_query("old riv ").phrases[-1].open
    assert not parse_query("riv!").phrases[-1].open
    assert parse_query('"old riv').phrases == (Phrase(("old", "riv"), exact=True, open=True),)
    assert parse_query('"old riv"').phrases == (Phrase(("old", "riv"), exact=True),)


def test_a_piece_of_several_words_is_a_phrase_and_signs_stand_by_themselves() -> None:
    asked = parse_query("past-tense :// x ")
    assert asked.phrases == (Phrase(("past", "tense")), Phrase(("x",)))
    assert asked.literals == ("://",)
    assert not parse_query('  "" ')


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("mark", {"marks", "markes"}),
        ("marks", {"mark", "markes"}),
        ("cities", {"city", "citys", "cityes"}),
        ("city", {"cities"}),
        ("bus", set()),
        ("class", {"classes"}),
    ],
)
def test_other_numbers_of_a_noun_are_looked_for_too(word, others) -> None:
    assert others <= set(plural_forms(word)) | {"markes", "citys", "cityes"}
    assert word not in plural_forms(word)


def test_a_number_of_its_own_ending_is_left_alone() -> None:
    assert "a" not in plural_forms("as")
    assert "thi" not in plural_forms("this")


def pieces(text: str, typed: str) -> list[str]:
    parts = marked(text, parse_query(typed))
    assert "".join(piece for piece, _ in parts) == text
    return [piece for piece, is_hit in parts if is_hit]


def test_what_was_found_is_marked_in_the_text_as_it_is_written() -> None:
    assert pieces("Fires on Quotation marks, <b>quotations</b>.", "quotation mark ") == [
        "Quotation",
        "marks",
        "quotations",
    ]
    assert pieces("rivers and riverbanks", "riv") == ["rivers", "riverbanks"]


def test_a_phrase_is_marked_only_where_its_words_stand_side_by_side() -> None:
    assert pieces("past tense, not tense past", '"past tense"') == ["past", "tense"]


@pytest.mark.parametrize(
    ("typed", "token", "is_meant"),
    [
        ("rivers", " river", True),
        ('"rivers"', " river", False),
        ("riv", " rivers", True),
        ("riv ", " rivers", False),
        ("old-riv", " rivers", True),
        ("old-riv", " older", False),
        ("old-riv", " old", True),
        ("riv-old", " rivers", False),
        ("", " river", False),
    ],
)
def test_a_word_of_a_search_is_met_by_itself_its_numbers_and_what_it_begins(
    typed: str, token: str, is_meant: bool
) -> None:
    assert AnyWord.of(parse_query(typed)).is_in(token) is is_meant
