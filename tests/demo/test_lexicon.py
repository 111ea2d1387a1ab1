"""The words and their inflections: enough of them, and right where English is irregular."""

from random import Random

import pytest

from neuronview.demo.grammar import Filler, expand, fill, slots
from neuronview.demo.inflect import (
    article,
    comparative,
    number_word,
    ordinal,
    ordinal_word,
    plural,
    superlative,
    verb_forms,
)
from neuronview.demo.lexicon import lexicon
from neuronview.demo.structure import agreeing, enumeration, nested, stretch, x_by_x
from neuronview.errors import BadInput, NotFound

LEX = lexicon()


def test_lexicon_holds_thousands_of_words() -> None:
    common = {
        word
        for group in (LEX.nouns, LEX.mass, LEX.verbs, LEX.adjectives, LEX.adverbs)
        for words in group.values()
        for word in words
    }
    assert len(common) > 4000, len(common)


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("cat", "cats"),
        ("city", "cities"),
        ("day", "days"),
        ("box", "boxes"),
        ("child", "children"),
        ("policeman", "policemen"),
        ("human", "humans"),
        ("fire engine", "fire engines"),
        ("bookshelf", "bookshelves"),
        ("sheep", "sheep"),
        ("mother-in-law", "mothers-in-law"),
        ("hypothesis", "hypotheses"),
        ("roof", "roofs"),
    ],
)
def test_plural(word: str, wanted: str) -> None:
    assert plural(word) == wanted


@pytest.mark.parametrize(
    ("base", "forms"),
    [
        ("walk", "walked walked walks walking"),
        ("go", "went gone goes going"),
        ("stop", "stopped stopped stops stopping"),
        ("visit", "visited visited visits visiting"),
        ("admit", "admitted admitted admits admitting"),
        ("carry", "carried carried carries carrying"),
        ("lie", "lay lain lies lying"),
        ("write", "wrote written writes writing"),
        ("agree", "agreed agreed agrees agreeing"),
        ("fix", "fixed fixed fixes fixing"),
        ("play", "played played plays playing"),
        ("quit", "quit quit quits quitting"),
    ],
)
def test_verb_forms(base: str, forms: str) -> None:
    verb = verb_forms(base)
    assert f"{verb.past} {verb.participle} {verb.third} {verb.ing}" == forms


def test_particles_stay_behind_the_verb() -> None:
    assert verb_forms("give up").past == "gave up"


@pytest.mark.parametrize(
    ("word", "more", "most"),
    [
        ("big", "bigger", "biggest"),
        ("happy", "happier", "happiest"),
        ("pale", "paler", "palest"),
        ("simple", "simpler", "simplest"),
        ("good", "better", "best"),
        ("careful", "more careful", "most careful"),
        ("ugly", "uglier", "ugliest"),
        ("tired", "more tired", "most tired"),
    ],
)
def test_comparison(word: str, more: str, most: str) -> None:
    assert (comparative(word), superlative(word)) == (more, most)


def test_article_follows_the_sound() -> None:
    words = {"apple": "an", "hour": "an", "university": "a", "uncle": "an", "European": "a", "8": "an", "one-way": "a"}
    assert {word: article(word) for word in words} == words


def test_numbers_in_words() -> None:
    assert number_word(1240) == "one thousand two hundred and forty"
    assert number_word(2006) == "two thousand and six"
    assert (ordinal_word(21), ordinal_word(40), ordinal(112), ordinal(23)) == (
        "twenty-first",
        "fortieth",
        "112th",
        "23rd",
    )


def test_every_word_of_a_class_occurs() -> None:
    rng = Random(3)
    animals = LEX.nouns["animal"]
    assert {LEX.noun(rng, "animal") for _ in range(60 * len(animals))} == set(animals)


def test_unknown_class_names_the_nearest() -> None:
    with pytest.raises(NotFound, match="animal"):
        LEX.noun(Random(0), "anmal")


def test_a_slot_with_an_index_comes_back() -> None:
    for seed in range(50):
        text = fill("{animal#1}|{animal#1:plural}|{animal#2}", Random(seed), LEX).lower()
        first, many, second = text.split("|")
        assert many == plural(first)
        assert second != first


def test_person_and_pronouns_agree() -> None:
    for seed in range(50):
        filler = Filler(Random(seed), LEX)
        given, he, his = filler.expand("{name} {he} {his}").split(" ")
        assert (given in LEX.female) == (he == "she") == (his == "her") or given in LEX.male


def test_numbers_of_one_index_are_one_number() -> None:
    figures, words = expand("{n#1:3-90} {num#1}", Random(5), LEX).split(" ")
    assert number_word(int(figures)) == words


def test_choices_and_escapes() -> None:
    seen = {expand(r"[a|b[1|2]]\[\{(? x)", Random(seed), LEX) for seed in range(80)}
    assert seen == {start + r"[{" + end for start in ("a", "b1", "b2") for end in ("", " x")}


def test_tidy_raises_sentence_starts_but_not_after_quoted_questions() -> None:
    text = fill('it rained . "why?" asked tom at 3 p.m. on {weekday}. “so  be it.”', Random(0), LEX, weekday="monday")
    assert text == 'It rained. "Why?" asked tom at 3 p.m. on monday. “So be it.”'


def test_fixed_slots_take_forms_and_articles() -> None:
    assert fill("{a beast}, {beast:plural}", Random(0), LEX, beast="owl") == "An owl, owls"


def test_unknown_slot_is_named_with_the_nearest() -> None:
    with pytest.raises(NotFound, match="animal"):
        fill("{anmal}", Random(0), LEX)


def test_unclosed_choice_is_refused() -> None:
    with pytest.raises(BadInput, match="never closes"):
        fill("[a|b", Random(0), LEX)


def test_every_listed_slot_fills() -> None:
    for name in slots():
        assert "{" not in fill("x {" + name + "}", Random(1), LEX), name


def test_agreement_follows_the_number() -> None:
    for number, wanted in ((False, "is walks its"), (True, "are walk their")):
        filler = Filler(Random(0), LEX, go="walk")
        assert agreeing(filler, "{is} {go:$} {its}", plural=number) == wanted


def test_nested_brackets_close_in_order() -> None:
    partner = {")": "(", "]": "["}
    for seed in range(50):
        stack: list[str] = []
        for mark in nested(Random(seed), 4, lambda level: f"w{level}"):
            if mark in "([":
                stack.append(mark)
            elif mark in partner:
                assert stack.pop() == partner[mark]
        assert not stack


def test_small_structures() -> None:
    assert stretch("abc", 2, 4) == ["c", "a", "b", "c"]
    assert enumeration(["a", "b", "c"]) == "a, b and c"
    for seed in range(40):
        words = x_by_x(Random(seed)).split(" ")
        assert len(words) != len(set(words)) or words[0] == "more"
