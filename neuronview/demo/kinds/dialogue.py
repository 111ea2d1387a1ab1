"""Dialogue: stories told in quoted speech, scripts, interviews, phone calls, shops, chats, reported speech.

Quotes match, speakers take turns and are named again later; a short scene is not a whole plot.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from neuronview.demo.kinds._pools_code import several
from neuronview.demo.kinds._pools_dialogue import (
    BEATS,
    DIRECTIONS,
    ENDINGS,
    EXCHANGES,
    OPENINGS,
    PHONE,
    SETTINGS,
    SHOP,
    VERBS_ASK,
    VERBS_SAY,
)
from neuronview.demo.kinds._pools_slots import Slots, prose
from neuronview.demo.lexicon import Lexicon

Pairs = Sequence[tuple[str, str]]
_SPLIT = re.compile(r"(?<=[,;]) ")


def _pairs(rng: random.Random, pool: Pairs, *, low: int, high: int) -> list[tuple[str, str]]:
    """Draw exchanges; numbers in the slots of different exchanges are kept apart, people excepted."""
    chosen = rng.sample(list(pool), min(len(pool), rng.randint(low, high)))
    return [(_apart(one, i), _apart(two, i)) for i, (one, two) in enumerate(chosen)]


def _apart(text: str, i: int) -> str:
    return re.sub(
        r"§(\{?)(?!given|family|full|mr|[Hh]e\d|[Hh]i[sm]|himself)(\w*[A-Za-z_])(\d)", rf"§\1\g<2>{i}\3", text
    )


def _inside(sentence: str) -> str:
    """Return the speech as it stands before "said": a full stop becomes a comma."""
    return sentence[:-1] + "," if sentence.endswith(".") else sentence


def _told(rng: random.Random, speech: str, *, who: str, quotes: str) -> str:
    """Tell one utterance of person number `who` with quotes and, mostly, a speech verb."""
    left, right = quotes[0], quotes[1]
    verb = rng.choice(VERBS_ASK if speech.endswith("?") else VERBS_SAY)
    if verb == "told §him1" and who == "1":
        verb = "told §him2"
    name = rng.choice((f"§given{who}", f"§given{who}", f"§he{who}"))
    shape = rng.random()
    parts = _SPLIT.split(speech, maxsplit=1)
    if shape < 0.25:
        return f"{left}{speech}{right}"
    if shape < 0.4 and len(parts) == 2 and parts[0].endswith(",") and verb != "called":
        return f"{left}{parts[0]}{right} {name} {verb}, {left}{parts[1]}{right}"
    if shape < 0.55 and not name.startswith("§he") and verb != "told §him1" and " " not in verb:
        return f"{left}{_inside(speech)}{right} {verb} {name}."
    if shape < 0.65:
        return f"§Given{who} {verb}, {left}{speech}{right}"
    return f"{left}{_inside(speech)}{right} {name} {verb}."


def _scene(rng: random.Random, lex: Lexicon, *, pool: Pairs, quotes: str, joint: str) -> str:
    lines = [rng.choice(OPENINGS)]
    for first, second in _pairs(rng, pool, low=2, high=4):
        lines.append(_told(rng, first, who="1", quotes=quotes))
        lines.append(_told(rng, second, who="2", quotes=quotes))
        if rng.random() < 0.45:
            lines.append(rng.choice(BEATS))
    lines.append(rng.choice(ENDINGS))
    return prose(joint.join(line for line in dict.fromkeys(lines) if line), rng, lex=lex)


def _told_lines(rng: random.Random, lex: Lexicon) -> str:
    return _scene(rng, lex, pool=EXCHANGES, quotes='""', joint="\n")


def _told_paragraphs(rng: random.Random, lex: Lexicon) -> str:
    return _scene(rng, lex, pool=EXCHANGES, quotes="“”", joint="\n\n")


def _told_running(rng: random.Random, lex: Lexicon) -> str:
    return _scene(rng, lex, pool=EXCHANGES, quotes=rng.choice(('""', "''", "‘’")), joint=" ")


def _shop(rng: random.Random, lex: Lexicon) -> str:
    return _scene(rng, lex, pool=SHOP, quotes='""', joint="\n")


def _script_lines(rng: random.Random, pool: Pairs, *, style: str, low: int, high: int) -> list[str]:
    lines = []
    for first, second in _pairs(rng, pool, low=low, high=high):
        for who, speech in (("1", first), ("2", second)):
            aside = f" ({rng.choice(DIRECTIONS)})" if rng.random() < 0.2 else ""
            lines.append(style.format(who=who, aside=aside) + speech)
    return lines


def _script(rng: random.Random, lex: Lexicon) -> str:
    lines = _script_lines(rng, EXCHANGES, style="§given{who}{aside}: ", low=3, high=5)
    setting = rng.choice((*SETTINGS, ""))
    return prose("\n".join([f"[{setting}]", *lines] if setting else lines), rng, lex=lex)


def _play(rng: random.Random, lex: Lexicon) -> str:
    slots = Slots(rng, lex)
    upper = {f"NAME{i}": slots.person(str(i)).given.upper() for i in (1, 2)}
    lines = _script_lines(rng, EXCHANGES, style="NAME{who}{aside}. ", low=3, high=4)
    text = "\n".join(
        ["Scene «1¦2¦3»", rng.choice(SETTINGS), "", *lines, "", "«(Curtain.)¦(They leave.)¦(NAME1 goes out.)»"]
    )
    for mark, name in upper.items():
        text = text.replace(mark, name)
    return prose(text, rng, lex=lex, slots=slots)


def _phone(rng: random.Random, lex: Lexicon) -> str:
    style = rng.choice(("- ", "§given{who}: ", "> "))
    lines = _script_lines(rng, PHONE, style=style.replace("{who}", "{who}{aside}"), low=3, high=5)
    return prose("\n".join(lines), rng, lex=lex)


def _dashes(rng: random.Random, lex: Lexicon) -> str:
    lines = [
        f"{dash} {speech}"
        for pair in _pairs(rng, EXCHANGES, low=4, high=6)
        for dash, speech in zip("--", pair, strict=True)
    ]
    return prose("\n".join([rng.choice(SETTINGS), *lines]), rng, lex=lex)


def _chat(rng: random.Random, lex: Lexicon) -> str:
    minute, lines = rng.randint(0, 30), []
    hour = rng.randint(7, 22)
    for pair in _pairs(rng, EXCHANGES, low=3, high=5):
        for who, speech in zip("12", pair, strict=True):
            minute += rng.randint(0, 3)
            casual = speech.lower().replace("§he", "§he") if rng.random() < 0.3 else speech
            tail = rng.choice((" :)", " lol", "", "", "", "", "", ""))
            lines.append(f"[{hour}:{minute:02}] §given{who}: {casual}{tail}")
    return prose("\n".join(lines), rng, lex=lex)


_REPORTED = (
    "§given1 asked §given2 where §he2 had been.",
    "§He2 said that §he2 had been at the §building, but §given1 didn't believe §him2.",
    "§given2 told §given1 not to worry.",
    "§given1 wanted to know if there was any §mass_food left.",
    "There was none, §given2 admitted, because §given3 had eaten it.",
    "§He1 promised that §he1 would never do it again.",
    "§given2 suggested that they take the §vehicle instead.",
    "§given1 explained that it had broken down the day before.",
    "They agreed to meet again on §weekday, at §clock.",
    "§given2 reminded §him1 to bring the §tool.",
    "When §given1 asked why, §he2 only laughed.",
    "§He1 insisted that somebody must have taken it.",
    "§given2 answered that §he2 hadn't seen anybody.",
    "§given3, who had been listening at the door, denied everything.",
    "§given1 warned them both that it was getting late.",
    "At last §given2 confessed that the §toy had never been lost at all.",
    "§given1 said §he1 was sorry, and §he1 meant it.",
    "What §given2 thought of this, §he2 did not say.",
    "§given3 whispered to §given1 that they ought to go.",
    "Neither of them mentioned the letter.",
)


def _reported(rng: random.Random, lex: Lexicon) -> str:
    return prose(" ".join([rng.choice(OPENINGS[:6]), *several(rng, _REPORTED, low=5, high=8)]), rng, lex=lex)


_QUESTIONS = (
    (
        "How did you become §a_profession1?",
        "By accident, really. I wanted to be §a_profession, but my §relative needed help.",
    ),
    ("What do you like most about your work?", "The people. And the quiet, when the people have gone home."),
    ("Was it hard at the beginning?", "It was. For the first §few years I hardly slept."),
    ("Would you do it again?", "I don't know. Probably, if I were younger."),
    ("What's the biggest mistake you ever made?", "I sold a §furniture for §money. It was worth ten times as much."),
    ("Who helped you most?", "§full3, without any doubt. If it hadn't been for §him3, I would have given up."),
    ("What advice would you give to young people?", "Don't listen to old people. I never did."),
    ("Is there anything you regret?", "Not much. I should have learned to play the §instrument."),
    ("What are you working on now?", "I can't say too much, but it has to do with §pl_animal."),
    ("Where do you see yourself in ten years?", "In my garden, I hope, among the §pl_plant."),
    ("How do you spend your free time?", "I read, I walk, and on §{weekday}s I cook for my friends."),
    ("Do you ever get bored?", "Never. There's always something that doesn't work."),
    ("What did your family say?", "My mother cried. My father didn't say a word until §weekday."),
    ("Is it true that you don't own a computer?", "Yes, and I don't miss it."),
)


def _interview(rng: random.Random, lex: Lexicon) -> str:
    style = rng.choice((("Q: ", "A: "), ("Question: ", "Answer: "), ("Reporter: ", "§family1: "), ("", "§given1: ")))
    lines = [
        mark + text for pair in _pairs(rng, _QUESTIONS, low=3, high=5) for mark, text in zip(style, pair, strict=True)
    ]
    head = "«§full1, §a_profession from §town, talks about «§his1 life¦§his1 work¦the past».¦An interview with §full1¦»"
    return prose("\n".join([head, *lines]), rng, lex=lex)


_CHAIN = (
    '§given{a} said to §given{b}, "Don\'t tell anybody, but §given{c} has bought §a_vehicle{a}."',
    '"Did you know," §given{a} asked §given{b}, "that §given{c} is moving to §city{a}?"',
    "§given{a} told §given{b} that §given{c} had been seen at the §building with §a_tool under §his{c} arm.",
    '"I have it from §given{c} §himself{c}," said §given{a}, "so it must be true, §given{b}."',
    '"§given{c}? Never!" cried §given{b}. "§He{c} can\'t even drive."',
    '"It wasn\'t §given{c}," §given{a} said to §given{b}. "It was somebody who looks like §him{c}."',
    "§given{b} laughed so loudly that §given{c} came in and asked what was so funny.",
    '"What are you two whispering about?" asked §given{c}. "Nothing," said §given{a} and §given{b} together.',
    '"Ask §given{c}," said §given{b}, "if you don\'t believe me." But §given{a} did not dare to ask §him{c}.',
)


def _gossip(rng: random.Random, lex: Lexicon) -> str:
    """Let three names come back again and again in different parts."""
    lines = []
    for frame in several(rng, _CHAIN, low=4, high=6):
        a, b, c = rng.sample("123", 3)
        lines.append(frame.format(a=a, b=b, c=c))
    return prose(rng.choice((" ", "\n")).join(lines), rng, lex=lex)


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = {
    "told_lines": _told_lines,
    "told_paragraphs": _told_paragraphs,
    "told_running": _told_running,
    "shop": _shop,
    "script": _script,
    "play": _play,
    "phone": _phone,
    "dashes": _dashes,
    "chat": _chat,
    "reported": _reported,
    "interview": _interview,
    "gossip": _gossip,
}
