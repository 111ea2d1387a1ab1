"""The feature dictionary: what each rule marks, and that it depends on the text alone, not on how it is cut."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from neuronview.errors import BadInput, NotFound
from neuronview.explain.features import (
    describe,
    evaluate_expression,
    evaluate_one,
    feature,
    lexicon,
    overlap,
)
from neuronview.explain.features import evaluate_known as evaluate  # dropped features are held to the same rules
from neuronview.explain.features import known_features as features

MIXED = (Path(__file__).parent / "mixed_text.txt").read_text(encoding="utf-8").split("\n=====\n")

# tokens are separated by ¦ and those that the feature must mark begin with ^; all others must not be marked
ROWS = [
    ("digits", "I have ¦^12¦ apples and ¦^3"),
    ("digits", "no¦ numbers¦ here"),
    ("one_digit", "^3¦ of ¦14"),
    ("two_digits", "3¦ of ¦^14"),
    ("many_digits", "code ¦^12¦^345¦ or ¦123"),
    ("number_rest", "code ¦12¦^345¦ or ¦123"),
    ("year", "in¦^ 1984¦ we had¦ 3500¦ sheep,¦ $2010"),
    ("decimal_number", "^ 3¦^.¦^5¦ and¦ 35¦."),
    ("thousands_number", "^1¦^,¦^200¦ or¦ 12,¦ 3"),
    ("ordinal_digits", "the¦^ 22¦^nd¦ of¦ 22"),
    ("percent", "^ 5¦^%¦ of¦ 100"),
    ("money", "cost¦^ $¦^3¦^.50¦ for¦ 2"),
    ("clock_time", "at¦^ 10¦^:¦^45¦ in room¦ 10"),
    ("clock_time", "at¦^ 3¦^ pm¦ sharp"),
    ("numeric_date", "on¦^ 2020-03-12¦ at¦ 12"),
    ("list_number", "^1.¦ Eat\n¦^2.¦ Sleep¦ 3"),
    ("result_of_equation", "2 + 3 =¦^ 5¦ and¦ 5"),
    ("arithmetic_operator", "2¦^ +¦ 3¦ yes -¦ no"),
    ("calendar_date", "on¦^ 3¦^ May¦ in¦ May"),
    ("measurement_unit", "5¦^ kg¦ of kg"),
    ("next_in_sequence", "1¦, ¦^2¦, ¦^3¦, ¦5"),
    ("same_number_again", "7¦ and ¦8¦ and ¦^7"),
    ("number_word", "^Twenty¦-¦^one¦ cats"),
    ("ordinal_word", "the¦^ third¦ man"),
    ("month", "in¦^ Mar¦^ch¦ we march"),
    ("month", "we¦ may¦ go in¦^ May"),
    ("weekday", "^Mon¦^day¦ morning"),
    ("season", "last¦^ summer¦ rain"),
    ("given_name", "dear¦^ Anna¦ will"),
    ("given_name", "^Mark¦ will¦ mark¦ it"),
    ("family_name", "Anna¦^ Ko¦^walski¦ said"),
    ("family_name", "Dr¦.¦^ Xu¦ said"),
    ("country", "in¦^ France¦, in¦ turkey"),
    ("capital_mid_sentence", "The cat¦ saw¦^ Rex¦.¦ Then"),
    ("initial", "by¦^ J¦^.¦ R¦ aged"),
    ("first_person_singular", "^I¦ saw¦^ my¦ self"),
    ("third_person_plural", "^ They¦ saw¦^ them"),
    ("reflexive_pronoun", "by¦^ him¦^self¦ him"),
    ("wh_word", "^Who¦ knows¦^ why"),
    ("word_the", "^The¦ theory of¦^ the¦ other"),
    ("modal", "we¦^ must¦ go, we¦^ can¦^'t¦ stay"),
    ("negation", "do¦^ not¦ go, I¦^ don¦^'t"),
    ("be_verb", "it¦^ was¦^ being"),
    ("clitic_not", "I do¦^n't¦ go"),
    ("possessive_s", "the cat¦^'s¦ tail"),
    ("clitic_will", "we¦^'ll¦ go"),
    ("contraction", "^We¦^'ll¦ go to Anna's"),
    ("ending_ing", "we are¦^ sing¦^ing¦ in spring"),
    ("ending_ly", "^quick¦^ly¦ with the family"),
    ("ending_tion", "a¦^ nation¦ of"),
    ("ending_ed", "we¦^ walked¦ to bed"),
    ("prefix_un", "an¦^ un¦^happy¦ uncle"),
    ("infinitive", "want to¦^ go¦ to¦ the¦ sea"),
    ("progressive", "she is¦^ walking¦ for walking"),
    ("passive", "it was¦^ made¦ and made"),
    ("perfect", "she has¦^ gone¦ and gone"),
    ("comparative", "a¦^ bigger¦ dog, more¦^ pleasant"),
    ("there_is", "^There¦^ is¦ no one there"),
    ("conditional_clause", "^If¦^ it rains¦^,¦^ stay.¦ Good."),
    ("question_opening", "^Who¦ knows who"),
    ("reported_that", "he said¦^ that¦ that"),
    ("animal", "two¦^ pup¦^pies¦ and a¦^ cat¦^'s¦ tail"),
    ("food", "fresh¦^ bread¦ bed"),
    ("speech_verb", "she¦^ whisper¦^ed¦ softly"),
    ("motion_verb", "he¦ stopped¦ and¦^ ran"),
    ("first_token", "^a¦b¦a"),
    ("tokens_4_15", "a¦b¦c¦d¦^e¦^f"),
    ("sentence_start", "^One¦ cat.¦^ Two¦ dogs! no.¦^ Three"),
    ("sentence_start", "^Dr¦.¦ Smith¦ left.\n\n¦^next"),
    ("sentence_start", "and¦ so on.¦^ Then"),
    ("line_start", "one¦\n¦^two¦ three\n¦^four"),
    ("paragraph_start", "one\n¦two¦\n\n¦^three"),
    ("after_the", "the¦^ cat¦ near the¦^ dog¦s"),
    ("after_the", "theory¦ of¦ things"),
    ("after_comma", "one,¦^ two¦, ¦^three¦ 1,200¦ four"),
    ("after_speech_verb", "he said¦^,¦ yes"),
    ("after_number", "in 12¦^ days¦ time"),
    ("after_quote_open", 'so "¦^Go¦ on" he'),
    ("comma", "one¦^,¦ two¦^,\"¦ three"),
    ("full_stop", "Dr¦.¦ Smith left¦^.¦ 3¦.¦5"),
    ("question_mark", "who¦^?¦!"),
    ("quote_open", 'so¦^ "¦go¦"¦ on'),
    ("quote_close", 'so¦ "¦go¦^"¦ on'),
    ("ellipsis", "so¦^...¦ on."),
    ("hyphen", "well¦^-¦known -¦ yes"),
    ("any_punctuation", "a¦^,¦ b¦^;¦ c"),
    ("newline", "a¦^\n¦b¦^ \n\n¦c"),
    ("blank_line", "a¦\n¦b¦^ \n\n¦c"),
    ("indentation", "a:\n¦^    ¦b¦ c"),
    ("label_line", "^Subject¦^:¦ your order"),
    ("inside_quotes", 'He said "¦^stay¦ ¦^here¦" and¦ left'),
    ("inside_quotes", 'He said "¦^stay¦\n\n¦Next'),
    ("inside_quotes", "He said “¦^stay¦” and¦ left"),
    ("inside_round", "a (¦^b¦^ c¦) d"),
    ("inside_nested", "(a ¦[¦^b¦]¦ c)"),
    ("inside_question", "Yes. ¦^Who¦^ is it¦^?¦ No."),
    ("word_piece_inside", "un¦^believ¦^able¦ story"),
    ("first_piece_of_word", "^ un¦believ¦able¦ story"),
    ("leading_space", "a¦^ b¦\n"),
    ("single_letter", "^I¦ am¦^ a¦ cat"),
    ("all_capitals", "^NA¦^SA¦ is¦ I"),
    ("mixed_case", "my¦^ iPh¦^one¦ Phone"),
    ("hyphenated_first", "a¦^ well¦-¦known"),
    ("hyphenated_rest", "a¦ well¦-¦^known"),
    ("token_again", "a¦ b¦^a¦^ b¦ c"),
    ("token_doubled", "a¦^a¦b¦a"),
    ("previous_token_again", "x¦y¦x¦^z"),
    ("pair_again", "x¦y¦z¦x¦^y"),
    ("word_again", "The cat¦ saw¦^ the¦^ Cat"),
    ("word_x_by_x", "step¦ by¦^ step¦ and"),
    ("before_full_stop", "the¦^ e¦^nd¦.¦ No"),
    ("code_keyword", "^def¦ f¦(x):\n    ¦^return¦ x"),
    ("code_keyword", "we return¦ if¦ we can"),
    ("code_function_name", "x = ¦^foo¦(1)¦ + 2"),
    ("identifier_underscore", "a¦^ foo¦^_¦^bar¦ b"),
    ("code_comment", "x = 1  ¦^#¦^ one"),
    ("html_tag_name", "<¦^p¦>Hi</¦p¦>"),
    ("html_closing_tag", "<p>¦Hi¦^</¦^p¦^>"),
    ("html_attribute", "<a ¦^href¦=\"x\">"),
    ("json_key", '{"¦^name¦": "¦Ada¦"}'),
    ("url", "see¦^ https¦^://¦^a.org/b¦ now"),
    ("email_address", "to¦^ a¦^@¦^b.org¦ now"),
    ("file_extension", "open a¦^.py¦ file."),
    ("shell_flag", "ls¦^ -¦^l¦ now"),
    ("csv_comma", "a¦^,¦b¦, c"),
    ("vertical_bar", "a ¦^|¦ b"),
    ("french_word", "^Nous¦ avons mangé¦^ dans¦^ la¦^ maison"),
    ("french_word", "the¦ die¦ on¦ me"),
    ("non_latin", "a¦^ мир¦ b"),
    ("broken_character", "caf¦^\ufffd¦^\ufffd¦ bar"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "marked"), ROWS, ids=[f"{name}-{i}" for i, (name, _) in enumerate(ROWS)])
def test_feature_marks_exactly_the_expected_tokens(name: str, marked: str) -> None:
    pieces = marked.split("¦")
    tokens = [piece.removeprefix("^") for piece in pieces]
    expected = [piece.startswith("^") for piece in pieces]
    found = evaluate_one(name, tokens).tolist()
    assert found == expected, [token for token, hit in zip(tokens, found, strict=True) if hit]


def cut(text: str, *, longest: int, seed: int) -> list[str]:
    """Cut at random places inside and between runs of word characters, single marks and white space."""
    rng = np.random.default_rng(seed)
    tokens = []
    for run in re.findall(r" ?\w+| ?[^\w\s]|\s", text):
        while run.strip():
            size = int(rng.integers(1, longest + 1)) + (run[0] == " ")
            tokens.append(run[:size])
            run = run[size:]
        if run:
            tokens.append(run)
    assert "".join(tokens) == text
    return tokens


def marked_characters(tokens: Sequence[str]) -> np.ndarray:
    """(n_features, n_characters that are not white space)."""
    rows = np.repeat(evaluate(tokens), [len(token) for token in tokens], axis=1)
    return rows[:, [not letter.isspace() for letter in "".join(tokens)]]


DEPENDS_ON_CUT = {"following", "position", "repetition", "shape", "layout", "lookahead"}
DEPENDS_ON_CUT_BY_NAME = {"number_rest", "code_first_token", "bracket_first_token"}


def test_the_same_text_cut_at_other_places_marks_the_same_characters() -> None:
    names = [item.name for item in features()]
    steady = [
        i
        for i, item in enumerate(features())
        if item.family not in DEPENDS_ON_CUT and item.name not in DEPENDS_ON_CUT_BY_NAME
    ]
    for text in MIXED:
        fine, coarse = (marked_characters(cut(text, longest=size, seed=size)) for size in (1, 30))
        differing = np.flatnonzero((fine != coarse).any(axis=1))
        # a mark and the letters that it belongs to may share a coarse token with characters outside the span
        wrong = [names[i] for i in differing if i in steady and (fine[i] & ~coarse[i]).any()]
        assert wrong == []
        words_only = [i for i in differing if features()[i].family in {"topics", "grammar", "calendar"}]
        assert [names[i] for i in words_only if not apostrophe_explains(text, fine[i], coarse[i])] == []


def apostrophe_explains(text: str, fine: np.ndarray, coarse: np.ndarray) -> bool:
    """Whether marks differ only inside runs of letters, digits and underscores of more than one word (file_name)."""
    letters = "".join(text.split())
    differing = np.flatnonzero(fine != coarse)
    return all(re.search(r"[_\d]", letters[max(0, i - 25) : i + 25]) for i in differing)


def test_features_have_unique_snake_case_names_and_unique_phrases() -> None:
    names = [item.name for item in features()]
    phrases = [item.phrase for item in features()]
    assert len(set(names)) == len(names) >= 220
    assert sorted(phrase for phrase in phrases if phrases.count(phrase) > 1) == []
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]*", name)] == []


def test_no_two_features_are_near_duplicates_on_mixed_text() -> None:
    assert len(" ".join(MIXED).split()) >= 2000
    cuts = [cut(text, longest=size, seed=1) for text in MIXED for size in (4, 30)]
    rows = np.concatenate([evaluate(tokens) for tokens in cuts], axis=1)
    fires = np.flatnonzero(rows.any(axis=1) & ~rows.all(axis=1))
    silent = [item.name for item, hits in zip(features(), rows.any(axis=1), strict=True) if not hits]
    assert silent == []
    correlation = np.triu(np.corrcoef(rows[fires].astype(float)), k=1)
    pairs = np.argwhere(np.abs(correlation) > 0.98)
    names = [features()[i].name for i in fires]
    assert [(names[i], names[j], round(float(correlation[i, j]), 3)) for i, j in pairs] == []


@pytest.mark.parametrize("tokens", [[], [""], ["", "a", ""], ["\n"], ["\ufffd", "\ufffd"], ["é" * 5], ["("] * 40])
def test_odd_tokens_give_a_result_of_their_length(tokens: list[str]) -> None:
    assert evaluate(tokens).shape == (len(features()), len(tokens))
    assert evaluate(tokens).dtype == np.bool_


def test_empty_tokens_are_marked_by_position_only() -> None:
    rows = evaluate(["The", "", " cat", ""])
    marked = {item.family for item, row in zip(features(), rows, strict=True) if row[1] or row[3]}
    assert marked == {"position"}


def test_ten_thousand_tokens_are_evaluated_as_one_text() -> None:
    tokens = ([" The", " cat", " (", "sat", ")", " 12", ".", "\n"] * 1250)[:10_000]
    rows = evaluate(tokens)
    assert rows.shape == (len(features()), 10_000)
    names = [item.name for item in features()]
    assert rows[names.index("animal")].sum() == 1250
    assert rows[names.index("inside_round")].sum() == 1250


def test_each_feature_function_and_evaluate_one_give_the_row_of_evaluate() -> None:
    tokens = cut(MIXED[0][:200], longest=5, seed=3)
    rows = evaluate(tokens)
    for row, item in list(zip(rows, features(), strict=True))[::17]:
        assert np.array_equal(item.function(tokens), row)
        assert np.array_equal(evaluate_one(item.name, tokens), row)


def test_unknown_feature_names_near_matches() -> None:
    assert feature("month").family == "calendar"
    with pytest.raises(NotFound, match="month"):
        feature("months")


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ({"feature": "month"}, "Fires on months of the year."),
        ({"any": ["month", "weekday"]}, "Fires on months of the year or days of the week."),
        (
            {"all": ["inside_quotes", "initial_capital"]},
            "Fires on words inside double quotes that are also words with an initial capital.",
        ),
        (
            {"all": ["after_the", "animal"]},
            "Fires where all of this holds at once: the token after “the”; animals.",
        ),
    ],
)
def test_expression_reads_as_a_sentence(expression: dict[str, object], sentence: str) -> None:
    assert describe(expression) == sentence


@pytest.mark.parametrize("expression", [{}, {"any": ["month"]}, {"not": "month"}, {"feature": 3}, {"any": [{}, {}]}])
def test_other_forms_of_expression_are_refused(expression: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="not an expression"):
        describe(expression)


def test_expression_is_the_union_or_intersection_of_its_features() -> None:
    tokens = ["On", " Monday", " in", " May", " we", ' "', "Marie", '"']
    month, day = evaluate_one("month", tokens), evaluate_one("weekday", tokens)
    assert np.array_equal(evaluate_expression({"any": ["month", "weekday"]}, tokens), month | day)
    assert np.array_equal(evaluate_expression({"feature": "month"}, tokens), month)
    both = evaluate_expression({"all": ["inside_quotes", "initial_capital"]}, tokens)
    assert both.tolist() == [False] * 6 + [True, False]


def test_overlap_is_the_share_of_the_written_words() -> None:
    listed = next(item for item in lexicon.lists() if item.name == "month").written
    shares = overlap([word.upper() for word in listed[:6]] + ["unrelated"])
    assert shares["month"] == pytest.approx(6 / len(listed))
    assert overlap([])["animal"] == 0
    assert set(shares) == {item.name for item in lexicon.lists()}


@pytest.mark.parametrize(
    ("form", "expected"),
    [("plural", "city cities box boxes day days"),
     ("past", "stop stopped bake baked cry cried play played open opened"),
     ("progressive", "sit sitting bake baking die dying see seeing walk walking")],
)  # fmt: skip
def test_inflection_of_regular_words(form: str, expected: str) -> None:
    words = expected.split()
    assert [getattr(lexicon, form)(word) for word in words[::2]] == words[1::2]


def test_features_that_see_only_the_past_do_not_change_when_text_follows() -> None:
    families = {"position", "repetition", "following"}
    rows = [i for i, item in enumerate(features()) if item.family in families and item.name != "after_number"]
    for text in MIXED:
        tokens = cut(text, longest=30, seed=5)
        whole = evaluate(tokens)[rows]
        for size in (len(tokens) // 3, len(tokens) // 2):
            part = evaluate(tokens[:size])[rows]
            differing = np.flatnonzero((part[:, : size - 2] != whole[:, : size - 2]).any(axis=1))
            assert [features()[rows[i]].name for i in differing] == []
