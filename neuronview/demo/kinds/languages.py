# ruff: noqa: E501
"""Phrases in twelve other languages, mostly inside English prose: lessons, glossaries, travel, comparison.

The sentences are short and everyday; a phrase and its English always belong together.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from neuronview.demo.kinds._pools_code import several
from neuronview.demo.kinds._pools_languages import (
    ENGLISH_NUMBERS,
    ENGLISH_WORDS,
    NUMBERS,
    PHRASES,
    SPEAKERS,
    TEXTS,
    WORDS,
)
from neuronview.demo.kinds._pools_slots import prose
from neuronview.demo.lexicon import Lexicon


def _language(rng: random.Random) -> str:
    return rng.choice(list(PHRASES))


def _pairs(rng: random.Random, language: str, *, low: int, high: int) -> list[tuple[str, str]]:
    pool = PHRASES[language]
    return rng.sample(pool, min(len(pool), rng.randint(low, high)))


def _cap(text: str) -> str:
    start = 1 if text[0] == "¿" else 0
    return text[:start] + text[start].upper() + text[start + 1 :]


def _bare(text: str) -> str:
    return text.strip("¿ ?")


_SAYING = (
    '{They} say "{x}" where we say "{e}".',
    'In {lang}, "{e}" is "{x}".',
    '"{X}," said §given1, which is {lang} for "{e}".',
    'If you want to say "{e}" in {lang}, say "{x}".',
    "The {lang} phrase {x} means {e}.",
    '§given1 only knew one sentence of {lang}: "{X}." It means "{e}".',
    'A sign at the door said "{X}", that is, "{e}".',
    'How do you say "{e}" in {lang}? You say "{x}".',
    'My §relative, who learned {lang} at school, still says "{x}" when §given1 comes in.',
    'The word-for-word meaning of {x} is not quite "{e}", but nobody minds.',
    '"What does {x} mean?" asked §given1. "It means {e}," said §given2.',
    "I had forgotten the {lang} for {e}; now I remember: {x}.",
    '"{X}!" called an old woman from the window. I didn\'t know then that it meant "{e}".',
    "When you hear {x}, you know that you are among people who speak {lang}.",
    'On the first page of the book there was a line in {lang}: "{X}." ("{E}.")',
    "Nobody says {e} here; everybody says {x}.",
    '"{X}," §he1 wrote at the end of the letter, because §he1 was learning {lang}.',
)


def _say(rng: random.Random, frame: str, *, language: str, pair: tuple[str, str]) -> str:
    english, other = (_bare(part) for part in pair)
    whole = _cap(other)
    if pair[1].endswith("?"):
        whole = f"¿{whole}" if language == "Spanish" else whole
        frame = re.sub(r"\{([XE])\}[.,!]", r"{\1}?", frame)
    they = _cap(SPEAKERS[language])
    return frame.format(lang=language, e=english, x=other, X=whole, E=_cap(english), They=they)


def _prose_one(rng: random.Random, lex: Lexicon) -> str:
    language = _language(rng)
    pairs = _pairs(rng, language, low=3, high=5)
    frames = rng.sample(_SAYING, len(pairs))
    opening = rng.choice(
        (
            f"§given1 is learning {language}.",
            f"Last §month I took a course in {language}.",
            f"{language} isn't as hard as it sounds.",
            f"When we were in §city, people spoke {language} to us.",
            f"My first teacher of {language} was called §mr3.",
            "",
        )
    )
    lines = [_say(rng, frame, language=language, pair=pair) for frame, pair in zip(frames, pairs, strict=True)]
    return prose(" ".join([opening, *lines]).strip(), rng, lex=lex)


def _prose_many(rng: random.Random, lex: Lexicon) -> str:
    languages = rng.sample(list(PHRASES), rng.randint(4, 5))
    frames = rng.sample(_SAYING, len(languages))
    lines = [
        _say(rng, frame, language=language, pair=rng.choice(PHRASES[language]))
        for frame, language in zip(frames, languages, strict=True)
    ]
    return prose(" ".join(lines), rng, lex=lex)


def _compared(rng: random.Random, lex: Lexicon) -> str:
    english = rng.choice(("I don't understand", "where is the station?", "it is raining", "the cat sleeps under the table",
                          "good morning", "thank you very much"))  # fmt: skip
    known = {language: dict(pairs)[english] for language, pairs in PHRASES.items() if english in dict(pairs)}
    chosen = rng.sample(list(known), min(len(known), rng.randint(5, 8)))
    style = rng.choice(('in {lang} "{x}"', '{they} say "{x}"', "{x} ({lang})"))
    they = {language: SPEAKERS[language] for language in chosen}
    parts = [style.format(lang=lang, x=_bare(known[lang]), they=they[lang]) for lang in chosen]
    tail = rng.choice(("Which do you like best?", "It is the same sentence every time.", "Try to say them all without a mistake!",
                       "§given1 can say it in all of them, but can't say anything else.", "Some of them are cousins, others are not."))  # fmt: skip
    return prose(f'How do people say "{_bare(english)}"? {_cap("; ".join(parts))}. {tail}', rng, lex=lex)


def _phrasebook(rng: random.Random, lex: Lexicon) -> str:
    language = _language(rng)
    style = rng.choice(("{e} - {x}", "{x} = {e}", "{e}: {x}", "{x} ({e})", "{x}\n  {e}"))
    lines = [style.format(e=e, x=x) for e, x in _pairs(rng, language, low=7, high=11)]
    return prose(f"«Useful phrases in¦Learn to speak¦A little» {language}\n\n" + "\n".join(lines), rng, lex=lex)


def _table(rng: random.Random, lex: Lexicon) -> str:
    languages = rng.sample(list(WORDS), rng.randint(2, 3))
    rows = rng.sample(range(10), rng.randint(5, 8))
    head = f"| English | {' | '.join(languages)} |\n|{'---|' * (len(languages) + 1)}"
    lines = [f"| {ENGLISH_WORDS[i]} | " + " | ".join(WORDS[name].split()[i] for name in languages) + " |" for i in rows]
    return "\n".join([head, *lines])


def _counting(rng: random.Random, lex: Lexicon) -> str:
    languages = rng.sample(list(NUMBERS), rng.randint(2, 3))
    openings = ("Children in §country learn to count early.", "§given1 can count in several languages.", "Count with me!",
                "If you can't sleep, count sheep, but not always in English.")  # fmt: skip
    lines = [f"In {name} you count: {', '.join(NUMBERS[name].split())}." for name in languages]
    n = rng.randrange(1, 9)
    name = languages[0]
    numbers = NUMBERS[name].split()
    lines.append(
        f"After {numbers[n]}, which means {ENGLISH_NUMBERS[n]}, comes {numbers[n + 1] if n < 9 else numbers[0]}."
    )
    return prose(" ".join([rng.choice(openings), *lines]), rng, lex=lex)


def _words(rng: random.Random, lex: Lexicon) -> str:
    languages = rng.sample(list(WORDS), rng.randint(3, 4))
    lines = []
    for name in languages:
        words = WORDS[name].split()
        i, j, k = rng.sample(range(10), 3)
        lines.append(
            rng.choice(
                (
                    f"In {name} the word for {ENGLISH_WORDS[i]} is {words[i]}, and {words[j]} means {ENGLISH_WORDS[j]}.",
                    f"{_cap(words[i])}, {words[j]} and {words[k]}: that is {name} for {ENGLISH_WORDS[i]}, {ENGLISH_WORDS[j]}"
                    f" and {ENGLISH_WORDS[k]}.",
                    f"The {name} word for {ENGLISH_WORDS[i]} is {words[i]}; don't confuse it with {words[j]},"
                    f" which means {ENGLISH_WORDS[j]}.",
                    f"What is {words[i]}? It's {name} and means {ENGLISH_WORDS[i]}.",
                )
            )
        )
    opening = "«Every language has its own word for the simplest things.¦§given1 collects words.¦»"
    return prose(" ".join([opening, *lines]).strip(), rng, lex=lex)


def _alone(rng: random.Random, lex: Lexicon) -> str:
    language = rng.choice(list(TEXTS))
    text = rng.choice(TEXTS[language])
    pairs = _pairs(rng, language, low=4, high=7)
    more = " ".join(_cap(x) + ("" if x.endswith("?") else ".") for _, x in pairs)
    return f"{text} {more}"


def _translated(rng: random.Random, lex: Lexicon) -> str:
    language = _language(rng)
    pairs = _pairs(rng, language, low=4, high=6)
    lines = [f"{_cap(x)}{'' if x.endswith('?') else '.'}\n{_cap(e)}{'' if e.endswith('?') else '.'}" for e, x in pairs]
    return f"{language} / English\n\n" + "\n\n".join(lines)


def _lesson(rng: random.Random, lex: Lexicon) -> str:
    language = _language(rng)
    lines = [f'"Today," said §mr1, "we are going to learn some {language}."']
    frames = (
        '"Repeat after me: {x}." "{X}," said the class.',
        '"What is the {lang} for {e}?" "{X}," answered §given2.',
        '"{X}," read §given3 from the board. "And in English?" "{E}."',
        '"Who can say {e} in {lang}?" Nobody could. "{X}," said §mr1, and wrote it down.',
        '"Is it true that {x} means {e}?" asked §given2. "It is," said §mr1.',
        "§given3 had never heard the phrase {x} before. §He3 thought that it meant something to eat.",
    )
    for frame, pair in zip(several(rng, frames, low=3, high=5), _pairs(rng, language, low=5, high=5), strict=False):
        lines.append(_say(rng, frame, language=language, pair=pair))
    return prose(" ".join(lines), rng, lex=lex)


def _travel(rng: random.Random, lex: Lexicon) -> str:
    language = _language(rng)
    (e1, x1), (e2, x2), (e3, x3) = ((_bare(e), _bare(x)) for e, x in _pairs(rng, language, low=3, high=3))
    text = rng.choice(
        (
            f'We arrived late. Nobody at the station spoke English, so §given1 tried {language}. "{_cap(x1)}," §he1 said, though §he1'
            f' had meant to say something else ({x1} means {e1}). The man laughed and answered: "{_cap(x2)}."'
            f' That is "{e2}". In the end he walked with us to the §building, and at the door he said "{x3}", which needs no translation.',
            f'§given1 had a small book with {language} sentences. On the first day §he1 used "{x1}" ({e1}), on the second "{x2}" ({e2}),'
            f' and on the third somebody said to §him1: "{_cap(x3)}." §He1 looked it up. It meant "{e3}".',
            f'I don\'t speak {language}, but I can say three things: "{x1}", "{x2}" and "{x3}". With the first I tell people "{e1}",'
            f' with the second "{e2}", and with the third "{e3}". It is amazing how far that takes you.',
        )
    )
    return prose(text, rng, lex=lex)


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = {
    "prose_one": _prose_one,
    "prose_many": _prose_many,
    "compared": _compared,
    "phrasebook": _phrasebook,
    "table": _table,
    "counting": _counting,
    "words": _words,
    "alone": _alone,
    "translated": _translated,
    "lesson": _lesson,
    "travel": _travel,
}
