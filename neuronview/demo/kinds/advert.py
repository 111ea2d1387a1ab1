"""Advertisements: small ads, shops, jobs, houses, courses, lost and found, holidays, an appeal, a slogan."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from neuronview.demo.kinds import _prose

if TYPE_CHECKING:
    from neuronview.demo.lexicon import Lexicon

# product, what it replaces, verb for using it, a promise
PRODUCTS = (
    ("toothpaste", "powder", "brush", "whiter teeth"),
    ("mattress", "bed", "sleep on it", "a better night"),
    ("shampoo", "soap", "wash", "softer hair"),
    ("tea", "coffee", "drink a cup", "a calmer afternoon"),
    ("lawn mower", "scissors", "mow", "a greener lawn"),
    ("rye bread", "toast", "take a bite", "a good start to the day"),
    ("dictionary", "guesswork", "look it up", "the right word"),
    ("raincoat", "umbrella", "go out", "dry shoulders"),
    ("glue", "string", "stick it", "repairs that last"),
    ("alarm clock", "cock", "press the button", "punctual mornings"),
    ("soup", "sandwich", "add water", "a hot lunch in three minutes"),
    ("bicycle", "car", "pedal", "fresh air and strong legs"),
    ("paint", "wallpaper", "stir", "brighter walls"),
    ("notebook", "slip of paper", "write it down", "a tidy mind"),
)

POOLS = """
@hook
Are you tired of your old {furniture}?
Who says that {a kitchen} has to be {adj.bad}?
Have you ever wondered why your neighbour looks so {adj.mood}?
Only this week: <product> at half the price!
Forget the <old>. Here comes the new <brand> <product>.
You deserve something better.
Stop! Before you buy anything else, try <brand> <product>.
Imagine <promise>, every day, without any effort.
New from <brand>: the <product> that does what it says.
What do {profession:plural}, {profession:plural} and {profession:plural} have in common? They all trust
  <brand>.
It's here at last!
Life is complicated. Our <product> isn't.
For <n2> years people in <town> have relied on <brand>, and with good reason.

@claim
Just <doit>, wait a minute, and you'll see the difference.
<brand> <product> gives you <promise>, or your money back.
Nine out of ten customers would choose it again.
It is made in <town> by people who know their trade, from nothing but the best materials.
You may pay more elsewhere, but you will not find a better <product>.
No batteries, no instructions, no nonsense.
The more you buy, the more you save.
Whether you are {adj.mood} or {adj.mood}, young or old, <brand> is the <product> for you.
Available in {adj.colour}, {adj.colour} and, for a short time only, {adj.colour}.
Unlike other kinds of <product>, ours has never been tested on {animal:plural}.
Even my {relative}, who doesn't believe in anything, believes in <brand>.
"I used to be {adj.mood}. Then I discovered <brand>," writes <A.full> from <town2>.
If you can find it cheaper, tell us, and we'll pay you the difference.
So simple that a child could use it; so good that your child will want to.
You won't hear it, you won't smell it, but you will certainly notice it.
Every <product> comes with a guarantee of <n> years.

@call
Call us today, or simply drop in: <no> <street>, <town>.
Order before <day> and we'll add a free {kitchen}.
<brand>. Because you're worth waiting for.
Now only <price>!
Don't wait until it's too late.
Ask for it by name.
Open from Monday to Saturday, <time> to <time2>.
While stocks last.
Come in and see for yourself.
<brand>: nothing more, nothing less.
Try it once, and you'll never want anything else.

@small
For sale: {adj.age} {furniture}, {adj.colour}, hardly used, <price>. Must be collected. Tel. {phone}.
Wanted: {tool} in good condition. I can pay up to <price>. Please call after <time>.
To give away: <n> [kittens|puppies|hens|rabbits|guinea pigs|tame rats], used to children, to people with
  a garden and some patience.
Swap my {instrument} (one string missing) for {a vehicle}, with or without wheels.
{Profession} gives lessons in {mass.subject}. First lesson free. {phone}.
Found: one {clothes}, {adj.colour}, near the {building} in <street>. Describe it and it's yours.
Lost on <day>, between <street> and the {building}: {a adj.size} {container} with letters of no value
  except to me. Reward.
Does anybody have {a toy} for a child who is ill? We would return it.
{Adj.person} {profession}, <age>, seeks {adj.person} {profession} for walks, talks and perhaps more. Box
  <hundreds>.
Room to let, <n> minutes from the station, quiet, no pets, no {instrument:plural}. <price> a week.
Will the {adj.person} {person} in the {adj.colour} {clothes} who smiled at me on the <time> to <town2>
  please write to Box <hundreds>?
