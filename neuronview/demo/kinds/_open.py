"""Puts passages of open prose together: a topic, a plan of parts, a frame for each part.

Promises: the same random stream gives the same text; no frame and no shared phrase comes twice in a passage;
people and animals with an index stay the same from the first sentence to the last. Each topic is one template, so
that a held-out template is a topic whose own sentences training never sees. Knows nothing of any kind's sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random

from neuronview.demo.grammar import Filler, tidy
from neuronview.demo.kinds._pools_common import PHRASES
from neuronview.demo.kinds._voice import voiced
from neuronview.demo.lexicon import Lexicon

Template = Callable[[Random, Lexicon], str]
Pools = Mapping[str, Mapping[str, tuple[str, ...]]]

SHARED = "*"
# How often a part is taken from the frames that fit every topic of the kind.
SHARED_SHARE = 0.22
LINK_SHARE = 0.16
JOIN_SHARE = 0.1
# Two semicolons within so many characters are one too many.
LOOK_BACK = 220
# A lone one-line joke is too short for a passage.
FEWEST_WORDS = 20

# The third person of a frame is one who has just been spoken of as "a baker I know" and needs no name.
_PERSON = re.compile(r"\{(name|full|mr|He|he|him|his|His)#([12])(?::\w+)?\}")
_CALL = re.compile(r"<(\w+)>")
# Words that may follow a connective in lower case; a name, "I" or a quotation may not.
_LOWERED = re.compile(
    r"(?:A|An|The|It|There|You|We|They|He|She|In|On|At|If|When|What|Nobody|Everybody|Some|Those|This|That|Not|One|"
    r"Most|Every|Each|All|Without|As|Under|By|Few|Nothing|Anyone|Whoever|Somebody|Whatever) "
)
_PRONOUNS = ("He", "he", "him")
# After "And" or "In the end" these would need a comma.
_CLAUSE_STARTS = ("If ", "When ", "As ", "In ", "On ", "At ", "Under ", "By ", "Without ", "Whoever ", "Whatever ")


@dataclass(frozen=True)
class Manner:
    """How a kind tells: its plans, connectives, titles, and whether the `m` frames keep their order.

    A plan is parts separated by spaces: a letter is a frame of that part, a digit after it a number of frames,
    "/" a new paragraph, "T" a title line.
    """

    plans: tuple[str, ...]
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    titles: tuple[str, ...] = ("{title}",)
    ordered: bool = False


def read(text: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return topic -> part -> frames of a pool's text; each line is a part's letter, a space and the frame."""
    pools: dict[str, dict[str, tuple[str, ...]]] = {}
    topic: dict[str, tuple[str, ...]] = {}
    for line in filter(None, text.splitlines()):
        if line.startswith("# "):
            topic = pools.setdefault(line[2:], {})
        else:
            part, frame = line.split(" ", 1)
            topic[part] = (*topic.get(part, ()), frame)
    return pools


@cache
def phrases() -> dict[str, tuple[str, ...]]:
    """Return the shared phrases by name."""
    pools: dict[str, tuple[str, ...]] = {}
    name = ""
    for line in filter(None, PHRASES.splitlines()):
        if line.startswith("# "):
            name = line[2:]
        else:
            pools[name] = (*pools.get(name, ()), line)
    return pools


def templates(text: str, manner: Manner) -> dict[str, Template]:
    """Return one template for each topic of a pool's text."""
    pools = read(text)
    return {topic: _template(pools, topic, manner) for topic in pools if topic != SHARED}


def _template(pools: Pools, topic: str, manner: Manner) -> Template:
    def write(rng: Random, lex: Lexicon) -> str:
        text = _Passage(pools, topic, manner, rng, lex).write()
        while len(text.split()) < FEWEST_WORDS:
            text = _Passage(pools, topic, manner, rng, lex).write()
        return text

    return write


