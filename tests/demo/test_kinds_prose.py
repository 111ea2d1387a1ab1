"""The prose kinds of the demo corpus: clean text, the same text for the same seed, and verse that rhymes."""

from __future__ import annotations

import importlib
import random
import re
from collections.abc import Callable
from itertools import combinations

import pytest

from neuronview.demo.kinds import _prose, legal, sports, verse
from neuronview.demo.lexicon import Lexicon, lexicon

KINDS = (
    "news", "letters", "diary", "travel", "sports", "weather", "minutes", "legal", "verse", "reviews_good",
    "reviews_bad", "obituary", "advert",
)  # fmt: skip

Template = Callable[[random.Random, Lexicon], str]


def _templates() -> list[tuple[str, Template]]:
    found = []
    for kind in KINDS:
        module = importlib.import_module(f"neuronview.demo.kinds.{kind}")
        found += [(f"{kind}/{name}", template) for name, template in module.TEMPLATES.items()]
    return found


TEMPLATES = _templates()


def _texts(template: Template, name: str, count: int = 12) -> list[str]:
    return [template(random.Random(f"{name}/{seed}"), lexicon()) for seed in range(count)]


def _pools(kind: str) -> dict[str, tuple[str, ...]]:
    module = importlib.import_module(f"neuronview.demo.kinds.{kind}")
    return _prose.parse_pools(module.POOLS)


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'’]+", text)


@pytest.mark.parametrize(("name", "template"), TEMPLATES, ids=[name for name, _ in TEMPLATES])
class TestEveryTemplate:
    def test_leaves_no_mark_of_the_frame_language(self, name: str, template: Template) -> None:
        for text in _texts(template, name):
            assert not re.search(r"[{}\[\]|<>^@\\]|\(\?", text), text

    def test_says_something(self, name: str, template: Template) -> None:
        assert all(5 <= len(_words(text)) <= 320 for text in _texts(template, name))

    def test_has_clean_spaces_and_punctuation(self, name: str, template: Template) -> None:
        for text in _texts(template, name):
            assert text == text.strip()
            assert not re.search(r"\S  +\S| [,.;:!?](?!\.)|,,|\.\.(?!\.)|\n{3,}", text), text

    def test_has_an_before_vowels_and_a_before_consonants(self, name: str, template: Template) -> None:
        wrong = r"\b(?:[Aa] (?:[ai]\w|o[^n]|u[^nsk]|e[^uw])|[Aa]n [bcdfgjklmnpqrstvwz])"
        for text in _texts(template, name):
            assert not re.search(wrong, text), text

    def test_is_the_same_for_the_same_seed(self, name: str, template: Template) -> None:
        first, second = (template(random.Random(7), lexicon()) for _ in range(2))
        assert first == second


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_at_least_ten_templates(kind: str) -> None:
    assert sum(name.startswith(f"{kind}/") for name, _ in TEMPLATES) >= 10


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "verse"])
def test_a_kind_has_at_least_forty_frames_and_none_twice(kind: str) -> None:
    frames = [frame for pool in _pools(kind).values() for frame in pool]
    assert len(frames) >= 40
    assert len(set(frames)) == len(frames)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "verse"])
def test_every_pool_of_a_kind_is_drawn_by_some_layout(kind: str) -> None:
    layouts = importlib.import_module(f"neuronview.demo.kinds.{kind}").LAYOUTS
    drawn = {match[1] for layout in layouts.values() for match in re.finditer(r"@([a-z]+)", layout)}
    assert drawn == {name for name in _pools(kind) if not name.endswith(">")}


PEOPLE = {
    **_prose.person("A", "Ann", "Hill", female=True),
    **_prose.person("B", "Bea", "Marsh", female=True),
    **_prose.person("C", "Carl", "Stone", female=False),
    **_prose.person("D", "Dan", "Wood", female=False),
}


