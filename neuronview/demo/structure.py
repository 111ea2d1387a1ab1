"""What English keeps together over a distance: number agreement, pairs of marks, sequences, "X by X".

Each helper makes text whose later part follows from an earlier one, so that a model can only foretell it by looking
back further than a few tokens. Knows the grammar of frames, not the kinds of passage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from neuronview.demo.grammar import Filler, tidy
from neuronview.demo.lexicon import Lexicon
from neuronview.demo.phrases import Sections

Template = Callable[[Random, Lexicon], str]
Prepare = Callable[[Filler], None]

# Words that follow the number of the subject; frames use them as {is}, {was}, {its} and `$` for the verb's form.
SINGULAR = {
    "is": "is",
    "was": "was",
    "has": "has",
    "does": "does",
    "it": "it",
    "them": "it",
    "its": "its",
    "itself": "itself",
    "seem": "seems",
}
PLURAL = {
    "is": "are",
    "was": "were",
    "has": "have",
    "does": "do",
    "it": "they",
    "them": "them",
    "its": "their",
    "itself": "themselves",
    "seem": "seem",
}

# Which words go twice around which link: "step by step", "word for word", "from door to door".
REPEATED: dict[str, tuple[str, ...]] = {
    "{x} by {x}": (
        *("step", "day", "hour", "minute", "page", "line", "word", "letter", "brick", "stone", "piece", "inch", "side"),
        *(
            "mile",
            "week",
            "month",
            "drop",
            "street",
            "room",
            "row",
            "name",
            "item",
            "point",
            "chapter",
            "bit",
            "little",
        ),
        *("one", "two", "stitch", "leaf", "layer", "block", "coin", "night", "house", "field", "plank", "thread"),
    ),
    "{x} after {x}": (
        *("year", "day", "night", "hour", "page", "mile", "time", "week", "wave", "question", "letter", "summer"),
        *("winter", "morning", "evening", "book", "door", "song", "glass", "generation", "month", "mistake", "train"),
    ),
    "{x} for {x}": ("word", "line", "point", "note", "pound", "blow", "letter", "man"),
    "{x} upon {x}": ("layer", "row", "year", "stone", "mile", "thousands", "brick", "wave"),
    "{x} against {x}": ("man", "brother", "neighbour", "team", "village"),
    "from {x} to {x}": (
        *(
            "door",
            "house",
            "town",
            "day",
            "year",
            "village",
            "room",
            "side",
            "place",
            "country",
            "time",
            "hand",
            "mouth",
        ),
        *("page", "tree", "street", "end", "week", "branch", "flower"),
    ),
    "{x} to {x}": ("face", "door", "back", "end", "side", "shoulder"),
    "more and more {x}": ("often", "quietly", "slowly", "carefully", "eagerly", "easily"),
}


def agreeing(filler: Filler, frame: str, *, plural: bool) -> str:
    """Return the frame filled, {is}, {was}, {its} and `{verb.motion:$}` in the given number."""
    before = dict(filler.fixed)
    filler.fixed.update(PLURAL if plural else SINGULAR)
    try:
        return filler.expand(frame.replace("$", "base" if plural else "third"))
    finally:
        filler.fixed = before


def agreeing_sentence(filler: Filler, sections: Sections, predicates: str) -> str:
    """Return a subject from the sections `singular` or `plural` and a predicate in the same number."""
    plural = filler.rng.random() < 0.5
    subject = filler.rng.choice(sections["plural" if plural else "singular"])
    return agreeing(filler, f"{subject} {filler.rng.choice(sections[predicates])}", plural=plural)


def enclosed(text: str, pair: tuple[str, str]) -> str:
    """Return the text between an opening and a closing mark."""
    return pair[0] + text + pair[1]


def nested(rng: Random, depth: int, pieces: Callable[[int], str]) -> str:
    """Return brackets in brackets: `pieces(level)` gives the words of each level, the deepest one closed first."""
    inner = pieces(depth)
    for level in range(depth - 1, -1, -1):
        pair = ("(", ")") if level % 2 == 0 else ("[", "]")
        after = f" {pieces(level)}" if rng.random() < 0.4 else ""
        inner = f"{pieces(level)} {enclosed(inner, pair)}{after}"
    return inner


def x_by_x(rng: Random) -> str:
    """Return "step by step", "year after year", "word for word": the second X is the first one."""
    links = tuple(REPEATED)
    link = links[0] if rng.random() < 0.45 else rng.choice(links[1:])
    return link.replace("{x}", rng.choice(REPEATED[link]))


def stretch(items: Sequence[str], start: int, count: int) -> list[str]:
    """Return `count` items in their order from `start` on, beginning again after the last one."""
    return [items[(start + at) % len(items)] for at in range(count)]


def enumeration(items: Sequence[str], last: str = "and") -> str:
    """Return "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"


def sampled(rng: Random, frames: Sequence[str], count: int) -> list[str]:
    """Return `count` frames, none twice before all were used once."""
    chosen: list[str] = []
    while len(chosen) < count:
        chosen += rng.sample(frames, min(len(frames), count - len(chosen)))
    return chosen


def paragraph(
    sections: Sections,
    *,
    body: str,
    opening: str | None = None,
    closing: str | None = None,
    sentences: tuple[int, int] = (2, 6),
    joint: str = " ",
    prepare: Prepare | None = None,
) -> Template:
    """Return a template: an opening, some sentences of the body and a closing, all with one memory of people and words.

    `prepare` sets up the `Filler` (a person's sex, fixed words) before the first sentence.
    """

    def template(rng: Random, lex: Lexicon) -> str:
        filler = Filler(rng, lex)
        if prepare:
            prepare(filler)
        chosen = [rng.choice(sections[opening])] if opening else []
        chosen += sampled(rng, sections[body], rng.randint(*sentences))
        if closing and rng.random() < 0.7:
            chosen.append(rng.choice(sections[closing]))
        return tidy(joint.join(filler.expand(frame) for frame in chosen))

    return template
