"""Passages whose words must agree over a distance: subjects far from their verbs, relative clauses, people who return.

The frames are in `frames/agreement.txt`.
"""

from __future__ import annotations

from random import Random

from neuronview.demo.grammar import Filler, tidy
from neuronview.demo.lexicon import Lexicon
from neuronview.demo.phrases import frames
from neuronview.demo.structure import Template, agreeing_sentence, paragraph, sampled

_FRAMES = frames("agreement")


def _subjects(predicates: str, sentences: tuple[int, int], aside: float) -> Template:
    """Return a template of sentences with far-off subjects, an aside between them now and then."""

    def template(rng: Random, lex: Lexicon) -> str:
        filler = Filler(rng, lex)
        said = []
        for _ in range(rng.randint(*sentences)):
            said.append(agreeing_sentence(filler, _FRAMES, predicates))
            if rng.random() < aside:
                said.append(filler.expand(rng.choice(_FRAMES["about_things"])))
        return tidy(" ".join(said))

    return template


def _mixed(rng: Random, lex: Lexicon) -> str:
    """Return sentences of every section that stands alone, in any order."""
    filler = Filler(rng, lex)
    alone = ("relative", "quantified", "comparing", "reflexive", "inverted", "inventory")
    lines = sampled(rng, [line for name in alone for line in _FRAMES[name]], rng.randint(3, 20))
    return tidy(" ".join(filler.expand(line) for line in lines))


def _dialogue(rng: Random, lex: Lexicon) -> str:
    """Return two people who talk about a third one, whose name comes back at the end."""
    filler = Filler(rng, lex)
    lines = ["“Have you seen [{full3}|{name3}]?” asked {name}.", "“{name3}? No, not since {weekday},” said {name2}."]
    for at in range(rng.randint(1, 5)):
        speaker = "{name}" if at % 2 == 0 else "{name2}"
        lines.append(f"“{_gossip(rng)},” [said|replied|answered|whispered] {speaker}.")
    lines.append(
        "“Well,” {name} said, “[tell|ask|remind] {him3} that {thatclause}.” And that was all they said about {name3}."
    )
    return tidy(("\n" if rng.random() < 0.6 else " ").join(filler.expand(line) for line in lines))


def _gossip(rng: Random) -> str:
    return rng.choice(
        (
            "{he3} was {where} {when}",
            "I heard that {he3} {vp:past}",
            "{his3} {relative} {verb.report:past} that {he3} had {verb.intransitive:pp}",
            "people say {he3} {verb.mental:3} {mass.abstract}",
            "{he3} has {num:2-9} {animal:pl}, you know, and {a animal}",
            "nobody {verb.social:3} {him3} any more",
            "then somebody must {verb.social} {him3}",
            "I saw {him3} {where} with {a qualified}",
        )
    )


TEMPLATES: dict[str, Template] = {
    "far_subject_past": _subjects("past_predicate", (3, 16), 0.3),
    "far_subject_present": _subjects("present_predicate", (3, 16), 0.3),
    "far_subject_short": _subjects("present_predicate_plain", (1, 3), 0.1),
    "far_subject_asides": _subjects("past_predicate", (3, 6), 0.9),
    "relative_clauses": paragraph(_FRAMES, opening="relative_open", body="relative", sentences=(3, 12)),
    "name_returns": paragraph(
        _FRAMES, opening="returns_open", body="returns", closing="returns_close", sentences=(4, 18)
    ),
    "name_returns_short": paragraph(
        _FRAMES, opening="returns_open", body="returns", closing="returns_close", sentences=(1, 3)
    ),
    "two_people": paragraph(
        _FRAMES, opening="contrast_open", body="contrast", closing="contrast_close", sentences=(3, 13)
    ),
    "each_and_all": paragraph(_FRAMES, body="quantified", sentences=(3, 8)),
    "there_is": paragraph(
        _FRAMES, opening="inventory_open", body="inventory", closing="inventory_close", sentences=(3, 8)
    ),
    "habits": paragraph(_FRAMES, opening="habit_open", body="habit", closing="habit_close", sentences=(3, 13)),
    "they": paragraph(_FRAMES, opening="they_open", body="they", closing="they_close", sentences=(3, 12)),
    "comparing": paragraph(_FRAMES, body="comparing", sentences=(2, 8)),
    "themselves": paragraph(_FRAMES, body="reflexive", sentences=(2, 7)),
    "inverted": paragraph(_FRAMES, body="inverted", sentences=(2, 7)),
    "mixed": _mixed,
    "gossip": _dialogue,
}
