"""Entries about ordinary words: dictionary, glossary, small encyclopaedia, word forms, questions and answers.

What an entry says fits the word's class, not the word: it is the form that is to be learnt, not facts. The frames are
in `frames/definitions.txt`.
"""

from __future__ import annotations

from random import Random

from neuronview.demo.grammar import Filler, tidy
from neuronview.demo.lexicon import Lexicon
from neuronview.demo.phrases import frames
from neuronview.demo.structure import Template, sampled

_FRAMES = frames("definitions")
_COUNTABLE = (
    *("animal", "tool", "food", "vehicle", "clothes", "profession", "building", "furniture", "instrument", "plant"),
    *("room", "landscape", "text", "container"),
)
_MASS = ("food", "material", "emotion", "abstract")


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]


def _meaning(filler: Filler, section: str) -> str:
    """Return what a member of the class is; {kindof} and {has_part} are frames of this file."""
    frame = filler.rng.choice(_FRAMES[section])
    for name in ("kindof", "has_part", "thing_word"):
        frame = frame.replace("{a " + name + "}", "a {" + name + "}")
        frame = frame.replace("{" + name + "}", filler.rng.choice(_FRAMES[name]))
    return filler.expand(frame)


def _set_word(filler: Filler, kind: str, word: str) -> None:
    """Fix the slots of a countable word: {w}, {ws}, {aw}, {def}, {other} and their like."""
    lex, rng = filler.lex, filler.rng
    other = lex.noun(rng, kind)
    filler.fixed.update(
        w=word,
        ws=lex.plural(word),
        aw=lex.a(word),
        other=other,
        others=lex.plural(other),
        another=lex.a(other),
        spelled="-".join(word.replace(" ", "-")),
        other_def=_meaning(filler, rng.choice(_COUNTABLE)),
    )
    filler.fixed["def"] = _meaning(filler, kind)
    filler.fixed["def2"] = _meaning(filler, kind)
    filler.fixed["example"] = _cap(filler.expand(rng.choice(_FRAMES["example"])))


def _set_mass(filler: Filler, kind: str, word: str) -> None:
    filler.fixed.update(w=word, other=filler.lex.mass_noun(filler.rng, kind))
    filler.fixed["def"] = _meaning(filler, f"mass_{kind}")
    filler.fixed["def2"] = _meaning(filler, f"mass_{kind}")
    filler.fixed["mass_example"] = _cap(filler.expand(filler.rng.choice(_FRAMES["mass_example"])))


def _one_entry(filler: Filler, frame: str | None = None) -> str:
    kind = filler.rng.choice(_COUNTABLE)
    _set_word(filler, kind, filler.lex.noun(filler.rng, kind))
    return filler.expand(frame or filler.rng.choice(_FRAMES["entry"]))


def _dictionary(rng: Random, lex: Lexicon) -> str:
    """Return entries of one shape in alphabetical order."""
    filler = Filler(rng, lex)
    words = []
    for _ in range(rng.randint(2, 8)):
        kind = rng.choice(_COUNTABLE)
        words.append((lex.noun(rng, kind), kind))
    frame = rng.choice(_FRAMES["entry"])
    lines = []
    for word, kind in sorted(set(words)):
        _set_word(filler, kind, word)
        lines.append(filler.expand(frame))
    return rng.choice(("\n", "\n", "\n\n")).join(lines)


def _glossary(rng: Random, lex: Lexicon) -> str:
    """Return words of one class under a heading, explained one by one."""
    filler = Filler(rng, lex)
    kind = rng.choice(_COUNTABLE)
    lines = [
        filler("Glossary", "Words about {mass.abstract}", "Some useful words", "The words of this lesson", "New words")
    ]
    frame = rng.choice(_FRAMES["entry"])
    for word in sorted({lex.noun(rng, kind) for _ in range(rng.randint(3, 8))}):
        _set_word(filler, kind, word)
        lines.append(filler.expand(frame))
    return "\n".join(lines)


def _encyclopedia(rng: Random, lex: Lexicon) -> str:
    """Return a paragraph that keeps to one word."""
    filler = Filler(rng, lex)
    kind = rng.choice(_COUNTABLE)
    word = lex.noun(rng, kind)
    _set_word(filler, kind, word)
    said = [filler.expand("{Aw} is {def}.", "The {w} is {def}.", "{ws} are known all over the world.")]
    for frame in sampled(rng, _FRAMES["about"], rng.randint(2, 8)):
        _set_word(filler, kind, word)
        said.append(filler.expand(frame))
    body = tidy(" ".join(said))
    return f"{_cap(rng.choice((word, lex.plural(word))))}\n\n{body}" if rng.random() < 0.5 else body


def _uncountable(rng: Random, lex: Lexicon) -> str:
    filler = Filler(rng, lex)
    lines = []
    for _ in range(rng.randint(1, 6)):
        kind = rng.choice(_MASS)
        _set_mass(filler, kind, lex.mass_noun(rng, kind))
        lines.append(filler.expand(rng.choice(_FRAMES["mass_entry"])))
    return "\n".join(lines)


def _entry(rng: Random, lex: Lexicon) -> str:
    return _one_entry(Filler(rng, lex))


def _what_is(rng: Random, lex: Lexicon) -> str:
    """Return questions about words, with their answers."""
    filler = Filler(rng, lex)
    return tidy(
        rng.choice((" ", "\n")).join(
            _one_entry(filler, frame) for frame in sampled(rng, _FRAMES["question_about"], rng.randint(2, 7))
        )
    )


