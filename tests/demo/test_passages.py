"""The generator of passages: reproducible, held-out templates apart, varied."""

import os
import re
import subprocess
import sys
from functools import cache
from random import Random

import pytest

from neuronview.demo.lexicon import lexicon
from neuronview.demo.passages import Passage, generate, held_out_templates, load_kinds, passage

OWN_KINDS = ("agreement", "brackets", "counting", "definitions")
# Kinds that write braces on purpose.
WITH_BRACES = ("python_code", "html", "json_data", "shell", "brackets")


@cache
def _corpus() -> list[Passage]:
    return list(generate(3000, seed=11))


def _digest_elsewhere(hash_seed: str) -> str:
    program = (
        "import hashlib\nfrom neuronview.demo.passages import generate\n"
        "text = ''.join(p.template + p.text for p in generate(60, seed=5))\n"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_passages_are_the_same_in_every_process() -> None:
    assert _digest_elsewhere("1") == _digest_elsewhere("2")


def test_a_stretch_equals_the_stretch_of_a_longer_run() -> None:
    assert list(generate(5, seed=2, start=7)) == [passage(at, seed=2) for at in range(7, 12)]
    assert list(generate(12, seed=2))[7:] == list(generate(5, seed=2, start=7))


def test_seeds_differ() -> None:
    assert [p.text for p in generate(5, seed=1)] != [p.text for p in generate(5, seed=2)]


def test_training_never_uses_a_held_out_template() -> None:
    held_out = held_out_templates()
    assert not {p.template for p in _corpus()} & held_out
    assert {p.template for p in generate(300, seed=11, which="held_out")} <= held_out


def test_every_larger_kind_holds_out_about_one_in_seven() -> None:
    for kind, templates in load_kinds().items():
        apart = sum(f"{kind}/{name}" in held_out_templates() for name in templates)
        if len(templates) >= 4:
            assert 1 <= apart <= max(1, round(len(templates) / 7)), kind


def test_every_kind_loads_and_is_drawn() -> None:
    kinds = load_kinds()
    assert set(OWN_KINDS) <= set(kinds)
    assert all(templates for templates in kinds.values())
    assert {p.kind for p in _corpus()} == set(kinds)


@pytest.mark.parametrize("kind", OWN_KINDS)
def test_own_kinds_have_ten_templates_that_all_write(kind: str) -> None:
    templates = load_kinds()[kind]
    assert len(templates) >= 10
    for name, template in templates.items():
        texts = {template(Random(seed), lexicon()) for seed in range(20)}
        assert len(texts) >= 15, name


def test_prose_has_no_unfilled_slot() -> None:
    slot = re.compile(r"\{[A-Za-z_. #:0-9]*\}")
    left = [p for p in _corpus() if p.kind not in WITH_BRACES and slot.search(p.text)]
    assert not left, [(p.template, p.text[:200]) for p in left[:3]]


def test_words_are_many_and_documents_vary_in_length() -> None:
    words = {word for p in _corpus() for word in re.findall(r"[a-z]+", p.text.lower())}
    assert len(words) > 4000, len(words)
    lengths = sorted(len(p.text.split()) for p in _corpus())
    assert lengths[0] < 15 < 40 < lengths[len(lengths) // 2] < 150 < lengths[-1] < 320, lengths[:: len(lengths) // 10]


def test_round_brackets_and_quotes_close_in_the_kind_of_brackets() -> None:
    for at, template in enumerate(load_kinds()["brackets"].values()):
        for seed in range(20):
            text = template(Random(100 * at + seed), lexicon())
            assert text.count("“") == text.count("”"), text
            assert text.count("[") == text.count("]"), text
