# ruff: noqa: E501
"""Instructions: how to do everyday things, as lists, prose, leaflets, notices, rules, directions, notes.

The steps of one task come in their order; advice is harmless and general.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from neuronview.demo.kinds._pools_code import several
from neuronview.demo.kinds._pools_instructions import CLOSINGS, EXTRAS, INTROS, ROUTE, RULES, TASKS, WARNINGS
from neuronview.demo.kinds._pools_slots import prose
from neuronview.demo.lexicon import Lexicon


def _task(rng: random.Random) -> tuple[str, list[str]]:
    task, steps = rng.choice(TASKS)
    return task, list(steps)


def _with_extras(rng: random.Random, steps: list[str], *, share: float) -> list[str]:
    extras = iter(rng.sample(EXTRAS, len(steps)))
    return [f"{step} {next(extras)}" if rng.random() < share else step for step in steps]


def _intro(rng: random.Random, task: str) -> str:
    return rng.choice(INTROS).format(task=task)


def _lowered(step: str) -> str:
    return step[0].lower() + step[1:]


def _numbered(rng: random.Random, lex: Lexicon) -> str:
    task, steps = _task(rng)
    style = rng.choice(("{i}. {s}", "{i}) {s}", "Step {i}: {s}", "({i}) {s}"))
    lines = [style.format(i=i, s=s) for i, s in enumerate(_with_extras(rng, steps, share=0.4), start=1)]
    return prose("\n".join([f"How to {task}", "", *lines, "", rng.choice(CLOSINGS)]), rng, lex=lex)


def _running(rng: random.Random, lex: Lexicon) -> str:
    task, steps = _task(rng)
    parts = [_intro(rng, task), *_with_extras(rng, steps, share=0.6), rng.choice(CLOSINGS)]
    return prose(" ".join(parts), rng, lex=lex)


def _joined(rng: random.Random, lex: Lexicon) -> str:
    task, steps = _task(rng)
    joints = ("First, ", "Then ", "After that, ", "When you have done this, ", "Finally, ", "At the end, ")
    lines = [joint + _lowered(step) for joint, step in zip(joints, steps, strict=False)]
    return prose(" ".join([_intro(rng, task), *_with_extras(rng, lines, share=0.3)]), rng, lex=lex)


def _told(rng: random.Random, lex: Lexicon) -> str:
    task, steps = _task(rng)
    said = ("said §given1", "§given1 explained", "§he1 went on", "§he1 added", "§given1 told me")
    lines = [f'"{_comma(step)}" {verb}.' for step, verb in zip(steps, said, strict=True)]
    opening = f"§full1 offered to show me how to {task}. "
    between = several(rng, ("I did as I was told.", "It wasn't as hard as I had thought.", "I nodded.",
                            "I tried, but my hands were shaking.", "\"Like this?\" I asked."), low=2, high=3)  # fmt: skip
    for i, line in enumerate(between):
        lines.insert(2 * i + 1, line)
    return prose(opening + " ".join(lines), rng, lex=lex)


def _comma(step: str) -> str:
    return step[:-1] + "," if step.endswith(".") else step


def _reasons(rng: random.Random, lex: Lexicon) -> str:
    task, steps = _task(rng)
    lines = [f"- {step} {rng.choice(('Note:', 'Tip:', 'Remember:'))} {extra}" if rng.random() < 0.4 else f"- {step} {extra}"
             for step, extra in zip(steps, rng.sample(EXTRAS, len(steps)), strict=True)]  # fmt: skip
    return prose("\n".join([_intro(rng, task), *lines]), rng, lex=lex)


def _markdown(rng: random.Random, lex: Lexicon) -> str:
    task, steps = _task(rng)
    lines = "\n".join(f"{i}. {step}" for i, step in enumerate(steps, start=1))
    warnings = "\n".join(f"> {line}" for line in several(rng, WARNINGS, low=1, high=2))
    text = f"# How to {task}\n\n{_intro(rng, task)}\n\n## Steps\n\n{lines}\n\n## Take care\n\n{warnings}"
    return prose(text, rng, lex=lex)


def _leaflet(rng: random.Random, lex: Lexicon) -> str:
    thing = rng.choice(("kettle", "heater", "drill", "fan", "lawn mower", "radio", "coffee machine", "iron", "toaster"))
    parts = (
        f"Thank you for buying this {thing}. Please read the instructions carefully before you use it.",
        f"To switch the {thing} on, press the §adj_colour button for §fewword seconds.",
        f"If the §adj_colour light flashes, the {thing} is too hot. Wait until it has cooled down.",
        f"The {thing} must stand on a flat surface, at least §n centimeters from the wall.",
        f"Clean the {thing} with a dry cloth. Never put it under water.",
        f"If the {thing} does not start, check the plug first.",
        "Should the cable be damaged, have it replaced by the shop.",
        f"The {thing} comes with a guarantee of §few years.",
        f"When you no longer need it, do not throw the {thing} into the bin.",
        "Turn the knob to the right for more power, and to the left for less.",
    )
    lines = [parts[0], *several(rng, parts[1:], low=4, high=6), *several(rng, WARNINGS, low=1, high=2)]
    return prose(rng.choice(("\n", " ", "\n\n")).join(lines), rng, lex=lex)


def _rules(rng: random.Random, lex: Lexicon) -> str:
    head = "«Rules of the house¦To all visitors¦Notice¦Please note¦Before you come in»"
    mark = rng.choice(("- ", "", "* ", "{i}. "))
    lines = [mark.format(i=i) + rule for i, rule in enumerate(several(rng, RULES, low=6, high=9), start=1)]
    return prose("\n".join([head, "", *lines]), rng, lex=lex)


def _route(rng: random.Random, lex: Lexicon) -> str:
    opening = "«How do you get to §town1 from the station?¦To find us, do as follows.¦Dear §given2, this is the way to our house.»"
    return prose(" ".join([opening, *several(rng, ROUTE, low=5, high=8)]), rng, lex=lex)


def _route_asked(rng: random.Random, lex: Lexicon) -> str:
    lines = several(rng, ROUTE, low=3, high=5)
    asked = '"Excuse me, how do I get to the §building1?" asked §given2. The old man thought for a moment.'
    told = f'"{" ".join(lines)}"'
    back = '"«Is it far?¦Are you sure?¦Isn\'t there a shorter way?»" "«Not if you hurry.¦I\'ve lived here for §n years.¦There is, but I wouldn\'t take it.»"'
    return prose("\n".join([asked, told, back, "§given2 thanked him and went on."]), rng, lex=lex)


def _note(rng: random.Random, lex: Lexicon) -> str:
    lines = (
        "the key is under the §container1 by the door", "please water the plants on §weekday",
        "don't let the §animal1 out, whatever it does", "the heating makes a noise, but it isn't dangerous",
        "there's §mass_food in the fridge; eat it before §weekday", "the neighbor, §full2, can help you if something breaks",
        "put the bins out on §weekday evening", "if the telephone rings, say that we'll be back on §date1",
        "the window in the §room doesn't close properly, so leave it alone", "feed the fish once a day, but not too much",
        "take in the post and put it on the §furniture", "you'll find clean sheets in the §room",
    )  # fmt: skip
    chosen = several(rng, lines, low=5, high=7)
    body = " ".join(line[0].upper() + line[1:] + "." if line[0] != "§" else line + "." for line in chosen)
    return prose(f"«Dear¦Hi¦Hello» §given1,\n\nThank you for looking after the house. {body}\n\n"
                 "«Have a good time!¦We owe you one.¦See you on §date1.»\n§given3", rng, lex=lex)  # fmt: skip


def _trouble(rng: random.Random, lex: Lexicon) -> str:
    pool = (
        ("The screen stays black.", "Check the cable. If that doesn't help, hold the button for §few seconds."),
        ("The machine makes a strange noise.", "Switch it off at once and look for a coin in the drum."),
        ("The door won't open.", "Wait two minutes. It stays locked while the water is hot."),
        ("The paper gets stuck.", "Open the cover, pull the paper out slowly and close it again."),
        ("You have forgotten your password.", "Click on the link below and follow the instructions."),
        ("The light keeps flashing.", "The battery is nearly empty. Charge it for §few hours."),
        ("Nothing happens when you press the key.", "Make sure that the machine is plugged in. It often isn't."),
        ("The picture is not sharp.", "Clean the glass with a soft cloth."),
        ("It smells of smoke.", "Pull out the plug and call us. Do not try to repair it yourself."),
        ("The sound is too low.", "Turn it up, or move closer."),
        ("The water stays cold.", "You may have chosen the wrong program."),
    )
    lines = [
        f"{a}\n  {b}" if style else f"{a} {b}"
        for style in [rng.random() < 0.5]
        for a, b in rng.sample(pool, rng.randint(4, 7))
    ]
    return prose("What to do if something goes wrong\n\n" + "\n".join(lines), rng, lex=lex)


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = {
    "numbered": _numbered,
    "running": _running,
    "joined": _joined,
    "told": _told,
    "reasons": _reasons,
    "markdown": _markdown,
    "leaflet": _leaflet,
    "rules": _rules,
    "route": _route,
    "route_asked": _route_asked,
    "note": _note,
    "trouble": _trouble,
}