class TestPeople:
    def test_the_first_mention_gives_the_full_name_and_later_ones_the_family_name(self) -> None:
        told = _prose.bind("<A.last> left. <A.full> came back. <A.he> stayed.", PEOPLE)
        assert told == "Ann Hill left. Hill came back. she stayed."

    def test_a_pronoun_never_introduces_a_person(self) -> None:
        assert _prose.bind("We saw <A.him>. <A.last> waved.", PEOPLE) == "We saw Ann Hill. Hill waved."

    def test_a_pronoun_that_would_mean_somebody_else_becomes_a_name(self) -> None:
        told = _prose.bind("<A> sang. <B> danced. <A.he> slept.", PEOPLE)
        assert told == "Ann sang. Bea danced. Ann slept."

    def test_a_pronoun_stays_when_the_other_person_has_another_one(self) -> None:
        told = _prose.bind("<A> sang. <C> danced. <A.he> slept.", PEOPLE)
        assert told == "Ann sang. Carl danced. she slept."


class TestVerse:
    def test_the_tables_hold_at_least_150_pairs(self) -> None:
        assert len(verse.rhymes()) >= 150

    @pytest.mark.parametrize(("name", "pattern"), [
        ("couplets", "aabbcc"), ("crossed", "abab"), ("embraced", "abba"), ("monorhyme", "aaaa"),
        ("ballad", "-a-a"), ("limerick", "aabba"), ("nursery_blocks", "aabb"),
    ])  # fmt: skip
    def test_lines_rhyme_as_the_form_asks(self, name: str, pattern: str) -> None:
        table = verse.rhymes()
        for seed in range(25):
            text = verse.TEMPLATES[name](random.Random(seed), lexicon())
            stanzas = [s.splitlines() for s in text.split("\n\n") if "\n" in s]
            assert stanzas
            for stanza in stanzas:
                assert len(stanza) == len(pattern)
                _check(stanza, pattern, table)


def _check(stanza: list[str], pattern: str, table: frozenset[frozenset[str]]) -> None:
    ends = [re.findall(r"[a-z'-]+", line.lower())[-1] for line in stanza]
    for i, j in combinations(range(len(ends)), 2):
        if pattern[i] == pattern[j] != "-":
            assert ends[i] != ends[j], stanza
            assert frozenset((ends[i], ends[j])) in table, stanza


def test_a_lettered_list_of_a_clause_has_a_line_for_each_letter() -> None:
    for seed in range(60):
        text = legal.TEMPLATES["two_lists"](random.Random(seed), lexicon())
        assert re.findall(r"^\(([a-z])\) ", text, re.MULTILINE) == list("abcabc"), text


class TestSports:
    def test_goals_add_up_to_the_result_and_their_minutes_rise(self) -> None:
        for seed in range(40):
            told = sports._goals(("Reds", "Blues"), (3, 2), [["Kay"], ["Lee"]], random.Random(seed))
            minutes = [
                int(m) for m in re.findall(r"(?<![-\d])(\d+)(?= minutes)|(?<=minute )(\d+)", told) for m in m if m
            ]
            assert minutes == sorted(minutes)
            assert len(minutes) == 5
            assert told.count("Kay") == 3
            assert re.findall(r"\d-\d", told)[-1] == "3-2"

    def test_a_table_is_in_order_and_its_points_follow_from_the_games(self) -> None:
        rows = sports._table(["Ash", "Elm", "Oak", "Fir"], random.Random(3)).splitlines()
        numbers = [list(map(int, re.findall(r"\d+", row))) for row in rows]
        assert [row[0] for row in numbers] == [1, 2, 3, 4]
        assert all(played == won + drawn + lost for _, played, won, drawn, lost, _ in numbers)
        assert all(points == 3 * won + drawn for _, _, won, drawn, _, points in numbers)
        assert [row[5] for row in numbers] == sorted((row[5] for row in numbers), reverse=True)
