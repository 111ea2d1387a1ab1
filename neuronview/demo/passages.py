"""The corpus generator: numbered passages of original English, drawn from every kind in `demo/kinds`.

Promises: passage i depends on (seed, i, which) and the code alone, never on the process, the passages before it
or PYTHONHASHSEED; a train passage never comes from a held-out template. Knows nothing about what a kind writes.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random
from typing import Literal

from neuronview.demo import kinds
from neuronview.demo.lexicon import Lexicon, lexicon

Template = Callable[[Random, Lexicon], str]
Which = Literal["train", "held_out", "all"]

HELD_OUT_ONE_IN = 7
FEWEST_TO_HOLD_OUT = 4

# Prose teaches more English per token than a table does, so structured kinds are drawn less often.
DEFAULT_WEIGHT = 1.0
WEIGHTS: dict[str, float] = {
    **dict.fromkeys(("addresses", "html", "json_data", "shell", "tables", "timetables", "urls"), 0.5),
    **dict.fromkeys(("arithmetic", "languages", "lists", "python_code", "recipes"), 0.7),
    **dict.fromkeys(("argument", "explanation", "history_of_a_thing", "nature", "science", "speech"), 1.5),
    **dict.fromkeys(("dialogue", "essay", "fable", "memoir", "scene"), 1.8),
}


@dataclass(frozen=True)
class Passage:
    """One document of the corpus; `template` is "kind/name"."""

    text: str
    kind: str
    template: str


@cache
def load_kinds() -> dict[str, dict[str, Template]]:
    """Return every kind's templates by name, kinds and names sorted; modules that begin with `_` are helpers."""
    names = sorted(module.name for module in pkgutil.iter_modules(kinds.__path__))
    return {name: _templates(name) for name in names if not name.startswith("_")}


def _templates(kind: str) -> dict[str, Template]:
    module = importlib.import_module(f"{kinds.__name__}.{kind}")
    templates: dict[str, Template] = module.TEMPLATES
    return dict(sorted(templates.items()))


@cache
def held_out_templates() -> frozenset[str]:
    """Return the ids ("kind/name") that training never sees: about one in seven of every kind."""
    return frozenset(name for kind, names in load_kinds().items() for name in _held_out(kind, list(names)))


def _held_out(kind: str, names: list[str]) -> list[str]:
    if len(names) < FEWEST_TO_HOLD_OUT:
        return []
    ids = sorted((f"{kind}/{name}" for name in names), key=_stable_hash)
    return ids[: max(1, round(len(ids) / HELD_OUT_ONE_IN))]


def _stable_hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


@cache
def _menu(which: Which) -> tuple[list[str], list[float], dict[str, list[tuple[str, Template]]]]:
    """Return the kinds that have a template in `which`, their cumulative weights, and those templates."""
    held_out = held_out_templates()
    chosen: dict[str, list[tuple[str, Template]]] = {}
    for kind, templates in load_kinds().items():
        ids = [(f"{kind}/{name}", template) for name, template in templates.items()]
        kept = [pair for pair in ids if which == "all" or (pair[0] in held_out) == (which == "held_out")]
        if kept:
            chosen[kind] = kept
    weights = list(accumulate(WEIGHTS.get(kind, DEFAULT_WEIGHT) for kind in chosen))
    return list(chosen), weights, chosen


def passage(index: int, *, seed: int, which: Which = "train") -> Passage:
    """Return passage number `index` of the corpus (seed, which), without making the ones before it."""
    rng = Random(f"{seed}/{which}/{index}")
    names, cumulative, templates = _menu(which)
    kind = rng.choices(names, cum_weights=cumulative)[0]
    template_id, template = rng.choice(templates[kind])
    return Passage(text=template(rng, lexicon()).strip("\n"), kind=kind, template=template_id)


def generate(count: int, *, seed: int, which: Which = "train", start: int = 0) -> Iterator[Passage]:
    """Yield passages start .. start + count - 1; any stretch equals the same stretch of a longer run."""
    return (passage(index, seed=seed, which=which) for index in range(start, start + count))
