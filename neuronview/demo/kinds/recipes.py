# ruff: noqa: E501
"""Recipes: amounts and steps, cards, letters, cook's talk, menus and shopping for a dish.

What is called for in the steps is in the list of ingredients; times and temperatures are plausible, not tested.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from neuronview.demo.kinds._pools_code import several
from neuronview.demo.kinds._pools_recipes import DISHES, FIRST, LAST, MIDDLE, REMARKS
from neuronview.demo.kinds._pools_slots import Slots, prose
from neuronview.demo.lexicon import Lexicon

Dish = tuple[str, tuple[tuple[str, str], ...]]


def _names(rng: random.Random, dish: Dish) -> dict[str, str]:
    """Return what the frames may call on; where a frame says "them", `main` is always a plural."""
    plural = [name for _, name in dish[1] if name.endswith("s")]
    rest = [name for _, name in dish[1] if name != plural[0]]
    second, third = rng.sample(rest, 2)
    return {"dish": dish[0], "main": plural[0], "second": second, "third": third}


def _put_in(frame: str, names: dict[str, str]) -> str:
    for key, value in names.items():
        frame = frame.replace("{" + key + "}", value)
    return frame


def _steps(rng: random.Random, names: dict[str, str], *, low: int = 3, high: int = 5) -> list[str]:
    frames = [rng.choice(FIRST), *several(rng, MIDDLE, low=low, high=high), rng.choice(LAST)]
    return [_put_in(frame, names) for frame in frames]


def _remarks(rng: random.Random, names: dict[str, str], *, low: int = 1, high: int = 2) -> str:
    return " ".join(_put_in(frame, names) for frame in several(rng, REMARKS, low=low, high=high))


def _needs(rng: random.Random, dish: Dish) -> list[str]:
    extra = several(
        rng, ("salt and pepper", "a pinch of sugar", "some oil", "a little butter", "1 bay leaf"), low=0, high=2
    )
    of = {"g", "kg", "ml", "liter", "cup", "cups", "cloves", "clove", "pinch", "packet", "glass", "bunch", "stick",
          "tablespoon", "tablespoons", "teaspoon", "slices"}  # fmt: skip
    join = rng.choice((" ", " of "))
    return [f"{amount}{join if amount.split()[-1] in of else ' '}{name}" for amount, name in dish[1]] + extra


def _card(rng: random.Random, lex: Lexicon) -> str:
    dish = rng.choice(DISHES)
    names = _names(rng, dish)
    mark = rng.choice(("- ", "* ", ""))
    needs = "\n".join(mark + line for line in _needs(rng, dish))
    steps = "\n".join(f"{i}. {step}" for i, step in enumerate(_steps(rng, names), start=1))
    head = dish[0].title() if rng.random() < 0.5 else dish[0].upper()
    return prose(f"{head}\n«For §few people¦Serves §few¦Makes §few portions»\n\n{needs}\n\n{steps}", rng, lex=lex)


def _markdown(rng: random.Random, lex: Lexicon) -> str:
    dish = rng.choice(DISHES)
    names = _names(rng, dish)
    needs = "\n".join(f"- {line}" for line in _needs(rng, dish))
    steps = "\n".join(f"{i}. {step}" for i, step in enumerate(_steps(rng, names), start=1))
    text = f"# {dish[0].capitalize()}\n\n{_remarks(rng, names)}\n\n## Ingredients\n\n{needs}\n\n## Method\n\n{steps}"
    return prose(text, rng, lex=lex)


def _running(rng: random.Random, lex: Lexicon) -> str:
    dish = rng.choice(DISHES)
    names = _names(rng, dish)
    *most, last = _needs(rng, dish)
    lead = rng.choice(("You need", "Take", "For this you will need", "All it takes is"))
    needs = f"{lead} {', '.join(most)} and {last}."
    return prose(" ".join([_remarks(rng, names), needs, *_steps(rng, names, low=3, high=4)]), rng, lex=lex)


def _letter(rng: random.Random, lex: Lexicon) -> str:
    dish = rng.choice(DISHES)
    names = _names(rng, dish)
    steps = " ".join(_steps(rng, names, low=2, high=3))
    text = (
        f"Dear §given2,\n\nYou asked me how I make my {dish[0]}. It's easier than you think. {steps}\n\n"
        f"{_remarks(rng, names)} «Let me know how it goes!¦Don't tell anybody.¦Good luck!»\n\n«Love¦Yours¦Ever yours»,\n§given3"
    )
    return prose(text, rng, lex=lex)


def _lesson(rng: random.Random, lex: Lexicon) -> str:
    dish = rng.choice(DISHES)
    names = _names(rng, dish)
    joints = ("First of all", "Next", "After that", "Now", "Then", "Finally")
    steps = _steps(rng, names, low=3, high=4)
    lines = [
        f'"{joint}," said §given1, "{step[0].lower()}{step[1:]}"' if rng.random() < 0.6 else step
        for joint, step in zip(joints, steps, strict=False)
    ]
    opening = f"§full1 is going to show us how to cook {dish[0]}. "
    closing = '«Everybody wanted to taste it.¦"And that," said §given1, "is all there is to it."¦Nobody left the table hungry.»'
    return prose(opening + " ".join(lines) + " " + closing, rng, lex=lex)


def _questions(rng: random.Random, lex: Lexicon) -> str:
    dish = rng.choice(DISHES)
    names = _names(rng, dish)
    pool = (
        ("Can I leave out the {second}?", "You can, but {dish} without {second} is a sad thing."),
        ("What if I have no {third}?", "Then use a little more {second}."),
        ("How do I know when it's done?", "When the {main} are soft and the kitchen smells good."),
        ("Can I make it a day before?", "Yes. Keep it in a cool place and warm it up slowly."),
        ("Why did mine burn?", "The oven was too hot, or you forgot to stir. It happens to everybody."),
        ("Is it hard?", "No. If you can boil an egg, you can make {dish}."),
        ("How long does it keep?", "About §fewword days in the fridge, if nobody finds it."),
        ("May I use frozen {main}?", "Certainly, as long as you let them thaw first."),
        ("Must I peel the {main}?", "It isn't necessary. Just wash them well."),
    )
    lines = [f"{_put_in(a, names)} {_put_in(b, names)}" for a, b in rng.sample(pool, rng.randint(4, 6))]
    return prose(f"Questions about {dish[0]}\n\n" + "\n".join(lines), rng, lex=lex)


def _talk(rng: random.Random, lex: Lexicon) -> str:
    dish = rng.choice(DISHES)
    return prose(_remarks(rng, _names(rng, dish), low=5, high=8), rng, lex=lex)


def _menu(rng: random.Random, lex: Lexicon) -> str:
    days = rng.sample(lex.weekdays, rng.randint(4, 6))
    dishes = rng.sample(DISHES, len(days))
    sides = ("bread", "rice", "a green salad", "boiled potatoes", "nothing else", "a slice of cheese", "fruit")
    style = rng.choice(
        ("{day}: {dish}, with {side}", "On {day} there is {dish} with {side}.", "{day} - {dish} ({side})")
    )
    ordered = sorted(days, key=list(lex.weekdays).index)
    lines = [style.format(day=d, dish=x[0], side=rng.choice(sides)) for d, x in zip(ordered, dishes, strict=True)]
    tail = _remarks(rng, _names(rng, dishes[0]), low=1, high=2)
    return prose(
        "«What we eat this week¦Menu¦The kitchen of the §building»\n\n" + "\n".join(lines) + "\n\n" + tail, rng, lex=lex
    )


def _shopping(rng: random.Random, lex: Lexicon) -> str:
    first, second = rng.sample(DISHES, 2)
    box = rng.choice(("[ ] ", "- ", "* ", "o "))
    lines = [box + need for dish in (first, second) for need in _needs(rng, dish)]
    return prose(
        f"For the {first[0]} and the {second[0]} on §weekday we need:\n" + "\n".join(dict.fromkeys(lines))
        + "\n\n" + _remarks(rng, _names(rng, first), low=1, high=2), rng, lex=lex,
    )  # fmt: skip


def _short(rng: random.Random, lex: Lexicon) -> str:
    """Write three recipes of two sentences each."""
    blocks = []
    for dish in rng.sample(DISHES, rng.randint(2, 3)):
        names = _names(rng, dish)
        steps = " ".join(_steps(rng, names, low=1, high=2))
        blocks.append(f"{dish[0].upper()}. {'; '.join(_needs(rng, dish))}. {steps}")
    return prose("\n\n".join(blocks), rng, lex=lex)


def _failure(rng: random.Random, lex: Lexicon) -> str:
    dish = rng.choice(DISHES)
    names = _names(rng, dish)
    slots = Slots(rng, lex)
    frames = (
        "Last §weekday §given1 tried to make {dish} for the first time.",
        "§He1 had bought everything: " + ", ".join(_needs(rng, dish)) + ".",
        "The recipe said to wash the {main}, but §he1 forgot.",
        "Instead of one spoon of salt §he1 took §fewword.",
        "While the {second} was still cold, §given2 called, and they talked for half an hour.",
        "When §he1 came back, the kitchen was full of smoke.",
        '"What\'s burning?" asked §given2. "Nothing," said §given1, and opened the window.',
        "In the end they ate bread and cheese, and it wasn't bad at all.",
        "Next time, §he1 told §himself1, §he1 would read the recipe to the end.",
    )
    kept = [frame for i, frame in enumerate(frames) if i in (0, 5, 7) or rng.random() < 0.8]
    return prose(" ".join(_put_in(frame, names) for frame in kept), rng, lex=lex, slots=slots)


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = {
    "card": _card,
    "markdown": _markdown,
    "running": _running,
    "letter": _letter,
    "lesson": _lesson,
    "questions": _questions,
    "talk": _talk,
    "menu": _menu,
    "shopping": _shopping,
    "short": _short,
    "failure": _failure,
}
