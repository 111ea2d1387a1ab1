"""Travel writing: towns, walks, hotels, journeys by train and boat, advice to visitors, mishaps."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from neuronview.demo.kinds import _prose

if TYPE_CHECKING:
    from neuronview.demo.lexicon import Lexicon

SIGHTS = (
    ("castle", "towers"), ("cathedral", "stained-glass windows"), ("fish market", "stalls"), ("lighthouse", "stairs"),
    ("botanical garden", "palm trees"), ("monastery", "frescoes"), ("old harbour", "painted boats"),
    ("royal palace", "mirrors"), ("museum of clocks", "pendulums"), ("waterfall", "rocks"), ("temple", "columns"),
    ("opera house", "balconies"), ("vineyard", "cellars"), ("salt mine", "tunnels"),
)  # fmt: skip
DISHES = ("fish soup", "lamb with rosemary", "almond cake", "grilled octopus", "lentil stew", "fried cheese",
          "spiced tea", "dumplings", "black bread with butter", "stuffed peppers", "fig jam")  # fmt: skip
VEHICLES = ("train", "ferry", "bus", "night boat", "cable car", "taxi")

POOLS = """
@open
<town> is not the kind of place that people visit by accident.
We arrived in <city> at <time>, hungry, tired and without our luggage.
If you have only one day in <city>, spend the morning at the <sight>.
Most visitors to <country> never see <town>, and that's a pity.
There are two ways to reach <town>: the fast one and the beautiful one.
The first thing you notice about <city> is the [light|noise|smell of coffee|silence].
"You should have come in spring," said the driver as we left the airport.
Twenty years ago there was nothing in <town> but a <sight> and a few goats.
I had dreamt of seeing <city> ever since I was a child.
Who would go to <city> in <month>? We would, and we did.
From the window of the <vehicle>, <city> looked like a toy.
Leaving <city2> behind us, we followed the coast for <n> hours.
It was raining in <city>, as it always is when I come here.

@sight
What used to be {a building} is now a museum of {mass.material}, with more {tool:plural} than I care to
  remember.
On the left you see the {building}, on the right the {building}, and in the middle nothing but
  {adj.weather} air.
The {landscape} beyond it is {adj.place} and {adj.place}, and there is hardly a tree to be seen.
The <sight>, built in the <century> century, stands on a hill above the river.
What nobody tells you is that the <sight> is closed on <day>s.
Its <details> are said to be the finest in <country>.
To see the <details> without the crowds, go before <time>.
We climbed <hundreds> steps to the top of the <sight>, and it was worth every one of them.
A ticket for the <sight> costs <price>; children under <n2> get in free.
The guide, a cheerful [woman|man|student] called <A>, knew a story about each of the <details>.
Although the <sight> was badly damaged in a fire, it has been rebuilt stone by stone.
According to a legend, whoever touches the <details> will one day return to <town>.
I must admit that I found the <sight> disappointing: smaller than in the pictures, and full of pigeons.
Behind the <sight> there is a little garden where you can sit and eat your sandwiches.
Neither the <sight> nor its famous <details> are mentioned in my guidebook.
Inside, it is cool and dark, and one hears nothing but one's own steps.
No photograph can do justice to the <sight> at sunset.

@food
You can't leave without tasting the <dish>.
In a tavern behind the <sight> we ordered the <dish>, ate every bit of it and ordered more.
The menu was written in a language that none of us could read, so we pointed.
"Is it always this hot?" I asked, when I was able to speak again. "No," said the waiter, "today it is mild."
Prices are lower than in <city2>, and the portions are larger.
Breakfast consists of <dish>, strong coffee and a lot of talking.
If there is no <dish> left, as is usually the case by <time>, ask for whatever the cook is having.
Nobody in town makes better <dish> than <B>, who has neither a sign nor a menu.
I still don't know what was in the <dish>, and I have decided not to ask.

@road
The <vehicle> leaves at <time> and arrives at <time2>, if you are lucky.
There were <n2> of us in a <vehicle> built for <n>.
The road winds through forests of pine and oak before it drops down to the sea.
Halfway there, the <vehicle> stopped, and for an hour nothing happened.
On our left were the mountains, on our right a steep drop; I kept my eyes shut.
My neighbour, who was carrying a live hen, offered me half of her orange.
From here it is another <n> miles on foot.
Whoever is afraid of heights had better take the <vehicle>.
We got lost twice, once because of the map and once in spite of it.
A bridge had been washed away, so we had to go back the way we had come.
By the time we reached <town>, the sun was setting behind the <sight>.
Along the way there are plenty of places to stop for a swim.

