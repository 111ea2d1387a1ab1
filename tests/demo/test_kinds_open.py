"""The open prose kinds: whole text, the same text for the same stream, and enough different English."""

from __future__ import annotations

import importlib
import re
from random import Random

import pytest

from neuronview.demo.kinds import _open, _voice
from neuronview.demo.lexicon import lexicon

POOLS = {
    "essay": "essay",
    "scene": "scene",
    "explanation": "explanation",
    "argument": "argument",
    "joke": "joke",
    "memoir": "memoir",
    "fable": "fable",
    "advice": "advice",
    "speech": "speech",
    "nature": "nature",
    "science": "science",
    "history_of_a_thing": "history",
}


def templates(kind: str) -> dict[str, _open.Template]:
    found: dict[str, _open.Template] = importlib.import_module(f"neuronview.demo.kinds.{kind}").TEMPLATES
    return found


def pool_text(kind: str) -> str:
    return str(importlib.import_module(f"neuronview.demo.kinds._pools_{POOLS[kind]}").TEXT)


def frames() -> list[str]:
    pools = [_open.read(pool_text(kind)) for kind in POOLS]
    return [frame for pool in pools for topic in pool.values() for part in topic.values() for frame in part]


@pytest.mark.parametrize("kind", POOLS)
def test_each_template_writes_twenty_words_and_leaves_no_mark_of_the_grammar(kind: str) -> None:
    for name, template in templates(kind).items():
        for seed in range(6):
            text = template(Random(f"{kind}{name}{seed}"), lexicon())
            assert not re.search(r"[{}\[\]|<>]", text), (name, text)
            assert len(text.split()) >= 20, (name, text)


@pytest.mark.parametrize("kind", POOLS)
def test_the_same_stream_gives_the_same_text(kind: str) -> None:
    for template in templates(kind).values():
        assert template(Random(5), lexicon()) == template(Random(5), lexicon())


@pytest.mark.parametrize("kind", POOLS)
def test_each_kind_has_ten_templates_and_ten_plans(kind: str) -> None:
    manner = importlib.import_module(f"neuronview.demo.kinds.{kind}")._MANNER
    assert len(templates(kind)) >= 10
    assert len(set(manner.plans)) == len(manner.plans) >= 10


def test_there_are_more_than_two_thousand_frames_and_no_two_are_alike() -> None:
    found = frames()
    assert len(set(found)) == len(found) >= 2000


def test_every_phrase_that_a_frame_calls_exists() -> None:
    called = {name for frame in frames() for name in re.findall(r"<(\w+)>", frame)}
    assert called <= set(_open.phrases())


def test_no_frame_comes_twice_in_a_passage() -> None:
    """Compares sentences of many essays; a frame of its own topic is recognised by its first words."""
    for name, template in templates("essay").items():
        for seed in range(5):
            sentences = re.split(r"(?<=[.!?]) ", template(Random(seed), lexicon()))
            assert len(set(sentences)) == len(sentences), name


def test_a_thousand_passages_hold_four_thousand_different_words() -> None:
    rng, words = Random(1), set()
    for index in range(1000):
        found = templates(list(POOLS)[index % len(POOLS)])
        words |= set(re.findall(r"[a-z]+(?:['’][a-z]+)?", found[rng.choice(sorted(found))](rng, lexicon()).lower()))
    assert len(words) >= 4000, len(words)


def test_a_person_keeps_one_name_and_one_pronoun() -> None:
    female = set(lexicon().female)
    male = set(lexicon().male)
    text = templates("scene")["workshop"](Random(3), lexicon())
    assert set(re.findall(r"[A-Z]\w+", text)) & (female | male)


@pytest.mark.parametrize(
    ("plain", "short"),
    [
        ("I do not know what it is.", "I don't know what it is."),
        ("The rest of it is told, and it is true.", "The rest of it is told, and it's true."),
        ("We have a plan, and we have seen it.", "We have a plan, and we've seen it."),
        ("You cannot say that they are wrong.", "You can't say that they're wrong."),
    ],
)
def test_contractions_come_only_where_speech_allows_them(plain: str, short: str) -> None:
    assert _voice.contracted(plain) == short


def test_quotation_marks_open_and_close() -> None:
    assert _voice.curled('"Well," he said, "it\'s late."') == "“Well,” he said, “it’s late.”"


def test_a_person_is_named_before_a_pronoun_stands_for_them() -> None:
    manner = _open.Manner(plans=("m2",), ordered=True)
    text = "# here\nm {He#1} waited, and {he#1} took {his#1} time.\nm {He#1} left.\n"
    written = _open.templates(text, manner)["here"]
    for seed in range(5):
        first, second = _first_words(_repeated(written, seed))
        assert first not in {"He", "She"}
        assert second in {"He", "She"}


def _repeated(template: _open.Template, seed: int) -> str:
    """The made-up topic is shorter than a passage must be, so look at one pass of it only."""
    fewest, _open.FEWEST_WORDS = _open.FEWEST_WORDS, 1
    try:
        return template(Random(seed), lexicon())
    finally:
        _open.FEWEST_WORDS = fewest


def _first_words(text: str) -> tuple[str, str]:
    first, second = re.split(r"(?<=\.) |; ", text)
    return first.split()[0], second.split()[0].capitalize()