Painter has time: walls, doors, fences. Clean, cheap and never late.
Garage sale on <day>: {tool:plural}, {toy:plural}, books, and {a instrument} that nobody can play.

@job
We are looking for {a profession} to join our small but growing team in <town>.
Do you like {mass.subject}? Then why not make a living from it?
The <town> {building} is seeking an experienced {profession} from <dom> <month2>.
Can you read {a noun.text} upside down, and stay calm while the telephone rings? Then you might be the
  {profession} that we need.

@jobbody
You should be {adj.person}, {adj.person} and not afraid of {animal:plural}.
No experience is necessary, since we will train you.
What we offer: fair pay, [twenty-five|twenty-eight|thirty] days of holiday and a desk by the window.
The work is varied; no day is like another.
You will report directly to <A.title>, who has been with us since <year0>.
Those who have worked as {a profession} before will be preferred, but anyone may apply.
You must be able to lift boxes, drive a van and keep a secret.
Please send your application, with a photograph, to <no> <street>, <town>, by <dom> <month>.
We reply to everyone, even if the answer is no.
Women and men are equally welcome, and so are people who have changed their minds.
Working hours are from [8:00|8:30|9:00] to [16:30|17:00|17:30], and nobody minds if you are late, as long
  as the work gets done.
If you don't know what {a tool} is, don't worry: neither did we.

@house
A {adj.size} house with <n> [bedrooms|rooms|fireplaces|bathrooms] and a garden, on the edge of <town>.
For rent: two {room:plural}, one {room}, and a view of the {landscape}.
Would you like to wake up to the sound of the sea? This former {building} near <town> could be yours.
{Adj.place} farmhouse, built in <year0>, for people with imagination.

@housebody
The roof was renewed in <year>, the heating is quite modern, and the {furniture:plural} can be taken over.
It needs some work, but the walls are dry and the neighbours are {adj.person}.
Shops, schools and the {building} can be reached on foot.
There is a cellar in which wine, potatoes or {relative:plural} may be stored.
The kitchen, with its {adj.texture} floor and old stove, is the heart of the house.
The price of <cost> includes the {plant:plural} but not the cat.
Viewing is possible on <day> between <time> and <time2>, or whenever it suits you.
It has been empty since <year0>, and some say that it isn't quite empty.
No agents, please.
Neither the noise of the motorway nor the trains can be heard from here.

@trip
<n2> days in <country> for only <price>!
Leave everything behind and come to <country>.
When was the last time that you saw the stars?

@tripbody
You fly from <city> on <day> and are picked up at the airport by our guide, <A>.
Accommodation is in small, {adj.good} hotels; all meals are included except lunch.
Those who prefer to do nothing can do nothing, all day long.
On the <nth> day we visit <city2>, where there is time for shopping.
Children under <n2> pay half, and dogs travel free.
You don't need to speak the language, since we do.
Should it rain, which it seldom does in <month>, there is a library.
Book before the end of <month2>, as places are limited.
"It was the holiday of a lifetime," wrote <B.full> of <town>. "We're going again."
"""

LAYOUTS = {
    "product": "@hook @claim*3 @call",
    "product_long": "@hook @claim*2\n\n@claim*2\n\n@call @call",
    "product_claim_first": "@claim @hook @claim*2 @call",
    "small": "@small\n\n@small\n\n@small",
    "small_many": "SMALL ADS\n\n- @small\n- @small\n- @small\n- @small",
    "job": "@job @jobbody*4",
    "job_list": "@job\n\n- @jobbody\n- @jobbody\n- @jobbody\n\n@jobbody",
    "house": "@house @housebody*4",
    "house_call": "@house @housebody*3 @call",
    "trip": "@trip @tripbody*4",
    "trip_hook": "@hook @trip @tripbody*3 @call",
    "board": "@small @small @job @jobbody",
    "slogan": "@hook\n@call\n@claim\n@call",
    "letter": "Dear customer,\n\n@hook @claim*3\n\n@call\n\nYours sincerely,\n<C.full>, <brand>",
}


def _setup(rng: random.Random, lex: Lexicon) -> dict[str, str]:
    bound = _prose.common(rng, lex)
    bound.update(zip(("product", "old", "doit", "promise"), rng.choice(PRODUCTS), strict=True))
    head = rng.choice(("Bri", "Sol", "Mar", "Zen", "Pol", "Nor", "Lum", "Ver", "Tri", "Hel", "Cas", "Dor"))
    bound["brand"] = head + rng.choice(("ello", "ina", "ex", "ona", "do", "ista", "by", "um", "co", "evo"))
    return bound


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = _prose.templates(POOLS, LAYOUTS, _setup)
