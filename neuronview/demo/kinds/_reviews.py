"""What reviews, good and bad, have in common: how they are laid out, and what they are about."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from neuronview.demo.kinds import _prose
from neuronview.demo.kinds._pools_reviews import MEALS, PRODUCTS, STORIES, SWEETS, TITLES

if TYPE_CHECKING:
    from neuronview.demo.lexicon import Lexicon


def layouts(*, pros_cons: str) -> dict[str, str]:
    """The layouts of reviews, with that one for what speaks for and against a thing."""
    return {
        "product": "@stars\n\n@buy @product*3 @end",
        "product_plain": "@buy @product*4-5",
        "product_short": "@stars\n@buy @product*2 @end",
        "story": "<title>\n\n@storyopen @story*4 @end",
        "story_plain": "@storyopen @story*4-5",
        "story_stars": "@stars\n@storyopen @story*3 @end",
        "restaurant": "@eatopen @eat*4 @end",
        "restaurant_stars": "@stars\n\n@eatopen @eat*3 @stay @end",
        "hotel": "@stayopen @stay*3 @eat @end",
        "hotel_headed": "@stars\n@stayopen @stay*4",
        "two_readers": "<B>, <month> <year>: ^@buy @product*2\n\n<C>, <month2> <year2>: ^@product*2 @end",
        "pros_cons": pros_cons,
        "short_list": "- @eatopen @eat\n- @buy @product\n- @storyopen @story",
    }


def setup(rng: random.Random, lex: Lexicon) -> dict[str, str]:
    """What one review is about."""
    bound = _prose.common(rng, lex)
    names = ("thing", "kind", "p1low", "p2low", "p3low", "used", "why")
    bound.update(zip(names, rng.choice(PRODUCTS), strict=True))
    names7 = ("story", "s1low", "s2low", "s3low", "s4low", "reader", "unit")
    bound.update(zip(names7, rng.choice(STORIES), strict=True))
    bound.update(meal=rng.choice(MEALS), sweet=rng.choice(SWEETS), title=rng.choice(TITLES))
    bound.update(relative=lex.noun(rng, "relative"), nine=rng.choice(("8", "9", "10")), two=rng.choice(("1", "2", "3")))
    bound["Thing"] = bound["thing"].capitalize()
    return bound
