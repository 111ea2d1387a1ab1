"""Prose whose marks open and close: round, square and nested brackets, quotes in quotes, dashes in pairs.

Promises that every bracket and every round quote of a passage closes, in the right order. The frames are in
`frames/brackets.txt`.
"""

from __future__ import annotations

import string
from random import Random

from neuronview.demo.grammar import Filler, tidy
from neuronview.demo.lexicon import Lexicon
from neuronview.demo.phrases import frames
from neuronview.demo.structure import Template, nested, sampled

_FRAMES = frames("brackets")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_PLAIN = ("{clause}.", "{remark}.", "{np} {vp:past}.", "{name} {vp:past}.")


def _expand(filler: Filler, frame: str) -> str:
    """Fill a frame, every {aside} in it replaced by one of the asides first."""
    rng = filler.rng
    while "{aside}" in frame or "{Aside}" in frame:
        aside = rng.choice(_FRAMES["aside"])
        slot = min(at for at in (frame.find("{aside}"), frame.find("{Aside}")) if at >= 0)
        frame = frame[:slot] + aside + frame[slot + len("{aside}") :]
    return filler.expand(frame)


def _of(*sections: str, sentences: tuple[int, int], plain: float = 0.25, joint: str = " ") -> Template:
    """Return a template of sentences from the sections, with plain sentences between them."""
    pool = [frame for name in sections for frame in _FRAMES[name]]

    def template(rng: Random, lex: Lexicon) -> str:
        filler = Filler(rng, lex)
        said = []
        for frame in sampled(rng, pool, rng.randint(*sentences)):
            said.append(_expand(filler, frame))
            if rng.random() < plain:
                said.append(filler.expand(rng.choice(_PLAIN)))
        return tidy(joint.join(said))

    return template


def _nested(rng: Random, lex: Lexicon) -> str:
    """Return sentences with brackets in brackets, up to four deep."""
    filler = Filler(rng, lex)
    said = []
    for _ in range(rng.randint(1, 4)):
        words = nested(rng, rng.randint(1, 4), lambda level: _piece(filler, level))
        said.append(words + ".")
        if rng.random() < 0.4:
            said.append(filler.expand(rng.choice(_PLAIN)))
    return tidy(" ".join(said))


def _piece(filler: Filler, level: int) -> str:
    if level == 0:
        return filler.expand(
            "{clause}", "{np} {vp:past}", "the {object} {where}", "{name} {verb.motion:past} {whereto}"
        )
    return _expand(
        filler, filler.rng.choice(("{aside}", "{aside}", "the {object}", "{a adj.size} {animal}", "{name2}, {aside}"))
    )


def _long_bracket(rng: Random, lex: Lexicon) -> str:
    """Return a bracket that stays open over several sentences."""
    filler = Filler(rng, lex)
    before = filler.several(_PLAIN, rng.randint(1, 2))
    inside = filler.several(_PLAIN, rng.randint(2, 4))
    after = filler.several(_PLAIN, rng.randint(1, 2))
    opening, closing = rng.choice((("(", ")"), ("(", ")"), ("[", "]"), ("“", "”"), ('"', '"')))
    return f"{before} {opening}{inside}{closing} {after}"


def _notes(rng: Random, lex: Lexicon) -> str:
    """Return numbered, lettered or Roman points, each number in its brackets."""
    filler = Filler(rng, lex)
    section = rng.choice(("letters", "roman", "digits"))
    lines = [
        filler.expand("{clause}:", "The {text} has these points:", "Notes", "{name} {verb.report:past} three things:")
    ]
    for at in range(rng.randint(2, 6)):
        marks = {"letters": f"({string.ascii_lowercase[at]})", "roman": f"({_ROMAN[at]})", "digits": f"[{at + 1}]"}
        lines.append(f"{marks[section]} {filler.expand(rng.choice(_PLAIN))[:-1]};")
    lines[-1] = lines[-1][:-1] + "."
    return tidy(rng.choice((" ", "\n")).join(lines))


def _references(rng: Random, lex: Lexicon) -> str:
    """Return sentences with [1], [2] and a list at the end that takes the numbers up again."""
    filler = Filler(rng, lex)
    count = rng.randint(2, 5)
    said = [
        filler.expand(f"{{clause}} \\[{at}\\].", f"According to {{family{at}}} \\[{at}\\], {{thatclause}}.")
        for at in range(1, count + 1)
    ]
    listed = [
        f"[{at}] "
        + filler(
            f"{{full{at}}}, [“{{title_line}}”|The {{text}} of {{mass.abstract}}], {{city}} {{year}}[|, p. {{n:2-400}}]."
        )
        for at in range(1, count + 1)
    ]
    return tidy(" ".join(said)) + "\n\n" + "\n".join(listed)


def _play(rng: Random, lex: Lexicon) -> str:
    """Return a scene for the stage: speakers in capitals, directions in brackets."""
    filler = Filler(rng, lex)
    lines = []
    for at in range(rng.randint(3, 9)):
        speaker = filler.person("1" if at % 2 == 0 else "2").given.upper()
        frame = rng.choice(_FRAMES["play"]).replace("{NAME}", speaker)
        lines.append(tidy(filler.expand(frame)))
    return "\n".join(line if ": " not in line else _after_colon(line) for line in lines)


def _after_colon(line: str) -> str:
    head, said = line.split(": ", 1)
    return f"{head}: {tidy(said)}"


def _conversation(marks: tuple[str, str]) -> Template:
    """Return a template of a talk between two people, every speech in the given marks."""

    def template(rng: Random, lex: Lexicon) -> str:
        filler = Filler(rng, lex)
        lines = []
        for at in range(rng.randint(3, 9)):
            said = tidy(
                filler.expand(
                    "{speech_line}", "{question}?", "{speech_line}. {speech_line}", "No, {speech_line}", "Yes"
                )
            )
            teller = rng.choice(("", f" said {{name{at % 2 + 1}}}", f" {{said}} {{name{at % 2 + 1}}} {{how}}"))
            lines.append(_speech(said, teller, marks, filler))
        return "\n".join(lines)

    return template


def _speech(said: str, teller: str, marks: tuple[str, str], filler: Filler) -> str:
    end = "" if said.endswith("?") else ("," if teller else ".")
    return f"{marks[0]}{said}{end}{marks[1]}" + (filler.expand(teller) + "." if teller else "")


TEMPLATES: dict[str, Template] = {
    "round": _of("bracketed", sentences=(2, 7)),
    "round_short": _of("bracketed", sentences=(1, 2), plain=0.1),
    "square": _of("square", sentences=(2, 6)),
    "quotes": _of("quoted", sentences=(2, 11)),
    "straight_quotes": _of("quoted_straight", sentences=(2, 11)),
    "quotes_in_quotes": _of("inner_quote", "quoted", sentences=(2, 7)),
    "dashes": _of("dashes", sentences=(2, 6)),
    "questions": _of("wondered", "bracketed", sentences=(2, 6), plain=0.5),
    "signs": _of("code_like", "bracketed", sentences=(1, 5)),
    "everything": _of("bracketed", "quoted", "dashes", "inner_quote", "wondered", sentences=(3, 14)),
    "nested": _nested,
    "long_bracket": _long_bracket,
    "points": _notes,
    "references": _references,
    "play": _play,
    "talk_round": _conversation(("“", "”")),
    "talk_straight": _conversation(('"', '"')),
    "talk_single": _conversation(("‘", "’")),
}