def _questions(rng: Random, lex: Lexicon) -> str:
    """Return questions and answers about people and things, every one with a memory of its own."""
    shape = rng.choice(_FRAMES["qa_open"])
    lines = []
    for pair in sampled(rng, _FRAMES["q"], rng.randint(2, 8)):
        filler = Filler(rng, lex)
        asked, _, answered = pair.partition("|")
        filler.fixed["q"] = _cap(filler.expand(asked))
        filler.fixed["ans"] = _cap(filler.expand(answered))
        lines.append(filler.expand(shape))
    return tidy("\n".join(lines))


def _forms(section: str, low: int, high: int) -> Template:
    """Return a template of verb, adjective or plural entries."""

    def template(rng: Random, lex: Lexicon) -> str:
        filler = Filler(rng, lex)
        same = rng.choice(_FRAMES[section])
        mixed = rng.random() < 0.5
        lines = []
        for _ in range(rng.randint(low, high)):
            _SETTERS[section](filler)
            lines.append(filler(rng.choice(_FRAMES[section]) if mixed else same))
        return rng.choice(("\n", "\n", " " if mixed else "\n")).join(lines)

    return template


def _set_verb(filler: Filler) -> None:
    kind = filler.rng.choice([kind for kind in filler.lex.verbs if kind not in ("weather", "aspect")])
    verb = filler.lex.verb(filler.rng, kind)
    filler.fixed.update(b=verb.base, past=verb.past, pp=verb.participle, third=verb.third, ing=verb.ing)


def _set_adjective(filler: Filler) -> None:
    lex, rng = filler.lex, filler.rng
    kind = rng.choice(
        ("size", "good", "bad", "mood", "texture", "person", "weather", "taste", "sound", "speed", "place")
    )
    word, like = lex.adjective(rng, kind), lex.adjective(rng, kind)
    filler.fixed.update(
        j=word, jc=lex.comparative(word), js=lex.superlative(word), k=like, aj=lex.a(word), ak=lex.a(like)
    )


def _set_plural(filler: Filler) -> None:
    kind = filler.rng.choice(_COUNTABLE)
    word = filler.lex.noun(filler.rng, kind)
    filler.fixed.update(w=word, ws=filler.lex.plural(word), aw=filler.lex.a(word))


_SETTERS = {"verb_entry": _set_verb, "adjective_entry": _set_adjective, "plural_entry": _set_plural}


def _classes(rng: Random, lex: Lexicon) -> str:
    """Return members of a class under its name, and what does not belong there."""
    filler = Filler(rng, lex)
    lines = []
    for _ in range(rng.randint(1, 5)):
        kind, stranger = rng.sample(_COUNTABLE, 2)
        members = list(dict.fromkeys(lex.noun(rng, kind) for _ in range(5)))[:4]
        odd = lex.noun(rng, stranger)
        mixed = rng.sample([*members, odd], len(members) + 1)
        filler.fixed.update(
            members=", ".join(members),
            plurals=", ".join(lex.plural(word) for word in members),
            group=_GROUP_NAMES.get(kind, lex.plural(kind)),
            mixed=", ".join(mixed),
            odd=odd,
            one=members[0],
        )
        lines.append(filler.expand(*_CLASS_FRAMES))
    return tidy(rng.choice((" ", "\n")).join(lines))


_CLASS_FRAMES = (
    "{members}: {group}.",
    "Which word does not belong here: {mixed}? {odd}, because the others are {group}.",
    "{a one} is one of the {group}, but {a odd} is not.",
    "{group} such as {plurals} are {adv.degree} {adj.abstract}.",
    "{plurals} and other {group} are {adj.colour} or {adj.colour}.",
)
_GROUP_NAMES = {
    "food": "things to eat",
    "clothes": "clothes",
    "furniture": "pieces of furniture",
    "landscape": "parts of the landscape",
    "text": "things to read",
    "instrument": "musical instruments",
}


def _in_other_words(rng: Random, lex: Lexicon) -> str:
    """Return words explained inside ordinary sentences."""
    filler = Filler(rng, lex)
    shapes = (
        "{clause}, that is, {def}.",
        "{name} had {aw}, which is {def}.",
        "{Aw} ({def}) {verb.intransitive:past} {where}.",
        "What {name} called {aw} was really {another}.",
        "By {ws} we mean {others}, and nothing else.",
        "My {relative} always said {other} instead of {w}.",
        "The {profession} explained that {aw} is {def}.",
        "In plain words: {aw} is {def}.",
        "“{Aw},” said the {profession}, “is {def}.”",
        "Do not confuse {aw} with {another}: one is {def}, the other is {adv.degree} {adj.abstract}.",
    )
    return tidy(
        " ".join(
            _one_entry(filler, frame.replace("{clause}", "{Aw} {verb.intransitive:past} {where}"))
            for frame in sampled(rng, shapes, rng.randint(2, 6))
        )
    )


TEMPLATES: dict[str, Template] = {
    "dictionary": _dictionary,
    "glossary": _glossary,
    "encyclopedia": _encyclopedia,
    "uncountable": _uncountable,
    "entry": _entry,
    "what_is": _what_is,
    "questions": _questions,
    "verb_forms": _forms("verb_entry", 2, 10),
    "adjective_forms": _forms("adjective_entry", 2, 9),
    "plurals": _forms("plural_entry", 4, 16),
    "classes": _classes,
    "in_other_words": _in_other_words,
}