@people
We shared a bench with {a adj.person} {profession} who was knitting {a clothes}.
{A adj.person} {profession} sold us {a tool} that we neither needed nor understood.
Every second person seemed to be {a profession} or {a profession}.
A boy with {a animal} on a string asked us where we came from and didn't believe the answer.
An old man, seeing our map, took us by the arm and led us through the narrow streets.
People here are friendly, but they don't smile for no reason.
In the evening the whole town walks up and down the main square.
Children ran after us, shouting the only English word they knew: "Goodbye!"
<A>, who has lived in <town> all <A.his> life, has never been inside the <sight>.
"Tourists come for the <sight>," <A> told me, "but they come back for the <dish>."
Nobody was in a hurry, so after a while we weren't either.
It was <A> who told us about the festival that takes place there every <month2>.
When I asked <A> why <A.he> had never left, <A.he> looked at me as if I were mad. "And go where?"
We had no language in common, and yet we understood each other perfectly.

@sleep
We stayed in a small hotel on <street>, where the beds were short and the walls were thin.
Our room looked out on the <sight>; unfortunately, so did everybody else's.
There is only one hotel, and it has seen better days.
At night you can hear the sea, the frogs and, towards morning, the baker.
A room with breakfast costs about <price>, but it's cheaper from <month> to <month2>.
Our [host|neighbour], <C.title>, insisted on carrying our bags up <n> flights of stairs.
Should the hotel be full, ask at the pharmacy; they usually know of a room.

@advice
Take good shoes, a hat and more water than you think you'll need.
Don't drink from the well, however thirsty you are.
Never change money at the station.
It's best to avoid <month>, when it is too hot to do anything but sleep.
Before you go in, remember to take off your shoes.
You don't have to tip, although nobody will be offended if you do.
Learn at least <n> words of the language: please, thank you and sorry will do for a start.
Buses are cheap but seldom on time; taxis are neither.
In case you miss the last <vehicle>, there's a bench by the harbour, as I know from experience.
Whether you like crowds or not, you should see the market once.

@end
When the time came to leave, none of us wanted to go.
Would I go again? Tomorrow, if I could.
I left <city> with sore feet, an empty purse and a jar of honey.
Perhaps the best thing about travelling is coming home, but I'm not so sure any more.
Next time we'll bring an umbrella.
We had come for the <sight>; what we remember is the <dish>.
And if you ever meet <A>, say hello from us.
On the way back, nobody said a word.
The <details>? We never saw them.

@mishap
In <city>, on the second day, my passport was stolen.
It was in <town> that everything went wrong.
I should have known that something was missing when the <vehicle> left without my suitcase.

@mishapbody
I looked in my bag, under the seat, in my coat, and then in my bag again.
The police officer typed with one finger and asked me how to spell my own name.
"These things happen," said <A>, to whom such things never happen.
For <n> hours I sat in an office that smelled of floor polish, and filled in forms.
What I needed was a telephone; what I was given was <dish>.
In the end it was found in the refrigerator of the hotel, and no one could explain how it had got there.
Had it not been for <A>, I would still be sitting there.
A stranger lent me <price> and refused to tell me his name.
Since then I have worn my money in my sock.
"""

LAYOUTS = {
    "town": "@open @sight*2 @food @people @end",
    "town_long": "@open @sight*2\n\n@food*2 @people\n\n@sleep @end",
    "journey": "@open @road*3-4 @people @end",
    "journey_start": "@road*3 @people @food @end",
    "guide": "@open @sight*2 @advice*2 @sleep",
    "tips": "Before you visit <city>:\n\n@advice\n@advice\n@advice\n@advice\n@advice",
    "food": "@open @food*3-4 @end",
    "mishap": "@mishap @mishapbody*4 @end",
    "people": "@open @people*3 @sleep @end",
    "headed": "<city>, <month> <year>\n\n@open @sight @road @food @sleep",
    "two_days": "Day one. @road @sight @food\n\nDay two. @sight @people @mishapbody @end",
    "hotel": "@open @sleep*3 @food @advice",
    "sight": "The <sight> of <town>\n\n@sight*4-5 @advice",
}


def _setup(rng: random.Random, lex: Lexicon) -> dict[str, str]:
    bound = _prose.common(rng, lex)
    bound.update(zip(("sight", "details"), rng.choice(SIGHTS), strict=True))
    bound.update(dish=rng.choice(DISHES), vehicle=rng.choice(VEHICLES))
    bound["century"] = rng.choice(("twelfth", "thirteenth", "fifteenth", "sixteenth", "seventeenth", "nineteenth"))
    return bound


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = _prose.templates(POOLS, LAYOUTS, _setup)