class _Passage:
    """One passage in the making: remembers the frames and phrases that it has used."""

    def __init__(self, pools: Pools, topic: str, manner: Manner, rng: Random, lex: Lexicon) -> None:
        self.own = pools[topic]
        self.shared = pools.get(SHARED, {})
        self.topic = topic
        self.manner = manner
        self.rng = rng
        self.filler = Filler(rng, lex)
        self.used: set[str] = set()
        self.introduced: set[str] = set()

    def write(self) -> str:
        paragraphs = self.rng.choice(self.manner.plans).split(" / ")
        return voiced("\n\n".join(self._paragraph(plan) for plan in paragraphs), self.rng)

    def _paragraph(self, plan: str) -> str:
        steps = plan.split()
        if steps == ["T"]:
            return self._title()
        sentences = [sentence for step in steps for sentence in self._step(step[0], int(step[1:] or 1))]
        return tidy(self._joined(sentences))

    def _title(self) -> str:
        title = self.rng.choice(self.manner.titles).replace("{title}", self.topic.replace("_", " "))
        return title[0].upper() + title[1:]

    def _step(self, part: str, count: int) -> list[str]:
        frames = self._frames(part, count)
        return [self._linked(part, self.filler.expand(self._named(self._called(frame)))) for frame in frames]

    def _frames(self, part: str, count: int) -> list[str]:
        """Return `count` unused frames, in their own order where the kind asks for that."""
        own = [frame for frame in self.own.get(part, ()) if frame not in self.used]
        shared = [frame for frame in self.shared.get(part, ()) if frame not in self.used]
        from_shared = sum(self.rng.random() < SHARED_SHARE for _ in range(count)) if own and shared else 0
        chosen = self.rng.sample(own or shared, min(count - from_shared, len(own or shared)))
        if self.manner.ordered:
            chosen.sort(key=own.index if own else shared.index)
        for frame in self.rng.sample(shared, min(from_shared, len(shared))):
            chosen.insert(self.rng.randint(0, len(chosen)), frame)
        self.used.update(chosen)
        return chosen

    def _called(self, frame: str) -> str:
        """Put phrases in the place of `<name>`, none of them twice in a passage."""
        while call := _CALL.search(frame):
            pool = phrases()[call[1]]
            fresh = [phrase for phrase in pool if phrase not in self.used] or list(pool)
            phrase = self.rng.choice(fresh)
            self.used.add(phrase)
            frame = frame[: call.start()] + phrase + frame[call.end() :]
        return frame

    def _named(self, frame: str) -> str:
        """Name a person whom the passage has not yet named, where the frame begins with a pronoun."""
        for match in reversed(list(_PERSON.finditer(frame))):
            slot, index = match.groups()
            if index in self.introduced or _first_mention(frame, index) < match.start():
                continue
            name = {"his": "{name#N}'s", "His": "{name#N}'s"}.get(slot, "{name#N}" if slot in _PRONOUNS else match[0])
            frame = frame[: match.start()] + name.replace("N", index) + frame[match.end() :]
        self.introduced.update(match[2] for match in _PERSON.finditer(frame))
        return frame

    def _linked(self, part: str, sentence: str) -> str:
        links = [link for link in self.manner.links.get(part, ()) if link not in self.used]
        if not links or self.rng.random() > LINK_SHARE or not _LOWERED.match(sentence):
            return sentence
        link = self.rng.choice(links)
        if sentence.startswith(_CLAUSE_STARTS) and link[-1].isalpha():
            return sentence
        self.used.add(link)
        return f"{link} {sentence[0].lower()}{sentence[1:]}"

    def _joined(self, sentences: list[str]) -> str:
        text = sentences[0]
        for sentence in sentences[1:]:
            calm = text.endswith(".") and ";" not in text[-LOOK_BACK:] + sentence
            if calm and _LOWERED.match(sentence) and self.rng.random() < JOIN_SHARE:
                text = f"{text[:-1]}; {sentence[0].lower()}{sentence[1:]}"
            else:
                text = f"{text} {sentence}"
        return text


def _first_mention(frame: str, index: str) -> int:
    """Return where the frame first speaks of a person."""
    return next(match.start() for match in _PERSON.finditer(frame) if match[2] == index)
